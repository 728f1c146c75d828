package org.linuxemu.core.translate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.linuxemu.core.exec.ExecContext;
import org.linuxemu.core.exec.SseShuffleOps;
import org.linuxemu.core.exec.VectorOperands;
import org.linuxemu.core.mmu.Mmu;
import org.linuxemu.core.state.Rflags;

/**
 * What translated code calls for vector registers: accesses of 16 and 32 bytes, as {@link Access}
 * makes the smaller ones, and operations on lanes that would be long in bytecode.
 */
final class VectorAccess {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int INDEX_MASK = Mmu.TLB_SIZE - 1;

    private VectorAccess() {}

    /** Memory to two or four lanes; on a fault none of them has changed. */
    static void load(
            long linear,
            long[] to,
            int index,
            int lanes,
            boolean unaligned,
            long[] tags,
            byte[][] frames,
            ExecContext c) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        int last = 8 * lanes - 1;
        if (tags[i] == (linear + last & -4096L) && (unaligned || (linear & last) == 0)) {
            byte[] frame = frames[i];
            int offset = (int) linear & 0xFFF;
            to[index] = (long) LONG.get(frame, offset);
            to[index + 1] = (long) LONG.get(frame, offset + 8);
            if (lanes == 4) {
                to[index + 2] = (long) LONG.get(frame, offset + 16);
                to[index + 3] = (long) LONG.get(frame, offset + 24);
            }
        } else {
            c.vector.load(c, linear, 8 * lanes, unaligned, to, index);
        }
    }

    /** Two or four lanes to memory: all of it or, on a fault, nothing. */
    static void store(
            long linear,
            long[] from,
            int index,
            int lanes,
            boolean unaligned,
            long[] tags,
            byte[][] frames,
            ExecContext c) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        int last = 8 * lanes - 1;
        if (tags[i] == (linear + last & -4096L) && (unaligned || (linear & last) == 0)) {
            byte[] frame = frames[i];
            int offset = (int) linear & 0xFFF;
            LONG.set(frame, offset, from[index]);
            LONG.set(frame, offset + 8, from[index + 1]);
            if (lanes == 4) {
                LONG.set(frame, offset + 16, from[index + 2]);
                LONG.set(frame, offset + 24, from[index + 3]);
            }
        } else {
            VectorOperands.store(c, linear, 8 * lanes, from, index, unaligned);
        }
    }

    /** VZEROUPPER. */
    static void zeroUpper(long[] vectors) {
        for (int n = 0; n < vectors.length; n += 4) {
            vectors[n + 2] = 0;
            vectors[n + 3] = 0;
        }
    }

    static long andNot(long a, long b) {
        return ~a & b;
    }

    /** 64 bits from byte n (0 to 24) of four lanes. */
    static long bytes(long x0, long x1, long x2, long x3, int n) {
        long low = n < 8 ? x0 : n < 16 ? x1 : n < 24 ? x2 : x3;
        int shift = 8 * (n & 7);
        if (shift == 0) {
            return low;
        }
        long high = n < 8 ? x1 : n < 16 ? x2 : n < 24 ? x3 : 0;
        return low >>> shift | high << 64 - shift;
    }

    /** Eight bytes of a 128-bit half by selectors: PSHUFB. */
    static long shuffle(long low, long high, long selectors) {
        long r = 0;
        for (int n = 0; n < 64; n += 8) {
            int s = (int) (selectors >>> n);
            long x = (s & 8) != 0 ? high : low;
            r |= (s & 0x80) != 0 ? 0 : (x >>> 8 * (s & 7) & 0xFF) << n;
        }
        return r;
    }

    /** Two doublewords of a 128-bit half, by selectors of two bits each: PSHUFD. */
    static long doublewords(long low, long high, int selectors) {
        return SseShuffleOps.dword(low, high, selectors)
                | SseShuffleOps.dword(low, high, selectors >> 2) << 32;
    }

    /** Signs of two doublewords. */
    static long signs32(long x) {
        return x >>> 31 & 1 | x >>> 62 & 2;
    }

    /** CF and ZF of PTEST. */
    static int testFlags(long and, long andNot) {
        return (and == 0 ? Rflags.ZF : 0) | (andNot == 0 ? Rflags.CF : 0);
    }
}
