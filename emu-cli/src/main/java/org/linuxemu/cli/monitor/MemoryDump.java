package org.linuxemu.cli.monitor;

import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.debug.MemoryAccess;

/** The {@code x} and {@code xp} commands: memory in the format that the user asks for. */
final class MemoryDump {
    private static final int MAX_COUNT = 65536;
    private static final int MAX_STRING = 4096;
    private static final int LINE_BYTES = 16;

    private final int count;
    private final char format;
    private final int size;

    private MemoryDump(int count, char format, int size) {
        this.count = count;
        this.format = format;
        this.size = size;
    }

    /**
     * Format letters: x d u o c s i; sizes: b h w g. As in {@code /4xg}; an empty text is one
     * hexadecimal word.
     */
    static MemoryDump parse(String text) throws MonitorException {
        int at = 0;
        int count = 0;
        while (at < text.length() && Character.isDigit(text.charAt(at))) {
            count = Math.min(MAX_COUNT + 1, count * 10 + text.charAt(at) - '0');
            at++;
        }
        if (at == 0) {
            count = 1;
        }
        if (count < 1 || count > MAX_COUNT) {
            throw new MonitorException("the count must be 1 to " + MAX_COUNT);
        }
        char format = 'x';
        int size = 0;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if ("xduocsi".indexOf(c) >= 0) {
                format = c;
            } else if ("bhwg".indexOf(c) >= 0) {
                size = 1 << "bhwg".indexOf(c);
            } else {
                throw new MonitorException(
                        "unknown format '" + c + "'; there are x d u o c s i and sizes b h w g");
            }
        }
        if (size == 0) {
            size = format == 'c' ? 1 : 4;
        }
        return new MemoryDump(count, format, size);
    }

    /** True when instructions are wanted, which {@link InstructionDump} prints. */
    boolean instructions() {
        return format == 'i';
    }

    /** Number of items. */
    int count() {
        return count;
    }

    /** Prints. Machine thread only. */
    void print(long address, boolean physical, MemoryAccess memory, DebugOutput output)
            throws MonitorException {
        if (format == 's') {
            strings(address, physical, memory, output);
            return;
        }
        int perLine =
                format == 'c'
                        ? 8
                        : Math.max(1, LINE_BYTES / size / (format == 'x' || size > 1 ? 1 : 2));
        byte[] item = new byte[8];
        StringBuilder line = new StringBuilder();
        long at = address;
        for (int i = 0; i < count; i++, at += size) {
            if (i % perLine == 0) {
                if (line.length() > 0) {
                    output.println(line.toString());
                    line.setLength(0);
                }
                Hex.append(line, at, 16).append(':');
            }
            if (read(at, physical, memory, item, size) < size) {
                if (i % perLine != 0) {
                    output.println(line.toString());
                }
                throw new MonitorException("cannot read memory at 0x" + Long.toHexString(at));
            }
            append(line.append(' '), value(item));
            if (output.cancelled()) {
                return;
            }
        }
        output.println(line.toString());
    }

    private void append(StringBuilder line, long value) {
        int shift = 64 - 8 * size;
        long signed = value << shift >> shift;
        switch (format) {
            case 'd':
                pad(line, Long.toString(signed), size * 5 / 2 + 2);
                break;
            case 'u':
                pad(line, Long.toUnsignedString(value), size * 5 / 2 + 1);
                break;
            case 'o':
                pad(line, "0" + Long.toOctalString(value), size * 8 / 3 + 2);
                break;
            case 'c':
                pad(line, quoted((int) value & 0xFF, '\''), 6);
                break;
            default:
                Hex.append(line.append("0x"), value, 2 * size);
                break;
        }
    }

    private void strings(long address, boolean physical, MemoryAccess memory, DebugOutput output)
            throws MonitorException {
        byte[] one = new byte[1];
        long at = address;
        for (int i = 0; i < count; i++) {
            StringBuilder line = new StringBuilder();
            Hex.append(line, at, 16).append(": \"");
            int length = 0;
            while (length < MAX_STRING) {
                if (read(at, physical, memory, one, 1) < 1) {
                    throw new MonitorException("cannot read memory at 0x" + Long.toHexString(at));
                }
                at++;
                if (one[0] == 0) {
                    break;
                }
                String character = quoted(one[0] & 0xFF, '"');
                line.append(character, 1, character.length() - 1);
                length++;
            }
            output.println(line.append(length == MAX_STRING ? "\"..." : "\"").toString());
        }
    }

    private static int read(long at, boolean physical, MemoryAccess memory, byte[] item, int size) {
        return physical ? memory.readPhysical(at, item, 0, size) : memory.read(at, item, 0, size);
    }

    private long value(byte[] item) {
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | item[i] & 0xFF;
        }
        return value;
    }

    private static String quoted(int c, char quote) {
        StringBuilder text = new StringBuilder().append(quote);
        if (c == '\n') {
            text.append("\\n");
        } else if (c == '\r') {
            text.append("\\r");
        } else if (c == '\t') {
            text.append("\\t");
        } else if (c == quote || c == '\\') {
            text.append('\\').append((char) c);
        } else if (c >= ' ' && c < 0x7F) {
            text.append((char) c);
        } else {
            Hex.append(text.append("\\x"), c, 2);
        }
        return text.append(quote).toString();
    }

    private static void pad(StringBuilder line, String text, int width) {
        for (int i = text.length(); i < width; i++) {
            line.append(' ');
        }
        line.append(text);
    }
}
