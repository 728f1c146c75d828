package org.linuxemu.cli.machine;

/** The outer end of one of the machine's serial ports; implemented by the machine. */
public interface SerialLine {
    /** Connects it, before the machine runs; once. */
    void connect(SerialInput input, SerialOutput output);

    /** Tells that {@link SerialInput#poll} has something. Any thread, cheap, never waits. */
    void inputAvailable();
}
