package org.linuxemu.core.exec;

/**
 * RCPPS and RSQRTPS: relative error below 1.5 * 2^-12 is all that the manual promises, and
 * processors differ. Here the result is rounded to 12 significant bits. Denormals count as zeros
 * and no exceptions are raised.
 */
final class Approximations {
    private static final int INFINITY = 0x7F800000;
    private static final int SIGN = 0x80000000;
    private static final int QUIET = 0x00400000;

    private Approximations() {}

    static int reciprocal(int x) {
        int magnitude = x & ~SIGN;
        int sign = x & SIGN;
        if (magnitude > INFINITY) {
            return x | QUIET;
        }
        if (magnitude < 0x00800000) {
            return sign | INFINITY;
        }
        int r = cut(1.0 / Float.intBitsToFloat(magnitude));
        return sign | (r < 0x00800000 ? 0 : r);
    }

    static int reciprocalSquareRoot(int x) {
        int magnitude = x & ~SIGN;
        if (magnitude > INFINITY) {
            return x | QUIET;
        }
        if (magnitude < 0x00800000) {
            return (x & SIGN) | INFINITY;
        }
        if (x < 0) {
            return SIGN | INFINITY | QUIET;
        }
        return cut(1.0 / Math.sqrt(Float.intBitsToFloat(x)));
    }

    /** To 12 significant bits, to nearest. */
    private static int cut(double value) {
        return Float.floatToRawIntBits((float) value) + 0x400 & ~0x7FF;
    }
}
