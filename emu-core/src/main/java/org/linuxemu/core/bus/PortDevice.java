package org.linuxemu.core.bus;

/**
 * A device in the I/O port space (SDM vol. 1, chapter 19). Offsets are relative to the device's own
 * window; sizes are 1, 2 or 4 bytes; values are in the low {@code size * 8} bits. Neither method
 * may throw, whatever the guest does.
 */
public interface PortDevice {
    /** Reads {@code size} bytes; the bus drops bits above the size. */
    int read(int offset, int size);

    /** Writes {@code size} bytes; the bus has already dropped bits above the size. */
    void write(int offset, int size, int value);

    /**
     * Whether the device decodes a 2 or 4 byte access at this offset as one access. When it does
     * not, the bus splits the access into byte accesses at rising ports, low byte first, as an ISA
     * bridge does for 8-bit devices. Asked only when the whole access lies in the device's window.
     */
    default boolean claimsWide(int offset, int size) {
        return false;
    }
}
