package org.linuxemu.devices.pic;

import org.linuxemu.core.bus.PortDevice;
import org.linuxemu.core.bus.Resettable;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;
import org.linuxemu.core.irq.InterruptRequestListener;
import org.linuxemu.core.irq.InterruptSource;
import org.linuxemu.core.irq.IrqLine;

/**
 * The PC's interrupt controllers: master (IRQ 0-7) and slave (IRQ 8-15) on the master's input 2,
 * and the edge/level control registers (82371AB datasheet 290562, registers ELCR1 and ELCR2).
 */
public final class PicPair implements InterruptSource, Stateful, Resettable {
    /** The master's input that the slave's INT output is wired to. */
    static final int CASCADE_INPUT = 2;

    private static final String SECTION = "pic";

    private final Pic8259 master = new Pic8259(true, new MasterOutput());
    private final Pic8259 slave = new Pic8259(false, new SlaveOutput());
    private final Elcr elcr = new Elcr();
    private InterruptRequestListener listener;

    /** Ports 20h and 21h. */
    public PortDevice masterPorts() {
        return master;
    }

    /** Ports A0h and A1h. */
    public PortDevice slavePorts() {
        return slave;
    }

    /** Ports 4D0h and 4D1h: a set bit makes the input level-triggered. */
    public PortDevice elcrPorts() {
        return elcr;
    }

    /**
     * The wire to an input, 0 to 15.
     *
     * @throws IllegalArgumentException for 2, where the slave is, and for numbers out of range
     */
    public IrqLine line(int irq) {
        if (irq < 0 || irq > 15 || irq == CASCADE_INPUT) {
            throw new IllegalArgumentException("no such interrupt line: " + irq);
        }
        return irq < 8 ? new Line(master, irq) : new Line(slave, irq - 8);
    }

    @Override
    public boolean isPending() {
        return master.output();
    }

    @Override
    public int acknowledge() {
        int level = master.acknowledge();
        if (level == CASCADE_INPUT) {
            return slave.vectorBase() + Pic8259.effectiveLevel(slave.acknowledge());
        }
        return master.vectorBase() + Pic8259.effectiveLevel(level);
    }

    @Override
    public void setListener(InterruptRequestListener listener) {
        this.listener = listener;
    }

    /** Requests of the 16 inputs (IRR), IRQ 0 in bit 0; for displays. */
    public int requested() {
        return master.irr() | slave.irr() << 8;
    }

    /** Levels in service (ISR), IRQ 0 in bit 0; for displays. */
    public int inService() {
        return master.isr() | slave.isr() << 8;
    }

    /** Masked levels (IMR), IRQ 0 in bit 0; for displays. */
    public int masked() {
        return master.imr() | slave.imr() << 8;
    }

    /** First vectors of master (low byte) and slave (second byte); for displays. */
    public int vectorBases() {
        return master.vectorBase() | slave.vectorBase() << 8;
    }

    @Override
    public void reset() {
        slave.powerOn();
        master.powerOn();
    }

    @Override
    public void saveState(StateWriter writer) {
        writer.beginSection(SECTION, 1);
        master.save(writer);
        slave.save(writer);
        writer.endSection();
    }

    @Override
    public void loadState(StateReader reader) throws StateFormatException {
        reader.beginSection(SECTION, 1);
        master.load(reader);
        slave.load(reader);
        reader.endSection();
    }

    private static final class Line implements IrqLine {
        private final Pic8259 chip;
        private final int input;

        Line(Pic8259 chip, int input) {
            this.chip = chip;
            this.input = input;
        }

        @Override
        public void set(boolean asserted) {
            chip.setInput(input, asserted);
        }
    }

    private final class MasterOutput implements IrqLine {
        @Override
        public void set(boolean asserted) {
            if (listener != null) {
                listener.interruptRequestChanged(asserted);
            }
        }
    }

    private final class SlaveOutput implements IrqLine {
        @Override
        public void set(boolean asserted) {
            master.setInput(CASCADE_INPUT, asserted);
        }
    }

    private final class Elcr implements PortDevice {
        @Override
        public int read(int offset, int size) {
            return offset == 0 ? master.elcr() : slave.elcr();
        }

        @Override
        public void write(int offset, int size, int value) {
            // IRQ 0, 1, 2, 8 and 13 are always edge-triggered.
            if (offset == 0) {
                master.setElcr(value & 0xF8);
            } else {
                slave.setElcr(value & 0xDE);
            }
        }
    }
}
