package org.linuxemu.gdbstub.rsp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A packet for the debugger while it is put together. Text goes in as it is; bytes either as
 * hexadecimal digits or as binary, which escapes {@code # $ } *}. Framing and run lengths are the
 * encoder's. Not changed any more once sent.
 */
public final class RspReply {
    private byte[] data;
    private int length;
    private final boolean notification;

    /** An empty packet: "not supported". */
    public RspReply() {
        this(64, false);
    }

    private RspReply(int capacity, boolean notification) {
        data = new byte[capacity];
        this.notification = notification;
    }

    /** A packet with room for this many bytes. */
    public static RspReply sized(int capacity) {
        return new RspReply(capacity, false);
    }

    /** A packet of text. */
    public static RspReply of(String text) {
        return sized(text.length()).text(text);
    }

    /** A notification ({@code %...#cc}), which is never acknowledged. */
    public static RspReply notification(String text) {
        return new RspReply(text.length(), true).text(text);
    }

    /** The reply to a packet that cannot be served. */
    public static RspReply error(PacketError error) {
        return of("E").digit(error.number() / 10).digit(error.number() % 10);
    }

    /** Appends Latin-1 text without escaping. */
    public RspReply text(String text) {
        int n = text.length();
        reserve(n);
        for (int i = 0; i < n; i++) {
            data[length++] = (byte) text.charAt(i);
        }
        return this;
    }

    /** Appends one character without escaping. */
    public RspReply text(char c) {
        reserve(1);
        data[length++] = (byte) c;
        return this;
    }

    private RspReply digit(int value) {
        return text((char) ('0' + value));
    }

    /** Appends two hexadecimal digits. */
    public RspReply hexByte(int value) {
        reserve(2);
        data[length++] = Hex.digit(value >> 4);
        data[length++] = Hex.digit(value);
        return this;
    }

    /** Appends a number, without leading zeros. */
    public RspReply hexNumber(long value) {
        int shift = Math.max(0, (63 - Long.numberOfLeadingZeros(value)) & ~3);
        reserve(16);
        for (; shift >= 0; shift -= 4) {
            data[length++] = Hex.digit((int) (value >>> shift));
        }
        return this;
    }

    /** Appends the low {@code bytes} bytes of a value, little endian. */
    public RspReply hexLittle(long value, int bytes) {
        reserve(bytes * 2);
        long rest = value;
        for (int i = 0; i < bytes; i++) {
            data[length++] = Hex.digit((int) rest >> 4);
            data[length++] = Hex.digit((int) rest);
            rest >>>= 8;
        }
        return this;
    }

    /** Appends bytes as digits. */
    public RspReply hexBytes(byte[] bytes, int offset, int count) {
        reserve(count * 2);
        byte[] out = data;
        byte[] digits = Hex.DIGITS;
        int at = length;
        for (int i = offset; i < offset + count; i++) {
            out[at] = digits[bytes[i] >> 4 & 15];
            out[at + 1] = digits[bytes[i] & 15];
            at += 2;
        }
        length = at;
        return this;
    }

    /** Appends text as the digits of its UTF-8 bytes. */
    public RspReply hexText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return hexBytes(bytes, 0, bytes.length);
    }

    /** Appends bytes in binary, escaped. */
    public RspReply binary(byte[] bytes, int offset, int count) {
        reserve(count * 2);
        for (int i = offset; i < offset + count; i++) {
            byte b = bytes[i];
            if (b == '#' || b == '$' || b == '}' || b == '*') {
                data[length++] = '}';
                b ^= 0x20;
            }
            data[length++] = b;
        }
        return this;
    }

    /** Number of bytes so far, escapes included. */
    public int length() {
        return length;
    }

    boolean isNotification() {
        return notification;
    }

    byte[] array() {
        return data;
    }

    private void reserve(int more) {
        if (length + more > data.length) {
            data = Arrays.copyOf(data, Math.max(data.length * 2, length + more));
        }
    }

    /** The contents, for messages to people. */
    @Override
    public String toString() {
        return new String(data, 0, length, StandardCharsets.ISO_8859_1);
    }
}
