package org.linuxemu.core.exec.fp;

/**
 * binary64 arithmetic of SSE on raw bits. Where the mode is nearest and operands and result are
 * normal numbers, the host's arithmetic gives the same result, and only whether it is exact is left
 * to find out; {@link BinaryFormat} does everything else.
 */
public final class Binary64 {
    /** Results of {@link #compare}. */
    public static final int LESS = BinaryFormat.LESS;

    public static final int EQUAL = BinaryFormat.EQUAL;
    public static final int GREATER = BinaryFormat.GREATER;
    public static final int UNORDERED = BinaryFormat.UNORDERED;

    /** The negative quiet NaN that invalid operations give. */
    public static final long DEFAULT_NAN = 0xFFF8000000000000L;

    private static final BinaryFormat F = BinaryFormat.DOUBLE;
    private static final long FRACTION = (1L << 52) - 1;
    private static final long IMPLICIT = 1L << 52;

    private Binary64() {}

    private static int exponent(long bits) {
        return (int) (bits >>> 52) & 0x7FF;
    }

    /**
     * Non-negative if the operands are normal and the result is normal and cannot have been rounded
     * up from tiny.
     */
    private static int normal(long a, long b, long r) {
        int x = exponent(a);
        int y = exponent(b);
        int z = exponent(r);
        return (x - 1) | (0x7FE - x) | (y - 1) | (0x7FE - y) | (z - 2) | (0x7FE - z);
    }

    public static long add(FpEnvironment e, long a, long b) {
        if (e.roundingMode == FpEnvironment.NEAREST) {
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            double z = x + y;
            long r = Double.doubleToRawLongBits(z);
            if (normal(a, b, r) >= 0) {
                if (!e.inexactAlreadySet && sumError(x, y, z) != 0) {
                    e.flags |= FpEnvironment.PE;
                }
                return r;
            }
        }
        return F.add(e, a, b);
    }

    public static long subtract(FpEnvironment e, long a, long b) {
        if (e.roundingMode == FpEnvironment.NEAREST) {
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            double z = x - y;
            long r = Double.doubleToRawLongBits(z);
            if (normal(a, b, r) >= 0) {
                if (!e.inexactAlreadySet && sumError(x, -y, z) != 0) {
                    e.flags |= FpEnvironment.PE;
                }
                return r;
            }
        }
        return F.subtract(e, a, b);
    }

    /** x + y - sum, exactly (Knuth's two-sum). */
    private static double sumError(double x, double y, double sum) {
        double rest = sum - x;
        return (x - (sum - rest)) + (y - rest);
    }

    public static long multiply(FpEnvironment e, long a, long b) {
        if (e.roundingMode == FpEnvironment.NEAREST) {
            long r =
                    Double.doubleToRawLongBits(
                            Double.longBitsToDouble(a) * Double.longBitsToDouble(b));
            if (normal(a, b, r) >= 0) {
                if (!e.inexactAlreadySet && !productFits(a, b, r)) {
                    e.flags |= FpEnvironment.PE;
                }
                return r;
            }
        }
        return F.multiply(e, a, b);
    }

    /**
     * Whether the product of two normal numbers has at most 53 significant bits; r is the rounded
     * product.
     */
    private static boolean productFits(long a, long b, long r) {
        int zeros =
                Long.numberOfTrailingZeros(a | IMPLICIT) + Long.numberOfTrailingZeros(b | IMPLICIT);
        // 105 bits less the zeros, one more if the significands' product is at least 2.
        return zeros >= 53 || (zeros == 52 && exponent(r) == exponent(a) + exponent(b) - 0x3FF);
    }

    public static long divide(FpEnvironment e, long a, long b) {
        if (e.roundingMode == FpEnvironment.NEAREST) {
            long r =
                    Double.doubleToRawLongBits(
                            Double.longBitsToDouble(a) / Double.longBitsToDouble(b));
            if (normal(a, b, r) >= 0) {
                if (!e.inexactAlreadySet && !isProduct(a, b, r)) {
                    e.flags |= FpEnvironment.PE;
                }
                return r;
            }
        }
        return F.divide(e, a, b);
    }

    public static long squareRoot(FpEnvironment e, long a) {
        if (e.roundingMode == FpEnvironment.NEAREST && a > 0) {
            long r = Double.doubleToRawLongBits(Math.sqrt(Double.longBitsToDouble(a)));
            if (normal(a, a, r) >= 0) {
                if (!e.inexactAlreadySet && !isProduct(a, r, r)) {
                    e.flags |= FpEnvironment.PE;
                }
                return r;
            }
        }
        return F.squareRoot(e, a);
    }

    /** Whether x times y has the significand of p; all normal. */
    private static boolean isProduct(long p, long x, long y) {
        long s = x & FRACTION | IMPLICIT;
        long t = y & FRACTION | IMPLICIT;
        long low = s * t;
        if ((low & FRACTION) != 0) {
            return false;
        }
        long product = Math.multiplyHigh(s, t) << 12 | low >>> 52;
        long expected = p & FRACTION | IMPLICIT;
        return product == expected || product == expected << 1;
    }

    /** a * b + c with one rounding; the first of a, b, c that is a NaN is the result. */
    public static long fusedMultiplyAdd(FpEnvironment e, long a, long b, long c) {
        if (e.inexactAlreadySet && e.roundingMode == FpEnvironment.NEAREST) {
            double d =
                    Math.fma(
                            Double.longBitsToDouble(a),
                            Double.longBitsToDouble(b),
                            Double.longBitsToDouble(c));
            long r = Double.doubleToRawLongBits(d);
            if ((normal(a, b, r) | (exponent(c) - 1) | (0x7FE - exponent(c))) >= 0) {
                return r;
            }
        }
        return F.fusedMultiplyAdd(e, a, b, c);
    }

    /**
     * Compares: {@link #LESS}, {@link #EQUAL}, {@link #GREATER} or {@link #UNORDERED}. Raises IE
     * for signalling NaNs (UCOMISD, quiet predicates), or with {@code quietSignals} for any NaN
     * (COMISD, signalling predicates).
     */
    public static int compare(FpEnvironment e, long a, long b, boolean quietSignals) {
        return F.compare(e, a, b, quietSignals);
    }

    /** MINSD of destination a and source b. */
    public static long minimum(FpEnvironment e, long a, long b) {
        return F.minimum(e, a, b);
    }

    /** MAXSD of destination a and source b. */
    public static long maximum(FpEnvironment e, long a, long b) {
        return F.maximum(e, a, b);
    }

    /** ROUNDSD: to an integral value by a mode (0-3); PE unless suppressed; never DE. */
    public static long roundToIntegral(FpEnvironment e, long a, int mode, boolean suppressInexact) {
        return F.roundToIntegral(e, a, mode, suppressInexact);
    }

    /**
     * The operand with its sign changed, a NaN as it is: what VFNMADD and VFMSUB feed to the fused
     * operation.
     */
    public static long negateUnlessNan(long a) {
        return isNan(a) ? a : a ^ Long.MIN_VALUE;
    }

    public static boolean isNan(long a) {
        return F.isNan(a);
    }

    public static boolean isSignalingNan(long a) {
        return F.isSignaling(a);
    }
}
