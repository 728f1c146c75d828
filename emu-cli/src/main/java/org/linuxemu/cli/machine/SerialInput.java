package org.linuxemu.cli.machine;

/**
 * What the host sends to a serial port. The machine takes it when its receiver has room; what it
 * has not taken waits on the host's side and in the end holds the sender up.
 */
public interface SerialInput {
    /** Nothing there at present. */
    int NONE = -1;

    /** A break condition instead of a byte. */
    int BREAK = 256;

    /**
     * Takes the next byte (0 to 255), {@link #BREAK}, or {@link #NONE}. Machine thread; never
     * waits.
     */
    int poll();
}
