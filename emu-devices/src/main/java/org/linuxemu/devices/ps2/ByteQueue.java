package org.linuxemu.devices.ps2;

import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;

/** A bounded first-in-first-out queue of bytes. */
final class ByteQueue {
    private final byte[] data;
    private int head;
    private int count;

    ByteQueue(int capacity) {
        data = new byte[capacity];
    }

    boolean isEmpty() {
        return count == 0;
    }

    int room() {
        return data.length - count;
    }

    void clear() {
        head = 0;
        count = 0;
    }

    /** Appends a byte, or drops it when there is no room. */
    void put(int value) {
        if (count < data.length) {
            data[(head + count) % data.length] = (byte) value;
            count++;
        }
    }

    /** Removes the first byte; the queue must not be empty. */
    int take() {
        int value = data[head] & 0xFF;
        head = (head + 1) % data.length;
        count--;
        return value;
    }

    void save(StateWriter writer) {
        byte[] content = new byte[count];
        for (int i = 0; i < count; i++) {
            content[i] = data[(head + i) % data.length];
        }
        writer.writeBytes(content);
    }

    void load(StateReader reader) throws StateFormatException {
        byte[] content = reader.readBytes(data.length);
        head = 0;
        count = content.length;
        System.arraycopy(content, 0, data, 0, count);
    }
}
