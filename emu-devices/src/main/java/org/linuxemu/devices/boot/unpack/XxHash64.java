package org.linuxemu.devices.boot.unpack;

/**
 * XXH64 with seed 0 over the growing contents of one array: zstd's content checksum (RFC 8878,
 * 3.1.1).
 */
final class XxHash64 {
    private static final long PRIME1 = 0x9E3779B185EBCA87L;
    private static final long PRIME2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME3 = 0x165667B19E3779F9L;
    private static final long PRIME4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME5 = 0x27D4EB2F165667C5L;

    private long v1 = round0(PRIME1);
    private long v2 = PRIME2;
    private long v3;
    private long v4 = -PRIME1;

    /**
     * Takes whole stripes of 32 bytes.
     *
     * @return the first byte that was not taken, less than 32 before {@code end}
     */
    int update(byte[] b, int from, int end) {
        long a1 = v1;
        long a2 = v2;
        long a3 = v3;
        long a4 = v4;
        for (; end - from >= 32; from += 32) {
            a1 = round(a1, (long) Bytes.LONG.get(b, from));
            a2 = round(a2, (long) Bytes.LONG.get(b, from + 8));
            a3 = round(a3, (long) Bytes.LONG.get(b, from + 16));
            a4 = round(a4, (long) Bytes.LONG.get(b, from + 24));
        }
        v1 = a1;
        v2 = a2;
        v3 = a3;
        v4 = a4;
        return from;
    }

    /**
     * The hash, once the last bytes (fewer than 32) are at {@code from} and {@code length} counts
     * all bytes.
     */
    long finish(byte[] b, int from, int end, long length) {
        long h;
        if (length >= 32) {
            h =
                    Long.rotateLeft(v1, 1)
                            + Long.rotateLeft(v2, 7)
                            + Long.rotateLeft(v3, 12)
                            + Long.rotateLeft(v4, 18);
            h = (h ^ round(0, v1)) * PRIME1 + PRIME4;
            h = (h ^ round(0, v2)) * PRIME1 + PRIME4;
            h = (h ^ round(0, v3)) * PRIME1 + PRIME4;
            h = (h ^ round(0, v4)) * PRIME1 + PRIME4;
        } else {
            h = PRIME5;
        }
        h += length;
        for (; end - from >= 8; from += 8) {
            h = Long.rotateLeft(h ^ round(0, (long) Bytes.LONG.get(b, from)), 27) * PRIME1 + PRIME4;
        }
        if (end - from >= 4) {
            h =
                    Long.rotateLeft(h ^ (Bytes.i32(b, from) & 0xFFFFFFFFL) * PRIME1, 23) * PRIME2
                            + PRIME3;
            from += 4;
        }
        for (; from < end; from++) {
            h = Long.rotateLeft(h ^ (b[from] & 0xFF) * PRIME5, 11) * PRIME1;
        }
        h = (h ^ (h >>> 33)) * PRIME2;
        h = (h ^ (h >>> 29)) * PRIME3;
        return h ^ (h >>> 32);
    }

    /** A separate method, as the compiler takes a sum of constants that overflows for a mistake. */
    private static long round0(long prime) {
        return prime + PRIME2;
    }

    private static long round(long accumulator, long lane) {
        return Long.rotateLeft(accumulator + lane * PRIME2, 31) * PRIME1;
    }
}
