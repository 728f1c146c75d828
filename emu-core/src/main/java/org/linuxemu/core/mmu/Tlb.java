package org.linuxemu.core.mmu;

import java.util.Arrays;

/**
 * A direct-mapped cache of translations for one kind of access in one context.
 *
 * <p>Invariant: {@code tags[i] == page} (the linear address of a page, low 12 bits zero) implies
 * that an access of this kind to that page is allowed, needs no accessed or dirty bit set, touches
 * RAM only, and that {@code frames[i]} is its frame. An empty entry has tag -1, which equals no
 * page. Pages that hold code are never in a write TLB, watched pages in no TLB.
 */
final class Tlb {
    static final int SIZE = 1024;
    static final int MASK = SIZE - 1;

    final long[] tags = new long[SIZE];
    final byte[][] frames = new byte[SIZE][];

    /** Entries that survive a write of CR3. */
    final boolean[] global = new boolean[SIZE];

    Tlb() {
        Arrays.fill(tags, -1);
    }

    void put(long page, byte[] frame, boolean isGlobal) {
        int i = (int) (page >>> 12) & MASK;
        tags[i] = page;
        frames[i] = frame;
        global[i] = isGlobal;
    }

    void flushAll() {
        Arrays.fill(tags, -1);
    }

    void flushLocal() {
        long[] t = tags;
        boolean[] g = global;
        for (int i = 0; i < SIZE; i++) {
            if (!g[i]) {
                t[i] = -1;
            }
        }
    }

    void flushPage(long page) {
        int i = (int) (page >>> 12) & MASK;
        if (tags[i] == page) {
            tags[i] = -1;
        }
    }

    void flushFrame(byte[] frame) {
        for (int i = 0; i < SIZE; i++) {
            if (frames[i] == frame) {
                tags[i] = -1;
            }
        }
    }
}
