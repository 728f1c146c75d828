package org.linuxemu.core.exec.fp;

/**
 * Exact arithmetic on unpacked numbers with up to 128-bit significands. Results go to the scratch
 * fields of {@link FpEnvironment}, normalised, with everything below bit 0 of {@code lo} gathered
 * in that bit, so that one rounding afterwards is correct for any precision up to 64 bits.
 */
final class Wide {
    private Wide() {}

    static long multiplyHighUnsigned(long a, long b) {
        return Math.multiplyHigh(a, b) + ((a >> 63) & b) + ((b >> 63) & a);
    }

    /** Shifts scratch hi.lo left until bit 63 of hi is set. A zero stays. */
    static void normalize(FpEnvironment e) {
        if (e.hi == 0) {
            if (e.lo == 0) {
                return;
            }
            e.hi = e.lo;
            e.lo = 0;
            e.exp -= 64;
        }
        int n = Long.numberOfLeadingZeros(e.hi);
        if (n != 0) {
            e.hi = e.hi << n | e.lo >>> (64 - n);
            e.lo <<= n;
            e.exp -= n;
        }
    }

    /** Sum of two non-zero numbers; the sign of an exact zero is that of the rounding mode. */
    static void add(
            FpEnvironment e,
            boolean aSign,
            int aExp,
            long aHi,
            long aLo,
            boolean bSign,
            int bExp,
            long bHi,
            long bLo) {
        if (aExp < bExp
                || (aExp == bExp
                        && (Long.compareUnsigned(aHi, bHi) < 0
                                || (aHi == bHi && Long.compareUnsigned(aLo, bLo) < 0)))) {
            addOrdered(e, bSign, bExp, bHi, bLo, aSign, aExp, aHi, aLo);
        } else {
            addOrdered(e, aSign, aExp, aHi, aLo, bSign, bExp, bHi, bLo);
        }
    }

    /** As add, with |a| >= |b|. */
    private static void addOrdered(
            FpEnvironment e,
            boolean aSign,
            int aExp,
            long aHi,
            long aLo,
            boolean bSign,
            int bExp,
            long bHi,
            long bLo) {
        int d = aExp - bExp;
        long h = bHi;
        long l = bLo;
        if (d != 0) {
            if (d < 64) {
                long lost = l << (64 - d);
                l = h << (64 - d) | l >>> d | (lost != 0 ? 1 : 0);
                h >>>= d;
            } else if (d < 128) {
                long lost = d == 64 ? l : h << (128 - d) | l;
                l = h >>> (d - 64) | (lost != 0 ? 1 : 0);
                h = 0;
            } else {
                l = 1;
                h = 0;
            }
        }
        e.sign = aSign;
        e.exp = aExp;
        if (aSign == bSign) {
            long lo = aLo + l;
            long carry = ((aLo & l) | ((aLo | l) & ~lo)) >>> 63;
            long sum = aHi + h;
            long hi = sum + carry;
            boolean overflow = ((aHi & h) | ((aHi | h) & ~hi)) < 0;
            if (overflow) {
                lo = hi << 63 | lo >>> 1 | (lo & 1);
                hi = hi >>> 1 | Long.MIN_VALUE;
                e.exp++;
            }
            e.hi = hi;
            e.lo = lo;
        } else {
            long lo = aLo - l;
            long borrow = ((~aLo & l) | ((~aLo | l) & lo)) >>> 63;
            e.hi = aHi - h - borrow;
            e.lo = lo;
            if ((e.hi | lo) == 0) {
                e.sign = e.roundingMode == FpEnvironment.DOWN;
            } else {
                normalize(e);
            }
        }
    }

    /** Product of two normalised significands. */
    static void multiply(FpEnvironment e, boolean sign, int aExp, long a, int bExp, long b) {
        long hi = multiplyHighUnsigned(a, b);
        long lo = a * b;
        int exp = aExp + bExp + 1;
        if (hi >= 0) {
            hi = hi << 1 | lo >>> 63;
            lo <<= 1;
            exp--;
        }
        e.sign = sign;
        e.exp = exp;
        e.hi = hi;
        e.lo = lo;
    }

    /** Quotient of two normalised significands: 64 bits, then a half bit and a sticky bit in lo. */
    static void divide(FpEnvironment e, boolean sign, int aExp, long a, int bExp, long b) {
        int exp = aExp - bExp;
        long nHi;
        long nLo;
        if (Long.compareUnsigned(a, b) < 0) {
            exp--;
            nHi = a;
            nLo = 0;
        } else {
            nHi = a >>> 1;
            nLo = a << 63;
        }
        long q = divide128(nHi, nLo, b);
        long r = nLo - q * b;
        e.sign = sign;
        e.exp = exp;
        e.hi = q;
        if (r == 0) {
            e.lo = 0;
        } else {
            long twice = r << 1;
            int c = r < 0 ? 1 : Long.compareUnsigned(twice, b);
            e.lo = c < 0 ? 1 : c == 0 ? Long.MIN_VALUE : Long.MIN_VALUE | 1;
        }
    }

    /**
     * Quotient of hi.lo by d with bit 63 of d set and hi &lt; d, both unsigned (Knuth's algorithm
     * D, base 2^32).
     */
    static long divide128(long hi, long lo, long d) {
        long dHi = d >>> 32;
        long dLo = d & 0xFFFFFFFFL;
        long q1 = quotientDigit(hi, lo >>> 32, d, dHi, dLo);
        long mid = (hi << 32 | lo >>> 32) - q1 * d;
        long q0 = quotientDigit(mid, lo & 0xFFFFFFFFL, d, dHi, dLo);
        return q1 << 32 | q0;
    }

    /** floor((n * 2^32 + next) / d) for n &lt; d. */
    private static long quotientDigit(long n, long next, long d, long dHi, long dLo) {
        long q = Long.divideUnsigned(n, dHi);
        long r = n - q * dHi;
        // The estimate is at most two too large.
        while (q >= 1L << 32 || Long.compareUnsigned(q * dLo, r << 32 | next) > 0) {
            q--;
            r += dHi;
            if (r >= 1L << 32) {
                break;
            }
        }
        return q;
    }

    /** Square root of a positive number with a normalised 64-bit significand. */
    static void squareRoot(FpEnvironment e, int aExp, long a) {
        long nHi;
        long nLo;
        if ((aExp & 1) != 0) {
            nHi = a;
            nLo = 0;
        } else {
            nHi = a >>> 1;
            nLo = a << 63;
        }
        double estimate = Math.sqrt((nHi >>> 1) * 0x1p65);
        long s = estimate >= 0x1p64 ? -1L : (long) (estimate - 0x1p63) ^ Long.MIN_VALUE;
        // One Newton step in double brings the 53-bit estimate within one or two of the 64-bit
        // root.
        long sqHi = multiplyHighUnsigned(s, s);
        long sqLo = s * s;
        long remLo = nLo - sqLo;
        long remHi = nHi - sqHi - (Long.compareUnsigned(nLo, sqLo) < 0 ? 1 : 0);
        double step = (remHi * 0x1p64 + (remLo >>> 1) * 2.0) / (2 * estimate);
        long moved = s + (long) step;
        if (step > 0 && Long.compareUnsigned(moved, s) < 0) {
            moved = -1L;
        }
        s = moved;
        sqHi = multiplyHighUnsigned(s, s);
        sqLo = s * s;
        remLo = nLo - sqLo;
        remHi = nHi - sqHi - (Long.compareUnsigned(nLo, sqLo) < 0 ? 1 : 0);
        while (remHi < 0) {
            s--;
            // remainder += 2 * s + 1
            long t = s << 1 | 1;
            long sum = remLo + t;
            remHi += (s >>> 63) + (Long.compareUnsigned(sum, t) < 0 ? 1 : 0);
            remLo = sum;
        }
        while (remainderAboveTwice(remHi, remLo, s)) {
            long t = s << 1 | 1;
            long borrow = Long.compareUnsigned(remLo, t) < 0 ? 1 : 0;
            remLo -= t;
            remHi -= (s >>> 63) + borrow;
            s++;
        }
        e.sign = false;
        e.exp = aExp >> 1;
        e.hi = s;
        if ((remHi | remLo) == 0) {
            e.lo = 0;
        } else {
            // The half bit: remainder > s; a tie cannot happen.
            boolean half = remHi != 0 || Long.compareUnsigned(remLo, s) > 0;
            e.lo = half ? Long.MIN_VALUE | 1 : 1;
        }
    }

    private static boolean remainderAboveTwice(long remHi, long remLo, long s) {
        long top = s >>> 63;
        return remHi > top || (remHi == top && Long.compareUnsigned(remLo, s << 1) > 0);
    }

    /** Whether a result with these dropped bits grows in magnitude. */
    static boolean increments(int mode, boolean sign, boolean odd, boolean half, boolean sticky) {
        switch (mode) {
            case FpEnvironment.NEAREST:
                return half && (sticky || odd);
            case FpEnvironment.DOWN:
                return sign && (half || sticky);
            case FpEnvironment.UP:
                return !sign && (half || sticky);
            default:
                return false;
        }
    }

    /**
     * Rounds the scratch value to an integer. On return {@code hi} is its magnitude (unsigned; the
     * caller has excluded exponents above 63), {@code lo} is non-zero if it was inexact, and
     * roundedUp is set; the carry out of 64 bits shows as a zero magnitude with roundedUp.
     */
    static void toIntegral(FpEnvironment e, int mode) {
        long value;
        boolean half;
        boolean sticky;
        int shift = 63 - e.exp;
        if (shift <= 0) {
            value = e.hi;
            half = e.lo < 0;
            sticky = e.lo << 1 != 0;
        } else if (shift < 64) {
            value = e.hi >>> shift;
            long dropped = e.hi << (64 - shift);
            half = dropped < 0;
            sticky = dropped << 1 != 0 || e.lo != 0;
        } else {
            value = 0;
            half = shift == 64 && e.hi < 0;
            sticky = shift == 64 ? e.hi << 1 != 0 || e.lo != 0 : (e.hi | e.lo) != 0;
        }
        e.roundedUp = increments(mode, e.sign, (value & 1) != 0, half, sticky);
        e.hi = e.roundedUp ? value + 1 : value;
        e.lo = half || sticky ? 1 : 0;
    }
}
