package org.linuxemu.cli.options;

/** Numbers on the command line. */
final class Numbers {
    private Numbers() {}

    /**
     * A whole number, decimal or hexadecimal with 0x, in a range.
     *
     * @param what begins the message, such as {@code -seed}
     */
    static long parse(String what, String text, long min, long max) throws UsageException {
        Long value = parse(text);
        if (value == null) {
            throw new UsageException(what + ": '" + text + "' is not a number");
        }
        if (value < min || value > max) {
            throw new UsageException(
                    what + ": " + text + " is out of range, " + min + " to " + max);
        }
        return value;
    }

    /**
     * A whole number of up to 64 bits, decimal or hexadecimal with 0x, perhaps negative; null if it
     * is none.
     */
    static Long parse(String text) {
        try {
            if (text.startsWith("0x") || text.startsWith("0X")) {
                return text.length() > 2 && isHex(text.charAt(2))
                        ? Long.parseUnsignedLong(text, 2, text.length(), 16)
                        : null;
            }
            if (text.startsWith("+")) {
                return null;
            }
            return text.startsWith("-")
                    ? Long.parseLong(text)
                    : (Long) Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0;
    }
}
