package org.linuxemu.cli.console;

import org.linuxemu.cli.machine.SerialInput;

/**
 * Bytes and breaks on their way to the guest, between the thread that reads them and the machine
 * thread.
 */
public final class InputQueue implements SerialInput {
    private final int capacity;
    private short[] ring;
    private int head;
    private int count;

    /**
     * Makes an empty queue.
     *
     * @param capacity most items that wait; at least 1
     */
    public InputQueue(int capacity) {
        this.capacity = capacity;
        this.ring = new short[Math.min(capacity, 256)];
    }

    @Override
    public synchronized int poll() {
        if (count == 0) {
            return NONE;
        }
        int value = ring[head];
        head = (head + 1) % ring.length;
        count--;
        if (count <= capacity / 2) {
            notifyAll();
        }
        return value;
    }

    /** Adds a byte (0 to 255) or {@link #BREAK} when there is room. */
    public synchronized boolean offer(int value) {
        if (count == capacity) {
            return false;
        }
        if (count == ring.length) {
            grow();
        }
        ring[(head + count) % ring.length] = (short) value;
        count++;
        return true;
    }

    /** Waits until there is room. */
    public synchronized void awaitRoom() throws InterruptedException {
        while (count == capacity) {
            wait();
        }
    }

    private void grow() {
        short[] bigger = new short[Math.min(capacity, ring.length * 4)];
        for (int i = 0; i < count; i++) {
            bigger[i] = ring[(head + i) % ring.length];
        }
        ring = bigger;
        head = 0;
    }
}
