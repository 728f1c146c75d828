package org.linuxemu.cli.snapshot;

/** Finds the first occurrence of a text in a stream of bytes (Knuth, Morris, Pratt). */
public final class PatternWatch {
    private final String pattern;

    /** For each length matched, what is still matched when the next byte does not fit. */
    private final int[] shorter;

    private final Runnable action;
    private int matched;
    private boolean found;

    /**
     * A watch for one stream.
     *
     * @param pattern not empty, a byte each character
     * @param action what to do when the last byte has come, once
     */
    public PatternWatch(String pattern, Runnable action) {
        this.pattern = pattern;
        this.action = action;
        shorter = new int[pattern.length() + 1];
        shorter[0] = -1;
        for (int i = 0, k = -1; i < pattern.length(); shorter[++i] = ++k) {
            while (k >= 0 && pattern.charAt(k) != pattern.charAt(i)) {
                k = shorter[k];
            }
        }
    }

    /** The next byte, 0 to 255. */
    public void accept(int value) {
        if (found) {
            return;
        }
        while (matched >= 0 && pattern.charAt(matched) != value) {
            matched = shorter[matched];
        }
        if (++matched == pattern.length()) {
            found = true;
            action.run();
        }
    }
}
