package org.linuxemu.core.exec.fp;

/** FPREM, FPREM1, FSCALE and FXTRACT: exact operations on the exponent and the remainder. */
public final class ExtendedRemainder {
    /** Result of {@link #remainder}: the reduction is partial (C2). */
    public static final int INCOMPLETE = -1;

    /** Result of {@link #remainder}: the operation was invalid, there is no quotient. */
    public static final int NONE = -2;

    private ExtendedRemainder() {}

    /**
     * FPREM (quotient truncated) or, with {@code nearest}, FPREM1 of a by b.
     *
     * @return the low three bits of the quotient's magnitude, {@link #INCOMPLETE} or {@link #NONE}
     */
    public static int remainder(
            FpEnvironment e, int aSe, long aSig, int bSe, long bSig, boolean nearest) {
        int aKind = Extended.classify(aSe, aSig);
        int bKind = Extended.classify(bSe, bSig);
        e.roundedUp = false;
        if (Extended.special(e, aKind, aSe, aSig, bKind, bSe, bSig)) {
            return NONE;
        }
        if (aKind == Extended.INFINITY || bKind == Extended.ZERO) {
            Extended.invalid(e);
            return NONE;
        }
        Extended.raiseDenormal(e, aKind, bKind);
        if (aKind == Extended.ZERO) {
            Extended.result(e, aSe, aSig);
            return 0;
        }
        Extended.unpack(e, aSe, aSig);
        if (bKind == Extended.INFINITY) {
            Extended.round(e, 64);
            return 0;
        }
        int bExp = Extended.exponent(bSe, bSig);
        long b = Extended.normalized(bSig);
        int d = e.exp - bExp;
        int quotient = 0;
        if (d >= 64) {
            int n = d & 31 | 32;
            reduce(e, b, n);
            e.exp = bExp + d - n;
            quotient = INCOMPLETE;
        } else if (d >= 0) {
            quotient = (int) reduce(e, b, d) & 7;
            e.exp = bExp;
            if (nearest && (e.hi < 0 || e.hi << 1 != 0)) {
                int c = e.hi < 0 ? 1 : Long.compareUnsigned(e.hi << 1, b);
                if (c > 0 || (c == 0 && (quotient & 1) != 0)) {
                    e.hi = b - e.hi;
                    e.sign = !e.sign;
                    quotient = quotient + 1 & 7;
                }
            }
        } else if (nearest && d == -1 && Long.compareUnsigned(e.hi, b) > 0) {
            // Between half of b and b: 2b - a at a's exponent is less than 2^64.
            e.hi = (b << 1) - e.hi;
            e.sign = !e.sign;
            quotient = 1;
        }
        if (e.hi == 0) {
            Extended.zero(e, Extended.isNegative(aSe));
        } else {
            Wide.normalize(e);
            Extended.round(e, 64);
        }
        return quotient;
    }

    /**
     * Replaces hi by (hi * 2^bits) mod b, for bits below 64, and returns the quotient modulo 2^64.
     */
    private static long reduce(FpEnvironment e, long b, int bits) {
        long r = e.hi;
        long quotient = 0;
        if (Long.compareUnsigned(r, b) >= 0) {
            r -= b;
            quotient = 1;
        }
        if (bits > 0) {
            long q = Wide.divide128(r >>> (64 - bits), r << bits, b);
            r = (r << bits) - q * b;
            quotient = (quotient << bits) + q;
        }
        e.hi = r;
        e.lo = 0;
        return quotient;
    }

    /** FSCALE: a * 2^trunc(b). */
    public static void scale(FpEnvironment e, int aSe, long aSig, int bSe, long bSig) {
        int aKind = Extended.classify(aSe, aSig);
        int bKind = Extended.classify(bSe, bSig);
        if (Extended.special(e, aKind, aSe, aSig, bKind, bSe, bSig)) {
            return;
        }
        boolean negative = Extended.isNegative(aSe);
        boolean down = Extended.isNegative(bSe);
        if (bKind == Extended.INFINITY) {
            if (aKind == (down ? Extended.INFINITY : Extended.ZERO)) {
                Extended.invalid(e);
                return;
            }
            Extended.raiseDenormal(e, aKind, bKind);
            if (down) {
                Extended.zero(e, negative);
            } else {
                Extended.infinity(e, negative);
            }
            return;
        }
        Extended.raiseDenormal(e, aKind, bKind);
        if (aKind == Extended.INFINITY || aKind == Extended.ZERO) {
            Extended.result(e, aSe, aSig);
            return;
        }
        int n = 0;
        int bExp = bKind == Extended.ZERO ? -1 : Extended.exponent(bSe, bSig);
        if (bExp >= 16) {
            n = 0x10000; // beyond any exponent, wrapped or not
        } else if (bExp >= 0) {
            n = (int) (Extended.normalized(bSig) >>> (63 - bExp));
        }
        Extended.unpack(e, aSe, aSig);
        e.exp += down ? -n : n;
        Extended.round(e, 64);
    }

    /** FXTRACT, first half: the exponent of a, as a number. */
    public static void extractExponent(FpEnvironment e, int signExp, long significand) {
        int kind = Extended.classify(signExp, significand);
        if (Extended.special(e, kind, signExp, significand)) {
            return;
        }
        if (kind == Extended.ZERO) {
            e.flags |= FpEnvironment.ZE;
            Extended.infinity(e, true);
        } else if (kind == Extended.INFINITY) {
            Extended.infinity(e, false);
        } else {
            Extended.raiseDenormal(e, kind, kind);
            ExtendedConversions.loadInteger(e, Extended.exponent(signExp, significand));
        }
    }

    /**
     * FXTRACT, second half: the significand of a, between 1 and 2, with its sign. Raises the same
     * exceptions.
     */
    public static void extractSignificand(FpEnvironment e, int signExp, long significand) {
        int kind = Extended.classify(signExp, significand);
        if (kind <= Extended.NAN) {
            Extended.special(e, kind, signExp, significand);
        } else if (kind == Extended.ZERO || kind == Extended.INFINITY) {
            Extended.result(e, signExp, significand);
        } else {
            Extended.result(e, signExp & 0x8000 | Extended.BIAS, Extended.normalized(significand));
        }
    }
}
