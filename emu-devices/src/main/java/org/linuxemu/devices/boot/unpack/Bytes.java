package org.linuxemu.devices.boot.unpack;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian and big-endian numbers in byte arrays, and the copying of the LZ decoders. */
final class Bytes {
    static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /**
     * Spare bytes behind the input, so that headers and numbers can be read before their presence
     * is checked.
     */
    static final int SLACK = 32;

    private Bytes() {}

    static int u16(byte[] b, int i) {
        return (b[i] & 0xFF) | (b[i + 1] & 0xFF) << 8;
    }

    static int i32(byte[] b, int i) {
        return u16(b, i) | u16(b, i + 2) << 16;
    }

    static int u16BigEndian(byte[] b, int i) {
        return (b[i] & 0xFF) << 8 | (b[i + 1] & 0xFF);
    }

    static int i32BigEndian(byte[] b, int i) {
        return u16BigEndian(b, i) << 16 | u16BigEndian(b, i + 2);
    }

    /**
     * Copies bytes from {@code distance} before {@code to}, repeating them when the two overlap.
     * System.arraycopy is fast from the first call on, which a loop of Java code is not in a JVM
     * that has just started.
     */
    static void copyMatch(byte[] buffer, int to, int distance, int length) {
        int from = to - distance;
        while (length > distance) {
            System.arraycopy(buffer, from, buffer, to, distance);
            to += distance;
            length -= distance;
            distance += distance;
        }
        System.arraycopy(buffer, from, buffer, to, length);
    }
}
