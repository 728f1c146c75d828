package org.linuxemu.cli.app;

import org.linuxemu.cli.machine.SerialOutput;

/** Passes a serial port's bytes on and notices when a Linux kernel reports a panic among them. */
final class PanicWatch implements SerialOutput {
    private static final String TEXT = "Kernel panic - not syncing";

    private final SerialOutput next;
    private int matched;
    private boolean seen;

    PanicWatch(SerialOutput next) {
        this.next = next;
    }

    @Override
    public void write(int value) {
        // The first letter occurs nowhere else in the text, so a mismatch can only begin anew.
        if (value == TEXT.charAt(matched)) {
            if (++matched == TEXT.length()) {
                matched = 0;
                seen = true;
            }
        } else {
            matched = value == TEXT.charAt(0) ? 1 : 0;
        }
        next.write(value);
    }

    /** True when there was a panic since the last {@link #clear}. */
    boolean seen() {
        return seen;
    }

    /** Forgets, after a reset. */
    void clear() {
        seen = false;
        matched = 0;
    }
}
