package org.linuxemu.gdbstub.rsp;

import java.nio.charset.StandardCharsets;

/**
 * One packet from the debugger, unescaped, with a cursor for parsing. Every parse error is a {@link
 * PacketError}.
 */
public final class RspPacket implements RspMessage {
    private final byte[] data;
    private int position;

    /** Takes over the bytes between {@code $} and {@code #}, unescaped. */
    public RspPacket(byte[] data) {
        this.data = data;
    }

    /** A packet of Latin-1 text. */
    public static RspPacket of(String text) {
        return new RspPacket(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /**
     * Whether it asks for something that takes little time and never waits: registers, memory,
     * breakpoints, a resumption, small documents; not monitor commands, searches and resets.
     */
    public boolean isBrief() {
        if (data.length == 0) {
            return true;
        }
        switch (data[0]) {
            case '?', 'g', 'G', 'p', 'P', 'm', 'M', 'x', 'X', 'Z', 'z', 'H', 'T', 'c', 's' -> {
                return true;
            }
            case 'v' -> {
                return startsWith("vCont");
            }
            case 'q' -> {
                return !startsWith("qRcmd") && !startsWith("qSearch") && !startsWith("qCRC");
            }
            default -> {
                return false;
            }
        }
    }

    private boolean startsWith(String text) {
        int n = text.length();
        if (data.length < n) {
            return false;
        }
        for (int i = 0; i < n; i++) {
            if (data[i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Number of bytes not parsed yet. */
    public int remaining() {
        return data.length - position;
    }

    /** Next byte as a character, or 0 at the end; does not advance. */
    public char peek() {
        return position < data.length ? (char) (data[position] & 0xff) : 0;
    }

    /** Next byte as a character. */
    public char next() {
        if (position == data.length) {
            throw PacketError.MALFORMED;
        }
        return (char) (data[position++] & 0xff);
    }

    /** Advances over the text if it comes next. */
    public boolean skip(String text) {
        int length = text.length();
        if (remaining() < length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if ((data[position + i] & 0xff) != text.charAt(i)) {
                return false;
            }
        }
        position += length;
        return true;
    }

    /** Advances over the character if it comes next. */
    public boolean skip(char c) {
        if (peek() == c && position < data.length) {
            position++;
            return true;
        }
        return false;
    }

    /** Advances over a character that has to come next. */
    public void expect(char c) {
        if (!skip(c)) {
            throw PacketError.MALFORMED;
        }
    }

    /** The packet has to end here. */
    public void expectEnd() {
        if (position != data.length) {
            throw PacketError.MALFORMED;
        }
    }

    /** A hexadecimal number of 1 to 16 significant digits. */
    public long hex() {
        long value = 0;
        int digits = 0;
        int digit;
        while (position < data.length && (digit = Hex.digit(data[position])) >= 0) {
            if (value >>> 60 != 0) {
                throw PacketError.MALFORMED;
            }
            value = value << 4 | digit;
            digits++;
            position++;
        }
        if (digits == 0) {
            throw PacketError.MALFORMED;
        }
        return value;
    }

    /** A hexadecimal number from 0 to 2^31 - 1. */
    public int hexInt() {
        long value = hex();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw PacketError.MALFORMED;
        }
        return (int) value;
    }

    /** True when a hexadecimal digit comes next. */
    public boolean atHex() {
        return position < data.length && Hex.digit(data[position]) >= 0;
    }

    /** Exactly {@code length} bytes written as two hexadecimal digits each. */
    public byte[] hexBytes(int length) {
        if (length > remaining() / 2) {
            throw PacketError.MALFORMED;
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int high = Hex.digit(data[position]);
            int low = Hex.digit(data[position + 1]);
            if ((high | low) < 0) {
                throw PacketError.MALFORMED;
            }
            bytes[i] = (byte) (high << 4 | low);
            position += 2;
        }
        return bytes;
    }

    /** All that follows, as bytes. */
    public byte[] rest() {
        byte[] bytes = new byte[remaining()];
        System.arraycopy(data, position, bytes, 0, bytes.length);
        position = data.length;
        return bytes;
    }

    /** Text up to the delimiter, which is skipped too, or to the end. */
    public String until(char delimiter) {
        int start = position;
        while (position < data.length && (data[position] & 0xff) != delimiter) {
            position++;
        }
        String text = new String(data, start, position - start, StandardCharsets.ISO_8859_1);
        if (position < data.length) {
            position++;
        }
        return text;
    }

    /** The whole packet, for messages to people. */
    @Override
    public String toString() {
        return new String(data, StandardCharsets.ISO_8859_1);
    }
}
