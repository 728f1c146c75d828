package org.linuxemu.core.bus;

/** Hears of every access that enters the port bus, after it was done; for logs. */
public interface IoPortListener {
    /**
     * One access as the processor made it, before any split into bytes.
     *
     * @param write whether it was an OUT
     * @param port 0 to 0xFFFF
     * @param size 1, 2 or 4
     * @param value the value written, or the value that was read
     * @param claimed whether a device is registered at {@code port}
     */
    void portAccessed(boolean write, int port, int size, int value, boolean claimed);
}
