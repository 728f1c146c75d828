package org.linuxemu.core.bus;

/**
 * A device in the physical address space. Offsets are relative to the device's own window; sizes
 * are 1, 2, 4 or 8 bytes; values are in the low {@code size * 8} bits. Neither method may throw,
 * whatever the guest does.
 */
public interface MmioDevice {
    /** Reads {@code size} bytes; bits above the size are ignored by the caller. */
    long read(long offset, int size);

    /** Writes {@code size} bytes; bits above the size must be ignored. */
    void write(long offset, int size, long value);
}
