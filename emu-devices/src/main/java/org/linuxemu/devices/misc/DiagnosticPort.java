package org.linuxemu.devices.misc;

import org.linuxemu.core.bus.PortDevice;
import org.linuxemu.core.bus.Resettable;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;

/**
 * Port 80h, where firmware shows its progress codes and Linux writes to lose a microsecond: keeps
 * the last byte written.
 */
public final class DiagnosticPort implements PortDevice, Stateful, Resettable {
    private static final String SECTION = "port80";

    private int value;

    /** The last byte written, 0 at first. */
    public int value() {
        return value;
    }

    @Override
    public int read(int offset, int size) {
        return value;
    }

    @Override
    public void write(int offset, int size, int written) {
        value = written;
    }

    @Override
    public void reset() {
        value = 0;
    }

    @Override
    public void saveState(StateWriter writer) {
        writer.beginSection(SECTION, 1);
        writer.writeInt(value);
        writer.endSection();
    }

    @Override
    public void loadState(StateReader reader) throws StateFormatException {
        reader.beginSection(SECTION, 1);
        value = reader.readInt(0, 0xFF);
        reader.endSection();
    }
}
