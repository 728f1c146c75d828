package org.linuxemu.core.memory;

import java.util.Arrays;

/**
 * Contents of RAM at one moment; immutable. Images of one machine share the pages that did not
 * change between them.
 */
public final class MemoryImage {
    private static final byte[] ZERO = new byte[PhysicalMemory.PAGE_SIZE];

    private final long size;
    private final byte[][] pages;

    /**
     * @param size bytes of RAM
     * @param pages by frame index, null where all bytes are zero; must not be changed any more
     */
    public MemoryImage(long size, byte[][] pages) {
        if (pages.length != size >>> PhysicalMemory.PAGE_SHIFT) {
            throw new IllegalArgumentException(pages.length + " pages for " + size + " bytes");
        }
        this.size = size;
        this.pages = pages;
    }

    /** Bytes of RAM. */
    public long size() {
        return size;
    }

    /** Number of pages, zero or not. */
    public int pageCount() {
        return pages.length;
    }

    /** The page with this frame index, not to be changed; null if it is zero. */
    public byte[] page(int index) {
        return pages[index];
    }

    /** Whether all bytes of a page are zero. */
    public static boolean isZero(byte[] page) {
        return Arrays.equals(page, ZERO);
    }

    /** A copy of a frame: {@code before} where that is the same, null for zeros. */
    static byte[] copy(byte[] frame, byte[] before) {
        if (frame == null || isZero(frame)) {
            return null;
        }
        return before != null && Arrays.equals(frame, before) ? before : frame.clone();
    }
}
