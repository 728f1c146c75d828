package org.linuxemu.devices.boot;

/** Little-endian fields of headers and tables in byte arrays. */
final class LittleEndian {
    private LittleEndian() {}

    static int u8(byte[] b, int i) {
        return b[i] & 0xFF;
    }

    static int u16(byte[] b, int i) {
        return (b[i] & 0xFF) | (b[i + 1] & 0xFF) << 8;
    }

    static int i32(byte[] b, int i) {
        return u16(b, i) | u16(b, i + 2) << 16;
    }

    static long u32(byte[] b, int i) {
        return i32(b, i) & 0xFFFFFFFFL;
    }

    static long i64(byte[] b, int i) {
        return u32(b, i) | (long) i32(b, i + 4) << 32;
    }

    static void put16(byte[] b, int i, int value) {
        b[i] = (byte) value;
        b[i + 1] = (byte) (value >>> 8);
    }

    static void put32(byte[] b, int i, int value) {
        put16(b, i, value);
        put16(b, i + 2, value >>> 16);
    }

    static void put64(byte[] b, int i, long value) {
        put32(b, i, (int) value);
        put32(b, i + 4, (int) (value >>> 32));
    }
}
