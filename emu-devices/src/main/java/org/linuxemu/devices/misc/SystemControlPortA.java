package org.linuxemu.devices.misc;

import org.linuxemu.core.bus.PortDevice;
import org.linuxemu.core.bus.Resettable;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;

/**
 * Port 92h (82371AB datasheet 290562, register P92): bit 0 fast reset on its rising edge, bit 1
 * A20. The A20 bit is kept and read back, but the address line is always on.
 */
public final class SystemControlPortA implements PortDevice, Stateful, Resettable {
    private static final String SECTION = "port92";
    private static final int FAST_RESET = 0x01;
    private static final int A20 = 0x02;

    private final MachineControl machine;
    private int value = A20;

    /** Sends its resets to {@code machine}. */
    public SystemControlPortA(MachineControl machine) {
        this.machine = machine;
    }

    @Override
    public int read(int offset, int size) {
        return value;
    }

    @Override
    public void write(int offset, int size, int written) {
        boolean pulse = (written & ~value & FAST_RESET) != 0;
        value = written & (FAST_RESET | A20);
        if (pulse) {
            machine.requestReset();
        }
    }

    @Override
    public void reset() {
        value = A20;
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
        value = reader.readInt(0, 3);
        reader.endSection();
    }
}
