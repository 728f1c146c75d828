package org.linuxemu.core.exec.fp;

/**
 * A number with a 128-bit significand, the working precision of the transcendental functions:
 * (-1)^sign * 2^exp * hi.lo, where bit 63 of hi has the weight 1 and is set unless the number is
 * zero (hi = lo = 0). Operations truncate; their relative error is below 2^-125. Mutable, so that
 * nothing is allocated.
 */
final class Quad {
    static final long PI_HI = 0xC90FDAA22168C234L;
    static final long PI_LO = 0xC4C6628B80DC1CD1L;

    boolean sign;
    int exp;
    long hi;
    long lo;

    Quad set(boolean newSign, int newExp, long newHi, long newLo) {
        sign = newSign;
        exp = newExp;
        hi = newHi;
        lo = newLo;
        return this;
    }

    Quad set(Quad q) {
        return set(q.sign, q.exp, q.hi, q.lo);
    }

    /** Sets to a small integer. */
    Quad setInt(int value) {
        if (value == 0) {
            return set(false, 0, 0, 0);
        }
        long m = Math.abs((long) value);
        int n = Long.numberOfLeadingZeros(m);
        return set(value < 0, 63 - n, m << n, 0);
    }

    boolean isZero() {
        return hi == 0;
    }

    private void normalize() {
        if (hi == 0) {
            if (lo == 0) {
                exp = 0;
                return;
            }
            hi = lo;
            lo = 0;
            exp -= 64;
        }
        int n = Long.numberOfLeadingZeros(hi);
        if (n != 0) {
            hi = hi << n | lo >>> (64 - n);
            lo <<= n;
            exp -= n;
        }
    }

    /** this = this + b. */
    Quad add(Quad b) {
        if (b.hi == 0) {
            return this;
        }
        if (hi == 0) {
            return set(b);
        }
        boolean swap =
                exp < b.exp
                        || (exp == b.exp
                                && (Long.compareUnsigned(hi, b.hi) < 0
                                        || (hi == b.hi && Long.compareUnsigned(lo, b.lo) < 0)));
        boolean bigSign = swap ? b.sign : sign;
        int bigExp = swap ? b.exp : exp;
        long bigHi = swap ? b.hi : hi;
        long bigLo = swap ? b.lo : lo;
        long h = swap ? hi : b.hi;
        long l = swap ? lo : b.lo;
        boolean subtract = sign != b.sign;
        int d = bigExp - (swap ? exp : b.exp);
        if (d >= 128) {
            h = 0;
            l = 0;
        } else if (d >= 64) {
            l = h >>> (d - 64);
            h = 0;
        } else if (d > 0) {
            l = h << (64 - d) | l >>> d;
            h >>>= d;
        }
        sign = bigSign;
        exp = bigExp;
        if (subtract) {
            long borrow = Long.compareUnsigned(bigLo, l) < 0 ? 1 : 0;
            lo = bigLo - l;
            hi = bigHi - h - borrow;
            if ((hi | lo) == 0) {
                sign = false;
            }
            normalize();
        } else {
            long sumLo = bigLo + l;
            long carry = Long.compareUnsigned(sumLo, l) < 0 ? 1 : 0;
            long sum = bigHi + h + carry;
            boolean overflow = ((bigHi & h) | ((bigHi | h) & ~sum)) < 0;
            if (overflow) {
                sumLo = sum << 63 | sumLo >>> 1;
                sum = sum >>> 1 | Long.MIN_VALUE;
                exp++;
            }
            hi = sum;
            lo = sumLo;
        }
        return this;
    }

    /** this = this * b. */
    Quad multiply(Quad b) {
        if (hi == 0 || b.hi == 0) {
            return set(sign != b.sign, 0, 0, 0);
        }
        long topHi = Wide.multiplyHighUnsigned(hi, b.hi);
        long topLo = hi * b.hi;
        long mid1 = Wide.multiplyHighUnsigned(hi, b.lo);
        long mid2 = Wide.multiplyHighUnsigned(lo, b.hi);
        long below = hi * b.lo;
        long sum = below + lo * b.hi;
        long carry = Long.compareUnsigned(sum, below) < 0 ? 1 : 0;
        long extra = sum + Wide.multiplyHighUnsigned(lo, b.lo);
        carry += Long.compareUnsigned(extra, sum) < 0 ? 1 : 0;
        long low = topLo + mid1;
        topHi += Long.compareUnsigned(low, mid1) < 0 ? 1 : 0;
        long low2 = low + mid2;
        topHi += Long.compareUnsigned(low2, mid2) < 0 ? 1 : 0;
        long low3 = low2 + carry;
        topHi += Long.compareUnsigned(low3, carry) < 0 ? 1 : 0;
        sign = sign != b.sign;
        exp += b.exp + 1;
        if (topHi >= 0) {
            topHi = topHi << 1 | low3 >>> 63;
            low3 = low3 << 1 | extra >>> 63;
            exp--;
        }
        hi = topHi;
        lo = low3;
        return this;
    }

    /** this = this / n, n positive. */
    Quad divide(int n) {
        if (hi == 0) {
            return this;
        }
        // Schoolbook division in base 2^32, with 64 bits below the significand so that normalising
        // loses nothing.
        long r = hi >>> 32;
        long q3 = r / n;
        r = (r % n) << 32 | hi & 0xFFFFFFFFL;
        long q2 = r / n;
        r = (r % n) << 32 | lo >>> 32;
        long q1 = r / n;
        r = (r % n) << 32 | lo & 0xFFFFFFFFL;
        long q0 = r / n;
        r = (r % n) << 32;
        long f1 = r / n;
        r = (r % n) << 32;
        long fraction = f1 << 32 | r / n;
        hi = q3 << 32 | q2;
        lo = q1 << 32 | q0;
        int shift = Long.numberOfLeadingZeros(hi);
        if (shift != 0) {
            hi = hi << shift | lo >>> (64 - shift);
            lo = lo << shift | fraction >>> (64 - shift);
            exp -= shift;
        }
        return this;
    }

    /** this = this / b, b not zero; bit by bit. */
    Quad divide(Quad b) {
        if (hi == 0) {
            return set(sign != b.sign, 0, 0, 0);
        }
        long rHi = hi;
        long rLo = lo;
        exp -= b.exp;
        if (below(rHi, rLo, b)) {
            exp--;
        } else {
            // Keep the remainder below the divisor: start with half of it.
            rLo = rHi << 63 | rLo >>> 1;
            rHi >>>= 1;
        }
        long qHi = 0;
        long qLo = 0;
        for (int i = 0; i < 128; i++) {
            boolean top = rHi < 0;
            rHi = rHi << 1 | rLo >>> 63;
            rLo <<= 1;
            qHi = qHi << 1 | qLo >>> 63;
            qLo <<= 1;
            if (top || !below(rHi, rLo, b)) {
                rHi = rHi - b.hi - (Long.compareUnsigned(rLo, b.lo) < 0 ? 1 : 0);
                rLo -= b.lo;
                qLo |= 1;
            }
        }
        sign = sign != b.sign;
        hi = qHi;
        lo = qLo;
        normalize();
        return this;
    }

    private static boolean below(long h, long l, Quad b) {
        int c = Long.compareUnsigned(h, b.hi);
        return c < 0 || (c == 0 && Long.compareUnsigned(l, b.lo) < 0);
    }

    Quad negate() {
        sign = !sign;
        return this;
    }

    /** Makes the magnitude one unit smaller. */
    void nudgeDown() {
        if (lo-- == 0) {
            hi--;
        }
        normalize();
    }
}
