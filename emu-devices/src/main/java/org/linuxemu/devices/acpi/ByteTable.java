package org.linuxemu.devices.acpi;

import java.util.Arrays;

/** Bytes that grow at their end, little-endian: what ACPI tables and AML are written into. */
class ByteTable {
    byte[] bytes = new byte[256];
    int size;

    /** Bytes so far. */
    public int size() {
        return size;
    }

    private void need(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
        }
    }

    /** Appends the low 1 to 8 bytes of a value. */
    final void append(int length, long value) {
        need(length);
        for (int i = 0; i < length; i++) {
            bytes[size++] = (byte) (value >>> (8 * i));
        }
    }

    /** Appends ASCII characters. */
    final void append(String text) {
        need(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[size++] = (byte) text.charAt(i);
        }
    }

    final void append(byte[] source, int length) {
        need(length);
        System.arraycopy(source, 0, bytes, size, length);
        size += length;
    }

    /** Makes room for {@code length} bytes at {@code at}, moving up what is there. */
    final void insert(int at, int length) {
        need(length);
        System.arraycopy(bytes, at, bytes, at + length, size - at);
        size += length;
    }

    /** What must be stored in a zero byte of the range to make its sum zero. */
    static byte checksum(byte[] bytes, int start, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += bytes[start + i];
        }
        return (byte) -sum;
    }
}
