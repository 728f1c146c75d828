package org.linuxemu.core.bus;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Reads what a {@link StateWriter} wrote, in the same order. Whatever is in the bytes, the only
 * exception is {@link StateFormatException}.
 */
public final class StateReader {
    private final byte[] buffer;
    private int position;
    private int limit;
    private final int[] outerLimits = new int[StateWriter.MAX_DEPTH];
    private final String[] names = new String[StateWriter.MAX_DEPTH];
    private int depth;

    /**
     * Checks frame and checksum. The array is not copied and must not change while it is read.
     *
     * @throws StateFormatException if the bytes are not a whole saved state
     */
    public StateReader(byte[] state) throws StateFormatException {
        buffer = state;
        limit = state.length;
        if (state.length < 12 || takeInt() != StateWriter.MAGIC) {
            throw new StateFormatException("not a saved state");
        }
        int format = takeInt();
        if (format != StateWriter.FORMAT) {
            throw new StateFormatException("saved state has unknown format " + format);
        }
        CRC32 crc = new CRC32();
        crc.update(state, 0, state.length - 4);
        position = state.length - 4;
        if (takeInt() != (int) crc.getValue()) {
            throw new StateFormatException("saved state is damaged (checksum)");
        }
        position = 8;
        limit = state.length - 4;
    }

    /**
     * Enters the next section, which must have this name.
     *
     * @return the version it was written with, 1 to {@code maxVersion}
     */
    public int beginSection(String name, int maxVersion) throws StateFormatException {
        expect(StateWriter.TAG_SECTION);
        String found = takeString();
        if (!found.equals(name)) {
            throw fail("expected section " + name + ", found " + found);
        }
        int version = takeInt();
        if (version < 1 || version > maxVersion) {
            throw fail("section " + name + " has unknown version " + version);
        }
        int length = takeInt();
        if (length < 0 || length > limit - position || depth == StateWriter.MAX_DEPTH) {
            throw fail("section " + name + " is damaged");
        }
        names[depth] = name;
        outerLimits[depth++] = limit;
        limit = position + length;
        return version;
    }

    /** Leaves the section, which must have been read to its end. */
    public void endSection() throws StateFormatException {
        if (depth == 0) {
            throw fail("no open section");
        }
        if (position != limit) {
            throw fail("section has " + (limit - position) + " bytes too many");
        }
        limit = outerLimits[--depth];
    }

    /** Whether the current section, or the state when none is open, is read to its end. */
    public boolean atEnd() {
        return position == limit;
    }

    /** Reads an int. */
    public int readInt() throws StateFormatException {
        expect(StateWriter.TAG_INT);
        return takeInt();
    }

    /** Reads an int that must be in {@code min .. max}. */
    public int readInt(int min, int max) throws StateFormatException {
        int value = readInt();
        if (value < min || value > max) {
            throw fail("value " + value + " outside " + min + ".." + max);
        }
        return value;
    }

    /** Reads a long. */
    public long readLong() throws StateFormatException {
        expect(StateWriter.TAG_LONG);
        return takeLong();
    }

    /** Reads a long that must be in {@code min .. max}. */
    public long readLong(long min, long max) throws StateFormatException {
        long value = readLong();
        if (value < min || value > max) {
            throw fail("value " + value + " outside " + min + ".." + max);
        }
        return value;
    }

    /** Reads a boolean. */
    public boolean readBoolean() throws StateFormatException {
        expect(StateWriter.TAG_BOOLEAN);
        int value = takeByte();
        if (value != 0 && value != 1) {
            throw fail("not a boolean: " + value);
        }
        return value == 1;
    }

    /** Reads a byte array of at most {@code maxLength} bytes. */
    public byte[] readBytes(int maxLength) throws StateFormatException {
        expect(StateWriter.TAG_BYTES);
        int length = takeLength(maxLength);
        byte[] value = Arrays.copyOfRange(buffer, position, position + length);
        position += length;
        return value;
    }

    /** Reads a byte array that must be exactly as long as {@code target} into it. */
    public void readBytesInto(byte[] target) throws StateFormatException {
        expect(StateWriter.TAG_BYTES);
        int length = takeLength(target.length);
        if (length != target.length) {
            throw fail("expected " + target.length + " bytes, found " + length);
        }
        System.arraycopy(buffer, position, target, 0, length);
        position += length;
    }

    /** Reads a string. */
    public String readString() throws StateFormatException {
        expect(StateWriter.TAG_STRING);
        return takeString();
    }

    private void expect(byte tag) throws StateFormatException {
        int found = takeByte();
        if (found != tag) {
            throw fail(
                    "expected item '"
                            + (char) tag
                            + "', found 0x"
                            + Integer.toHexString(found & 0xFF));
        }
    }

    private String takeString() throws StateFormatException {
        int length = takeLength(Integer.MAX_VALUE);
        String value = new String(buffer, position, length, StandardCharsets.UTF_8);
        position += length;
        return value;
    }

    private int takeLength(int maxLength) throws StateFormatException {
        int length = takeInt();
        if (length < 0 || length > maxLength || length > limit - position) {
            throw fail("bad length " + length);
        }
        return length;
    }

    private int takeByte() throws StateFormatException {
        if (position >= limit) {
            throw fail("unexpected end");
        }
        return buffer[position++];
    }

    private int takeInt() throws StateFormatException {
        if (limit - position < 4) {
            throw fail("unexpected end");
        }
        int value =
                (buffer[position] & 0xFF) << 24
                        | (buffer[position + 1] & 0xFF) << 16
                        | (buffer[position + 2] & 0xFF) << 8
                        | (buffer[position + 3] & 0xFF);
        position += 4;
        return value;
    }

    private long takeLong() throws StateFormatException {
        long high = takeInt();
        return high << 32 | (takeInt() & 0xFFFFFFFFL);
    }

    private StateFormatException fail(String what) {
        StringBuilder message = new StringBuilder("saved state");
        for (int i = 0; i < depth; i++) {
            message.append(i == 0 ? " in " : "/").append(names[i]);
        }
        return new StateFormatException(message.append(": ").append(what).toString());
    }
}
