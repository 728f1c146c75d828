package org.linuxemu.cli.machine;

/**
 * The machine cannot be built as asked. The message is one line for the user, naming the file or
 * option at fault.
 */
public final class MachineException extends Exception {
    /** A reason that the user can do something about. */
    public MachineException(String message) {
        super(message);
    }
}
