package org.linuxemu.core.translate;

import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/**
 * Arithmetic flags inside translated code: kind, operands and result as in {@link CpuState}, and
 * four more kinds that put off what {@code CpuState} computes at once. They never leave the region:
 * {@link #store} and {@link #settle} turn them into EXPLICIT.
 */
final class Flags {
    static final int ADD = CpuState.FLAGS_ADD;
    static final int SUB = CpuState.FLAGS_SUB;
    static final int LOGIC = CpuState.FLAGS_LOGIC;

    /** Flags as in RFLAGS in {@code e}. */
    static final int EXPLICIT = CpuState.FLAGS_EXPLICIT;

    /** As ADD, but CF is bit 0 of {@code e}: INC. */
    static final int INC = 4;

    /** As SUB, but CF is bit 0 of {@code e}: DEC. */
    static final int DEC = 5;

    /** ZF, SF and PF from the result, CF and OF in {@code e}, AF clear: shifts. */
    static final int SHIFT = 6;

    /** As SHIFT, with ZF clear: IMUL. */
    static final int MULTIPLY = 7;

    private Flags() {}

    static int carry(int kind, long a, long b, long r, int e) {
        switch (kind) {
            case ADD:
                return carryAdd(a, b, r);
            case SUB:
                return carrySub(a, b, r);
            case LOGIC:
                return 0;
            default:
                return e & 1;
        }
    }

    static int carryAdd(long a, long b, long r) {
        return (int) (((a & b) | ((a | b) & ~r)) >>> 63);
    }

    static int carrySub(long a, long b, long r) {
        return (int) (((~a & b) | ((~a | b) & r)) >>> 63);
    }

    static int zero(long r) {
        return r == 0 ? 1 : 0;
    }

    static int below(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? 1 : 0;
    }

    static int belowOrEqual(long a, long b) {
        return Long.compareUnsigned(a, b) <= 0 ? 1 : 0;
    }

    static int less(long a, long b) {
        return a < b ? 1 : 0;
    }

    static int lessOrEqual(long a, long b) {
        return a <= b ? 1 : 0;
    }

    static int equal(long a, long b) {
        return a == b ? 1 : 0;
    }

    static int sign(long r) {
        return (int) (r >>> 63);
    }

    static int parity(long r) {
        return CpuState.evenParity(r) ? 1 : 0;
    }

    private static int overflow(int kind, long a, long b, long r, int e) {
        switch (kind) {
            case ADD:
            case INC:
                return (int) (((a ^ r) & (b ^ r)) >>> 63);
            case SUB:
            case DEC:
                return (int) (((a ^ b) & (a ^ r)) >>> 63);
            case LOGIC:
                return 0;
            default:
                return e >>> 11 & 1;
        }
    }

    private static int zero(int kind, long r, int e) {
        return kind == EXPLICIT ? e >>> 6 & 1 : kind == MULTIPLY || r != 0 ? 0 : 1;
    }

    private static int sign(int kind, long r, int e) {
        return kind == EXPLICIT ? e >>> 7 & 1 : (int) (r >>> 63);
    }

    private static int parity(int kind, long r, int e) {
        return kind == EXPLICIT ? e >>> 2 & 1 : parity(r);
    }

    private static int adjust(int kind, long a, long b, long r, int e) {
        switch (kind) {
            case ADD:
            case SUB:
            case INC:
            case DEC:
                return (int) (a ^ b ^ r) >>> 4 & 1;
            case EXPLICIT:
                return e >>> 4 & 1;
            default:
                return 0;
        }
    }

    /** The condition of Jcc, SETcc, CMOVcc by its code: 0 or 1. */
    static int condition(int code, int kind, long a, long b, long r, int e) {
        int value;
        switch (code >> 1) {
            case 0:
                value = overflow(kind, a, b, r, e);
                break;
            case 1:
                value = carry(kind, a, b, r, e);
                break;
            case 2:
                value = zero(kind, r, e);
                break;
            case 3:
                value = carry(kind, a, b, r, e) | zero(kind, r, e);
                break;
            case 4:
                value = sign(kind, r, e);
                break;
            case 5:
                value = parity(kind, r, e);
                break;
            case 6:
                value = sign(kind, r, e) ^ overflow(kind, a, b, r, e);
                break;
            default:
                value = sign(kind, r, e) ^ overflow(kind, a, b, r, e) | zero(kind, r, e);
                break;
        }
        return value ^ code & 1;
    }

    /** All six flags in their RFLAGS places. */
    static int all(int kind, long a, long b, long r, int e) {
        if (kind == EXPLICIT) {
            return e;
        }
        return carry(kind, a, b, r, e)
                | parity(r) << 2
                | adjust(kind, a, b, r, e) << 4
                | zero(kind, r, e) << 6
                | sign(r) << 7
                | overflow(kind, a, b, r, e) << 11;
    }

    /** {@link #all} with another CF. */
    static int withCarry(int flags, int carry) {
        return flags & ~Rflags.CF | carry;
    }

    static int withZero(int flags, long value) {
        return value == 0 ? flags | Rflags.ZF : flags & ~Rflags.ZF;
    }

    static void store(CpuState s, int kind, long a, long b, long r, int e) {
        if (kind < EXPLICIT) {
            s.flagsKind = kind;
            s.flagsA = a;
            s.flagsB = b;
            s.flagsResult = r;
        } else {
            s.flagsKind = EXPLICIT;
            s.flagsExplicit = all(kind, a, b, r, e);
        }
    }

    /** Turns the kinds that are only of this class into EXPLICIT. */
    static void settle(CpuState s) {
        if (s.flagsKind > EXPLICIT) {
            settleOwn(s);
        }
    }

    private static void settleOwn(CpuState s) {
        s.flagsExplicit = all(s.flagsKind, s.flagsA, s.flagsB, s.flagsResult, s.flagsExplicit);
        s.flagsKind = EXPLICIT;
    }

    static long select(int condition, long yes, long no) {
        return condition != 0 ? yes : no;
    }

    // CF and OF of the shifts, in their RFLAGS places, as ShiftOps computes them. The operand is
    // sign-extended for SAR, else zero-extended; the count is not 0.

    static int shlFlags(long a, int count, int bits, long signedResult) {
        int carry = count <= bits ? (int) (a >>> bits - count) & 1 : 0;
        return carry | ((int) (signedResult >>> 63) ^ carry) << 11;
    }

    static int shrFlags(long a, int count, int bits) {
        return (int) (a >>> count - 1) & 1 | (count == 1 ? (int) (a >>> bits - 1) & 1 : 0) << 11;
    }

    static int sarFlags(long a, int count) {
        return (int) (a >> count - 1) & 1;
    }

    /** CF and OF of IMUL. */
    static int multiplyFlags(long high, long low) {
        return high != low >> 63 ? Rflags.CF | Rflags.OF : 0;
    }

    static int multiplyFlagsNarrow(long product, long result) {
        return product != result ? Rflags.CF | Rflags.OF : 0;
    }

    static int unsignedMultiplyFlags(long high) {
        return high != 0 ? Rflags.CF | Rflags.OF : 0;
    }

    // BMI1 and BMI2.

    static long zeroHigh(long a, long index, int bits) {
        int n = (int) index & 0xFF;
        return n >= bits ? a : a & (1L << n) - 1;
    }

    static int zeroHighCarry(long index, int bits) {
        return ((int) index & 0xFF) >= bits ? Rflags.CF : 0;
    }

    /** The carry with ZF and SF of a sign-extended result. */
    static int zeroAndSign(int carry, long r) {
        return carry | zero(r) << 6 | sign(r) << 7;
    }
}
