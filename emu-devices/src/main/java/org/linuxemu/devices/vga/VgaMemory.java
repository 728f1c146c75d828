package org.linuxemu.devices.vga;

import java.util.Arrays;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;

/**
 * Four planes of 64 KiB behind the graphics controller, in the window A0000h to BFFFFh (PS/2
 * Technical Reference, "Graphics Controller" and "Display Buffer"). Of a byte at a plane's address
 * the four planes make one unit that passes the latches.
 */
final class VgaMemory {
    static final int PLANE_SIZE = 0x10000;

    private final VgaRegisters registers;
    private final byte[][] planes = new byte[4][PLANE_SIZE];
    private final int[] latches = new int[4];

    VgaMemory(VgaRegisters registers) {
        this.registers = registers;
    }

    /** A cleared text screen: blanks in light grey on black. */
    void powerOn() {
        for (int plane = 0; plane < 4; plane++) {
            Arrays.fill(planes[plane], (byte) 0);
            latches[plane] = 0;
        }
        Arrays.fill(planes[0], 0, 0x8000, (byte) ' ');
        Arrays.fill(planes[1], 0, 0x8000, (byte) 7);
    }

    int plane(int number, int address) {
        return planes[number][address] & 0xFF;
    }

    /** Offset from the start of the part that the memory map selects, or -1 outside of it. */
    private int mapped(int offset) {
        if (!registers.memoryEnabled()) {
            return -1;
        }
        switch (registers.graphics(VgaRegisters.GFX_MISCELLANEOUS) >> 2 & 3) {
            case 0: // A0000, 128 KiB
                return offset & 0xFFFF;
            case 1: // A0000, 64 KiB
                return offset < 0x10000 ? offset : -1;
            case 2: // B0000, 32 KiB
                return offset >= 0x10000 && offset < 0x18000 ? offset - 0x10000 : -1;
            default: // B8000, 32 KiB
                return offset >= 0x18000 ? offset - 0x18000 : -1;
        }
    }

    /** Reads a byte at 0 to 1FFFFh from A0000h on. */
    int read(int offset) {
        int at = mapped(offset);
        if (at < 0) {
            return 0xFF;
        }
        int plane = registers.graphics(VgaRegisters.GFX_READ_MAP_SELECT) & 3;
        int mode = registers.graphics(VgaRegisters.GFX_MODE);
        if (registers.chain4()) {
            plane = at & 3;
            at &= ~3;
        } else if ((mode & 0x10) != 0) {
            plane = (plane & 2) | (at & 1);
            at &= ~1;
        }
        for (int i = 0; i < 4; i++) {
            latches[i] = planes[i][at] & 0xFF;
        }
        if ((mode & 0x08) == 0) {
            return latches[plane];
        }
        int compare = registers.graphics(VgaRegisters.GFX_COLOR_COMPARE);
        int care = registers.graphics(VgaRegisters.GFX_COLOR_DONT_CARE);
        int match = 0xFF;
        for (int i = 0; i < 4; i++) {
            if ((care >> i & 1) != 0) {
                match &= (compare >> i & 1) != 0 ? latches[i] : ~latches[i];
            }
        }
        return match & 0xFF;
    }

    /** Writes a byte at 0 to 1FFFFh from A0000h on. */
    void write(int offset, int value) {
        int at = mapped(offset);
        if (at < 0) {
            return;
        }
        int mask = registers.sequencer(VgaRegisters.SEQ_MAP_MASK);
        if (registers.chain4()) {
            mask &= 1 << (at & 3);
            at &= ~3;
        } else if (registers.oddEven()) {
            mask &= 5 << (at & 1);
            at &= ~1;
        }
        for (int plane = 0; plane < 4; plane++) {
            if ((mask >> plane & 1) != 0) {
                planes[plane][at] = (byte) written(plane, value);
            }
        }
    }

    /** What a write brings into a plane, by the write mode. */
    private int written(int plane, int value) {
        int bitMask = registers.graphics(VgaRegisters.GFX_BIT_MASK);
        int rotate = registers.graphics(VgaRegisters.GFX_DATA_ROTATE);
        int rotated = (value >> (rotate & 7) | value << 8 - (rotate & 7)) & 0xFF;
        int setReset = registers.graphics(VgaRegisters.GFX_SET_RESET) >> plane & 1;
        int data;
        switch (registers.graphics(VgaRegisters.GFX_MODE) & 3) {
            case 0:
                boolean enabled =
                        (registers.graphics(VgaRegisters.GFX_ENABLE_SET_RESET) >> plane & 1) != 0;
                data = enabled ? -setReset & 0xFF : rotated;
                break;
            case 1:
                return latches[plane];
            case 2:
                data = -(value >> plane & 1) & 0xFF;
                break;
            default:
                data = -setReset & 0xFF;
                bitMask &= rotated;
                break;
        }
        switch (rotate >> 3 & 3) {
            case 1:
                data &= latches[plane];
                break;
            case 2:
                data |= latches[plane];
                break;
            case 3:
                data ^= latches[plane];
                break;
            default:
                break;
        }
        return (data & bitMask) | (latches[plane] & ~bitMask);
    }

    void save(StateWriter writer) {
        for (int plane = 0; plane < 4; plane++) {
            writer.writeBytes(planes[plane]);
            writer.writeInt(latches[plane]);
        }
    }

    void load(StateReader reader) throws StateFormatException {
        for (int plane = 0; plane < 4; plane++) {
            reader.readBytesInto(planes[plane]);
            latches[plane] = reader.readInt(0, 0xFF);
        }
    }
}
