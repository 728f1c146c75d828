package org.linuxemu.core.bus;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Collects saved state in memory. The format is big-endian: magic "EMUS", format number, then
 * items, then the CRC-32 of all before it. Every item has a tag byte, so that a reader that is out
 * of step notices at once. A section is a tag, a name, a version, the length of its body, and the
 * body.
 */
public final class StateWriter {
    static final int MAGIC = 0x454D5553;
    static final int FORMAT = 1;
    static final byte TAG_SECTION = '{';
    static final byte TAG_INT = 'I';
    static final byte TAG_LONG = 'L';
    static final byte TAG_BOOLEAN = 'Z';
    static final byte TAG_BYTES = 'B';
    static final byte TAG_STRING = 'S';
    static final int MAX_DEPTH = 16;

    private byte[] buffer = new byte[4096];
    private int size;
    private final int[] bodyStarts = new int[MAX_DEPTH];
    private int depth;

    /** Starts with an empty state. */
    public StateWriter() {
        putInt(MAGIC);
        putInt(FORMAT);
    }

    /** Opens a section; sections nest. The version is the section's own, 1 or more. */
    public void beginSection(String name, int version) {
        if (depth == MAX_DEPTH) {
            throw new IllegalStateException("sections nested too deep at " + name);
        }
        putByte(TAG_SECTION);
        putBytes(name.getBytes(StandardCharsets.UTF_8));
        putInt(version);
        putInt(0);
        bodyStarts[depth++] = size;
    }

    /** Closes the innermost open section. */
    public void endSection() {
        if (depth == 0) {
            throw new IllegalStateException("no open section");
        }
        int start = bodyStarts[--depth];
        patchInt(start - 4, size - start);
    }

    /** Appends an int. */
    public void writeInt(int value) {
        putByte(TAG_INT);
        putInt(value);
    }

    /** Appends a long. */
    public void writeLong(long value) {
        putByte(TAG_LONG);
        putInt((int) (value >>> 32));
        putInt((int) value);
    }

    /** Appends a boolean. */
    public void writeBoolean(boolean value) {
        putByte(TAG_BOOLEAN);
        putByte((byte) (value ? 1 : 0));
    }

    /** Appends a byte array with its length. */
    public void writeBytes(byte[] value) {
        putByte(TAG_BYTES);
        putBytes(value);
    }

    /** Appends a string in UTF-8 with its length. */
    public void writeString(String value) {
        putByte(TAG_STRING);
        putBytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Everything written so far with its checksum; all sections must be closed. */
    public byte[] toByteArray() {
        if (depth != 0) {
            throw new IllegalStateException("a section is still open");
        }
        CRC32 crc = new CRC32();
        crc.update(buffer, 0, size);
        byte[] result = Arrays.copyOf(buffer, size + 4);
        int value = (int) crc.getValue();
        result[size] = (byte) (value >>> 24);
        result[size + 1] = (byte) (value >>> 16);
        result[size + 2] = (byte) (value >>> 8);
        result[size + 3] = (byte) value;
        return result;
    }

    private void putBytes(byte[] value) {
        putInt(value.length);
        reserve(value.length);
        System.arraycopy(value, 0, buffer, size, value.length);
        size += value.length;
    }

    private void putByte(byte value) {
        reserve(1);
        buffer[size++] = value;
    }

    private void putInt(int value) {
        reserve(4);
        size += 4;
        patchInt(size - 4, value);
    }

    private void patchInt(int at, int value) {
        buffer[at] = (byte) (value >>> 24);
        buffer[at + 1] = (byte) (value >>> 16);
        buffer[at + 2] = (byte) (value >>> 8);
        buffer[at + 3] = (byte) value;
    }

    private void reserve(int count) {
        long needed = (long) size + count;
        if (needed > buffer.length) {
            if (needed > Integer.MAX_VALUE - 16) {
                throw new IllegalStateException("saved state above 2 GiB");
            }
            buffer =
                    Arrays.copyOf(
                            buffer,
                            (int)
                                    Math.min(
                                            Math.max(needed, 2L * buffer.length),
                                            Integer.MAX_VALUE - 16));
        }
    }
}
