package org.linuxemu.core.translate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.linuxemu.core.mmu.Mmu;

/**
 * Memory accesses of translated code: a hit in the TLB whose arrays the caller has at hand, else
 * the {@link Mmu}. Small, so that the JIT compilers inline them. Results are sign-extended where
 * the name ends in S.
 */
final class Access {
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int INDEX_MASK = Mmu.TLB_SIZE - 1;

    private Access() {}

    static long read1(long linear, long[] tags, byte[][] frames, Mmu m) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (tags[i] == (linear & -4096L)) {
            return frames[i][(int) linear & 0xFFF] & 0xFF;
        }
        return m.readByte(linear);
    }

    static long read2(long linear, long[] tags, byte[][] frames, Mmu m) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (tags[i] == (linear + 1 & -4096L)) {
            return (short) SHORT.get(frames[i], (int) linear & 0xFFF) & 0xFFFF;
        }
        return m.readShort(linear);
    }

    static long read4S(long linear, long[] tags, byte[][] frames, Mmu m) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (tags[i] == (linear + 3 & -4096L)) {
            return (int) INT.get(frames[i], (int) linear & 0xFFF);
        }
        return m.readInt(linear);
    }

    static long read8(long linear, long[] tags, byte[][] frames, Mmu m) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (tags[i] == (linear + 7 & -4096L)) {
            return (long) LONG.get(frames[i], (int) linear & 0xFFF);
        }
        return m.readLong(linear);
    }

    static void write1(long linear, long value, long[] tags, byte[][] frames, Mmu m) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (tags[i] == (linear & -4096L)) {
            frames[i][(int) linear & 0xFFF] = (byte) value;
        } else {
            m.writeByte(linear, (int) value);
        }
    }

    static void write2(long linear, long value, long[] tags, byte[][] frames, Mmu m) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (tags[i] == (linear + 1 & -4096L)) {
            SHORT.set(frames[i], (int) linear & 0xFFF, (short) value);
        } else {
            m.writeShort(linear, (int) value);
        }
    }

    static void write4(long linear, long value, long[] tags, byte[][] frames, Mmu m) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (tags[i] == (linear + 3 & -4096L)) {
            INT.set(frames[i], (int) linear & 0xFFF, (int) value);
        } else {
            m.writeInt(linear, (int) value);
        }
    }

    static void write8(long linear, long value, long[] tags, byte[][] frames, Mmu m) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (tags[i] == (linear + 7 & -4096L)) {
            LONG.set(frames[i], (int) linear & 0xFFF, value);
        } else {
            m.writeLong(linear, value);
        }
    }

    // The destination of a read-modify-write, read with the arrays of the write TLB: once it
    // returns, the store cannot fault.

    static long update1(long linear, long[] tags, byte[][] frames, Mmu m) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (tags[i] == (linear & -4096L)) {
            return frames[i][(int) linear & 0xFFF] & 0xFF;
        }
        return m.readForWrite(linear, 1);
    }

    static long update2(long linear, long[] tags, byte[][] frames, Mmu m) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (tags[i] == (linear + 1 & -4096L)) {
            return (short) SHORT.get(frames[i], (int) linear & 0xFFF) & 0xFFFF;
        }
        return m.readForWrite(linear, 2);
    }

    static long update4S(long linear, long[] tags, byte[][] frames, Mmu m) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (tags[i] == (linear + 3 & -4096L)) {
            return (int) INT.get(frames[i], (int) linear & 0xFFF);
        }
        return m.readForWrite32(linear);
    }

    static long update8(long linear, long[] tags, byte[][] frames, Mmu m) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (tags[i] == (linear + 7 & -4096L)) {
            return (long) LONG.get(frames[i], (int) linear & 0xFFF);
        }
        return m.readForWrite64(linear);
    }
}
