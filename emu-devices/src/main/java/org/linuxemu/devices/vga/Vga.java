package org.linuxemu.devices.vga;

import org.linuxemu.core.bus.MmioDevice;
import org.linuxemu.core.bus.PortDevice;
import org.linuxemu.core.bus.Resettable;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;
import org.linuxemu.core.time.VirtualClock;

/**
 * A VGA at its standard ports and memory window (IBM PS/2 Hardware Interface Technical Reference,
 * "Video Subsystem", 1991), after power-on in mode 3 as a BIOS leaves it. Its screen can be asked
 * for as text at any time; graphics modes are kept but not shown. Machine thread, save where said.
 */
public final class Vga implements PortDevice, Stateful, Resettable {
    /** First port: 3B0h. */
    public static final int FIRST_PORT = 0x3B0;

    /** Ports up to 3DFh. */
    public static final int PORT_COUNT = 0x30;

    private static final String SECTION = "vga";

    /** 449 lines at 31.469 kHz: 70 pictures a second. */
    private static final long LINE_CYCLES = 31_778;

    private static final int LINES_SHOWN = 400;
    private static final int LINES = 449;
    private static final int RETRACE_START = 412;
    private static final int RETRACE_END = 414;

    /** Part of a line, in cycles, in which it is shown. */
    private static final long LINE_SHOWN_CYCLES = 25_422;

    private static final int PALETTE_ADDRESS_SOURCE = 0x20;
    private static final int MAX_ROWS = 1024;

    private final VirtualClock clock;

    /** Characters with attributes in the 32 KiB at B8000h. */
    private static final int TEXT_CELLS = 0x4000;

    private final VgaRegisters registers = new VgaRegisters();
    private final VgaMemory memory = new VgaMemory(registers);
    private final Dac dac = new Dac();
    private final MmioDevice window = new Window();
    private int sequencerIndex;
    private int crtcIndex;
    private int graphicsIndex;

    /** Index and PAS bit of the attribute controller. */
    private int attributeAddress;

    /** The next write to 3C0h is data. */
    private boolean attributeData;

    /** Something has changed since the last {@link #screen}. Not part of the guest's state. */
    private volatile boolean changed = true;

    /** An adapter after power-on. */
    public Vga(VirtualClock clock) {
        this.clock = clock;
        powerOn();
    }

    private void powerOn() {
        registers.powerOn();
        memory.powerOn();
        dac.powerOn();
        sequencerIndex = 0;
        crtcIndex = 0;
        graphicsIndex = 0;
        attributeAddress = PALETTE_ADDRESS_SOURCE;
        attributeData = false;
        noteChange();
    }

    private void noteChange() {
        if (!changed) {
            changed = true;
        }
    }

    /** Whether the picture may have changed since the last {@link #screen}. Any thread. */
    public boolean changed() {
        return changed;
    }

    /** What is shown now. Has no effect on the guest. */
    public TextScreen screen() {
        changed = false;
        int columns = registers.columns();
        int rows = Math.max(1, Math.min(MAX_ROWS, registers.lines() / registers.characterHeight()));
        boolean off =
                registers.screenOff()
                        || registers.graphicsMode()
                        || (attributeAddress & PALETTE_ADDRESS_SOURCE) == 0;
        short[] cells = new short[columns * rows];
        int pitch = 2 * registers.crtc(VgaRegisters.CRTC_OFFSET);
        for (int row = 0; row < rows; row++) {
            int counter = registers.startAddress() + row * pitch;
            for (int column = 0; column < columns; column++) {
                int at = registers.fetchAddress(counter + column);
                int cell = off ? ' ' : memory.plane(1, at) << 8 | memory.plane(0, at);
                cells[row * columns + column] = (short) cell;
            }
        }
        boolean blinking = (registers.attribute(VgaRegisters.ATTR_MODE_CONTROL) & 0x08) != 0;
        return new TextScreen(
                columns,
                rows,
                cells,
                off ? -1 : cursor(columns, rows, pitch),
                blockCursor(),
                blinking,
                colors(),
                registers.graphicsMode());
    }

    /** Whether a text is in the memory of the text mode, on the screen or scrolled off it. */
    public boolean remembers(String text) {
        if (registers.graphicsMode()) {
            return false;
        }
        int matched = 0;
        for (int cell = 0; cell < TEXT_CELLS; cell++) {
            int character = memory.plane(0, registers.fetchAddress(cell));
            if (character != text.charAt(matched)) {
                cell -= matched; // begin anew behind where this began
                matched = 0;
            } else if (++matched == text.length()) {
                return true;
            }
        }
        return false;
    }

    private int cursor(int columns, int rows, int pitch) {
        int start = registers.crtc(VgaRegisters.CRTC_CURSOR_START);
        int end = registers.crtc(VgaRegisters.CRTC_CURSOR_END) & 0x1F;
        boolean hidden = (start & 0x20) != 0 || (start & 0x1F) > end;
        int distance = registers.cursorAddress() - registers.startAddress() & 0xFFFF;
        if (hidden || (start & 0x1F) >= registers.characterHeight() || pitch == 0) {
            return -1;
        }
        int row = distance / pitch;
        int column = distance % pitch;
        return row < rows && column < columns ? row * columns + column : -1;
    }

    private boolean blockCursor() {
        int start = registers.crtc(VgaRegisters.CRTC_CURSOR_START) & 0x1F;
        int end = registers.crtc(VgaRegisters.CRTC_CURSOR_END) & 0x1F;
        return 2 * (end - start + 1) >= registers.characterHeight();
    }

    private int[] colors() {
        int[] colors = new int[16];
        int enabled = registers.attribute(VgaRegisters.ATTR_COLOR_PLANE_ENABLE) & 0x0F;
        int select = registers.attribute(VgaRegisters.ATTR_COLOR_SELECT);
        boolean wide = (registers.attribute(VgaRegisters.ATTR_MODE_CONTROL) & 0x80) != 0;
        for (int i = 0; i < 16; i++) {
            int index = registers.attribute(i & enabled) & 0x3F;
            index = wide ? (index & 0x0F) | (select & 0x0F) << 4 : index | (select & 0x0C) << 4;
            colors[i] = dac.rgb(index);
        }
        return colors;
    }

    /** The window A0000h to BFFFFh. */
    public MmioDevice window() {
        return window;
    }

    private final class Window implements MmioDevice {
        @Override
        public long read(long offset, int size) {
            long value = 0;
            for (int i = 0; i < size; i++) {
                value |= (long) memory.read((int) offset + i) << 8 * i;
            }
            return value;
        }

        @Override
        public void write(long offset, int size, long value) {
            for (int i = 0; i < size; i++) {
                memory.write((int) offset + i, (int) (value >>> 8 * i) & 0xFF);
            }
            noteChange();
        }
    }

    // ---- ports ----

    /** 3Bx and 3Dx: only those of the present colour setting answer. */
    private boolean absent(int port) {
        return port < 0x3C0 ? registers.color() : port >= 0x3D0 && !registers.color();
    }

    @Override
    public int read(int offset, int size) {
        int port = FIRST_PORT + offset;
        if (absent(port)) {
            return 0xFF;
        }
        switch (port) {
            case 0x3B4:
            case 0x3D4:
                return crtcIndex;
            case 0x3B5:
            case 0x3D5:
                return crtcIndex < VgaRegisters.CRTC_COUNT ? registers.crtc(crtcIndex) : 0;
            case 0x3BA:
            case 0x3DA:
                attributeData = false;
                return inputStatus1();
            case 0x3C0:
                return attributeData ? 0 : attributeAddress;
            case 0x3C1:
                int index = attributeAddress & 0x1F;
                return index < VgaRegisters.ATTRIBUTE_COUNT ? registers.attribute(index) : 0;
            case 0x3C2: // input status 0: switch sense
                return 0x10;
            case 0x3C4:
                return sequencerIndex;
            case 0x3C5:
                return sequencerIndex < VgaRegisters.SEQUENCER_COUNT
                        ? registers.sequencer(sequencerIndex)
                        : 0;
            case 0x3C6:
                return dac.readMask();
            case 0x3C7:
                return dac.readState();
            case 0x3C8:
                return dac.readWriteAddress();
            case 0x3C9:
                return dac.readData();
            case 0x3CA:
                return registers.featureControl;
            case 0x3CC:
                return registers.miscellaneousOutput;
            case 0x3CE:
                return graphicsIndex;
            case 0x3CF:
                return graphicsIndex < VgaRegisters.GRAPHICS_COUNT
                        ? registers.graphics(graphicsIndex)
                        : 0;
            default:
                return 0xFF;
        }
    }

    /** Bit 0: nothing is shown at present; bit 3: vertical retrace. Both by virtual time. */
    private int inputStatus1() {
        long inPicture = clock.cycles() % (LINE_CYCLES * LINES);
        int line = (int) (inPicture / LINE_CYCLES);
        boolean shown = line < LINES_SHOWN && inPicture % LINE_CYCLES < LINE_SHOWN_CYCLES;
        boolean retrace = line >= RETRACE_START && line < RETRACE_END;
        return (shown ? 0 : 0x01) | (retrace ? 0x08 : 0);
    }

    @Override
    public void write(int offset, int size, int value) {
        int port = FIRST_PORT + offset;
        if (absent(port)) {
            return;
        }
        switch (port) {
            case 0x3B4:
            case 0x3D4:
                crtcIndex = value & 0x3F;
                return;
            case 0x3B5:
            case 0x3D5:
                registers.writeCrtc(crtcIndex, value);
                break;
            case 0x3BA:
            case 0x3DA:
                registers.featureControl = value & 0x0B;
                return;
            case 0x3C0:
                if (attributeData) {
                    registers.writeAttribute(attributeAddress & 0x1F, value);
                } else {
                    attributeAddress = value & 0x3F;
                }
                attributeData = !attributeData;
                break;
            case 0x3C2:
                registers.miscellaneousOutput = value;
                break;
            case 0x3C4:
                sequencerIndex = value & 0x07;
                return;
            case 0x3C5:
                registers.writeSequencer(sequencerIndex, value);
                break;
            case 0x3C6:
                dac.writeMask(value);
                break;
            case 0x3C7:
                dac.writeReadAddress(value);
                return;
            case 0x3C8:
                dac.writeWriteAddress(value);
                return;
            case 0x3C9:
                dac.writeData(value);
                break;
            case 0x3CE:
                graphicsIndex = value & 0x0F;
                return;
            case 0x3CF:
                registers.writeGraphics(graphicsIndex, value);
                break;
            default:
                return;
        }
        noteChange();
    }

    @Override
    public void reset() {
        powerOn();
    }

    @Override
    public void saveState(StateWriter writer) {
        writer.beginSection(SECTION, 1);
        registers.save(writer);
        memory.save(writer);
        dac.save(writer);
        writer.writeInt(sequencerIndex);
        writer.writeInt(crtcIndex);
        writer.writeInt(graphicsIndex);
        writer.writeInt(attributeAddress);
        writer.writeBoolean(attributeData);
        writer.endSection();
    }

    @Override
    public void loadState(StateReader reader) throws StateFormatException {
        reader.beginSection(SECTION, 1);
        registers.load(reader);
        memory.load(reader);
        dac.load(reader);
        sequencerIndex = reader.readInt(0, 0x07);
        crtcIndex = reader.readInt(0, 0x3F);
        graphicsIndex = reader.readInt(0, 0x0F);
        attributeAddress = reader.readInt(0, 0x3F);
        attributeData = reader.readBoolean();
        reader.endSection();
        noteChange();
    }
}
