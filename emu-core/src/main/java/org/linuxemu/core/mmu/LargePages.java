package org.linuxemu.core.mmu;

import java.util.Arrays;

/**
 * Where large pages have been cached in pieces since everything was dropped last: a set of regions
 * that may say yes where there is none, but never no where there is one.
 */
final class LargePages {
    private static final int REGION_SHIFT = 21;
    private static final int GIANT_SHIFT = 30;

    /** Place of the word for giant pages in a half. */
    private static final int GIANTS = 64;

    private static final int HALF = GIANTS + 1;

    /** Length of {@link #words}. */
    static final int WORDS = 2 * HALF;

    /**
     * For the lower and the upper half of linear memory: a bit for each region of 2 MiB, by its
     * number modulo 4096, and a word with a bit for each GiB modulo 64 that had pages of 4 MiB or 1
     * GiB.
     */
    final long[] words = new long[WORDS];

    private static int half(long linear) {
        return linear < 0 ? HALF : 0;
    }

    private static int word(long linear) {
        return half(linear) + ((int) (linear >>> REGION_SHIFT + 6) & 63);
    }

    /** Notes a page of {@code 1 << shift} bytes. */
    void add(long linear, int shift) {
        if (shift == REGION_SHIFT) {
            words[word(linear)] |= 1L << (linear >>> REGION_SHIFT);
        } else {
            words[half(linear) + GIANTS] |= 1L << (linear >>> GIANT_SHIFT);
        }
    }

    /** Logarithm of the size of what must be dropped with the page at an address: 12, 21 or 30. */
    int shift(long linear) {
        if ((words[half(linear) + GIANTS] >>> (linear >>> GIANT_SHIFT) & 1) != 0) {
            return GIANT_SHIFT;
        }
        boolean large = (words[word(linear)] >>> (linear >>> REGION_SHIFT) & 1) != 0;
        return large ? REGION_SHIFT : 12;
    }

    void clear() {
        Arrays.fill(words, 0);
    }
}
