package org.linuxemu.cli.monitor;

/** Numbers with leading zeros. */
final class Hex {
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    private Hex() {}

    /** Appends the lower {@code digits} hexadecimal digits. */
    static StringBuilder append(StringBuilder text, long value, int digits) {
        for (int i = digits - 1; i >= 0; i--) {
            text.append(DIGITS[(int) (value >>> (4 * i)) & 15]);
        }
        return text;
    }

    /** The lower {@code digits} hexadecimal digits. */
    static String of(long value, int digits) {
        return append(new StringBuilder(digits), value, digits).toString();
    }
}
