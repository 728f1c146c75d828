package org.linuxemu.devices.board;

import java.util.zip.CRC32C;
import org.linuxemu.core.memory.MemoryImage;

/**
 * A whole machine at one instruction boundary: what {@link PcBoard#save} makes and {@link
 * PcBoard#restore} takes. Immutable; states of one machine share the pages of RAM that did not
 * change between them, so that many of them cost little.
 */
public final class MachineState {
    private final byte[] parts;
    private final MemoryImage memory;

    /**
     * A state as {@link #parts} and {@link #memory} gave it.
     *
     * @param parts not copied, must not be changed any more
     */
    public MachineState(byte[] parts, MemoryImage memory) {
        this.parts = parts;
        this.memory = memory;
    }

    /** All but RAM: a saved state as in {@code core.bus}, not to be changed. */
    public byte[] parts() {
        return parts;
    }

    /** RAM. */
    public MemoryImage memory() {
        return memory;
    }

    /** A checksum over everything: equal for machines that are in equal states. */
    public long digest() {
        CRC32C crc = new CRC32C();
        crc.update(parts);
        byte[] number = new byte[4];
        for (int i = 0; i < memory.pageCount(); i++) {
            byte[] page = memory.page(i);
            if (page != null) {
                number[0] = (byte) (i >>> 24);
                number[1] = (byte) (i >>> 16);
                number[2] = (byte) (i >>> 8);
                number[3] = (byte) i;
                crc.update(number);
                crc.update(page);
            }
        }
        return crc.getValue();
    }
}
