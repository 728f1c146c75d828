package org.linuxemu.core.exec.fp;

/**
 * binary32 arithmetic of SSE on raw bits. Where the mode is nearest and operands and result are
 * normal numbers, the host's arithmetic gives the same result, and only whether it is exact is left
 * to find out; {@link BinaryFormat} does everything else.
 */
public final class Binary32 {
    /** Results of {@link #compare}. */
    public static final int LESS = BinaryFormat.LESS;

    public static final int EQUAL = BinaryFormat.EQUAL;
    public static final int GREATER = BinaryFormat.GREATER;
    public static final int UNORDERED = BinaryFormat.UNORDERED;

    /** The negative quiet NaN that invalid operations give. */
    public static final int DEFAULT_NAN = 0xFFC00000;

    private static final BinaryFormat F = BinaryFormat.SINGLE;

    private Binary32() {}

    private static long widen(int bits) {
        return bits & 0xFFFFFFFFL;
    }

    private static int exponent(int bits) {
        return bits >>> 23 & 0xFF;
    }

    /**
     * Non-negative if the operands are normal and the result is normal and cannot have been rounded
     * up from tiny.
     */
    private static int normal(int a, int b, int r) {
        int x = exponent(a);
        int y = exponent(b);
        int z = exponent(r);
        return (x - 1) | (0xFE - x) | (y - 1) | (0xFE - y) | (z - 2) | (0xFE - z);
    }

    public static int add(FpEnvironment e, int a, int b) {
        if (e.roundingMode == FpEnvironment.NEAREST) {
            float x = Float.intBitsToFloat(a);
            float y = Float.intBitsToFloat(b);
            float z = x + y;
            int r = Float.floatToRawIntBits(z);
            if (normal(a, b, r) >= 0) {
                if (!e.inexactAlreadySet && sumError(x, y, z) != 0) {
                    e.flags |= FpEnvironment.PE;
                }
                return r;
            }
        }
        return (int) F.add(e, widen(a), widen(b));
    }

    public static int subtract(FpEnvironment e, int a, int b) {
        if (e.roundingMode == FpEnvironment.NEAREST) {
            float x = Float.intBitsToFloat(a);
            float y = Float.intBitsToFloat(b);
            float z = x - y;
            int r = Float.floatToRawIntBits(z);
            if (normal(a, b, r) >= 0) {
                if (!e.inexactAlreadySet && sumError(x, -y, z) != 0) {
                    e.flags |= FpEnvironment.PE;
                }
                return r;
            }
        }
        return (int) F.subtract(e, widen(a), widen(b));
    }

    /** x + y - sum, exactly (Knuth's two-sum). */
    private static float sumError(float x, float y, float sum) {
        float rest = sum - x;
        return (x - (sum - rest)) + (y - rest);
    }

    public static int multiply(FpEnvironment e, int a, int b) {
        if (e.roundingMode == FpEnvironment.NEAREST) {
            float x = Float.intBitsToFloat(a);
            float y = Float.intBitsToFloat(b);
            float z = x * y;
            int r = Float.floatToRawIntBits(z);
            if (normal(a, b, r) >= 0) {
                // Products of floats are exact in double.
                if (!e.inexactAlreadySet && (double) x * y != z) {
                    e.flags |= FpEnvironment.PE;
                }
                return r;
            }
        }
        return (int) F.multiply(e, widen(a), widen(b));
    }

    public static int divide(FpEnvironment e, int a, int b) {
        if (e.roundingMode == FpEnvironment.NEAREST) {
            float x = Float.intBitsToFloat(a);
            float y = Float.intBitsToFloat(b);
            float z = x / y;
            int r = Float.floatToRawIntBits(z);
            if (normal(a, b, r) >= 0) {
                if (!e.inexactAlreadySet && (double) z * y != x) {
                    e.flags |= FpEnvironment.PE;
                }
                return r;
            }
        }
        return (int) F.divide(e, widen(a), widen(b));
    }

    public static int squareRoot(FpEnvironment e, int a) {
        if (e.roundingMode == FpEnvironment.NEAREST && a > 0) {
            float x = Float.intBitsToFloat(a);
            float z = (float) Math.sqrt(x);
            int r = Float.floatToRawIntBits(z);
            if (normal(a, a, r) >= 0) {
                if (!e.inexactAlreadySet && (double) z * z != x) {
                    e.flags |= FpEnvironment.PE;
                }
                return r;
            }
        }
        return (int) F.squareRoot(e, widen(a));
    }

    /** a * b + c with one rounding; the first of a, b, c that is a NaN is the result. */
    public static int fusedMultiplyAdd(FpEnvironment e, int a, int b, int c) {
        if (e.inexactAlreadySet && e.roundingMode == FpEnvironment.NEAREST) {
            float f =
                    Math.fma(
                            Float.intBitsToFloat(a),
                            Float.intBitsToFloat(b),
                            Float.intBitsToFloat(c));
            int r = Float.floatToRawIntBits(f);
            if ((normal(a, b, r) | (exponent(c) - 1) | (0xFE - exponent(c))) >= 0) {
                return r;
            }
        }
        return (int) F.fusedMultiplyAdd(e, widen(a), widen(b), widen(c));
    }

    /**
     * Compares: {@link #LESS}, {@link #EQUAL}, {@link #GREATER} or {@link #UNORDERED}. Raises IE
     * for signalling NaNs (UCOMISS, quiet predicates), or with {@code quietSignals} for any NaN
     * (COMISS, signalling predicates).
     */
    public static int compare(FpEnvironment e, int a, int b, boolean quietSignals) {
        return F.compare(e, widen(a), widen(b), quietSignals);
    }

    /** MINSS of destination a and source b. */
    public static int minimum(FpEnvironment e, int a, int b) {
        return (int) F.minimum(e, widen(a), widen(b));
    }

    /** MAXSS of destination a and source b. */
    public static int maximum(FpEnvironment e, int a, int b) {
        return (int) F.maximum(e, widen(a), widen(b));
    }

    /** ROUNDSS: to an integral value by a mode (0-3); PE unless suppressed; never DE. */
    public static int roundToIntegral(FpEnvironment e, int a, int mode, boolean suppressInexact) {
        return (int) F.roundToIntegral(e, widen(a), mode, suppressInexact);
    }

    /**
     * The operand with its sign changed, a NaN as it is: what VFNMADD and VFMSUB feed to the fused
     * operation.
     */
    public static int negateUnlessNan(int a) {
        return isNan(a) ? a : a ^ Integer.MIN_VALUE;
    }

    public static boolean isNan(int a) {
        return F.isNan(widen(a));
    }

    public static boolean isSignalingNan(int a) {
        return F.isSignaling(widen(a));
    }
}
