package org.linuxemu.devices.uart;

import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;

/** The 16 byte receiver FIFO with three error bits (LSR bits 2 to 4) for each byte. */
final class ReceiveFifo {
    static final int SIZE = 16;

    private static final int ERROR_BITS = 0x1C;

    private final byte[] data = new byte[SIZE];
    private final byte[] errors = new byte[SIZE];
    private int head;
    private int count;

    int count() {
        return count;
    }

    void clear() {
        head = 0;
        count = 0;
    }

    /** Appends a byte; the FIFO must not be full. */
    void put(int value, int errorBits) {
        int tail = (head + count) & (SIZE - 1);
        data[tail] = (byte) value;
        errors[tail] = (byte) errorBits;
        count++;
    }

    /** Removes the first byte; the FIFO must not be empty. */
    int take() {
        int value = data[head] & 0xFF;
        head = (head + 1) & (SIZE - 1);
        count--;
        return value;
    }

    /** Error bits of the first byte, 0 when empty. */
    int firstErrors() {
        return count == 0 ? 0 : errors[head];
    }

    void clearFirstErrors() {
        if (count != 0) {
            errors[head] = 0;
        }
    }

    boolean hasErrors() {
        for (int i = 0; i < count; i++) {
            if (errors[(head + i) & (SIZE - 1)] != 0) {
                return true;
            }
        }
        return false;
    }

    void save(StateWriter writer) {
        writer.writeInt(count);
        for (int i = 0; i < count; i++) {
            int at = (head + i) & (SIZE - 1);
            writer.writeInt((data[at] & 0xFF) | (errors[at] & 0xFF) << 8);
        }
    }

    void load(StateReader reader) throws StateFormatException {
        clear();
        int length = reader.readInt(0, SIZE);
        for (int i = 0; i < length; i++) {
            int item = reader.readInt(0, ERROR_BITS << 8 | 0xFF);
            put(item & 0xFF, item >> 8 & ERROR_BITS);
        }
    }
}
