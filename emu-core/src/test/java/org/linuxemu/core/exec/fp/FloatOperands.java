package org.linuxemu.core.exec.fp;

import java.util.SplittableRandom;

/**
 * Draws floating-point operands that hit boundaries often: special values, sparse fractions,
 * related exponents.
 */
public final class FloatOperands {
    private final SplittableRandom random;

    public FloatOperands(long seed) {
        random = new SplittableRandom(seed);
    }

    public int below(int bound) {
        return random.nextInt(bound);
    }

    public long bits() {
        return random.nextLong();
    }

    /** A pattern of {@code n} bits: random, empty, full, one bit, or a run of ones. */
    public long pattern(int n) {
        long mask = n == 64 ? -1L : (1L << n) - 1;
        int from = below(n);
        switch (below(8)) {
            case 0:
                return 0;
            case 1:
                return mask;
            case 2:
                return 1L << from;
            case 3:
                return mask & -1L << from;
            case 4:
                return mask >>> from;
            case 5:
                return mask & (bits() << from);
            default:
                return mask & bits();
        }
    }

    /** A number of a binary format; every class turns up, NaNs and infinities seldom. */
    public long next(int fractionBits, int exponentBits) {
        int top = (1 << exponentBits) - 1;
        int bias = top >> 1;
        int exponent;
        switch (below(16)) {
            case 0:
                exponent = 0;
                break;
            case 1:
                exponent = below(4);
                break;
            case 2:
                exponent = top - below(4);
                break;
            case 3:
                exponent = top - below(2);
                break;
            case 4:
                exponent = bias + fractionBits + below(8) - 4;
                break;
            case 5:
                exponent = bias + 64 - below(70);
                break;
            case 6:
            case 7:
            case 8:
                exponent = bias + below(16) - 8;
                break;
            case 9:
                exponent = bias - below(2);
                break;
            case 10:
                exponent = bias - fractionBits + below(8) - 4;
                break;
            case 11:
                exponent = bias / 2 + below(fractionBits * 2) - fractionBits;
                break;
            case 12:
                exponent = bias + bias / 2 + below(8) - 4;
                break;
            default:
                exponent = below(top + 1);
                break;
        }
        exponent = Math.max(0, Math.min(top, exponent));
        long fraction = pattern(fractionBits);
        if (exponent == top && below(2) == 0) {
            fraction = 0;
        }
        if (exponent == 0 && below(4) == 0) {
            fraction = 0;
        }
        long sign = below(2);
        return sign << (fractionBits + exponentBits) | (long) exponent << fractionBits | fraction;
    }

    /** A number near another one: equal, of the other sign, some units or exponents away. */
    public long near(long other, int fractionBits, int exponentBits) {
        long mask = (1L << (fractionBits + exponentBits + 1) - 1 << 1) - 1;
        long sign = 1L << (fractionBits + exponentBits);
        switch (below(6)) {
            case 0:
                return other;
            case 1:
                return other ^ sign;
            case 2:
                return (other + below(5) - 2) & mask;
            case 3:
                return ((other ^ sign) + below(5) - 2) & mask;
            case 4:
                return (other + ((long) (below(7) - 3) << fractionBits)) & mask;
            default:
                return (other ^ pattern(fractionBits) ^ (long) below(2) * sign) & mask;
        }
    }

    /** A signed integer: small, near a power of two, or anything. */
    public long integer() {
        switch (below(4)) {
            case 0:
                return below(2001) - 1000;
            case 1:
                return (1L << below(64)) + below(5) - 2;
            case 2:
                return pattern(64);
            default:
                return bits() >> below(64);
        }
    }
}
