package org.linuxemu.devices.uart;

/** The other end of a serial line. Called on the emulation thread; must not wait for the host. */
public interface SerialBackend {
    /** The guest sent a byte, 0 to 255. */
    void transmit(int value);

    /** The guest holds the line in the break condition, or no longer does. */
    default void transmitBreak(boolean active) {}

    /** The port, which had no room, takes bytes again: see {@link Uart16550#receiveRoom}. */
    default void receiveReady() {}
}
