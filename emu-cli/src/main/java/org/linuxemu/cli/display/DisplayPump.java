package org.linuxemu.cli.display;

import org.linuxemu.cli.machine.VideoOutput;
import org.linuxemu.core.debug.DebugTarget;
import org.linuxemu.devices.vga.TextScreen;

/**
 * Brings the picture from the machine to a display, some fifty times a second while it changes. The
 * machine thread only copies the characters; a slow display misses pictures but never the last one.
 */
public final class DisplayPump implements Runnable {
    private static final long PERIOD_MILLIS = 20;
    private static final long CLOSE_MILLIS = 500;

    private final DebugTarget target;
    private final VideoOutput video;
    private final Display display;
    private Thread thread;
    private TextScreen captured;
    private TextScreen shown;
    private boolean asked;
    private boolean closed;

    /** Makes a pump; nothing moves before {@link #start}. */
    public DisplayPump(DebugTarget target, VideoOutput video, Display display) {
        this.target = target;
        this.video = video;
        this.display = display;
    }

    /** Starts to show. */
    public void start() {
        thread = new Thread(this, "display");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        try {
            while (true) {
                TextScreen next = next();
                if (next == null) {
                    return;
                }
                if (!next.equals(shown)) {
                    shown = next;
                    display.show(next);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized TextScreen next() throws InterruptedException {
        while (captured == null) {
            if (closed) {
                return null;
            }
            if (!asked && video.changed()) {
                asked = true;
                target.post(this::capture); // refused after the machine's end: finish() follows
            }
            wait(PERIOD_MILLIS);
        }
        TextScreen next = captured;
        captured = null;
        return next;
    }

    /** Machine thread. */
    private synchronized void capture() {
        captured = video.screen();
        asked = false;
        notifyAll();
    }

    /** Ends it, after the machine has: the last picture is shown. Any thread. */
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Machine thread, after its last instruction: takes the last picture. */
    public void finish() {
        capture();
    }
}
