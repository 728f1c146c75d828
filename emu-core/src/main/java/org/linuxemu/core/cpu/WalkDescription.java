package org.linuxemu.core.cpu;

import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.mmu.Mmu;
import org.linuxemu.core.mmu.PageWalker;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;

/**
 * Tells how a linear address is translated: each level's entry with its flags (SDM Vol. 3, chapter
 * 4), and what each kind of access would raise.
 */
final class WalkDescription {
    private static final String[] LEVELS = {"PTE", "PDE", "PDPTE", "PML4E"};
    private static final String[] ACCESSES = {"read", "write", "fetch"};

    private final CpuState state;
    private final Mmu mmu;

    WalkDescription(CpuState state, Mmu mmu) {
        this.state = state;
        this.mmu = mmu;
    }

    void print(long linear, DebugOutput output) {
        boolean paging = (state.cr0 & ControlRegisters.CR0_PG) != 0;
        if (state.longMode() && (linear << 16 >> 16) != linear) {
            output.println(hex(linear) + " is not canonical: an access raises #GP(0)");
            return;
        }
        long physical = mmu.translateForDebugger(linear);
        if (!paging) {
            output.println("paging is off; " + physical(physical));
            return;
        }
        PageWalker walker = mmu.walker();
        int outermost = outermost();
        for (int i = 0; i < walker.depth(); i++) {
            output.println(entry(LEVELS[outermost - i], walker.entryAddress(i), walker.entry(i)));
        }
        output.println(physical < 0 ? "no page" : physical(physical));
        output.println("kernel: " + accesses(linear, false));
        output.println("user:   " + accesses(linear, true));
    }

    private int outermost() {
        if ((state.cr4 & ControlRegisters.CR4_PAE) == 0) {
            return 1;
        }
        return state.longMode() ? 3 : 2;
    }

    private String physical(long physical) {
        boolean ram = mmu.memory().ram().frameIndex(physical >>> 12) >= 0;
        return "physical " + hex(physical) + (ram ? "" : " (not RAM)");
    }

    private String accesses(long linear, boolean user) {
        StringBuilder s = new StringBuilder(80);
        int pageError = PageWalker.ERROR_PRESENT | (user ? PageWalker.ERROR_USER : 0);
        boolean closed = mmu.probeForDebugger(linear, PageWalker.READ, user) == pageError;
        for (int access = PageWalker.READ; access <= PageWalker.EXECUTE; access++) {
            int error = mmu.probeForDebugger(linear, access, user);
            s.append(access == 0 ? "" : ", ").append(ACCESSES[access]);
            if (error < 0) {
                s.append(" allowed");
            } else {
                s.append(" #PF(")
                        .append(hex(error))
                        .append(") ")
                        .append(reason(error, user, closed));
            }
        }
        return s.toString();
    }

    /** The bits of the error code in words. */
    private static String reason(int error, boolean user, boolean closed) {
        if ((error & PageWalker.ERROR_RESERVED) != 0) {
            return "reserved bit set";
        }
        if ((error & PageWalker.ERROR_PRESENT) == 0) {
            return "not present";
        }
        boolean fetch = (error & PageWalker.ERROR_FETCH) != 0;
        if (closed && (user || !fetch)) {
            return user ? "kernel's page" : "user's page (SMAP)";
        }
        return fetch ? "no right to execute" : "no right to write";
    }

    private static String entry(String name, long address, long entry) {
        StringBuilder s = new StringBuilder(80);
        s.append(name).append(" ".repeat(6 - name.length()));
        s.append(address < 0 ? "register" : "at " + hex(address));
        s.append(" = ").append(hex(entry)).append(' ');
        flag(s, entry, 0, 'P');
        flag(s, entry, 1, 'W');
        flag(s, entry, 2, 'U');
        flag(s, entry, 5, 'A');
        flag(s, entry, 6, 'D');
        flag(s, entry, 7, 'L');
        flag(s, entry, 8, 'G');
        s.append(entry < 0 ? 'N' : '-');
        return s.toString();
    }

    private static void flag(StringBuilder s, long entry, int bit, char name) {
        s.append((entry >>> bit & 1) != 0 ? name : '-');
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
