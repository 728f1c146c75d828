package org.linuxemu.devices.ps2;

/** A keyboard or mouse as the controller sees it: bytes in, bytes out. */
interface Ps2Device {
    /** The host sends a byte; answers are ready at once. */
    void write(int value);

    /** Whether there is a byte for the host. */
    boolean hasOutput();

    /** Takes the next byte for the host; there must be one. */
    int takeOutput();
}
