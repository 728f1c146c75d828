package org.linuxemu.core.exec.fp;

/**
 * Arithmetic on the 80-bit format of the x87. A number is bits 79:64 in the low half of an int
 * (sign and biased exponent) and bits 63:0 in a long; results are in {@link
 * FpEnvironment#resultSignExp} and {@link FpEnvironment#resultSignificand}, C1 in {@link
 * FpEnvironment#roundedUp}.
 *
 * <p>Unnormals, pseudo-NaNs and pseudo-infinities are invalid operands; pseudo-denormals count as
 * denormals (SDM Vol. 1, 8.2.2). If an exception found before the computation is not masked, the
 * result is meaningless and must not be stored; unmasked overflow and underflow give the result
 * with its exponent biased by 24576 (SDM Vol. 1, 8.5.4, 8.5.5).
 */
public final class Extended {
    public static final int LESS = BinaryFormat.LESS;
    public static final int EQUAL = BinaryFormat.EQUAL;
    public static final int GREATER = BinaryFormat.GREATER;
    public static final int UNORDERED = BinaryFormat.UNORDERED;

    /**
     * Kinds of numbers, as {@link #classify} tells them; FXAM's C3, C2, C0 are the bits 2, 1, 0.
     */
    public static final int UNSUPPORTED = 0;

    public static final int NAN = 1;
    public static final int NORMAL = 2;
    public static final int INFINITY = 3;
    public static final int ZERO = 4;
    public static final int DENORMAL = 6;

    public static final int BIAS = 0x3FFF;
    static final int MIN_EXPONENT = 1 - BIAS;
    static final int MAX_EXPONENT = BIAS;
    static final long QUIET = 1L << 62;
    private static final int WRAP = 24576;

    private static final int IE = FpEnvironment.IE;
    private static final int DE = FpEnvironment.DE;
    private static final int ZE = FpEnvironment.ZE;
    private static final int OE = FpEnvironment.OE;
    private static final int UE = FpEnvironment.UE;
    private static final int PE = FpEnvironment.PE;

    private Extended() {}

    /** The class of a number; a pseudo-denormal is a denormal. */
    public static int classify(int signExp, long significand) {
        int exp = signExp & 0x7FFF;
        if (exp == 0) {
            return significand == 0 ? ZERO : DENORMAL;
        }
        if (significand >= 0) {
            return UNSUPPORTED;
        }
        if (exp != 0x7FFF) {
            return NORMAL;
        }
        return significand == Long.MIN_VALUE ? INFINITY : NAN;
    }

    static boolean isNegative(int signExp) {
        return (signExp & 0x8000) != 0;
    }

    private static boolean isSignaling(int kind, long significand) {
        return kind == NAN && (significand & QUIET) == 0;
    }

    static void result(FpEnvironment e, int signExp, long significand) {
        e.resultSignExp = signExp;
        e.resultSignificand = significand;
    }

    static void zero(FpEnvironment e, boolean negative) {
        result(e, negative ? 0x8000 : 0, 0);
    }

    static void infinity(FpEnvironment e, boolean negative) {
        result(e, negative ? 0xFFFF : 0x7FFF, Long.MIN_VALUE);
    }

    /** Invalid operation: IE, and the real indefinite as result. */
    public static void invalid(FpEnvironment e) {
        e.flags |= IE;
        result(e, 0xFFFF, 0xC000000000000000L);
    }

    /**
     * Handles operands of which one is unsupported or a NaN (SDM Vol. 1, table 4-7, x87 rules).
     *
     * @return false if both are numbers
     */
    static boolean special(
            FpEnvironment e, int aKind, int aSe, long aSig, int bKind, int bSe, long bSig) {
        if (aKind > NAN && bKind > NAN) {
            return false;
        }
        if (aKind == UNSUPPORTED || bKind == UNSUPPORTED) {
            invalid(e);
            return true;
        }
        boolean aSignals = isSignaling(aKind, aSig);
        boolean bSignals = isSignaling(bKind, bSig);
        if (aSignals || bSignals) {
            e.flags |= IE;
        }
        boolean first;
        if (aKind != NAN || bKind != NAN) {
            first = aKind == NAN;
        } else if (aSignals != bSignals) {
            first = bSignals;
        } else {
            int order = Long.compareUnsigned(aSig, bSig);
            first = order > 0 || (order == 0 && !isNegative(aSe));
        }
        if (first) {
            result(e, aSe, aSig | QUIET);
        } else {
            result(e, bSe, bSig | QUIET);
        }
        return true;
    }

    /** As special, for one operand. */
    static boolean special(FpEnvironment e, int kind, int signExp, long significand) {
        return special(e, kind, signExp, significand, ZERO, 0, 0);
    }

    static int exponent(int signExp, long significand) {
        int exp = signExp & 0x7FFF;
        return exp != 0 ? exp - BIAS : MIN_EXPONENT - Long.numberOfLeadingZeros(significand);
    }

    static long normalized(long significand) {
        return significand << Long.numberOfLeadingZeros(significand);
    }

    /** Puts a finite number into the scratch fields. */
    static void unpack(FpEnvironment e, int signExp, long significand) {
        e.sign = isNegative(signExp);
        e.exp = significand == 0 ? 0 : exponent(signExp, significand);
        e.hi = significand == 0 ? 0 : normalized(significand);
        e.lo = 0;
    }

    static void raiseDenormal(FpEnvironment e, int aKind, int bKind) {
        if (aKind == DENORMAL || bKind == DENORMAL || e.denormalOperand) {
            e.flags |= DE;
        }
    }

    /**
     * Rounds the scratch value to the given number of significant bits (24, 53, 64) and the 80-bit
     * range.
     */
    static void round(FpEnvironment e, int precision) {
        int signBit = e.sign ? 0x8000 : 0;
        e.roundedUp = false;
        if (e.hi == 0) {
            result(e, signBit, 0);
            return;
        }
        int unused = 64 - precision;
        int shift = unused;
        int exp = e.exp;
        boolean denormalize = false;
        boolean tiny = false;
        if (exp < MIN_EXPONENT) {
            tiny = exp < MIN_EXPONENT - 1 || !roundsToPowerOfTwo(e, unused);
            if (tiny && !e.isMasked(UE)) {
                e.flags |= UE;
                exp += WRAP;
                if (exp < MIN_EXPONENT) {
                    // Only FSCALE gets here: too small even with the biased exponent.
                    e.flags |= PE;
                    zero(e, e.sign);
                    return;
                }
            } else {
                denormalize = true;
                shift += MIN_EXPONENT - exp;
            }
        }
        long kept;
        boolean half;
        boolean sticky;
        if (shift == 0) {
            kept = e.hi;
            half = e.lo < 0;
            sticky = e.lo << 1 != 0;
        } else if (shift < 64) {
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
            e.flags |= denormalize && tiny ? UE | PE : PE;
            if (Wide.increments(e.roundingMode, e.sign, (kept & 1) != 0, half, sticky)) {
                kept++;
                e.roundedUp = true;
            }
        }
        long significand = kept << unused;
        if (denormalize) {
            result(e, signBit | (significand < 0 ? 1 : 0), significand);
            return;
        }
        if (significand == 0) {
            significand = Long.MIN_VALUE;
            exp++;
        }
        if (exp > MAX_EXPONENT) {
            e.flags |= OE;
            if (e.isMasked(OE)) {
                e.flags |= PE;
                overflow(e, precision);
                return;
            }
            exp -= WRAP;
            if (exp > MAX_EXPONENT) {
                e.flags |= PE;
                e.roundedUp = true;
                infinity(e, e.sign);
                return;
            }
        }
        result(e, signBit | ((exp + BIAS) & 0x7FFF), significand);
    }

    private static boolean roundsToPowerOfTwo(FpEnvironment e, int unused) {
        long ones = -1L << unused;
        if ((e.hi & ones) != ones) {
            return false;
        }
        long dropped = unused == 0 ? e.lo : e.hi << (64 - unused);
        boolean sticky = dropped << 1 != 0 || (unused != 0 && e.lo != 0);
        return Wide.increments(e.roundingMode, e.sign, true, dropped < 0, sticky);
    }

    private static void overflow(FpEnvironment e, int precision) {
        boolean toInfinity =
                e.roundingMode == FpEnvironment.NEAREST
                        || e.roundingMode == (e.sign ? FpEnvironment.DOWN : FpEnvironment.UP);
        e.roundedUp = toInfinity;
        if (toInfinity) {
            infinity(e, e.sign);
        } else {
            result(e, e.sign ? 0xFFFE : 0x7FFE, -1L << (64 - precision));
        }
    }

    /** FADD. */
    public static void add(FpEnvironment e, int aSe, long aSig, int bSe, long bSig) {
        int aKind = classify(aSe, aSig);
        int bKind = classify(bSe, bSig);
        if (!special(e, aKind, aSe, aSig, bKind, bSe, bSig)) {
            addNumbers(e, aKind, aSe, aSig, bKind, bSe, bSig);
        }
    }

    /** FSUB: a - b; FSUBR swaps the operands. */
    public static void subtract(FpEnvironment e, int aSe, long aSig, int bSe, long bSig) {
        int aKind = classify(aSe, aSig);
        int bKind = classify(bSe, bSig);
        if (!special(e, aKind, aSe, aSig, bKind, bSe, bSig)) {
            addNumbers(e, aKind, aSe, aSig, bKind, bSe ^ 0x8000, bSig);
        }
    }

    private static void addNumbers(
            FpEnvironment e, int aKind, int aSe, long aSig, int bKind, int bSe, long bSig) {
        if (aKind == INFINITY && bKind == INFINITY && aSe != bSe) {
            invalid(e);
            return;
        }
        raiseDenormal(e, aKind, bKind);
        if (aKind == INFINITY) {
            result(e, aSe, aSig);
        } else if (bKind == INFINITY) {
            result(e, bSe, bSig);
        } else if (aKind == ZERO && bKind == ZERO) {
            zero(e, aSe == bSe ? isNegative(aSe) : e.roundingMode == FpEnvironment.DOWN);
        } else {
            if (aKind == ZERO) {
                unpack(e, bSe, bSig);
            } else if (bKind == ZERO) {
                unpack(e, aSe, aSig);
            } else {
                Wide.add(
                        e,
                        isNegative(aSe),
                        exponent(aSe, aSig),
                        normalized(aSig),
                        0,
                        isNegative(bSe),
                        exponent(bSe, bSig),
                        normalized(bSig),
                        0);
            }
            round(e, e.precision);
        }
    }

    /** FMUL. */
    public static void multiply(FpEnvironment e, int aSe, long aSig, int bSe, long bSig) {
        int aKind = classify(aSe, aSig);
        int bKind = classify(bSe, bSig);
        if (special(e, aKind, aSe, aSig, bKind, bSe, bSig)) {
            return;
        }
        boolean negative = isNegative(aSe ^ bSe);
        if (aKind == INFINITY || bKind == INFINITY) {
            if (aKind == ZERO || bKind == ZERO) {
                invalid(e);
                return;
            }
            raiseDenormal(e, aKind, bKind);
            infinity(e, negative);
            return;
        }
        raiseDenormal(e, aKind, bKind);
        if (aKind == ZERO || bKind == ZERO) {
            zero(e, negative);
            return;
        }
        Wide.multiply(
                e,
                negative,
                exponent(aSe, aSig),
                normalized(aSig),
                exponent(bSe, bSig),
                normalized(bSig));
        round(e, e.precision);
    }

    /** FDIV: a / b; FDIVR swaps the operands. */
    public static void divide(FpEnvironment e, int aSe, long aSig, int bSe, long bSig) {
        int aKind = classify(aSe, aSig);
        int bKind = classify(bSe, bSig);
        if (special(e, aKind, aSe, aSig, bKind, bSe, bSig)) {
            return;
        }
        boolean negative = isNegative(aSe ^ bSe);
        if (aKind == bKind && (aKind == INFINITY || aKind == ZERO)) {
            invalid(e);
        } else if (aKind == INFINITY) {
            raiseDenormal(e, aKind, bKind);
            infinity(e, negative);
        } else if (bKind == ZERO) {
            e.flags |= ZE;
            infinity(e, negative);
        } else {
            raiseDenormal(e, aKind, bKind);
            if (aKind == ZERO || bKind == INFINITY) {
                zero(e, negative);
                return;
            }
            Wide.divide(
                    e,
                    negative,
                    exponent(aSe, aSig),
                    normalized(aSig),
                    exponent(bSe, bSig),
                    normalized(bSig));
            round(e, e.precision);
        }
    }

    /** FSQRT. */
    public static void squareRoot(FpEnvironment e, int signExp, long significand) {
        int kind = classify(signExp, significand);
        if (special(e, kind, signExp, significand)) {
            return;
        }
        if (kind == ZERO) {
            result(e, signExp, significand);
        } else if (isNegative(signExp)) {
            invalid(e);
        } else if (kind == INFINITY) {
            result(e, signExp, significand);
        } else {
            raiseDenormal(e, kind, kind);
            Wide.squareRoot(e, exponent(signExp, significand), normalized(significand));
            round(e, e.precision);
        }
    }

    /**
     * FCOM and, with {@code quietSignals} false, FUCOM: {@link #LESS}, {@link #EQUAL}, {@link
     * #GREATER} or {@link #UNORDERED}.
     */
    public static int compare(
            FpEnvironment e, int aSe, long aSig, int bSe, long bSig, boolean quietSignals) {
        int aKind = classify(aSe, aSig);
        int bKind = classify(bSe, bSig);
        if (aKind <= NAN || bKind <= NAN) {
            if (quietSignals
                    || aKind == UNSUPPORTED
                    || bKind == UNSUPPORTED
                    || isSignaling(aKind, aSig)
                    || isSignaling(bKind, bSig)) {
                e.flags |= IE;
            }
            return UNORDERED;
        }
        raiseDenormal(e, aKind, bKind);
        if (aKind == ZERO && bKind == ZERO) {
            return EQUAL;
        }
        if (isNegative(aSe) != isNegative(bSe)) {
            return isNegative(aSe) ? LESS : GREATER;
        }
        int aExp = Math.max(1, aSe & 0x7FFF);
        int bExp = Math.max(1, bSe & 0x7FFF);
        int order = aExp != bExp ? Integer.compare(aExp, bExp) : Long.compareUnsigned(aSig, bSig);
        if (aKind == ZERO) {
            order = LESS;
        } else if (bKind == ZERO) {
            order = GREATER;
        }
        order = order < 0 ? LESS : order > 0 ? GREATER : EQUAL;
        return isNegative(aSe) ? -order : order;
    }

    /** FRNDINT. */
    public static void roundToIntegral(FpEnvironment e, int signExp, long significand) {
        int kind = classify(signExp, significand);
        if (special(e, kind, signExp, significand)) {
            return;
        }
        raiseDenormal(e, kind, kind);
        unpack(e, signExp, significand);
        e.roundedUp = false;
        if (kind == ZERO || kind == INFINITY || e.exp >= 63) {
            result(e, signExp, significand);
            return;
        }
        Wide.toIntegral(e, e.roundingMode);
        if (e.lo != 0) {
            e.flags |= PE;
        }
        e.lo = 0;
        e.exp = 63;
        Wide.normalize(e);
        if (e.hi == 0) {
            zero(e, e.sign);
        } else {
            result(e, signExp & 0x8000 | (e.exp + BIAS), e.hi);
        }
    }
}
