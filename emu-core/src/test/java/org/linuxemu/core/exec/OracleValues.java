package org.linuxemu.core.exec;

import java.util.Random;

/**
 * Operand values that make instructions show their differences: random bits, boundaries, special
 * floating-point.
 */
final class OracleValues {
    private static final int[] FLOATS = {
        0x00000000, 0x80000000, 0x3F800000, 0xBF800000, 0x7F800000, 0xFF800000, 0x7FC00000,
                0xFFC12345,
        0x7F812345, 0xFFA00001, 0x00000001, 0x80000001, 0x007FFFFF, 0x807FFFFF, 0x00800000,
                0x80800000,
        0x00800001, 0x7F7FFFFF, 0xFF7FFFFF, 0x3F000000, 0x3FC00000, 0x40200000, 0xC0200000,
                0x4B800000,
        0x4EFFFFFF, 0x4F000000, 0xCF000000, 0x5F000000, 0xDF000000, 0x3EFFFFFF, 0x3F7FFFFF,
                0x33800000,
    };

    private static final long[] DOUBLES = {
        0x0000000000000000L, 0x8000000000000000L, 0x3FF0000000000000L, 0xBFF0000000000000L,
        0x7FF0000000000000L, 0xFFF0000000000000L, 0x7FF8000000000000L, 0xFFF8123456789ABCL,
        0x7FF0123456789ABCL, 0xFFF4000000000001L, 0x0000000000000001L, 0x8000000000000001L,
        0x000FFFFFFFFFFFFFL, 0x800FFFFFFFFFFFFFL, 0x0010000000000000L, 0x8010000000000000L,
        0x7FEFFFFFFFFFFFFFL, 0xFFEFFFFFFFFFFFFFL, 0x3FE0000000000000L, 0x3FF8000000000000L,
        0x4004000000000000L, 0xC004000000000000L, 0x41DFFFFFFFC00000L, 0x41E0000000000000L,
        0xC1E0000000000000L, 0xC1E0000000200000L, 0x43E0000000000000L, 0xC3E0000000000000L,
        0x47EFFFFFE0000000L, 0x47EFFFFFF0000000L, 0x3810000000000000L, 0x36A0000000000000L,
        0x380FFFFFE0000000L, 0x43DFFFFFFFFFFFFFL, 0x3FDFFFFFFFFFFFFFL, 0x41DFFFFFFFE00000L,
    };

    private static final long[] INTEGERS = {
        0,
        -1,
        1,
        0x7FFFFFFFFFFFFFFFL,
        0x8000000000000000L,
        0x8000000080000000L,
        0x7FFFFFFF7FFFFFFFL,
        0x8000800080008000L,
        0x7FFF7FFF7FFF7FFFL,
        0x8080808080808080L,
        0x7F7F7F7F7F7F7F7FL,
        0xFF00FF00FF00FF00L,
        0x0102030405060708L,
        0x00FF00FF00FF00FFL,
        0xFFFFFFFF,
        0xFFFFFFFF00000000L,
    };

    private final Random random;

    OracleValues(Random random) {
        this.random = random;
    }

    long lane() {
        switch (random.nextInt(8)) {
            case 0:
                return INTEGERS[random.nextInt(INTEGERS.length)];
            case 1:
            case 2:
                return number64();
            case 3:
            case 4:
                return (number32() & 0xFFFFFFFFL) | (long) number32() << 32;
            case 5:
                return random.nextInt(40);
            case 6:
                return bytes();
            default:
                return random.nextLong();
        }
    }

    private long bytes() {
        long r = 0;
        for (int i = 0; i < 64; i += 8) {
            int b =
                    random.nextInt(4) == 0
                            ? random.nextInt(256)
                            : new int[] {0, 1, 0x7F, 0x80, 0x81, 0xFF, 8, 15}[random.nextInt(8)];
            r |= (long) b << i;
        }
        return r;
    }

    private int number32() {
        switch (random.nextInt(6)) {
            case 0:
            case 1:
                return FLOATS[random.nextInt(FLOATS.length)];
            case 2: // near one
                return random.nextInt() & 0x807FFFFF | 112 + random.nextInt(30) << 23;
            case 3: // an integral or half-integral number
                return Float.floatToRawIntBits((random.nextInt(2001) - 1000) * 0.5f);
            case 4: // around an end of the range
                return random.nextInt() & 0x807FFFFF
                        | (random.nextBoolean() ? 3 : 0xFC) + random.nextInt(3) << 23;
            default:
                return random.nextInt();
        }
    }

    private long number64() {
        switch (random.nextInt(6)) {
            case 0:
            case 1:
                return DOUBLES[random.nextInt(DOUBLES.length)];
            case 2:
                return random.nextLong() & 0x800FFFFFFFFFFFFFL | (1000L + random.nextInt(90)) << 52;
            case 3:
                return Double.doubleToRawLongBits((random.nextInt(2001) - 1000) * 0.5);
            case 4: // exponents around those of the ends of binary32 and binary64
                {
                    int[] around = {1, 0x7FD, 0x380, 0x47E, 0x36A};
                    int e = around[random.nextInt(around.length)] + random.nextInt(3) - 1;
                    return random.nextLong() & 0x800FFFFFFFFFFFFFL | (long) e << 52;
                }
            default:
                return random.nextLong();
        }
    }
}
