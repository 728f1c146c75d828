package org.linuxemu.core.exec;

/**
 * Rounds of AES on four columns (FIPS 197). A column is an int with row 0 in its low byte; the
 * tables join SubBytes with MixColumns for a byte of row 0, other rows are rotations.
 */
final class AesTables {
    private static final int[] SBOX = new int[256];
    private static final int[] INVERSE_SBOX = new int[256];
    private static final int[] ROUND = new int[256];
    private static final int[] INVERSE_ROUND = new int[256];

    static {
        // The S-box is the inverse in GF(2^8) and an affine map; p runs through powers of 3, q
        // through their inverses.
        int p = 1;
        int q = 1;
        do {
            p = p ^ times2(p);
            q ^= q << 1;
            q ^= q << 2;
            q ^= q << 4;
            q &= 0xFF;
            q ^= (q & 0x80) != 0 ? 0x09 : 0;
            int s = q ^ rotate(q, 1) ^ rotate(q, 2) ^ rotate(q, 3) ^ rotate(q, 4) ^ 0x63;
            SBOX[p] = s;
        } while (p != 1);
        SBOX[0] = 0x63;
        for (int x = 0; x < 256; x++) {
            int s = SBOX[x];
            INVERSE_SBOX[s] = x;
            ROUND[x] = times2(s) | s << 8 | s << 16 | (s ^ times2(s)) << 24;
        }
        for (int x = 0; x < 256; x++) {
            int s = INVERSE_SBOX[x];
            int s2 = times2(s);
            int s4 = times2(s2);
            int s8 = times2(s4);
            INVERSE_ROUND[x] =
                    s8 ^ s4 ^ s2 | (s8 ^ s) << 8 | (s8 ^ s4 ^ s) << 16 | (s8 ^ s2 ^ s) << 24;
        }
    }

    private AesTables() {}

    private static int times2(int x) {
        return (x << 1 ^ ((x & 0x80) != 0 ? 0x1B : 0)) & 0xFF;
    }

    private static int rotate(int x, int n) {
        return (x << n | x >> 8 - n) & 0xFF;
    }

    /** One column of a round from the columns that ShiftRows takes rows 0-3 from. */
    static int round(int c0, int c1, int c2, int c3) {
        return ROUND[c0 & 0xFF]
                ^ Integer.rotateLeft(ROUND[c1 >>> 8 & 0xFF], 8)
                ^ Integer.rotateLeft(ROUND[c2 >>> 16 & 0xFF], 16)
                ^ Integer.rotateLeft(ROUND[c3 >>> 24], 24);
    }

    static int inverseRound(int c0, int c1, int c2, int c3) {
        return INVERSE_ROUND[c0 & 0xFF]
                ^ Integer.rotateLeft(INVERSE_ROUND[c1 >>> 8 & 0xFF], 8)
                ^ Integer.rotateLeft(INVERSE_ROUND[c2 >>> 16 & 0xFF], 16)
                ^ Integer.rotateLeft(INVERSE_ROUND[c3 >>> 24], 24);
    }

    /** As {@link #round} without MixColumns. */
    static int lastRound(int c0, int c1, int c2, int c3) {
        return SBOX[c0 & 0xFF]
                | SBOX[c1 >>> 8 & 0xFF] << 8
                | SBOX[c2 >>> 16 & 0xFF] << 16
                | SBOX[c3 >>> 24] << 24;
    }

    static int inverseLastRound(int c0, int c1, int c2, int c3) {
        return INVERSE_SBOX[c0 & 0xFF]
                | INVERSE_SBOX[c1 >>> 8 & 0xFF] << 8
                | INVERSE_SBOX[c2 >>> 16 & 0xFF] << 16
                | INVERSE_SBOX[c3 >>> 24] << 24;
    }

    static int substitute(int word) {
        return lastRound(word, word, word, word);
    }

    /** InvMixColumns of one column. */
    static int inverseMix(int column) {
        int s = substitute(column);
        return inverseRound(s, s, s, s);
    }
}
