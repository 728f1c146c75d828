package org.linuxemu.core.exec;

/**
 * Packed integer arithmetic on one 64-bit lane: pure functions, several elements at a time where
 * that is possible without carries between elements. {@code H} constants have the top bit of every
 * element set.
 */
public final class PackedInteger {
    public static final long H8 = 0x8080808080808080L;
    public static final long H16 = 0x8000800080008000L;
    public static final long H32 = 0x8000000080000000L;

    private PackedInteger() {}

    /** Element-wise sum, wrapping; {@code h} is the H constant of the element size. */
    public static long add(long a, long b, long h) {
        return ((a & ~h) + (b & ~h)) ^ ((a ^ b) & h);
    }

    public static long subtract(long a, long b, long h) {
        return ((a | h) - (b & ~h)) ^ ((a ^ ~b) & h);
    }

    /** Spreads the top bit of every element over the element. */
    public static long spread8(long x) {
        return ((x & H8) >>> 7) * 0xFFL;
    }

    public static long spread16(long x) {
        return ((x & H16) >>> 15) * 0xFFFFL;
    }

    public static long spread32(long x) {
        return ((x & H32) >>> 31) * 0xFFFFFFFFL;
    }

    private static long spread(long x, long h) {
        return h == H8 ? spread8(x) : h == H16 ? spread16(x) : spread32(x);
    }

    /** Top bit of every element: a was below b, unsigned. */
    private static long borrow(long a, long b, long h) {
        return (~a & b) | (~(a ^ b) & subtract(a, b, h));
    }

    /** All ones in elements where a &lt; b, unsigned. */
    public static long belowUnsigned(long a, long b, long h) {
        return spread(borrow(a, b, h), h);
    }

    public static long greater(long a, long b, long h) {
        return spread(borrow(b ^ h, a ^ h, h), h);
    }

    public static long greater64(long a, long b) {
        return a > b ? -1L : 0;
    }

    /** All ones in elements that are equal. */
    public static long equal(long a, long b, long h) {
        long x = a ^ b;
        return spread(~(((x & ~h) + ~h) | x), h);
    }

    public static long equal64(long a, long b) {
        return a == b ? -1L : 0;
    }

    private static long select(long mask, long ones, long zeros) {
        return (ones & mask) | (zeros & ~mask);
    }

    public static long minimumUnsigned(long a, long b, long h) {
        return select(belowUnsigned(a, b, h), a, b);
    }

    public static long maximumUnsigned(long a, long b, long h) {
        return select(belowUnsigned(a, b, h), b, a);
    }

    public static long minimum(long a, long b, long h) {
        return select(greater(a, b, h), b, a);
    }

    public static long maximum(long a, long b, long h) {
        return select(greater(a, b, h), a, b);
    }

    public static long addSaturatedUnsigned(long a, long b, long h) {
        long sum = add(a, b, h);
        return sum | spread((a & b) | ((a | b) & ~sum), h);
    }

    public static long subtractSaturatedUnsigned(long a, long b, long h) {
        return subtract(a, b, h) & ~spread(borrow(a, b, h), h);
    }

    public static long addSaturated(long a, long b, long h) {
        long sum = add(a, b, h);
        return select(spread((a ^ sum) & (b ^ sum), h), saturation(a, h), sum);
    }

    public static long subtractSaturated(long a, long b, long h) {
        long difference = subtract(a, b, h);
        return select(spread((a ^ b) & (a ^ difference), h), saturation(a, h), difference);
    }

    /** Largest or smallest element, by the sign of each element of a. */
    private static long saturation(long a, long h) {
        return ~h + ((a & h) >>> (h == H8 ? 7 : 15));
    }

    /** Rounded average of unsigned elements. */
    public static long average(long a, long b, long h) {
        // (a ^ b) >>> 1 without the bits that would come from the element above.
        return subtract(a | b, ((a ^ b) >>> 1) & ~h, h);
    }

    public static long absolute(long a, long h) {
        long negative = spread(a, h);
        return subtract(a ^ negative, negative, h);
    }

    /** PSIGN: a, zero or -a as the element of b is positive, zero or negative. */
    public static long sign(long a, long b, long h) {
        long negative = spread(b, h);
        return subtract(a ^ negative, negative, h) & ~equal(b, 0, h);
    }

    // ---- shifts; counts are checked against the element size here ----

    public static long shiftLeft16(long a, long count) {
        return count >>> 4 != 0
                ? 0
                : (a << count) & (0xFFFFL >>> count << count) * 0x0001000100010001L;
    }

    public static long shiftLeft32(long a, long count) {
        return count >>> 5 != 0
                ? 0
                : (a << count) & ((0xFFFFFFFFL << count) & 0xFFFFFFFFL) * 0x0000000100000001L;
    }

    public static long shiftLeft64(long a, long count) {
        return count >>> 6 != 0 ? 0 : a << count;
    }

    public static long shiftRight16(long a, long count) {
        return count >>> 4 != 0 ? 0 : (a >>> count) & (0xFFFFL >>> count) * 0x0001000100010001L;
    }

    public static long shiftRight32(long a, long count) {
        return count >>> 5 != 0 ? 0 : (a >>> count) & (0xFFFFFFFFL >>> count) * 0x0000000100000001L;
    }

    public static long shiftRight64(long a, long count) {
        return count >>> 6 != 0 ? 0 : a >>> count;
    }

    public static long shiftRightSigned16(long a, long count) {
        if (count >>> 4 != 0) {
            return spread16(a);
        }
        long keep = (0xFFFFL >>> count) * 0x0001000100010001L;
        return select(keep, a >>> count, spread16(a));
    }

    public static long shiftRightSigned32(long a, long count) {
        if (count >>> 5 != 0) {
            return spread32(a);
        }
        long keep = (0xFFFFFFFFL >>> count) * 0x0000000100000001L;
        return select(keep, a >>> count, spread32(a));
    }

    // ---- multiplication ----

    public static long multiplyLow16(long a, long b) {
        long r = 0;
        for (int s = 0; s < 64; s += 16) {
            r |= ((a >>> s) * (b >>> s) & 0xFFFF) << s;
        }
        return r;
    }

    public static long multiplyHigh16(long a, long b) {
        long r = 0;
        for (int s = 0; s < 64; s += 16) {
            r |= (long) ((short) (a >>> s) * (short) (b >>> s) >>> 16 & 0xFFFF) << s;
        }
        return r;
    }

    public static long multiplyHighUnsigned16(long a, long b) {
        long r = 0;
        for (int s = 0; s < 64; s += 16) {
            r |= ((a >>> s & 0xFFFF) * (b >>> s & 0xFFFF) >>> 16) << s;
        }
        return r;
    }

    /** PMULHRSW: bits 30:15 of the product, rounded. */
    public static long multiplyHighRounded16(long a, long b) {
        long r = 0;
        for (int s = 0; s < 64; s += 16) {
            int p = (short) (a >>> s) * (short) (b >>> s);
            r |= (long) (((p >> 14) + 1 >> 1) & 0xFFFF) << s;
        }
        return r;
    }

    public static long multiplyLow32(long a, long b) {
        return (a * b & 0xFFFFFFFFL) | (a >>> 32) * (b >>> 32) << 32;
    }

    public static long multiplyUnsigned32(long a, long b) {
        return (a & 0xFFFFFFFFL) * (b & 0xFFFFFFFFL);
    }

    public static long multiplySigned32(long a, long b) {
        return (long) (int) a * (int) b;
    }

    /** PMADDWD: sums of neighbouring products of signed words. */
    public static long multiplyAdd16(long a, long b) {
        int low = (short) a * (short) b + (short) (a >>> 16) * (short) (b >>> 16);
        int high =
                (short) (a >>> 32) * (short) (b >>> 32) + (short) (a >>> 48) * (short) (b >>> 48);
        return (low & 0xFFFFFFFFL) | (long) high << 32;
    }

    /**
     * PMADDUBSW: saturated sums of neighbouring products of unsigned bytes of a and signed bytes of
     * b.
     */
    public static long multiplyAddBytes(long a, long b) {
        long r = 0;
        for (int s = 0; s < 64; s += 16) {
            int p =
                    (int) (a >>> s & 0xFF) * (byte) (b >>> s)
                            + (int) (a >>> s + 8 & 0xFF) * (byte) (b >>> s + 8);
            r |= (saturateWord(p) & 0xFFFFL) << s;
        }
        return r;
    }

    /** PSADBW: sum of absolute differences of eight bytes. */
    public static long sumOfDifferences(long a, long b) {
        long d = subtractSaturatedUnsigned(a, b, H8) | subtractSaturatedUnsigned(b, a, H8);
        long pairs = (d & 0x00FF00FF00FF00FFL) + (d >>> 8 & 0x00FF00FF00FF00FFL);
        return pairs * 0x0001000100010001L >>> 48;
    }

    // ---- horizontal: neighbours within (low, high) become half as many elements ----

    public static long addNeighbours16(long low, long high) {
        return add(evenWords(low, high), oddWords(low, high), H16);
    }

    public static long addNeighboursSaturated16(long low, long high) {
        return addSaturated(evenWords(low, high), oddWords(low, high), H16);
    }

    public static long subtractNeighbours16(long low, long high) {
        return subtract(evenWords(low, high), oddWords(low, high), H16);
    }

    public static long subtractNeighboursSaturated16(long low, long high) {
        return subtractSaturated(evenWords(low, high), oddWords(low, high), H16);
    }

    public static long addNeighbours32(long low, long high) {
        return (low + (low >>> 32) & 0xFFFFFFFFL) | (high + (high >>> 32)) << 32;
    }

    public static long subtractNeighbours32(long low, long high) {
        return (low - (low >>> 32) & 0xFFFFFFFFL) | (high - (high >>> 32)) << 32;
    }

    private static long evenWords(long low, long high) {
        return (low & 0xFFFF)
                | (low >>> 16 & 0xFFFF0000L)
                | (high & 0xFFFF) << 32
                | (high >>> 32 & 0xFFFF) << 48;
    }

    private static long oddWords(long low, long high) {
        return evenWords(low >>> 16, high >>> 16);
    }

    // ---- narrowing: two lanes become one ----

    static int saturateWord(int v) {
        return v > 0x7FFF ? 0x7FFF : v < -0x8000 ? -0x8000 : v;
    }

    public static long packSigned16(long low, long high) {
        long r = 0;
        for (int k = 0; k < 8; k++) {
            int v = (short) ((k < 4 ? low : high) >>> 16 * (k & 3));
            v = v > 0x7F ? 0x7F : v < -0x80 ? -0x80 : v;
            r |= (v & 0xFFL) << 8 * k;
        }
        return r;
    }

    public static long packUnsigned16(long low, long high) {
        long r = 0;
        for (int k = 0; k < 8; k++) {
            int v = (short) ((k < 4 ? low : high) >>> 16 * (k & 3));
            v = v > 0xFF ? 0xFF : Math.max(v, 0);
            r |= (long) v << 8 * k;
        }
        return r;
    }

    public static long packSigned32(long low, long high) {
        return (saturateWord((int) low) & 0xFFFFL)
                | (saturateWord((int) (low >>> 32)) & 0xFFFFL) << 16
                | (saturateWord((int) high) & 0xFFFFL) << 32
                | (long) saturateWord((int) (high >>> 32)) << 48;
    }

    public static long packUnsigned32(long low, long high) {
        return clampWord((int) low)
                | clampWord((int) (low >>> 32)) << 16
                | clampWord((int) high) << 32
                | clampWord((int) (high >>> 32)) << 48;
    }

    private static long clampWord(int v) {
        return v > 0xFFFF ? 0xFFFF : Math.max(v, 0);
    }

    // ---- interleaving the low or high halves of two lanes ----

    public static long interleaveLow8(long a, long b) {
        return everySecondByte(a) | everySecondByte(b) << 8;
    }

    public static long interleaveHigh8(long a, long b) {
        return interleaveLow8(a >>> 32, b >>> 32);
    }

    /** Bytes 0-3 to bytes 0, 2, 4, 6. */
    private static long everySecondByte(long x) {
        x = (x & 0xFFFF) | (x & 0xFFFF0000L) << 16;
        return (x & 0x000000FF000000FFL) | (x & 0x0000FF000000FF00L) << 8;
    }

    public static long interleaveLow16(long a, long b) {
        return (a & 0xFFFF)
                | (b & 0xFFFF) << 16
                | (a & 0xFFFF0000L) << 16
                | (b & 0xFFFF0000L) << 32;
    }

    public static long interleaveHigh16(long a, long b) {
        return interleaveLow16(a >>> 32, b >>> 32);
    }

    public static long interleaveLow32(long a, long b) {
        return (a & 0xFFFFFFFFL) | b << 32;
    }

    public static long interleaveHigh32(long a, long b) {
        return a >>> 32 | (b & 0xFFFFFFFF00000000L);
    }

    /** Four words of x in the order of four two-bit selectors. */
    public static long shuffleWords(long x, int selectors) {
        return (x >>> 16 * (selectors & 3) & 0xFFFF)
                | (x >>> 16 * (selectors >> 2 & 3) & 0xFFFF) << 16
                | (x >>> 16 * (selectors >> 4 & 3) & 0xFFFF) << 32
                | (x >>> 16 * (selectors >> 6 & 3) & 0xFFFF) << 48;
    }

    /** Top bits of eight bytes, gathered: PMOVMSKB. */
    public static int signMask8(long x) {
        return (int) ((x & H8) * 0x0002040810204081L >>> 56);
    }
}
