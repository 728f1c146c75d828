package org.linuxemu.devices.board;

import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;
import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.irq.IrqLine;

/** How often each wire to an interrupt controller has been asserted since power-on. */
final class InterruptCounts implements Stateful {
    private final String controller;
    private final long[] counts;
    private int asserted;

    /**
     * @param controller its name in the monitor and in saved states
     * @param inputs 1 to 32
     */
    InterruptCounts(String controller, int inputs) {
        this.controller = controller;
        this.counts = new long[inputs];
    }

    /** A wire that counts and passes on. */
    IrqLine counted(int input, IrqLine to) {
        return new IrqLine() {
            @Override
            public void set(boolean level) {
                count(input, level);
                to.set(level);
            }
        };
    }

    private void count(int input, boolean level) {
        int bit = 1 << input;
        if (level && (asserted & bit) == 0) {
            counts[input]++;
        }
        asserted = level ? asserted | bit : asserted & ~bit;
    }

    void clear() {
        java.util.Arrays.fill(counts, 0);
    }

    /** As the monitor shows it: the inputs that were asserted at all. */
    void print(DebugOutput output) {
        output.println("IRQ statistics for " + controller + ":");
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 0) {
                output.println((i < 10 ? " " : "") + i + ": " + counts[i]);
            }
        }
    }

    @Override
    public void saveState(StateWriter writer) {
        writer.beginSection(controller + "-counts", 1);
        for (long count : counts) {
            writer.writeLong(count);
        }
        writer.writeInt(asserted);
        writer.endSection();
    }

    @Override
    public void loadState(StateReader reader) throws StateFormatException {
        reader.beginSection(controller + "-counts", 1);
        for (int i = 0; i < counts.length; i++) {
            counts[i] = reader.readLong();
        }
        asserted = reader.readInt();
        reader.endSection();
    }
}
