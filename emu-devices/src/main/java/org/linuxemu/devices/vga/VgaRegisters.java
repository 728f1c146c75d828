package org.linuxemu.devices.vga;

import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;

/**
 * The registers of the VGA's four indexed blocks, and those outside of them, by the names of the
 * IBM PS/2 Hardware Interface Technical Reference, "Video Subsystem" (1991). Values are kept as
 * written; what they mean is said by the methods.
 */
final class VgaRegisters {
    static final int SEQUENCER_COUNT = 5;
    static final int CRTC_COUNT = 25;
    static final int GRAPHICS_COUNT = 9;
    static final int ATTRIBUTE_COUNT = 21;

    static final int SEQ_CLOCKING_MODE = 1;
    static final int SEQ_MAP_MASK = 2;
    static final int SEQ_MEMORY_MODE = 4;
    static final int CRTC_HORIZONTAL_DISPLAY_END = 0x01;
    static final int CRTC_OVERFLOW = 0x07;
    static final int CRTC_MAXIMUM_SCAN_LINE = 0x09;
    static final int CRTC_CURSOR_START = 0x0A;
    static final int CRTC_CURSOR_END = 0x0B;
    static final int CRTC_START_ADDRESS_HIGH = 0x0C;
    static final int CRTC_START_ADDRESS_LOW = 0x0D;
    static final int CRTC_CURSOR_HIGH = 0x0E;
    static final int CRTC_CURSOR_LOW = 0x0F;
    static final int CRTC_VERTICAL_RETRACE_END = 0x11;
    static final int CRTC_VERTICAL_DISPLAY_END = 0x12;
    static final int CRTC_OFFSET = 0x13;
    static final int CRTC_MODE_CONTROL = 0x17;
    static final int GFX_SET_RESET = 0;
    static final int GFX_ENABLE_SET_RESET = 1;
    static final int GFX_COLOR_COMPARE = 2;
    static final int GFX_DATA_ROTATE = 3;
    static final int GFX_READ_MAP_SELECT = 4;
    static final int GFX_MODE = 5;
    static final int GFX_MISCELLANEOUS = 6;
    static final int GFX_COLOR_DONT_CARE = 7;
    static final int GFX_BIT_MASK = 8;
    static final int ATTR_MODE_CONTROL = 0x10;
    static final int ATTR_COLOR_PLANE_ENABLE = 0x12;
    static final int ATTR_COLOR_SELECT = 0x14;

    /** What a BIOS leaves in mode 3: 80 by 25 characters of 9 by 16 dots, 720 by 400. */
    private static final int[] MODE3_SEQUENCER = {0x03, 0x00, 0x03, 0x00, 0x02};

    private static final int[] MODE3_CRTC = {
        0x5F, 0x4F, 0x50, 0x82, 0x55, 0x81, 0xBF, 0x1F, 0x00, 0x4F, 0x0D, 0x0E, 0x00, 0x00, 0x00,
        0x00, 0x9C, 0x8E, 0x8F, 0x28, 0x1F, 0x96, 0xB9, 0xA3, 0xFF
    };
    private static final int[] MODE3_GRAPHICS = {0, 0, 0, 0, 0, 0x10, 0x0E, 0x0F, 0xFF};
    private static final int[] MODE3_ATTRIBUTE = {
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x14, 0x07, 0x38, 0x39, 0x3A, 0x3B, 0x3C, 0x3D, 0x3E,
        0x3F, 0x0C, 0x00, 0x0F, 0x08, 0x00
    };

    private static final int[] SEQUENCER_MASKS = {0x03, 0x3D, 0x0F, 0x3F, 0x0E};
    private static final int[] GRAPHICS_MASKS = {
        0x0F, 0x0F, 0x0F, 0x1F, 0x03, 0x7B, 0x0F, 0x0F, 0xFF
    };

    private static final int PROTECT = 0x80;
    private static final int OVERFLOW_LINE_COMPARE = 0x10;

    final byte[] sequencer = new byte[SEQUENCER_COUNT];
    final byte[] crtc = new byte[CRTC_COUNT];
    final byte[] graphics = new byte[GRAPHICS_COUNT];
    final byte[] attribute = new byte[ATTRIBUTE_COUNT];
    int miscellaneousOutput;
    int featureControl;

    void powerOn() {
        copy(MODE3_SEQUENCER, sequencer);
        copy(MODE3_CRTC, crtc);
        copy(MODE3_GRAPHICS, graphics);
        copy(MODE3_ATTRIBUTE, attribute);
        miscellaneousOutput = 0x67;
        featureControl = 0;
    }

    private static void copy(int[] from, byte[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] = (byte) from[i];
        }
    }

    int sequencer(int index) {
        return sequencer[index] & 0xFF;
    }

    int crtc(int index) {
        return crtc[index] & 0xFF;
    }

    int graphics(int index) {
        return graphics[index] & 0xFF;
    }

    int attribute(int index) {
        return attribute[index] & 0xFF;
    }

    void writeSequencer(int index, int value) {
        if (index < SEQUENCER_COUNT) {
            sequencer[index] = (byte) (value & SEQUENCER_MASKS[index]);
        }
    }

    void writeCrtc(int index, int value) {
        if (index >= CRTC_COUNT) {
            return;
        }
        if (index <= CRTC_OVERFLOW && (crtc(CRTC_VERTICAL_RETRACE_END) & PROTECT) != 0) {
            if (index == CRTC_OVERFLOW) {
                int kept = crtc(index) & ~OVERFLOW_LINE_COMPARE;
                crtc[index] = (byte) (kept | (value & OVERFLOW_LINE_COMPARE));
            }
            return;
        }
        crtc[index] = (byte) value;
    }

    void writeGraphics(int index, int value) {
        if (index < GRAPHICS_COUNT) {
            graphics[index] = (byte) (value & GRAPHICS_MASKS[index]);
        }
    }

    void writeAttribute(int index, int value) {
        if (index < ATTRIBUTE_COUNT) {
            attribute[index] = (byte) (index < ATTR_MODE_CONTROL ? value & 0x3F : value);
        }
    }

    /** Ports at 3Dx (colour) instead of 3Bx. */
    boolean color() {
        return (miscellaneousOutput & 0x01) != 0;
    }

    /** The CPU reaches memory at all. */
    boolean memoryEnabled() {
        return (miscellaneousOutput & 0x02) != 0;
    }

    boolean chain4() {
        return (sequencer(SEQ_MEMORY_MODE) & 0x08) != 0;
    }

    /** Even addresses are in planes 0 and 2, odd ones in 1 and 3. */
    boolean oddEven() {
        return (sequencer(SEQ_MEMORY_MODE) & 0x04) == 0;
    }

    boolean graphicsMode() {
        return (graphics(GFX_MISCELLANEOUS) & 0x01) != 0;
    }

    boolean screenOff() {
        return (sequencer(SEQ_CLOCKING_MODE) & 0x20) != 0;
    }

    int columns() {
        return crtc(CRTC_HORIZONTAL_DISPLAY_END) + 1;
    }

    /** Scan lines of the picture. */
    int lines() {
        int overflow = crtc(CRTC_OVERFLOW);
        return (crtc(CRTC_VERTICAL_DISPLAY_END) | (overflow & 0x02) << 7 | (overflow & 0x40) << 3)
                + 1;
    }

    /** Scan lines of a character. */
    int characterHeight() {
        return (crtc(CRTC_MAXIMUM_SCAN_LINE) & 0x1F) + 1;
    }

    int startAddress() {
        return crtc(CRTC_START_ADDRESS_HIGH) << 8 | crtc(CRTC_START_ADDRESS_LOW);
    }

    int cursorAddress() {
        return crtc(CRTC_CURSOR_HIGH) << 8 | crtc(CRTC_CURSOR_LOW);
    }

    /** The address in a plane that the CRTC fetches for a value of its memory address counter. */
    int fetchAddress(int counter) {
        int mode = crtc(CRTC_MODE_CONTROL);
        if ((mode & 0x40) != 0) {
            return counter & 0xFFFF; // byte mode
        }
        int wrapped = (mode & 0x20) != 0 ? counter >> 15 : counter >> 13;
        return (counter << 1 & 0xFFFE) | (wrapped & 1);
    }

    void save(StateWriter writer) {
        writer.writeBytes(sequencer);
        writer.writeBytes(crtc);
        writer.writeBytes(graphics);
        writer.writeBytes(attribute);
        writer.writeInt(miscellaneousOutput);
        writer.writeInt(featureControl);
    }

    void load(StateReader reader) throws StateFormatException {
        reader.readBytesInto(sequencer);
        reader.readBytesInto(crtc);
        reader.readBytesInto(graphics);
        reader.readBytesInto(attribute);
        miscellaneousOutput = reader.readInt(0, 0xFF);
        featureControl = reader.readInt(0, 0xFF);
    }
}
