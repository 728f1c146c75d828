package org.linuxemu.cli.machine;

/** Where the bytes go that the guest sends from a serial port. */
public interface SerialOutput {
    /**
     * Takes a byte, 0 to 255. Machine thread; waits only while a slow reader on the host is
     * thousands behind.
     */
    void write(int value);
}
