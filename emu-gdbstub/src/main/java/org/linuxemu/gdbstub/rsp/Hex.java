package org.linuxemu.gdbstub.rsp;

/** Hexadecimal digits as bytes. */
public final class Hex {
    static final byte[] DIGITS = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };
    private static final byte[] VALUES = new byte[256];

    static {
        java.util.Arrays.fill(VALUES, (byte) -1);
        for (int i = 0; i < 16; i++) {
            VALUES[DIGITS[i]] = (byte) i;
        }
        for (int i = 10; i < 16; i++) {
            VALUES['A' + i - 10] = (byte) i;
        }
    }

    private Hex() {}

    /** Value of a digit of either case, or -1. */
    public static int digit(byte b) {
        return VALUES[b & 0xff];
    }

    /** Lower-case digit of the low four bits. */
    public static byte digit(int value) {
        return DIGITS[value & 15];
    }
}
