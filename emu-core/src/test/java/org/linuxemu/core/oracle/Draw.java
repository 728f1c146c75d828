package org.linuxemu.core.oracle;

/** A small generator of numbers (SplitMix64) with a taste for boundary values. */
public final class Draw {
    private long state;

    public Draw(long seed) {
        state = seed;
    }

    /** The state of a generator for element {@code index} of the sequence {@code seed}. */
    public static Draw of(long seed, long index) {
        Draw d = new Draw(seed * 0x9E3779B97F4A7C15L ^ index);
        d.next();
        d.state ^= index << 32;
        return d;
    }

    public long next() {
        long z = state += 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /** 0 to n-1. */
    public int below(int n) {
        return (int) ((next() >>> 33) * n >>> 31);
    }

    /** True in {@code percent} of 100 cases. */
    public boolean percent(int percent) {
        return below(100) < percent;
    }

    public boolean coin() {
        return next() < 0;
    }

    /** An operand: often at the edge of a size, a power of two, few or many ones. */
    public long operand() {
        switch (below(14)) {
            case 0:
                return 0;
            case 1:
                return below(4) - 2;
            case 2:
                return (byte) next();
            case 3:
                return 1L << below(64);
            case 4:
                return (1L << below(64)) - 1;
            case 5:
                return -1L << below(64);
            case 6:
                return edge();
            case 7:
                return edge() + below(5) - 2;
            case 8:
                return (int) next();
            case 9:
                return next() & 0xFFFFFFFFL;
            case 10:
                return few(next());
            case 11:
                return (short) next();
            default:
                return next();
        }
    }

    /** Few ones. */
    private long few(long bits) {
        return bits & next() & next();
    }

    private long edge() {
        switch (below(8)) {
            case 0:
                return 0x7F;
            case 1:
                return 0x80;
            case 2:
                return 0x7FFF;
            case 3:
                return 0x8000;
            case 4:
                return 0x7FFFFFFFL;
            case 5:
                return 0x80000000L;
            case 6:
                return Long.MAX_VALUE;
            default:
                return Long.MIN_VALUE;
        }
    }
}
