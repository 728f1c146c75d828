package org.linuxemu.core.oracle;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.linuxemu.core.exception.CpuException;

/** What an instruction did: an exception or the next RIP, and all the state behind it. */
final class Outcome {
    /** {@link #exception} of an instruction that completed. */
    static final int COMPLETED = -1;

    /** {@link #exception} of one that ran for ever. */
    static final int ENDLESS = -2;

    private static final int SIGALRM = 14;
    private static final int SIGSYS = 31;

    int exception;
    long errorCode;

    /** Linear address of a page fault. */
    long address;

    long rip;
    long rflags;
    long fsBase;
    long gsBase;
    final long[] gpr = new long[16];

    /** ES CS SS DS FS GS. */
    final int[] selectors = new int[6];

    /** What differs from the window's initial contents: offsets and quadwords. */
    int differences;

    int[] offsets = new int[16];
    long[] values = new long[16];

    /** Null if the vector had none. */
    FpState fp;

    void clear() {
        differences = 0;
        errorCode = 0;
        address = 0;
        fp = null;
    }

    void addDifference(int offset, long value) {
        if (differences == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * differences);
            values = Arrays.copyOf(values, 2 * differences);
        }
        offsets[differences] = offset;
        values[differences++] = value;
    }

    /** Reads a record of {@code oracle.c}. */
    void get(ByteBuffer b, Vector v) {
        clear();
        b.getInt();
        int flags = b.get();
        int signal = b.get();
        int trap = b.get() & 0xFF;
        b.get();
        long error = b.getInt() & 0xFFFFFFFFL;
        int n = b.getInt();
        long cr2 = b.getLong();
        rip = b.getLong();
        rflags = b.getLong();
        fsBase = b.getLong();
        gsBase = b.getLong();
        for (int i = 0; i < 16; i++) {
            gpr[i] = b.getLong();
        }
        for (int i = 0; i < 6; i++) {
            selectors[i] = b.getShort() & 0xFFFF;
        }
        b.getInt();
        for (int i = 0; i < n; i++) {
            int offset = (int) b.getLong();
            addDifference(offset, b.getLong());
        }
        if ((flags & Vector.HAS_FP) != 0) {
            fp = new FpState();
            fp.get(b);
        }
        if (signal == SIGALRM) {
            exception = ENDLESS;
        } else if (signal == SIGSYS) {
            throw new IllegalStateException("a system call slipped through: " + Report.bytes(v));
        } else if (trap == CpuException.BP) {
            exception = COMPLETED;
            rip = v.compatibility ? rip - 1 & 0xFFFFFFFFL : rip - 1;
        } else if (rip != v.rip) {
            exception = COMPLETED; // and the next instruction cannot be fetched
        } else {
            exception = trap;
            errorCode = CpuException.hasErrorCode(trap) ? error : 0;
            address = trap == CpuException.PF ? cr2 : 0;
        }
        hidePresence();
    }

    /** Linux does not tell programs what is mapped for the kernel: it reports all as present. */
    void hidePresence() {
        if (exception == CpuException.PF && Long.compareUnsigned(address, Layout.TASK_SIZE) >= 0) {
            errorCode |= 1;
        }
    }
}
