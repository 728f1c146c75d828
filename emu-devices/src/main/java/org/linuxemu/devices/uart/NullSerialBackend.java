package org.linuxemu.devices.uart;

/** An end of the line that nobody listens to. */
public final class NullSerialBackend implements SerialBackend {
    @Override
    public void transmit(int value) {}
}
