package org.linuxemu.core.bus;

/** Saved state is damaged, incomplete, or of another version or machine. */
public final class StateFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The message says what was expected and what was found. */
    public StateFormatException(String message) {
        super(message);
    }
}
