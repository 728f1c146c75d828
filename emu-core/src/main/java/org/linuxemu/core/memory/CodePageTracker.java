package org.linuxemu.core.memory;

/** Which RAM frames hold decoded or translated code. Pages marked here never enter a write TLB. */
public final class CodePageTracker {
    /** Told when a marked page is written. */
    public interface Listener {
        void codePageWritten(int frameIndex, int offset, int length);
    }

    private final long[] marked;
    private Listener listener;

    public CodePageTracker(int frameCount) {
        marked = new long[(frameCount + 63) >>> 6];
    }

    public void setListener(Listener listener) {
        this.listener = listener;
    }

    public boolean isMarked(int frameIndex) {
        return (marked[frameIndex >>> 6] >>> frameIndex & 1) != 0;
    }

    public void mark(int frameIndex) {
        marked[frameIndex >>> 6] |= 1L << frameIndex;
    }

    public void unmark(int frameIndex) {
        marked[frameIndex >>> 6] &= ~(1L << frameIndex);
    }

    /**
     * Every writer of RAM that does not go through a write TLB calls this before or after the
     * store.
     */
    public void written(int frameIndex, int offset, int length) {
        if (isMarked(frameIndex) && listener != null) {
            listener.codePageWritten(frameIndex, offset, length);
        }
    }
}
