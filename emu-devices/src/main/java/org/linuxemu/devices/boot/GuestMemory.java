package org.linuxemu.devices.boot;

import java.util.Arrays;
import org.linuxemu.core.memory.AddressSpace;
import org.linuxemu.core.memory.PhysicalMemory;

/** RAM as the loaders write it: all zero when they begin. Writes outside RAM are dropped. */
final class GuestMemory {
    static final int PAGE_MASK = PhysicalMemory.PAGE_SIZE - 1;

    private static final byte[] ZERO_PAGE = new byte[PhysicalMemory.PAGE_SIZE];

    private final PhysicalMemory ram;

    GuestMemory(PhysicalMemory ram) {
        this.ram = ram;
    }

    PhysicalMemory ram() {
        return ram;
    }

    /** End of RAM below 4 GiB. */
    long lowEnd() {
        return ram.lowSize();
    }

    /** Copies bytes in. Pages of zeros that were never touched stay so. */
    void write(long address, byte[] source, int offset, int length) {
        while (length > 0) {
            int n = Math.min(length, PhysicalMemory.PAGE_SIZE - ((int) address & PAGE_MASK));
            if (!isUntouched(address)
                    || !Arrays.equals(source, offset, offset + n, ZERO_PAGE, 0, n)) {
                ram.load(address, source, offset, n);
            }
            address += n;
            offset += n;
            length -= n;
        }
    }

    private boolean isUntouched(long address) {
        int frame = ram.frameIndex(address >>> PhysicalMemory.PAGE_SHIFT);
        return frame < 0 || ram.frameIfTouched(frame) == null;
    }

    /** Stores the low 1, 2, 4 or 8 bytes of a value; it does not cross a page. */
    void put(long address, int size, long value) {
        byte[] frame = ram.frame(address >>> PhysicalMemory.PAGE_SHIFT);
        if (frame != null) {
            AddressSpace.put(frame, (int) address & PAGE_MASK, size, value);
            ram.markWritten(ram.frameIndex(address >>> PhysicalMemory.PAGE_SHIFT));
        }
    }
}
