package org.linuxemu.devices.misc;

import org.linuxemu.core.bus.PortDevice;
import org.linuxemu.core.bus.Resettable;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;

/**
 * The reset control register (82371AB datasheet 290562, register RC) at port CF9h: bit 1 chooses a
 * hard reset, bit 2 resets on its rising edge.
 *
 * <p>The window is the four ports from CF8h. There is no PCI bus, so a four-byte access, which a
 * PCI probe makes, is claimed here and reads all ones; split into bytes, it would hit CF9h.
 */
public final class ResetControl implements PortDevice, Stateful, Resettable {
    /** First port of the window. */
    public static final int FIRST_PORT = 0xCF8;

    /** Ports in the window. */
    public static final int PORT_COUNT = 4;

    /** The register's port. */
    public static final int PORT = 0xCF9;

    /** What to write there for a hard reset. */
    public static final int HARD_RESET = 0x06;

    private static final String SECTION = "resetControl";
    private static final int OFFSET = PORT - FIRST_PORT;
    private static final int RESET_CPU = 0x04;
    private static final int WRITABLE = 0x0E;

    private final MachineControl machine;
    private int value;

    /** Sends its resets to {@code machine}. */
    public ResetControl(MachineControl machine) {
        this.machine = machine;
    }

    @Override
    public boolean claimsWide(int offset, int size) {
        return size == 4;
    }

    @Override
    public int read(int offset, int size) {
        return size == 1 && offset == OFFSET ? value : -1;
    }

    @Override
    public void write(int offset, int size, int written) {
        if (size != 1 || offset != OFFSET) {
            return;
        }
        boolean pulse = (written & ~value & RESET_CPU) != 0;
        value = written & WRITABLE;
        if (pulse) {
            machine.requestReset();
        }
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
        value = reader.readInt(0, WRITABLE);
        reader.endSection();
    }
}
