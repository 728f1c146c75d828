package org.linuxemu.core.translate;

import org.linuxemu.core.state.Rflags;

/**
 * Rotates and the flags of shifts by a count that is known only at run time, for translated code;
 * as {@code ShiftOps} computes them. Counts are masked already; operands are zero-extended unless
 * said otherwise.
 */
final class Shifts {
    private Shifts() {}

    static long rol(long a, int count, int bits) {
        if (bits == 64) {
            return Long.rotateLeft(a, count);
        }
        if (bits == 32) {
            return Integer.rotateLeft((int) a, count) & 0xFFFFFFFFL;
        }
        int n = count & bits - 1;
        return (a << n | a >>> bits - n) & (1L << bits) - 1;
    }

    static long ror(long a, int count, int bits) {
        if (bits == 64) {
            return Long.rotateRight(a, count);
        }
        if (bits == 32) {
            return Integer.rotateRight((int) a, count) & 0xFFFFFFFFL;
        }
        int n = count & bits - 1;
        return (a >>> n | a << bits - n) & (1L << bits) - 1;
    }

    static int rolFlags(int old, int count, long r, int bits) {
        int carry = (int) r & 1;
        return rotated(old, count, carry, (int) (r >>> bits - 1) & 1 ^ carry);
    }

    static int rorFlags(int old, int count, long r, int bits) {
        int carry = (int) (r >>> bits - 1) & 1;
        return rotated(old, count, carry, (int) (r >>> bits - 2) & 1 ^ carry);
    }

    private static int rotated(int old, int count, int carry, int overflow) {
        return count == 0 ? old : old & ~(Rflags.CF | Rflags.OF) | carry | overflow << 11;
    }

    /** All flags of a shift: CF and OF in their places, the others by the result. */
    static int flags(int old, int count, int carryAndOverflow, long signedResult) {
        return count == 0
                ? old
                : carryAndOverflow
                        | Flags.parity(signedResult) << 2
                        | Flags.zero(signedResult) << 6
                        | Flags.sign(signedResult) << 7;
    }

    /** SHLD of 32 or 64 bits. */
    static long shld(long a, long b, int count, int bits) {
        return count == 0 ? a : a << count | b >>> bits - count;
    }

    /** SHRD of 32 or 64 bits. */
    static long shrd(long a, long b, int count, int bits) {
        return count == 0 ? a : a >>> count | b << bits - count;
    }

    /** CF and OF of SHLD. */
    static int shldFlags(long a, int count, int bits, long signedResult) {
        return (int) (a >>> bits - count) & 1 | signChange(a, bits, signedResult);
    }

    /** CF and OF of SHRD. */
    static int shrdFlags(long a, int count, int bits, long signedResult) {
        return (int) (a >>> count - 1) & 1 | signChange(a, bits, signedResult);
    }

    private static int signChange(long a, int bits, long signedResult) {
        return ((int) (a >>> bits - 1) & 1 ^ (int) (signedResult >>> 63)) << 11;
    }
}
