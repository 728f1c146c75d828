package org.linuxemu.core.exec.fp;

/** Conversions between the binary formats and integers (SSE, SSE2, F16C). */
public final class Conversions {
    private static final BinaryFormat HALF = BinaryFormat.HALF;
    private static final BinaryFormat SINGLE = BinaryFormat.SINGLE;
    private static final BinaryFormat DOUBLE = BinaryFormat.DOUBLE;

    private Conversions() {}

    /**
     * Rounds the non-zero scratch value to a signed integer; the integer indefinite with IE if out
     * of range.
     */
    static long finishInteger(FpEnvironment e, int bits, int mode) {
        long indefinite = -1L << (bits - 1);
        boolean negative = e.sign;
        if (e.exp >= bits) {
            e.flags |= FpEnvironment.IE;
            e.roundedUp = false;
            return indefinite;
        }
        Wide.toIntegral(e, mode);
        long magnitude = e.hi;
        // The largest magnitude is 2^(bits-1) - 1, one more for negative numbers.
        long limit = negative ? -indefinite : ~indefinite;
        if (Long.compareUnsigned(magnitude, limit) > 0 || (magnitude == 0 && e.roundedUp)) {
            e.flags |= FpEnvironment.IE;
            e.roundedUp = false;
            return indefinite;
        }
        if (e.lo != 0) {
            e.flags |= FpEnvironment.PE;
        }
        return negative ? -magnitude : magnitude;
    }

    /** CVTSS2SI: a float's bits to int32 by the rounding mode of the environment. */
    public static int floatToInt32(FpEnvironment e, int a) {
        return floatToInt32(e, a, e.roundingMode);
    }

    /**
     * As {@link #floatToInt32(FpEnvironment, int)} with a given mode; {@link FpEnvironment#ZERO}
     * for CVTTSS2SI.
     */
    public static int floatToInt32(FpEnvironment e, int a, int mode) {
        return (int) SINGLE.toInteger(e, a & 0xFFFFFFFFL, 32, mode);
    }

    public static long floatToInt64(FpEnvironment e, int a, int mode) {
        return SINGLE.toInteger(e, a & 0xFFFFFFFFL, 64, mode);
    }

    /** CVTSD2SI and, with {@link FpEnvironment#ZERO}, CVTTSD2SI. */
    public static int doubleToInt32(FpEnvironment e, long a, int mode) {
        double d = Double.longBitsToDouble(a);
        int i = (int) d;
        if (i == d) {
            return i; // exact in every mode
        }
        return (int) DOUBLE.toInteger(e, a, 32, mode);
    }

    public static long doubleToInt64(FpEnvironment e, long a, int mode) {
        double d = Double.longBitsToDouble(a);
        long i = (long) d;
        if (i == d && i != Long.MAX_VALUE) {
            return i; // exact in every mode, and not 2^63 saturated
        }
        return DOUBLE.toInteger(e, a, 64, mode);
    }

    public static int int32ToFloat(FpEnvironment e, int value) {
        return int64ToFloat(e, value);
    }

    public static int int64ToFloat(FpEnvironment e, long value) {
        if (value == (int) value && Math.abs((int) value) <= 1 << 24) {
            return Float.floatToRawIntBits((float) (int) value);
        }
        return (int) SINGLE.fromInteger(e, value);
    }

    /** Always exact. */
    public static long int32ToDouble(int value) {
        return Double.doubleToRawLongBits(value);
    }

    public static long int64ToDouble(FpEnvironment e, long value) {
        if (Math.abs(value) >>> 53 == 0
                || (e.inexactAlreadySet && e.roundingMode == FpEnvironment.NEAREST)) {
            return Double.doubleToRawLongBits((double) value);
        }
        return DOUBLE.fromInteger(e, value);
    }

    /** CVTSS2SD. */
    public static long floatToDouble(FpEnvironment e, int a) {
        int biased = a >>> 23 & 0xFF;
        if ((biased - 1 & 0xFF) < 0xFE) {
            return Double.doubleToRawLongBits(Float.intBitsToFloat(a));
        }
        return DOUBLE.convert(e, SINGLE, a & 0xFFFFFFFFL);
    }

    /** CVTSD2SS. */
    public static int doubleToFloat(FpEnvironment e, long a) {
        if (e.roundingMode == FpEnvironment.NEAREST) {
            double d = Double.longBitsToDouble(a);
            float f = (float) d;
            int r = Float.floatToRawIntBits(f);
            int biased = r >>> 23 & 0xFF;
            if (biased > 1 && biased < 0xFF) {
                if (f != d) {
                    e.flags |= FpEnvironment.PE;
                }
                return r;
            }
        }
        return (int) SINGLE.convert(e, DOUBLE, a);
    }

    /** VCVTPH2PS for one element: exact; only IE can be raised, and DAZ is ignored. */
    public static int halfToFloat(FpEnvironment e, int a) {
        long h = a & 0xFFFF;
        boolean daz = e.daz;
        int flags = e.flags;
        e.daz = false;
        long r = SINGLE.convert(e, HALF, h);
        e.daz = daz;
        e.flags = flags | (e.flags & FpEnvironment.IE);
        return (int) r;
    }

    /** VCVTPS2PH for one element with a rounding mode; FTZ is ignored. */
    public static int floatToHalf(FpEnvironment e, int a, int mode) {
        boolean ftz = e.ftz;
        int rounding = e.roundingMode;
        e.ftz = false;
        e.roundingMode = mode;
        long r = HALF.convert(e, SINGLE, a & 0xFFFFFFFFL);
        e.ftz = ftz;
        e.roundingMode = rounding;
        return (int) r;
    }
}
