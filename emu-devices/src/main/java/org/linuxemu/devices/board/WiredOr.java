package org.linuxemu.devices.board;

import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;
import org.linuxemu.core.irq.IrqLine;

/** One interrupt input that several devices drive: asserted while any of them asserts it. */
final class WiredOr implements Stateful {
    private final String name;
    private final IrqLine target;

    /** A bit for each driver that asserts its wire. */
    private int asserted;

    /** {@code name} is that of the section in a saved state. */
    WiredOr(String name, IrqLine target) {
        this.name = name;
        this.target = target;
    }

    /** The wire of driver {@code number}, 0 to 31. */
    IrqLine input(int number) {
        int bit = 1 << number;
        return new IrqLine() {
            @Override
            public void set(boolean level) {
                asserted = level ? asserted | bit : asserted & ~bit;
                target.set(asserted != 0);
            }
        };
    }

    @Override
    public void saveState(StateWriter writer) {
        writer.beginSection(name, 1);
        writer.writeInt(asserted);
        writer.endSection();
    }

    @Override
    public void loadState(StateReader reader) throws StateFormatException {
        reader.beginSection(name, 1);
        asserted = reader.readInt();
        reader.endSection();
    }
}
