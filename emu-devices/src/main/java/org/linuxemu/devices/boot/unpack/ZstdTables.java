package org.linuxemu.devices.boot.unpack;

/**
 * The values that zstd's sequence codes stand for, and their default distributions (RFC 8878,
 * 3.1.1.3.2).
 */
final class ZstdTables {
    static final short[] LL_DEFAULT = {
        4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1,
        1, -1, -1, -1, -1
    };
    static final short[] ML_DEFAULT = {
        1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1
    };
    static final short[] OF_DEFAULT = {
        1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1
    };

    static final byte[] LL_EXTRA_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10,
        11, 12, 13, 14, 15, 16
    };
    static final byte[] ML_EXTRA_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
    };
    static final byte[] OF_EXTRA_BITS = new byte[32];

    static final int[] LL_BASELINES = baselines(0, LL_EXTRA_BITS);
    static final int[] ML_BASELINES = baselines(3, ML_EXTRA_BITS);
    static final int[] OF_BASELINES = new int[32];

    static {
        for (int i = 0; i < 32; i++) {
            OF_EXTRA_BITS[i] = (byte) i;
            OF_BASELINES[i] = 1 << i;
        }
    }

    private ZstdTables() {}

    /** Each code begins where the range of the one before ends. */
    private static int[] baselines(int first, byte[] extraBits) {
        int[] values = new int[extraBits.length];
        int next = first;
        for (int i = 0; i < values.length; i++) {
            values[i] = next;
            next += 1 << extraBits[i];
        }
        return values;
    }
}
