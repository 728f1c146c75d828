package org.linuxemu.devices.misc;

import org.linuxemu.core.bus.PortDevice;
import org.linuxemu.devices.uart.SerialBackend;

/**
 * The debug console at port E9h: every byte written goes out at once. Reads give E9h, by which a
 * guest knows that it is there. It has no state.
 */
public final class DebugConsole implements PortDevice {
    private static final int SIGNATURE = 0xE9;

    private final SerialBackend backend;

    /** Sends to {@code backend}. */
    public DebugConsole(SerialBackend backend) {
        this.backend = backend;
    }

    @Override
    public int read(int offset, int size) {
        return SIGNATURE;
    }

    @Override
    public void write(int offset, int size, int value) {
        backend.transmit(value);
    }
}
