package org.linuxemu.devices.apic;

import org.linuxemu.core.bus.MmioDevice;
import org.linuxemu.core.bus.Resettable;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;
import org.linuxemu.core.irq.IrqLine;

/**
 * The I/O APIC with 24 inputs (Intel 82093AA datasheet 290566, 1996), version 20h, which adds the
 * EOI register. An input is active when its wire is asserted; the polarity bits are kept without
 * effect.
 */
public final class IoApic implements MmioDevice, Stateful, Resettable {
    /** Bytes in the window. */
    public static final int WINDOW_SIZE = 0x1000;

    /** Number of inputs. */
    public static final int INPUT_COUNT = 24;

    private static final String SECTION = "ioapic";

    private static final int VERSION = 0x20 | (INPUT_COUNT - 1) << 16;
    private static final int SELECT = 0x00;
    private static final int WINDOW = 0x10;
    private static final int EOI = 0x40;
    private static final int REDIRECTION = 0x10;

    private static final int WRITABLE_LOW = 0x0001AFFF;
    private static final int LOGICAL = 0x0800;
    private static final int REMOTE_IRR = 0x4000;
    private static final int LEVEL = 0x8000;
    private static final int MASKED = 0x10000;

    private final LocalApic localApic;
    private final int[] low = new int[INPUT_COUNT];
    private final int[] high = new int[INPUT_COUNT];
    private int inputs;
    private int select;
    private int id;

    /** Sends to the one local APIC, and hears its EOIs. */
    public IoApic(LocalApic localApic) {
        this.localApic = localApic;
        localApic.connect(this);
        powerOn();
    }

    private void powerOn() {
        for (int i = 0; i < INPUT_COUNT; i++) {
            low[i] = MASKED;
            high[i] = 0;
        }
        select = 0;
        id = 0;
    }

    /**
     * The wire to an input.
     *
     * @throws IllegalArgumentException if there is no such input
     */
    public IrqLine line(int input) {
        if (input < 0 || input >= INPUT_COUNT) {
            throw new IllegalArgumentException("no such I/O APIC input: " + input);
        }
        return new Line(input);
    }

    private void setInput(int input, boolean asserted) {
        int bit = 1 << input;
        boolean rising = asserted && (inputs & bit) == 0;
        inputs = asserted ? inputs | bit : inputs & ~bit;
        if ((low[input] & LEVEL) != 0) {
            deliverLevel(input);
        } else if (rising && (low[input] & MASKED) == 0) {
            // An edge on a masked input is lost (datasheet, "Interrupt mask").
            send(input, false);
        }
    }

    private void deliverLevel(int input) {
        boolean active = (inputs >> input & 1) != 0;
        if (active && (low[input] & (LEVEL | MASKED | REMOTE_IRR)) == LEVEL && send(input, true)) {
            low[input] |= REMOTE_IRR;
        }
    }

    private boolean send(int input, boolean level) {
        int mode = (low[input] >> 8) & 7;
        if (mode == DeliveryMode.EXT_INT) {
            return false;
        }
        return localApic.deliver(
                high[input] >>> 24, (low[input] & LOGICAL) != 0, mode, low[input] & 0xFF, level);
    }

    /** An input's redirection entry, bits 63:0 (datasheet, 3.2.4). */
    public long redirection(int input) {
        return (long) high[input] << 32 | low[input] & 0xFFFFFFFFL;
    }

    /** Whether an input's mask bit is set. */
    public boolean masked(int input) {
        return (low[input] & MASKED) != 0;
    }

    /** A local APIC has finished a level-triggered interrupt. */
    void endOfInterrupt(int vector) {
        for (int i = 0; i < INPUT_COUNT; i++) {
            if ((low[i] & REMOTE_IRR) != 0 && (low[i] & 0xFF) == vector) {
                low[i] &= ~REMOTE_IRR;
                deliverLevel(i);
            }
        }
    }

    @Override
    public long read(long offset, int size) {
        int shift = 8 * ((int) offset & 3);
        switch ((int) offset & 0xFFC) {
            case SELECT:
                return select >>> shift;
            case WINDOW:
                return (readRegister() & 0xFFFFFFFFL) >>> shift;
            default:
                return 0;
        }
    }

    private int readRegister() {
        switch (select) {
            case 0:
                return id << 24;
            case 1:
                return VERSION;
            case 2: // arbitration ID
                return id << 24;
            default:
                int entry = (select - REDIRECTION) >> 1;
                if (select < REDIRECTION || entry >= INPUT_COUNT) {
                    return 0;
                }
                return (select & 1) != 0 ? high[entry] : low[entry];
        }
    }

    @Override
    public void write(long offset, int size, long value) {
        switch ((int) offset) {
            case SELECT:
                select = (int) value & 0xFF;
                break;
            case WINDOW:
                // Only 32-bit accesses are defined.
                if (size >= 4) {
                    writeRegister((int) value);
                }
                break;
            case EOI:
                endOfInterrupt((int) value & 0xFF);
                break;
            default:
                break;
        }
    }

    private void writeRegister(int value) {
        if (select == 0) {
            id = value >>> 24 & 0x0F;
            return;
        }
        int entry = (select - REDIRECTION) >> 1;
        if (select < REDIRECTION || entry >= INPUT_COUNT) {
            return;
        }
        if ((select & 1) != 0) {
            high[entry] = value & 0xFF000000;
            return;
        }
        int remoteIrr = low[entry] & REMOTE_IRR;
        low[entry] = value & WRITABLE_LOW;
        if ((value & LEVEL) != 0) {
            // An edge-triggered entry has no remote IRR: Linux clears a stuck one by that.
            low[entry] |= remoteIrr;
            deliverLevel(entry);
        }
        updateExtInt();
    }

    /** The 8259A pair is on input 0; an entry in ExtINT mode there passes its requests on. */
    private void updateExtInt() {
        localApic.setExtIntByIoApic((low[0] & (MASKED | 0x700)) == DeliveryMode.EXT_INT << 8);
    }

    @Override
    public void reset() {
        powerOn();
        updateExtInt();
    }

    @Override
    public void saveState(StateWriter writer) {
        writer.beginSection(SECTION, 1);
        for (int i = 0; i < INPUT_COUNT; i++) {
            writer.writeInt(low[i]);
            writer.writeInt(high[i]);
        }
        writer.writeInt(inputs);
        writer.writeInt(select);
        writer.writeInt(id);
        writer.endSection();
    }

    @Override
    public void loadState(StateReader reader) throws StateFormatException {
        reader.beginSection(SECTION, 1);
        for (int i = 0; i < INPUT_COUNT; i++) {
            low[i] = reader.readInt() & (WRITABLE_LOW | REMOTE_IRR);
            high[i] = reader.readInt() & 0xFF000000;
        }
        inputs = reader.readInt(0, (1 << INPUT_COUNT) - 1);
        select = reader.readInt(0, 0xFF);
        id = reader.readInt(0, 0x0F);
        reader.endSection();
    }

    private final class Line implements IrqLine {
        private final int input;

        Line(int input) {
            this.input = input;
        }

        @Override
        public void set(boolean asserted) {
            setInput(input, asserted);
        }
    }
}
