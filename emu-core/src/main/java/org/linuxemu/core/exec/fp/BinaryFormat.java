package org.linuxemu.core.exec.fp;

/**
 * A binary interchange format of IEEE 754 with the arithmetic that SSE does on it; operands and
 * results are raw bits in the low end of a long. Every case is handled here; {@link Binary32} and
 * {@link Binary64} add the fast paths.
 *
 * <p>NaN rules (SDM Vol. 1, 4.8.3.5 and table 4-7): a signalling NaN raises IE; the result is the
 * first operand that is a NaN, made quiet; an invalid operation gives the negative default NaN.
 * Precedence (SDM Vol. 1, 4.9.2): NaNs, then other invalid operations and division by zero, then
 * denormal operands.
 */
final class BinaryFormat {
    static final BinaryFormat HALF = new BinaryFormat(10, 5);
    static final BinaryFormat SINGLE = new BinaryFormat(23, 8);
    static final BinaryFormat DOUBLE = new BinaryFormat(52, 11);

    /** Results of compare. */
    static final int LESS = -1;

    static final int EQUAL = 0;
    static final int GREATER = 1;
    static final int UNORDERED = 2;

    private static final int IE = FpEnvironment.IE;
    private static final int DE = FpEnvironment.DE;
    private static final int ZE = FpEnvironment.ZE;
    private static final int OE = FpEnvironment.OE;
    private static final int UE = FpEnvironment.UE;
    private static final int PE = FpEnvironment.PE;

    final int fractionBits;
    final int bias;
    final long signBit;
    final long fractionMask;
    final long quietBit;
    final long infinity;
    final long defaultNan;

    private BinaryFormat(int fractionBits, int exponentBits) {
        this.fractionBits = fractionBits;
        bias = (1 << (exponentBits - 1)) - 1;
        signBit = 1L << (fractionBits + exponentBits);
        fractionMask = (1L << fractionBits) - 1;
        quietBit = 1L << (fractionBits - 1);
        infinity = ((1L << exponentBits) - 1) << fractionBits;
        defaultNan = signBit | infinity | quietBit;
    }

    private long magnitude(long a) {
        return a & (signBit - 1);
    }

    boolean isNan(long a) {
        return magnitude(a) > infinity;
    }

    boolean isSignaling(long a) {
        return isNan(a) && (a & quietBit) == 0;
    }

    private boolean isInfinity(long a) {
        return magnitude(a) == infinity;
    }

    private boolean isZero(long a) {
        return magnitude(a) == 0;
    }

    boolean isDenormal(long a) {
        long m = magnitude(a);
        return m != 0 && m <= fractionMask;
    }

    private boolean isNegative(long a) {
        return (a & signBit) != 0;
    }

    /** The operand as DAZ lets the operation see it. */
    private long operand(FpEnvironment e, long a) {
        return e.daz && isDenormal(a) ? a & signBit : a;
    }

    private void raiseDenormal(FpEnvironment e, long a, long b) {
        if (isDenormal(a) || isDenormal(b)) {
            e.flags |= DE;
        }
    }

    long invalid(FpEnvironment e) {
        e.flags |= IE;
        return defaultNan;
    }

    /** Result of an operation one of whose operands is a NaN. */
    private long propagate(FpEnvironment e, long a, long b) {
        if (isSignaling(a) || isSignaling(b)) {
            e.flags |= IE;
        }
        return (isNan(a) ? a : b) | quietBit;
    }

    /** Unbiased exponent of a finite non-zero number after normalisation. */
    private int exponent(long a) {
        long m = magnitude(a);
        int biased = (int) (m >>> fractionBits);
        return biased != 0
                ? biased - bias
                : 1 - bias + 63 - fractionBits - Long.numberOfLeadingZeros(m);
    }

    /** Significand of a finite non-zero number with bit 63 set. */
    private long significand(long a) {
        long m = magnitude(a);
        if (m > fractionMask) {
            return (m << (63 - fractionBits)) | Long.MIN_VALUE;
        }
        return m << Long.numberOfLeadingZeros(m);
    }

    void unpack(FpEnvironment e, long a) {
        e.sign = isNegative(a);
        e.lo = 0;
        if (isZero(a)) {
            e.exp = 0;
            e.hi = 0;
        } else {
            e.exp = exponent(a);
            e.hi = significand(a);
        }
    }

    /** Rounds the scratch value of the environment to this format. */
    long round(FpEnvironment e) {
        long s = e.sign ? signBit : 0;
        e.roundedUp = false;
        if (e.hi == 0) {
            return s;
        }
        int shift = 63 - fractionBits;
        int exp = e.exp;
        boolean tiny = false;
        if (exp < 1 - bias) {
            tiny = exp < -bias || !roundsToPowerOfTwo(e, shift);
            if (tiny && e.ftz && e.isMasked(UE)) {
                e.flags |= UE | PE;
                return s;
            }
            if (tiny && !e.isMasked(UE)) {
                // The trap handler's view: PE as if the exponent had no bound.
                e.flags |= e.hi << (64 - shift) != 0 || e.lo != 0 ? UE | PE : UE;
                return s;
            }
            shift += 1 - bias - exp;
        }
        long kept;
        boolean half;
        boolean sticky;
        if (shift < 64) {
            kept = e.hi >>> shift;
            long dropped = e.hi << (64 - shift);
            half = dropped < 0;
            sticky = dropped << 1 != 0 || e.lo != 0;
        } else {
            kept = 0;
            half = shift == 64;
            sticky = shift != 64 || e.hi << 1 != 0 || e.lo != 0;
        }
        boolean inexact = half || sticky;
        if (inexact) {
            e.flags |= tiny ? UE | PE : PE;
            if (Wide.increments(e.roundingMode, e.sign, (kept & 1) != 0, half, sticky)) {
                kept++;
                e.roundedUp = true;
            }
        }
        // A carry out of the fraction moves into the exponent, for denormals too.
        long result = exp < 1 - bias ? kept : ((long) (exp + bias - 1) << fractionBits) + kept;
        if (exp > bias || result >= infinity) {
            return overflow(e, s);
        }
        return s | result;
    }

    /**
     * Whether rounding to full precision with unbounded exponent carries into the next power of
     * two.
     */
    private static boolean roundsToPowerOfTwo(FpEnvironment e, int shift) {
        long ones = -1L << shift;
        if ((e.hi & ones) != ones) {
            return false;
        }
        long dropped = e.hi << (64 - shift);
        return Wide.increments(
                e.roundingMode, e.sign, true, dropped < 0, dropped << 1 != 0 || e.lo != 0);
    }

    private long overflow(FpEnvironment e, long s) {
        e.flags |= OE;
        if (e.isMasked(OE)) {
            e.flags |= PE;
        }
        boolean toInfinity =
                e.roundingMode == FpEnvironment.NEAREST
                        || e.roundingMode == (e.sign ? FpEnvironment.DOWN : FpEnvironment.UP);
        e.roundedUp = toInfinity;
        return s | (toInfinity ? infinity : infinity - 1);
    }

    long add(FpEnvironment e, long a, long b) {
        if (isNan(a) || isNan(b)) {
            return propagate(e, a, b);
        }
        long x = operand(e, a);
        long y = operand(e, b);
        if (isInfinity(x)) {
            if (isInfinity(y) && x != y) {
                return invalid(e);
            }
            raiseDenormal(e, x, y);
            return x;
        }
        raiseDenormal(e, x, y);
        if (isInfinity(y)) {
            return y;
        }
        if (isZero(x)) {
            if (isZero(y)) {
                if (x == y) {
                    return x;
                }
                return e.roundingMode == FpEnvironment.DOWN ? signBit : 0;
            }
            unpack(e, y);
        } else if (isZero(y)) {
            unpack(e, x);
        } else {
            Wide.add(
                    e,
                    isNegative(x),
                    exponent(x),
                    significand(x),
                    0,
                    isNegative(y),
                    exponent(y),
                    significand(y),
                    0);
        }
        return round(e);
    }

    long subtract(FpEnvironment e, long a, long b) {
        if (isNan(a) || isNan(b)) {
            return propagate(e, a, b);
        }
        return add(e, a, b ^ signBit);
    }

    long multiply(FpEnvironment e, long a, long b) {
        if (isNan(a) || isNan(b)) {
            return propagate(e, a, b);
        }
        long x = operand(e, a);
        long y = operand(e, b);
        long s = (x ^ y) & signBit;
        if (isInfinity(x) || isInfinity(y)) {
            if (isZero(x) || isZero(y)) {
                return invalid(e);
            }
            raiseDenormal(e, x, y);
            return s | infinity;
        }
        raiseDenormal(e, x, y);
        if (isZero(x) || isZero(y)) {
            return s;
        }
        Wide.multiply(e, s != 0, exponent(x), significand(x), exponent(y), significand(y));
        return round(e);
    }

    long divide(FpEnvironment e, long a, long b) {
        if (isNan(a) || isNan(b)) {
            return propagate(e, a, b);
        }
        long x = operand(e, a);
        long y = operand(e, b);
        long s = (x ^ y) & signBit;
        if (isInfinity(x)) {
            if (isInfinity(y)) {
                return invalid(e);
            }
            raiseDenormal(e, x, y);
            return s | infinity;
        }
        if (isZero(y)) {
            if (isZero(x)) {
                return invalid(e);
            }
            e.flags |= ZE;
            return s | infinity;
        }
        raiseDenormal(e, x, y);
        if (isInfinity(y) || isZero(x)) {
            return s;
        }
        Wide.divide(e, s != 0, exponent(x), significand(x), exponent(y), significand(y));
        return round(e);
    }

    long squareRoot(FpEnvironment e, long a) {
        if (isNan(a)) {
            return propagate(e, a, a);
        }
        long x = operand(e, a);
        if (isZero(x)) {
            return x;
        }
        if (isNegative(x)) {
            return invalid(e);
        }
        raiseDenormal(e, x, x);
        if (isInfinity(x)) {
            return x;
        }
        Wide.squareRoot(e, exponent(x), significand(x));
        return round(e);
    }

    /** a * b + c with one rounding (SDM Vol. 1, 14.5.2). */
    long fusedMultiplyAdd(FpEnvironment e, long a, long b, long c) {
        if (isNan(a) || isNan(b) || isNan(c)) {
            if (isSignaling(a) || isSignaling(b) || isSignaling(c)) {
                e.flags |= IE;
            }
            return (isNan(a) ? a : isNan(b) ? b : c) | quietBit;
        }
        long x = operand(e, a);
        long y = operand(e, b);
        long z = operand(e, c);
        boolean s = ((x ^ y) & signBit) != 0;
        if (isInfinity(x) || isInfinity(y)) {
            if (isZero(x) || isZero(y) || (isInfinity(z) && isNegative(z) != s)) {
                return invalid(e);
            }
            raiseDenormal(e, x, y);
            raiseDenormal(e, z, z);
            return (s ? signBit : 0) | infinity;
        }
        raiseDenormal(e, x, y);
        raiseDenormal(e, z, z);
        if (isInfinity(z)) {
            return z;
        }
        if (isZero(x) || isZero(y)) {
            if (isZero(z) && isNegative(z) != s) {
                return e.roundingMode == FpEnvironment.DOWN ? signBit : 0;
            }
            unpack(e, z);
            return round(e);
        }
        Wide.multiply(e, s, exponent(x), significand(x), exponent(y), significand(y));
        if (!isZero(z)) {
            Wide.add(e, s, e.exp, e.hi, e.lo, isNegative(z), exponent(z), significand(z), 0);
        }
        return round(e);
    }

    /**
     * Compares; an unordered result raises IE if a NaN is signalling, or any NaN when {@code
     * quietSignals}.
     */
    int compare(FpEnvironment e, long a, long b, boolean quietSignals) {
        if (isNan(a) || isNan(b)) {
            if (quietSignals || isSignaling(a) || isSignaling(b)) {
                e.flags |= IE;
            }
            return UNORDERED;
        }
        long x = operand(e, a);
        long y = operand(e, b);
        raiseDenormal(e, x, y);
        return order(x, y);
    }

    /** Order of two numbers that are no NaNs; zeros are equal. */
    private int order(long x, long y) {
        long i = isNegative(x) ? -magnitude(x) : magnitude(x);
        long j = isNegative(y) ? -magnitude(y) : magnitude(y);
        return Long.compare(i, j);
    }

    /** MINPS and the like: the second operand when either is a NaN or both are zeros. */
    long minimum(FpEnvironment e, long a, long b) {
        return operand(e, compare(e, a, b, true) == LESS ? a : b);
    }

    long maximum(FpEnvironment e, long a, long b) {
        return operand(e, compare(e, a, b, true) == GREATER ? a : b);
    }

    /** Rounds to an integer in this format (ROUNDPS); denormal operands raise no DE. */
    long roundToIntegral(FpEnvironment e, long a, int mode, boolean suppressInexact) {
        if (isNan(a)) {
            return propagate(e, a, a);
        }
        long x = operand(e, a);
        unpack(e, x);
        if (isZero(x) || isInfinity(x) || e.exp >= fractionBits) {
            return x;
        }
        Wide.toIntegral(e, mode);
        if (e.lo != 0 && !suppressInexact) {
            e.flags |= PE;
        }
        e.lo = 0;
        e.exp = 63;
        Wide.normalize(e);
        return e.hi == 0
                ? x & signBit
                : x & signBit
                        | ((long) (e.exp + bias - 1) << fractionBits)
                                + (e.hi >>> (63 - fractionBits));
    }

    /**
     * Converts to a signed integer of 16, 32 or 64 bits; the integer indefinite (minimum) with IE
     * if out of range.
     */
    long toInteger(FpEnvironment e, long a, int bits, int mode) {
        long indefinite = -1L << (bits - 1);
        if (isNan(a) || isInfinity(a)) {
            e.flags |= IE;
            return indefinite;
        }
        unpack(e, operand(e, a));
        if (e.hi == 0) {
            return 0;
        }
        return Conversions.finishInteger(e, bits, mode);
    }

    /** Converts a signed 64-bit integer. */
    long fromInteger(FpEnvironment e, long value) {
        if (value == 0) {
            return 0;
        }
        e.sign = value < 0;
        e.hi = Math.abs(value); // the minimum stays, as its unsigned magnitude
        e.lo = 0;
        e.exp = 63;
        Wide.normalize(e);
        return round(e);
    }

    /** Converts a number of another format to this one, with all exceptions. */
    long convert(FpEnvironment e, BinaryFormat from, long a) {
        if (from.isNan(a)) {
            if (from.isSignaling(a)) {
                e.flags |= IE;
            }
            return convertNan(from, a);
        }
        long x = from.operand(e, a);
        long s = from.isNegative(x) ? signBit : 0;
        if (from.isInfinity(x)) {
            return s | infinity;
        }
        if (from.isZero(x)) {
            return s;
        }
        from.raiseDenormal(e, x, x);
        from.unpack(e, x);
        return round(e);
    }

    private long convertNan(BinaryFormat from, long a) {
        long fraction = a & from.fractionMask;
        int d = fractionBits - from.fractionBits;
        long moved = d >= 0 ? fraction << d : fraction >>> -d;
        return (from.isNegative(a) ? signBit : 0) | infinity | quietBit | moved;
    }
}
