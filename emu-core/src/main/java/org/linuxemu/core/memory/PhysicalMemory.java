package org.linuxemu.core.memory;

/**
 * Guest RAM as 4 KiB frames, each made when it is first touched: memory that the guest does not use
 * costs nothing, and a snapshot can share frames. RAM above the hole below 4 GiB starts at 4 GiB. A
 * frame, once made, stays the same array for the life of the machine, so TLBs may hold it.
 */
public final class PhysicalMemory {
    public static final int PAGE_SHIFT = 12;
    public static final int PAGE_SIZE = 1 << PAGE_SHIFT;
    private static final long FOUR_GIB = 1L << 32;

    private final long size;
    private final long lowSize;
    private final byte[][] frames;
    private final boolean[] hole = new boolean[256]; // pages of the first MiB that devices claim

    /** What RAM held when {@link #written} was last emptied; null: unknown. */
    private MemoryImage base;

    /**
     * A bit for each frame that may differ from {@link #base}; all set while that is unknown. Every
     * writer sets it before or after its store.
     */
    private final long[] written;

    /**
     * @param size bytes of RAM, a multiple of 4096
     * @param lowLimit first address of the hole below 4 GiB; RAM beyond it moves above 4 GiB
     */
    public PhysicalMemory(long size, long lowLimit) {
        if (size <= 0
                || (size & (PAGE_SIZE - 1)) != 0
                || size >>> PAGE_SHIFT > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("RAM size " + size);
        }
        this.size = size;
        this.lowSize = Math.min(size, lowLimit);
        this.frames = new byte[(int) (size >>> PAGE_SHIFT)][];
        this.written = new long[(frames.length + 63) >>> 6];
        java.util.Arrays.fill(written, -1L);
    }

    /** Bytes of RAM. */
    public long size() {
        return size;
    }

    /** Bytes of RAM below 4 GiB. */
    public long lowSize() {
        return lowSize;
    }

    /** Bytes of RAM at and above 4 GiB. */
    public long highSize() {
        return size - lowSize;
    }

    /** Takes pages of the first MiB away from RAM, for a device window. */
    public void punchHole(int firstPage, int pages) {
        for (int i = 0; i < pages; i++) {
            hole[firstPage + i] = true;
        }
    }

    /** Index into the frames of a physical page number, or -1 if that page is not RAM. */
    public int frameIndex(long page) {
        if (page < 256 && page >= 0 && hole[(int) page]) {
            return -1;
        }
        long address = page << PAGE_SHIFT;
        if (page >= 0 && address < lowSize) {
            return (int) page;
        }
        long high = page - (FOUR_GIB >>> PAGE_SHIFT);
        return high >= 0 && high < (size - lowSize) >>> PAGE_SHIFT
                ? (int) ((lowSize >>> PAGE_SHIFT) + high)
                : -1;
    }

    /** Physical page number of a frame index: the inverse of {@link #frameIndex}. */
    public long pageNumber(int frameIndex) {
        long low = lowSize >>> PAGE_SHIFT;
        return frameIndex < low ? frameIndex : frameIndex - low + (FOUR_GIB >>> PAGE_SHIFT);
    }

    /** Number of frames, touched or not. */
    public int frameCount() {
        return frames.length;
    }

    /** The frame of a physical page number, made if need be; null if that page is not RAM. */
    public byte[] frame(long page) {
        int i = frameIndex(page);
        if (i < 0) {
            return null;
        }
        byte[] f = frames[i];
        return f != null ? f : (frames[i] = new byte[PAGE_SIZE]);
    }

    /** Number of frames that have been made. */
    public int touchedFrames() {
        int n = 0;
        for (byte[] f : frames) {
            n += f != null ? 1 : 0;
        }
        return n;
    }

    /** The frame with this index, or null if it has not been touched (all zero). */
    public byte[] frameIfTouched(int index) {
        return frames[index];
    }

    /**
     * Copies bytes in; addresses outside RAM are passed over. For loaders, before the machine runs.
     */
    public void load(long address, byte[] source, int offset, int length) {
        while (length > 0) {
            int in = (int) address & (PAGE_SIZE - 1);
            int n = Math.min(length, PAGE_SIZE - in);
            byte[] f = frame(address >>> PAGE_SHIFT);
            if (f != null) {
                System.arraycopy(source, offset, f, in, n);
                markWritten(frameIndex(address >>> PAGE_SHIFT));
            }
            address += n;
            offset += n;
            length -= n;
        }
    }

    /** Forgets all contents and holes stay: RAM as at power-on. */
    public void clear() {
        java.util.Arrays.fill(frames, null);
        forgetCapture();
    }

    // ---- saved contents ----

    /** Notes that a frame is stored to; to be called by whoever stores. */
    public void markWritten(int index) {
        written[index >>> 6] |= 1L << index;
    }

    /** Whether a store to this frame needs no {@link #markWritten} any more. */
    public boolean isWritten(int index) {
        return (written[index >>> 6] >>> index & 1) != 0;
    }

    /**
     * The present contents. Frames not written since the last capture or {@link #restore} are
     * shared with that one. Afterwards no frame counts as written, so whoever may store without
     * asking must ask again.
     */
    public MemoryImage capture() {
        byte[][] pages = new byte[frames.length][];
        for (int i = 0; i < pages.length; i++) {
            byte[] before = base == null ? null : base.page(i);
            byte[] now = frames[i];
            pages[i] = isWritten(i) ? MemoryImage.copy(now, before) : before;
        }
        base = new MemoryImage(size, pages);
        java.util.Arrays.fill(written, 0);
        return base;
    }

    /** Gives up what {@link #capture} shares with later ones: no more of them are expected soon. */
    public void forgetCapture() {
        base = null;
        java.util.Arrays.fill(written, -1L);
    }

    /** Told of frames that a restore has changed. */
    interface RestoreListener {
        void frameReplaced(int index);
    }

    /**
     * Brings the contents of an image of this size back, into the same frames. Frames not written
     * since the last capture or restore are looked at only if the two images differ there. What is
     * said of {@link #capture} goes here too.
     */
    void restore(MemoryImage image, RestoreListener listener) {
        if (image.size() != size) {
            throw new IllegalArgumentException("image of " + image.size() + " bytes");
        }
        for (int w = 0; w < written.length; w++) {
            if (written[w] == 0 && image == base) {
                continue;
            }
            int end = Math.min(frames.length, (w + 1) << 6);
            for (int i = w << 6; i < end; i++) {
                if (isWritten(i) || base.page(i) != image.page(i)) {
                    replace(i, image.page(i), listener);
                }
            }
            written[w] = 0;
        }
        base = image;
    }

    /** As a restore, but the image's pages become the frames, and the image is used up. */
    void adopt(MemoryImage image) {
        if (image.size() != size) {
            throw new IllegalArgumentException("image of " + image.size() + " bytes");
        }
        clear();
        for (int i = 0; i < frames.length; i++) {
            frames[i] = image.page(i);
        }
    }

    private void replace(int i, byte[] page, RestoreListener listener) {
        byte[] frame = frames[i];
        if (frame == null) {
            if (page == null) {
                return;
            }
            frame = frames[i] = new byte[PAGE_SIZE];
        }
        if (page == null) {
            if (MemoryImage.isZero(frame)) {
                return;
            }
            java.util.Arrays.fill(frame, (byte) 0);
        } else {
            if (java.util.Arrays.equals(frame, page)) {
                return;
            }
            System.arraycopy(page, 0, frame, 0, PAGE_SIZE);
        }
        listener.frameReplaced(i);
    }
}
