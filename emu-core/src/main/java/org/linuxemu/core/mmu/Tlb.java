package org.linuxemu.core.mmu;

import java.util.Arrays;

/**
 * A direct-mapped cache of translations for one kind of access in one context.
 *
 * <p>What the guest could notice of it is in {@link #pages}: {@code pages[i] == page} (the linear
 * address of a page, low 12 bits zero) implies that an access of this kind to that page is allowed,
 * needs no accessed or dirty bit set, touches RAM only, and that {@code frames[i]} is its frame
 * with index {@code indices[i]}. An empty entry has -1, which equals no page.
 *
 * <p>{@code tags[i]} is {@code pages[i]}, or -1 to have the next access take the slow way although
 * there is a translation: to a page that holds code, is watched, or is to be noted as written. So
 * caches and debuggers never change what page walks the guest sees.
 */
final class Tlb {
    static final int SIZE = 1024;
    static final int MASK = SIZE - 1;

    final long[] tags = new long[SIZE];
    final long[] pages = new long[SIZE];
    final byte[][] frames = new byte[SIZE][];
    final int[] indices = new int[SIZE];

    /** Entries that survive a write of CR3. */
    final boolean[] global = new boolean[SIZE];

    final LocalEntries locals = new LocalEntries();

    Tlb() {
        flushAll();
    }

    /** Makes an entry; {@code fast} if accesses need not take the slow way. */
    void put(long page, byte[] frame, int index, boolean isGlobal, boolean fast) {
        int i = (int) (page >>> 12) & MASK;
        tags[i] = fast ? page : -1;
        pages[i] = page;
        frames[i] = frame;
        indices[i] = index;
        global[i] = isGlobal;
        if (!isGlobal) {
            locals.add(i);
        }
    }

    void flushAll() {
        Arrays.fill(tags, -1);
        Arrays.fill(pages, -1);
        locals.clear();
    }

    void flushLocal() {
        locals.flush(global, pages, tags);
    }

    void flushPage(long page) {
        int i = (int) (page >>> 12) & MASK;
        if (pages[i] == page) {
            tags[i] = -1;
            pages[i] = -1;
        }
    }

    /** The next access to the page takes the slow way. */
    void slowPage(long page) {
        int i = (int) (page >>> 12) & MASK;
        if (tags[i] == page) {
            tags[i] = -1;
        }
    }

    void flushRegion(long linear, int shift) {
        flushRegion(tags, linear, shift);
        flushRegion(pages, linear, shift);
    }

    /**
     * Drops the pages of the region of {@code 1 << shift} bytes, more than a page, around an
     * address.
     */
    static void flushRegion(long[] tags, long linear, int shift) {
        long region = linear >>> shift;
        for (int i = 0; i < SIZE; i++) {
            // An empty entry, -1, only becomes empty again.
            if (tags[i] >>> shift == region) {
                tags[i] = -1;
            }
        }
    }

    /** The next access to the frame takes the slow way. */
    void slowFrame(byte[] frame) {
        for (int i = 0; i < SIZE; i++) {
            if (frames[i] == frame) {
                tags[i] = -1;
            }
        }
    }

    /** The next access to any page takes the slow way. */
    void slowAll() {
        Arrays.fill(tags, -1);
    }
}
