package org.linuxemu.core.exec.fp;

/**
 * The transcendental functions of the x87, computed with 128-bit significands and rounded once by
 * the rounding mode: the results are the correctly rounded ones but for cases too rare to meet,
 * well inside the 1 ulp that processors promise (SDM Vol. 1, 8.3.10). Precision control does not
 * apply.
 */
public final class Transcendental {
    /** atan(i / 16) for i = 1 to 16: exponent, and significand of 128 bits. */
    private static final long[] ATAN = {
        -5, 0xFFAADDB967EF4E36L, 0xCB2792DC0E2E0D51L,
        -4, 0xFEADD4D5617B6E32L, 0xC897989F3E888EF8L,
        -3, 0xBDCBDA5E72D81134L, 0x7B0B4F881C9C7488L,
        -3, 0xFADBAFC96406EB15L, 0x6DC79EF5F7A217E6L,
        -2, 0x9B13B9B83F5E5E69L, 0xC5ABB498D27AF328L,
        -2, 0xB7B0CA0F26F78473L, 0x8AA32122DCFE4483L,
        -2, 0xD327761E611FE5B6L, 0x427C95E9001E7136L,
        -2, 0xED63382B0DDA7B45L, 0x6FE445ECBC3A8D03L,
        -1, 0x832BF4A6D9867E2AL, 0x4B6A09CB61A515C1L,
        -1, 0x8F005D5EF7F59F9BL, 0x5C835E1665C43748L,
        -1, 0x9A2F80E671BDDA20L, 0x4226F8E2204FF3BDL,
        -1, 0xA4BC7D1934F70924L, 0x19A87F2A457DAC9FL,
        -1, 0xAEAC4C38B4D8C080L, 0x14725E2F3E52070AL,
        -1, 0xB8053E2BC2319E73L, 0xCB2DA55210A4443DL,
        -1, 0xC0CE85B8AC526640L, 0x89DD62C46E92FA25L,
        -1, 0xC90FDAA22168C234L, 0xC4C6628B80DC1CD1L,
    };

    /** pi/2 as the x87 uses it to reduce arguments, 66 bits long, in units of 2^-65. */
    private static final long HALF_PI_HI = 3;

    private static final long HALF_PI_LO = 0x243F6A8885A308D3L;

    private Transcendental() {}

    /**
     * Whether FSIN, FCOS, FSINCOS and FPTAN refuse the operand and set C2: finite and at least
     * 2^63.
     */
    public static boolean outOfRange(int signExp, long significand) {
        return (signExp & 0x7FFF) >= Extended.BIAS + 63
                && Extended.classify(signExp, significand) == Extended.NORMAL;
    }

    private static void finish(FpEnvironment e, Quad q, boolean exact) {
        e.sign = q.sign;
        e.exp = q.exp;
        e.hi = q.hi;
        e.lo = exact ? q.lo : q.lo | 1;
        Extended.round(e, 64);
    }

    private static Quad load(Quad q, int signExp, long significand) {
        return q.set(
                Extended.isNegative(signExp),
                Extended.exponent(signExp, significand),
                Extended.normalized(significand),
                0);
    }

    /** Terms of a series whose n-th term is below 2^(n * exponent), for 132 bits. */
    private static int terms(int exponent, int most) {
        return Math.min(most, 132 / Math.max(1, -exponent) + 2);
    }

    /** F2XM1: 2^x - 1 for x in [-1, 1]. */
    public static void twoToXMinusOne(FpEnvironment e, int signExp, long significand) {
        int kind = Extended.classify(signExp, significand);
        if (Extended.special(e, kind, signExp, significand)) {
            return;
        }
        boolean negative = Extended.isNegative(signExp);
        if (kind == Extended.ZERO) {
            Extended.result(e, signExp, significand);
            return;
        }
        if (kind == Extended.INFINITY) {
            if (negative) {
                Extended.result(e, 0x8000 | Extended.BIAS, Long.MIN_VALUE);
            } else {
                Extended.result(e, signExp, significand);
            }
            return;
        }
        Extended.raiseDenormal(e, kind, kind);
        if ((signExp & 0x7FFF) >= Extended.BIAS) {
            e.flags |= FpEnvironment.PE; // by processors, even for the two exact results
            if (significand == Long.MIN_VALUE && (signExp & 0x7FFF) == Extended.BIAS) {
                Extended.result(e, negative ? 0xBFFE : Extended.BIAS, Long.MIN_VALUE); // -0.5 and 1
            } else {
                Extended.result(e, signExp, significand); // undefined: as it is
            }
            return;
        }
        Quad t = load(e.q0, signExp, significand).multiply(lnOf2(e.q1));
        Quad sum = e.q1.setInt(1);
        for (int n = terms(t.exp, 36); n >= 2; n--) {
            sum.multiply(t).divide(n).add(e.q2.setInt(1));
        }
        finish(e, sum.multiply(t), false);
    }

    private static Quad lnOf2(Quad q) {
        return q.set(false, -1, 0xB17217F7D1CF79ABL, 0xC9E3B39803F2F6AFL);
    }

    /** q0 = log2((1 + z) / (1 - z)) for z in q0, |z| at most 0.1716. Uses q1 to q3. */
    private static Quad logOfRatio(FpEnvironment e) {
        Quad z = e.q0;
        Quad square = e.q1.set(z).multiply(z);
        int n = terms(square.exp + 1, 30);
        Quad sum = e.q2.setInt(0);
        for (int k = 2 * n + 1; k >= 1; k -= 2) {
            sum.multiply(square).add(e.q3.setInt(1).divide(k));
        }
        z.multiply(sum);
        z.exp++;
        return z.divide(lnOf2(e.q3));
    }

    /** FYL2X: y * log2(x), x in ST(0) and y in ST(1). */
    public static void yLog2X(FpEnvironment e, int xSe, long xSig, int ySe, long ySig) {
        int xKind = Extended.classify(xSe, xSig);
        int yKind = Extended.classify(ySe, ySig);
        if (Extended.special(e, xKind, xSe, xSig, yKind, ySe, ySig)) {
            return;
        }
        boolean yNegative = Extended.isNegative(ySe);
        if (xKind == Extended.ZERO) {
            if (yKind == Extended.ZERO) {
                Extended.invalid(e);
                return;
            }
            if (yKind == Extended.INFINITY) {
                Extended.infinity(e, !yNegative);
                return;
            }
            e.flags |= FpEnvironment.ZE;
            Extended.infinity(e, !yNegative);
            return;
        }
        boolean one = xSe == Extended.BIAS && xSig == Long.MIN_VALUE;
        if (Extended.isNegative(xSe)
                || (xKind == Extended.INFINITY && yKind == Extended.ZERO)
                || (one && yKind == Extended.INFINITY)) {
            Extended.invalid(e);
            return;
        }
        Extended.raiseDenormal(e, xKind, yKind);
        boolean logNegative = xSe < Extended.BIAS;
        if (xKind == Extended.INFINITY || yKind == Extended.INFINITY) {
            Extended.infinity(e, yNegative != logNegative);
            return;
        }
        if (one || yKind == Extended.ZERO) {
            Extended.zero(e, yNegative != logNegative);
            return;
        }
        // x = m * 2^k with m between sqrt(1/2) and sqrt(2); log2(m) by z = (m - 1) / (m + 1).
        Quad m = load(e.q0, xSe, xSig);
        int k = m.exp;
        m.exp = 0;
        if (Long.compareUnsigned(m.hi, 0xB504F333F9DE6484L) >= 0) {
            m.exp = -1;
            k++;
        }
        boolean exact = m.hi == Long.MIN_VALUE;
        if (exact) {
            e.q0.setInt(k);
        } else {
            Quad above = e.q1.set(m).add(e.q2.setInt(1));
            m.add(e.q2.setInt(-1)).divide(above);
            logOfRatio(e).add(e.q1.setInt(k));
        }
        finish(e, e.q0.multiply(load(e.q1, ySe, ySig)), exact);
        // Processors call the results for powers of two inexact as well.
        boolean denormal =
                Extended.classify(e.resultSignExp, e.resultSignificand) == Extended.DENORMAL;
        e.flags |= denormal ? FpEnvironment.UE | FpEnvironment.PE : FpEnvironment.PE;
    }

    /** FYL2XP1: y * log2(x + 1), x in ST(0) and y in ST(1); |x| at most 1 - sqrt(1/2). */
    public static void yLog2XPlus1(FpEnvironment e, int xSe, long xSig, int ySe, long ySig) {
        int xKind = Extended.classify(xSe, xSig);
        int yKind = Extended.classify(ySe, ySig);
        if (Extended.special(e, xKind, xSe, xSig, yKind, ySe, ySig)) {
            return;
        }
        boolean negative = Extended.isNegative(xSe ^ ySe);
        if (xKind == Extended.INFINITY || yKind == Extended.INFINITY) {
            if (xKind == Extended.ZERO
                    || yKind == Extended.ZERO
                    || (xKind == Extended.INFINITY && Extended.isNegative(xSe))) {
                Extended.invalid(e);
                return;
            }
            Extended.raiseDenormal(e, xKind, yKind);
            Extended.infinity(e, negative);
            return;
        }
        Extended.raiseDenormal(e, xKind, yKind);
        if (xKind == Extended.ZERO || yKind == Extended.ZERO) {
            Extended.zero(e, negative);
            return;
        }
        // log2(1 + x) by z = x / (2 + x), for the range in which the instruction is defined and
        // somewhat beyond.
        Quad x = load(e.q0, xSe, xSig);
        if (x.exp >= -1) {
            outsideRange(e, x, ySe, ySig);
            return;
        }
        Quad above = e.q1.set(x).add(e.q2.setInt(2));
        x.divide(above);
        logOfRatio(e);
        finish(e, e.q0.multiply(load(e.q1, ySe, ySig)), false);
    }

    /**
     * FYL2XP1 where its result is undefined: the true value if there is one, and x as it is if not.
     */
    private static void outsideRange(FpEnvironment e, Quad x, int ySe, long ySig) {
        e.flags |= FpEnvironment.PE;
        if (x.sign && x.exp >= 0) {
            Extended.result(e, 0x8000 | (x.exp + Extended.BIAS), x.hi);
            return;
        }
        Quad m = x.add(e.q1.setInt(1));
        int k = m.exp;
        m.exp = 0;
        Quad above = e.q1.set(m).add(e.q2.setInt(1));
        m.add(e.q2.setInt(-1)).divide(above);
        if (!m.isZero()) {
            logOfRatio(e);
        }
        e.q0.add(e.q1.setInt(k));
        finish(e, e.q0.multiply(load(e.q1, ySe, ySig)), false);
    }

    /** FPATAN: the angle of the point (x, y), x in ST(0) and y in ST(1). */
    public static void arctangent(FpEnvironment e, int xSe, long xSig, int ySe, long ySig) {
        int xKind = Extended.classify(xSe, xSig);
        int yKind = Extended.classify(ySe, ySig);
        if (Extended.special(e, xKind, xSe, xSig, yKind, ySe, ySig)) {
            return;
        }
        boolean xNegative = Extended.isNegative(xSe);
        boolean yNegative = Extended.isNegative(ySe);
        Extended.raiseDenormal(e, xKind, yKind);
        if (yKind == Extended.INFINITY) {
            int quarters = xKind != Extended.INFINITY ? 2 : xNegative ? 3 : 1;
            quarterPis(e, yNegative, quarters);
        } else if (yKind == Extended.ZERO || xKind == Extended.INFINITY) {
            if (xNegative) {
                quarterPis(e, yNegative, 4);
            } else {
                Extended.zero(e, yNegative);
            }
        } else if (xKind == Extended.ZERO) {
            quarterPis(e, yNegative, 2);
        } else {
            angle(e, xSe, xSig, ySe, ySig);
        }
    }

    private static void quarterPis(FpEnvironment e, boolean negative, int quarters) {
        Quad q = e.q0.set(negative, -1, Quad.PI_HI, Quad.PI_LO).multiply(e.q1.setInt(quarters));
        finish(e, q, false);
    }

    private static void angle(FpEnvironment e, int xSe, long xSig, int ySe, long ySig) {
        Quad y = load(e.q0, ySe & 0x7FFF, ySig);
        Quad x = load(e.q1, xSe & 0x7FFF, xSig);
        boolean steep = y.exp > x.exp || (y.exp == x.exp && Long.compareUnsigned(y.hi, x.hi) > 0);
        Quad t = steep ? e.q2.set(x).divide(y) : e.q2.set(y).divide(x);
        arctangentOfSmall(e, t);
        Quad r = e.q0;
        if (steep) {
            // pi/2 - r on the right, pi/2 + r on the left
            if (!Extended.isNegative(xSe)) {
                r.negate();
            }
            r.add(e.q1.set(false, 0, Quad.PI_HI, Quad.PI_LO));
        } else if (Extended.isNegative(xSe)) {
            r.negate().add(e.q1.set(false, 1, Quad.PI_HI, Quad.PI_LO));
        }
        r.sign = Extended.isNegative(ySe);
        finish(e, r, false);
    }

    /** q0 = atan(t) for t between 0 and 1 in q2. Uses all. */
    private static void arctangentOfSmall(FpEnvironment e, Quad t) {
        int index = 0;
        if (t.exp >= -5) {
            // Nearest sixteenth: t * 16 + 1/2.
            index = (int) ((t.hi >>> (59 - t.exp - 1)) + 1 >>> 1);
        }
        if (index > 0) {
            // atan(t) = atan(c) + atan((t - c) / (1 + t * c))
            Quad c = e.q1.setInt(index);
            c.exp -= 4;
            Quad below = e.q3.set(t).multiply(c).add(e.q4.setInt(1));
            t.add(c.negate()).divide(below);
        }
        Quad r = e.q0;
        if (t.isZero()) {
            r.setInt(0);
        } else {
            Quad square = e.q1.set(t).multiply(t).negate();
            int n = terms(square.exp + 1, 16);
            r.setInt(0);
            for (int k = 2 * n + 1; k >= 1; k -= 2) {
                r.multiply(square).add(e.q3.setInt(1).divide(k));
            }
            r.multiply(t);
            if (square.exp < -120) {
                r.nudgeDown();
            }
        }
        if (index > 0) {
            int at = 3 * (index - 1);
            r.add(e.q1.set(false, (int) ATAN[at], ATAN[at + 1], ATAN[at + 2]));
        }
    }

    /** FSIN; the caller has excluded operands that are {@link #outOfRange}. */
    public static void sine(FpEnvironment e, int signExp, long significand) {
        if (!trivial(e, signExp, significand)) {
            int quadrant = reduce(e, signExp, significand);
            Quad r = (quadrant & 1) == 0 ? sineSeries(e) : cosineSeries(e);
            if ((quadrant & 2) != 0) {
                r.negate();
            }
            finish(e, r, false);
        }
    }

    /** FCOS; the caller has excluded operands that are {@link #outOfRange}. */
    public static void cosine(FpEnvironment e, int signExp, long significand) {
        if (Extended.classify(signExp, significand) == Extended.ZERO) {
            Extended.result(e, Extended.BIAS, Long.MIN_VALUE);
        } else if (!trivial(e, signExp, significand)) {
            int quadrant = reduce(e, signExp, significand) + 1;
            Quad r = (quadrant & 1) == 0 ? sineSeries(e) : cosineSeries(e);
            if ((quadrant & 2) != 0) {
                r.negate();
            }
            finish(e, r, false);
        }
    }

    /** The tangent of FPTAN; the caller has excluded operands that are {@link #outOfRange}. */
    public static void tangent(FpEnvironment e, int signExp, long significand) {
        if (!trivial(e, signExp, significand)) {
            int quadrant = reduce(e, signExp, significand);
            Quad sine = e.q4.set(sineSeries(e));
            reduce(e, signExp, significand);
            Quad cosine = cosineSeries(e);
            if ((quadrant & 1) == 0) {
                finish(e, sine.divide(cosine), false);
            } else {
                finish(e, cosine.divide(sine).negate(), false);
            }
        }
    }

    /** NaNs, infinities (invalid) and zeros (unchanged); raises DE for the rest. */
    private static boolean trivial(FpEnvironment e, int signExp, long significand) {
        int kind = Extended.classify(signExp, significand);
        if (Extended.special(e, kind, signExp, significand)) {
            return true;
        }
        if (kind == Extended.INFINITY) {
            Extended.invalid(e);
            return true;
        }
        if (kind == Extended.ZERO) {
            Extended.result(e, signExp, significand);
            return true;
        }
        Extended.raiseDenormal(e, kind, kind);
        return false;
    }

    /**
     * q0 = the operand less the nearest multiple of pi/2 (the 66-bit one), exactly.
     *
     * @return the multiple modulo 4
     */
    private static int reduce(FpEnvironment e, int signExp, long significand) {
        Quad x = load(e.q0, signExp, significand);
        if (x.exp < -1) {
            return 0;
        }
        // |x| in units of 2^-65, 128 bits long at most.
        int shift = x.exp + 2;
        long rHi = shift == 64 ? x.hi : x.hi >>> (64 - shift);
        long rLo = shift == 64 ? 0 : x.hi << shift;
        int quotient = 0;
        for (int i = 62; i >= 0; i--) {
            // The divisor, 66 bits long, shifted left by i.
            long dHi = i == 0 ? HALF_PI_HI : HALF_PI_HI << i | HALF_PI_LO >>> (64 - i);
            long dLo = HALF_PI_LO << i;
            int c = Long.compareUnsigned(rHi, dHi);
            if (c > 0 || (c == 0 && Long.compareUnsigned(rLo, dLo) >= 0)) {
                rHi = rHi - dHi - (Long.compareUnsigned(rLo, dLo) < 0 ? 1 : 0);
                rLo -= dLo;
                quotient |= i < 2 ? 1 << i : 0;
            }
        }
        boolean negative = x.sign;
        // Twice the remainder against the divisor.
        long twiceHi = rHi << 1 | rLo >>> 63;
        long twiceLo = rLo << 1;
        if (twiceHi > HALF_PI_HI
                || (twiceHi == HALF_PI_HI && Long.compareUnsigned(twiceLo, HALF_PI_LO) > 0)) {
            rHi = HALF_PI_HI - rHi - (Long.compareUnsigned(HALF_PI_LO, rLo) < 0 ? 1 : 0);
            rLo = HALF_PI_LO - rLo;
            negative = !negative;
            quotient++;
        }
        int exp = -65 + 127;
        int n = rHi != 0 ? Long.numberOfLeadingZeros(rHi) : 64 + Long.numberOfLeadingZeros(rLo);
        if (n >= 128) {
            x.setInt(0);
        } else if (n >= 64) {
            x.set(negative, exp - n, rLo << (n - 64), 0);
        } else {
            x.set(negative, exp - n, n == 0 ? rHi : rHi << n | rLo >>> (64 - n), rLo << n);
        }
        return (Extended.isNegative(signExp) ? -quotient : quotient) & 3;
    }

    /** q0 = sin(q0). Uses q1 to q3. */
    private static Quad sineSeries(FpEnvironment e) {
        Quad r = e.q0;
        if (r.isZero()) {
            return r;
        }
        Quad square = e.q1.set(r).multiply(r).negate();
        Quad sum = e.q2.setInt(1);
        for (int n = terms(square.exp, 17); n >= 1; n--) {
            sum.multiply(square).divide(2 * n * (2 * n + 1)).add(e.q3.setInt(1));
        }
        r.multiply(sum);
        if (square.exp < -120) {
            r.nudgeDown();
        }
        return r;
    }

    /** q0 = cos(q0). Uses q1 to q3. */
    private static Quad cosineSeries(FpEnvironment e) {
        Quad r = e.q0;
        if (r.isZero()) {
            return r.setInt(1);
        }
        Quad square = e.q1.set(r).multiply(r).negate();
        Quad sum = e.q2.setInt(1);
        for (int n = terms(square.exp, 17); n >= 1; n--) {
            sum.multiply(square).divide(2 * n * (2 * n - 1)).add(e.q3.setInt(1));
        }
        r.set(sum);
        if (square.exp < -120) {
            r.nudgeDown();
        }
        return r;
    }
}
