package org.linuxemu.core.exception;

import org.linuxemu.core.mmu.Mmu;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.SegmentRegister;

/**
 * Values on their way to a stack that is perhaps not the current one: collected first, checked as a
 * whole, then written. Registers stay as they are; the caller takes over the new stack pointer once
 * nothing can fault any more.
 */
public final class StackFrame {
    /** A call gate copies at most 31 parameters and pushes four values of its own. */
    private static final int CAPACITY = 40;

    private final CpuState state;
    private final Mmu mmu;
    private final long[] values = new long[CAPACITY];
    private int count;

    StackFrame(CpuState state, Mmu mmu) {
        this.state = state;
        this.mmu = mmu;
    }

    /** Starts a new frame. */
    public void clear() {
        count = 0;
    }

    /** Adds the value that is pushed next. */
    public void push(long value) {
        values[count++] = value;
    }

    /**
     * Pushes all values on a stack of 64-bit mode.
     *
     * @param sp stack pointer before the first push
     * @param cpl privilege of the stack
     * @param errorCode of the #SS that a non-canonical address raises
     * @return the new stack pointer
     */
    public long writeLong(long sp, int size, int cpl, int errorCode) {
        long bottom = sp - (long) count * size;
        if (!Descriptors.isCanonical(bottom) || !Descriptors.isCanonical(sp - 1)) {
            throw mmu.fault().raise(CpuException.SS, errorCode);
        }
        for (int i = 0; i < count; i++) {
            write(sp - (long) (i + 1) * size, size, values[i], cpl);
        }
        return bottom;
    }

    /**
     * Pushes all values on the stack of a segment.
     *
     * @param ss the stack segment; its B bit gives the width of the stack pointer
     * @param sp stack pointer before the first push
     * @param size bytes of a value, 2, 4 or 8
     * @param cpl privilege of the stack
     * @param errorCode of the #SS that a limit violation raises
     * @return the new stack pointer; bits beyond the width stay as in {@code sp}
     */
    public long write(SegmentRegister ss, long sp, int size, int cpl, int errorCode) {
        long mask = ss.defaultBig() ? 0xFFFFFFFFL : 0xFFFF;
        long at = sp;
        for (int i = 0; i < count; i++) {
            at = (at - size) & mask;
            if (!inLimit(ss, at, size)) {
                throw mmu.fault().raise(CpuException.SS, errorCode);
            }
        }
        at = sp;
        for (int i = 0; i < count; i++) {
            at = (at - size) & mask;
            write((ss.base + at) & 0xFFFFFFFFL, size, values[i], cpl);
        }
        return (sp & 0xFFFFFFFFL & ~mask) | at;
    }

    private void write(long linear, int size, long value, int cpl) {
        if (cpl == state.cpl || (cpl < 3 && state.cpl < 3)) {
            mmu.write(linear, size, value);
        } else {
            mmu.writeSystem(linear, size, value);
        }
    }

    /** Whether an access of {@code size} bytes lies within a segment's limit. */
    public static boolean inLimit(SegmentRegister segment, long offset, int size) {
        long last = offset + size - 1;
        if ((segment.attributes & SegmentRegister.PRESENT) == 0) {
            return false;
        }
        if ((segment.attributes & (SegmentRegister.CODE | SegmentRegister.EXPAND_DOWN))
                == SegmentRegister.EXPAND_DOWN) {
            return offset > segment.limit && last <= (segment.defaultBig() ? 0xFFFFFFFFL : 0xFFFF);
        }
        return last <= segment.limit;
    }
}
