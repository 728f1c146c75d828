package org.linuxemu.cli.options;

/** The value of {@code -m}. */
final class MemorySize {
    /** Least memory: below one MiB there is no place for a kernel. */
    static final long MIN = 1L << 20;

    /** Most memory, 256 GiB. */
    static final long MAX = 256L << 30;

    private static final long PAGE = 4096;

    private MemorySize() {}

    /**
     * Parses {@code 128M}, {@code 1.5G}, {@code 512} (MiB) or {@code size=1G}. Returns bytes, whole
     * pages.
     */
    static long parse(String value) throws UsageException {
        String text = value;
        for (KeyValue property : KeyValue.list("-m", value, "size")) {
            if (property.key().equals("size")) {
                text = property.value();
            } else if (property.key().equals("slots") || property.key().equals("maxmem")) {
                throw new UsageException(
                        "-m: memory cannot be added to a running machine; leave "
                                + property.key()
                                + " out");
            } else {
                throw new UsageException(
                        "-m: unknown property '" + property.key() + "'; there is size");
            }
        }
        return bytes(text);
    }

    private static long bytes(String text) throws UsageException {
        int end = text.length();
        if (end > 1 && (text.charAt(end - 1) == 'B' || text.charAt(end - 1) == 'b')) {
            end--;
        }
        int shift = end == 0 ? -1 : shift(text.charAt(end - 1));
        if (shift >= 0) {
            end--;
        } else {
            shift = 20;
            end = text.length();
        }
        double number = decimal(text.substring(0, end));
        if (number < 0) {
            throw new UsageException(
                    "-m: '" + text + "' is not a size; write for example 128M or 1G");
        }
        double bytes = Math.scalb(number, shift);
        if (bytes < MIN) {
            throw new UsageException(
                    "-m: " + text + " is not enough memory; at least 1M is needed");
        }
        if (bytes > MAX) {
            throw new UsageException(
                    "-m: " + text + " is too much memory; this machine can have up to 256G");
        }
        return ((long) bytes + PAGE - 1) / PAGE * PAGE;
    }

    /** Digits with at most one point between them; -1 for anything else. */
    private static double decimal(String text) {
        boolean point = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' && !point && i > 0 && i < text.length() - 1) {
                point = true;
            } else if (c < '0' || c > '9') {
                return -1;
            }
        }
        return text.isEmpty() ? -1 : Double.parseDouble(text);
    }

    private static int shift(char letter) {
        switch (letter) {
            case 'K':
            case 'k':
                return 10;
            case 'M':
            case 'm':
                return 20;
            case 'G':
            case 'g':
                return 30;
            case 'T':
            case 't':
                return 40;
            default:
                return -1;
        }
    }
}
