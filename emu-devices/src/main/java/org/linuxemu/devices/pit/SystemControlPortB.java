package org.linuxemu.devices.pit;

import org.linuxemu.core.bus.PortDevice;
import org.linuxemu.core.bus.Resettable;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;

/**
 * Port 61h, "NMI status and control" (82371AB datasheet 290562, register NMISC): bit 0 gate of
 * timer 2, bit 1 speaker enable, bits 2 and 3 NMI source disables (kept, without effect), bit 4
 * refresh toggle, bit 5 OUT of timer 2, bits 6 and 7 NMI sources, never active.
 */
public final class SystemControlPortB implements PortDevice, Stateful, Resettable {
    private static final String SECTION = "port61";

    private final Pit8254 pit;

    /** Bits 1 to 3 as written. */
    private int control;

    /** Controls timer 2 of this timer chip. */
    public SystemControlPortB(Pit8254 pit) {
        this.pit = pit;
    }

    @Override
    public int read(int offset, int size) {
        return control
                | (pit.speakerGate() ? 0x01 : 0)
                | (pit.refreshToggle() ? 0x10 : 0)
                | (pit.speakerOutput() ? 0x20 : 0);
    }

    @Override
    public void write(int offset, int size, int value) {
        control = value & 0x0E;
        pit.setSpeakerGate((value & 0x01) != 0);
    }

    @Override
    public void reset() {
        control = 0;
    }

    @Override
    public void saveState(StateWriter writer) {
        writer.beginSection(SECTION, 1);
        writer.writeInt(control);
        writer.endSection();
    }

    @Override
    public void loadState(StateReader reader) throws StateFormatException {
        reader.beginSection(SECTION, 1);
        control = reader.readInt(0, 0xFF) & 0x0E;
        reader.endSection();
    }
}
