package org.linuxemu.cli.console;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.linuxemu.cli.machine.SerialOutput;

/**
 * Bytes on their way to a file, terminal or socket. They are written by a thread of its own in as
 * few calls as may be: a byte leaves at most {@link #GATHER_MILLIS} after it came, or as soon as
 * {@link #EAGER} have gathered. The one who writes waits only when a whole buffer is full because
 * the reader is slow. Bytes are passed on as they are.
 */
public final class OutputPump implements SerialOutput, Runnable {
    /** How long a byte may wait for company, in milliseconds: too short to be noticed. */
    static final int GATHER_MILLIS = 2;

    /** Bytes that are worth a call at once. */
    static final int EAGER = 4096;

    /** Bytes in a buffer; there are two, one filling while the other is written. */
    static final int CAPACITY = 16384;

    private final OutputStream sink;
    private final FailureListener onFailure;

    private byte[] filling = new byte[CAPACITY];
    private byte[] writing = new byte[CAPACITY];
    private int filled;
    private boolean busy;
    private boolean hurry;
    private boolean closed;
    private boolean failed;

    /**
     * Makes a pump; it works from the first byte on.
     *
     * @param name of the thread
     * @param sink where the bytes go; each call of its write method is one system call
     * @param onFailure told once, on the pump's thread, when the sink fails; bytes are dropped from
     *     then on
     */
    public OutputPump(String name, OutputStream sink, FailureListener onFailure) {
        this.sink = sink;
        this.onFailure = onFailure;
        Thread thread = new Thread(this, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public synchronized void write(int value) {
        if (!makeRoom()) {
            return;
        }
        filling[filled++] = (byte) value;
        if (filled == 1 || filled == EAGER) {
            notifyAll();
        }
    }

    /** Takes several bytes. */
    public synchronized void write(byte[] data, int offset, int length) {
        int from = offset;
        int left = length;
        while (left > 0 && makeRoom()) {
            int n = Math.min(left, CAPACITY - filled);
            System.arraycopy(data, from, filling, filled, n);
            filled += n;
            from += n;
            left -= n;
            notifyAll();
        }
    }

    /** Takes text, as UTF-8. */
    public void print(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        write(bytes, 0, bytes.length);
    }

    /** Waits until all that was taken has been written, or for about the given time. */
    public synchronized void flush(long millis) {
        hurry = true;
        notifyAll();
        long left = Math.max(1, millis / 10);
        for (int i = 0; i < 10 && (filled > 0 || busy) && !failed; i++) {
            if (!await(left)) {
                break;
            }
        }
        hurry = false;
    }

    /** Flushes, waiting at most about the given time, and ends. What comes later is dropped. */
    public void close(long millis) {
        flush(millis);
        synchronized (this) {
            closed = true;
            notifyAll();
        }
    }

    /** Waits for room in the buffer; false when the bytes are to be dropped. */
    private boolean makeRoom() {
        while (filled == CAPACITY && !failed && !closed) {
            if (!await(0)) {
                return false;
            }
        }
        return !failed && !closed;
    }

    private boolean await(long millis) {
        try {
            wait(millis);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The pump's thread. */
    @Override
    public void run() {
        while (true) {
            int n;
            byte[] data;
            synchronized (this) {
                busy = false;
                notifyAll();
                while (filled == 0 && !closed) {
                    if (!await(0)) {
                        return;
                    }
                }
                if (filled == 0) {
                    return;
                }
                if (filled < EAGER && !hurry && !closed && !await(GATHER_MILLIS)) {
                    return;
                }
                data = filling;
                n = filled;
                filling = writing;
                writing = data;
                filled = 0;
                busy = true;
                notifyAll();
            }
            try {
                sink.write(data, 0, n);
                sink.flush();
            } catch (IOException e) {
                fail(e);
                return;
            }
        }
    }

    private void fail(IOException e) {
        synchronized (this) {
            failed = true;
            busy = false;
            notifyAll();
        }
        onFailure.failed(e);
    }
}
