package org.linuxemu.devices.vga;

import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;

/**
 * The video DAC: 256 colours of three times six bits, ports 3C6h to 3C9h (PS/2 Technical Reference,
 * "Video Digital-to-Analog Converter").
 */
final class Dac {
    private static final int COLORS = 256;

    private final byte[] palette = new byte[COLORS * 3];
    private int pelMask;
    private int readIndex;
    private int writeIndex;

    /** 0 to 2: red, green or blue of the present colour. */
    private int component;

    /** The last address written was the read address. */
    private boolean reading;

    /**
     * The colours of a BIOS: in mode 3 bits 0 to 2 are two thirds of blue, green, red, 3 to 5 one
     * third.
     */
    void powerOn() {
        java.util.Arrays.fill(palette, (byte) 0);
        for (int i = 0; i < 64; i++) {
            palette[3 * i] = level(i >> 2, i >> 5);
            palette[3 * i + 1] = level(i >> 1, i >> 4);
            palette[3 * i + 2] = level(i, i >> 3);
        }
        pelMask = 0xFF;
        readIndex = 0;
        writeIndex = 0;
        component = 0;
        reading = false;
    }

    private static byte level(int twoThirds, int oneThird) {
        return (byte) ((twoThirds & 1) * 42 + (oneThird & 1) * 21);
    }

    int readMask() {
        return pelMask;
    }

    void writeMask(int value) {
        pelMask = value;
    }

    /** 3C7h: 3 after a read address was written, else 0. */
    int readState() {
        return reading ? 3 : 0;
    }

    void writeReadAddress(int value) {
        readIndex = value;
        component = 0;
        reading = true;
    }

    int readWriteAddress() {
        return writeIndex;
    }

    void writeWriteAddress(int value) {
        writeIndex = value;
        component = 0;
        reading = false;
    }

    int readData() {
        int value = palette[3 * readIndex + component];
        if (++component == 3) {
            component = 0;
            readIndex = readIndex + 1 & 0xFF;
        }
        return value;
    }

    void writeData(int value) {
        palette[3 * writeIndex + component] = (byte) (value & 0x3F);
        if (++component == 3) {
            component = 0;
            writeIndex = writeIndex + 1 & 0xFF;
        }
    }

    /** A colour as RRGGBB, eight bits each. */
    int rgb(int index) {
        int at = 3 * (index & pelMask);
        return wide(palette[at]) << 16 | wide(palette[at + 1]) << 8 | wide(palette[at + 2]);
    }

    private static int wide(int level) {
        return level << 2 | level >> 4;
    }

    void save(StateWriter writer) {
        writer.writeBytes(palette);
        writer.writeInt(pelMask);
        writer.writeInt(readIndex);
        writer.writeInt(writeIndex);
        writer.writeInt(component);
        writer.writeBoolean(reading);
    }

    void load(StateReader reader) throws StateFormatException {
        reader.readBytesInto(palette);
        for (int i = 0; i < palette.length; i++) {
            palette[i] &= 0x3F;
        }
        pelMask = reader.readInt(0, 0xFF);
        readIndex = reader.readInt(0, 0xFF);
        writeIndex = reader.readInt(0, 0xFF);
        component = reader.readInt(0, 2);
        reading = reader.readBoolean();
    }
}
