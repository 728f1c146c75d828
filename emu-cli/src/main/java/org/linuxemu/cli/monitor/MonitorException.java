package org.linuxemu.cli.monitor;

/** A command that cannot be obeyed; the message is for the user. */
final class MonitorException extends Exception {
    MonitorException(String message) {
        super(message);
    }
}
