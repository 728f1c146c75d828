package org.linuxemu.devices.board.snapshot;

/** A snapshot cannot be read. The message is half a line for the user: why. */
public final class SnapshotException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A reason. */
    public SnapshotException(String message) {
        super(message);
    }
}
