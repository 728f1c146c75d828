package org.linuxemu.core.cpu;

import org.linuxemu.core.state.CpuState;

/** The guest's own breakpoints: DR0-DR3, DR6, DR7 (SDM Vol. 3, 17.2). */
final class DebugRegisters {
    /** DR6: single step. */
    static final long BS = 0x4000;

    private static final int INSTRUCTION = 0;
    private static final int WRITE = 1;

    private final CpuState state;
    private long dataHits;

    DebugRegisters(CpuState state) {
        this.state = state;
    }

    private final long[] seen = new long[5];

    /** Whether DR0-DR3 or DR7 differ from what they were at the last call. */
    boolean changed() {
        long[] dr = state.dr;
        if (dr[7] == seen[4] && (dr[7] & 0xFF) == 0) {
            return false;
        }
        boolean differs = dr[7] != seen[4];
        for (int n = 0; n < 4; n++) {
            differs |= dr[n] != seen[n];
            seen[n] = dr[n];
        }
        seen[4] = dr[7];
        return differs;
    }

    private boolean enabled(int n) {
        return (state.dr[7] >>> (2 * n) & 3) != 0;
    }

    private int type(int n) {
        return (int) (state.dr[7] >>> (16 + 4 * n)) & 3;
    }

    private int length(int n) {
        switch ((int) (state.dr[7] >>> (18 + 4 * n)) & 3) {
            case 0:
                return 1;
            case 1:
                return 2;
            case 2:
                return 8;
            default:
                return 4;
        }
    }

    /** Whether any instruction breakpoint is enabled. */
    boolean instructionArmed() {
        if ((state.dr[7] & 0xFF) == 0) {
            return false;
        }
        for (int n = 0; n < 4; n++) {
            if (enabled(n) && type(n) == INSTRUCTION) {
                return true;
            }
        }
        return false;
    }

    /** Whether an instruction breakpoint is at the address; its DR6 bit is then noted. */
    boolean instructionHit(long linear) {
        if ((state.dr[7] & 0xFF) == 0) {
            return false;
        }
        boolean hit = false;
        for (int n = 0; n < 4; n++) {
            if (enabled(n) && type(n) == INSTRUCTION && state.dr[n] == linear) {
                dataHits |= 1L << n;
                hit = true;
            }
        }
        return hit;
    }

    /** Pages that data breakpoints watch, as many as there are. */
    long[] watchedPages() {
        long[] pages = new long[8];
        int count = 0;
        if ((state.dr[7] & 0xFF) != 0) {
            for (int n = 0; n < 4; n++) {
                if (enabled(n) && (type(n) & 1) != 0) { // write, or read and write
                    long start = state.dr[n] & -length(n);
                    pages[count++] = start & ~0xFFFL;
                }
            }
        }
        return java.util.Arrays.copyOf(pages, count);
    }

    /** Whether an enabled breakpoint covers a data access. */
    boolean watches(long linear, int size, boolean write) {
        return hits(linear, size, write) != 0;
    }

    /** Notes a data access that an enabled breakpoint covers. */
    void access(long linear, int size, boolean write) {
        dataHits |= hits(linear, size, write);
    }

    /**
     * Which breakpoints cover a data access. Type 3 is read or write, ports, type 2, come by {@link
     * #hit}.
     */
    private long hits(long linear, int size, boolean write) {
        long hits = 0;
        if ((state.dr[7] & 0xFF) == 0) {
            return hits;
        }
        for (int n = 0; n < 4; n++) {
            int type = type(n);
            if (enabled(n) && (type == 3 || (type == WRITE && write))) {
                long start = state.dr[n] & -length(n);
                if (linear < start + length(n) && start < linear + size) {
                    hits |= 1L << n;
                }
            }
        }
        return hits;
    }

    /** Notes breakpoints that have been hit, a bit each. */
    void hit(long numbers) {
        dataHits |= numbers;
    }

    boolean takeDataHit() {
        return dataHits != 0;
    }

    /** Breakpoints 0 to 3 that have been hit and not reported yet, a bit each. */
    long hits() {
        return dataHits;
    }

    /** After DR0-DR7 have been replaced: the hits that go with them. */
    void restore(long hits) {
        dataHits = hits;
        seen[4] = ~state.dr[7];
    }

    /** Forgets what the instruction hit that now faults. */
    void discardHit() {
        dataHits = 0;
    }

    /** Sets DR6 for a #DB that is about to be delivered. */
    void report(long cause) {
        state.dr[6] = (state.dr[6] & ~0xFL) | dataHits | cause;
        dataHits = 0;
    }
}
