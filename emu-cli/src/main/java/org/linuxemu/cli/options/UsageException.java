package org.linuxemu.cli.options;

/**
 * The command line cannot be obeyed. The message is one line for the user, without the program's
 * name.
 */
public final class UsageException extends Exception {
    private final int status;

    /** A mistake in the command line itself: exit status 2. */
    public UsageException(String message) {
        this(message, 2);
    }

    /**
     * A mistake with another exit status: 1 when the line is right but the host cannot follow it.
     */
    public UsageException(String message, int status) {
        super(message);
        this.status = status;
    }

    /** Exit status of the process, 1 or 2. */
    public int status() {
        return status;
    }
}
