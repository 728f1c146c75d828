package org.linuxemu.devices.hpet;

import org.linuxemu.core.bus.MmioDevice;
import org.linuxemu.core.bus.Resettable;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;
import org.linuxemu.core.irq.IrqLine;
import org.linuxemu.core.time.EventScheduler;
import org.linuxemu.core.time.VirtualClock;

/**
 * The high precision event timer (IA-PC HPET specification 1.0a, October 2004) with three timers,
 * all 64 bits wide and able to be periodic. The main counter counts at 100 MHz: one tick is ten
 * cycles. There is no FSB delivery.
 *
 * <p>A periodic timer of less than a microsecond interrupts only about once in a microsecond, so
 * that a guest cannot keep the emulator in the timer.
 */
public final class Hpet implements MmioDevice, Stateful, Resettable {
    /** Bytes in the window. */
    public static final int WINDOW_SIZE = 0x400;

    /** Cycles of the virtual clock in one tick of the main counter. */
    public static final int CYCLES_PER_TICK = 10;

    /** I/O APIC inputs that a timer can be routed to: 16 to 23. */
    static final int ROUTES = 0x00FF0000;

    private static final String SECTION = "hpet";
    private static final int TIMER_COUNT = 3;

    /**
     * Tick length in femtoseconds, Intel, legacy routing, 64-bit counter, three timers, revision 1.
     */
    private static final long CAPABILITIES =
            CYCLES_PER_TICK * 1_000_000L << 32
                    | 0x8086_0000L
                    | 0x8000
                    | 0x2000
                    | (TIMER_COUNT - 1) << 8
                    | 1;

    /** What the ACPI HPET table says of the hardware: the low half of the capabilities. */
    public static final long BLOCK_ID = CAPABILITIES & 0xFFFFFFFFL;

    /** Shortest time between two interrupts in ticks. */
    public static final int SHORTEST_INTERVAL = 100;

    private static final int ENABLE = 1;
    private static final int LEGACY = 2;

    private final VirtualClock clock;
    private final IrqLine[] ioApicInputs;
    private final LegacyInput pitInput;
    private final LegacyInput rtcInput;
    private final HpetTimer[] timers = new HpetTimer[TIMER_COUNT];

    private int configuration;
    private int interruptStatus;

    /** The main counter's value when it does not run, else its value at {@link #startCycle}. */
    private long startCount;

    private long startCycle;

    /**
     * Makes the timer.
     *
     * @param ioApicInputs I/O APIC inputs by number; at least 16 to 23 must be there
     * @param irq0 where timer 0 (with legacy routing) or the interval timer interrupts
     * @param irq8 where timer 1 (with legacy routing) or the real-time clock interrupts
     */
    public Hpet(
            VirtualClock clock,
            EventScheduler scheduler,
            IrqLine[] ioApicInputs,
            IrqLine irq0,
            IrqLine irq8) {
        this.clock = clock;
        this.ioApicInputs = ioApicInputs.clone();
        pitInput = new LegacyInput(irq0);
        rtcInput = new LegacyInput(irq8);
        for (int i = 0; i < TIMER_COUNT; i++) {
            timers[i] = new HpetTimer(this, scheduler, i);
        }
    }

    /** The interval timer's interrupt goes in here, for it is cut off by legacy routing. */
    public IrqLine pitInput() {
        return pitInput;
    }

    /** The real-time clock's interrupt goes in here, for it is cut off by legacy routing. */
    public IrqLine rtcInput() {
        return rtcInput;
    }

    boolean isRunning() {
        return (configuration & ENABLE) != 0;
    }

    long counterAt(long cycle) {
        return isRunning() ? startCount + (cycle - startCycle) / CYCLES_PER_TICK : startCount;
    }

    /**
     * The cycle at which the main counter is {@code ticks} (unsigned) beyond the value {@code
     * from}.
     */
    long cycleAfter(long from, long ticks) {
        long total = from - startCount + ticks;
        if (total < 0 || total > (EventScheduler.NEVER - startCycle) / CYCLES_PER_TICK) {
            return EventScheduler.NEVER;
        }
        return startCycle + total * CYCLES_PER_TICK;
    }

    /** A timer has matched. Its interrupt enable is for the line, not for the status (2.3.8). */
    void interrupt(int index) {
        HpetTimer timer = timers[index];
        IrqLine line = lineOf(index);
        if (timer.isLevel()) {
            interruptStatus |= 1 << index;
            if (timer.isEnabled()) {
                line.set(true);
            }
        } else if (timer.isEnabled()) {
            // The line stays high, as an 8259A wants to see it until its acknowledge.
            line.set(false);
            line.set(true);
        }
    }

    private IrqLine lineOf(int index) {
        if ((configuration & LEGACY) != 0 && index < 2) {
            return index == 0 ? pitInput.output : rtcInput.output;
        }
        int route = timers[index].route();
        return (ROUTES >> route & 1) != 0 ? ioApicInputs[route] : IrqLine.UNCONNECTED;
    }

    private void clearStatus(int bits) {
        int cleared = interruptStatus & bits;
        interruptStatus &= ~bits;
        for (int i = 0; i < TIMER_COUNT; i++) {
            if ((cleared >> i & 1) != 0 && timers[i].isEnabled()) {
                releaseLine(lineOf(i));
            }
        }
    }

    /** Lowers a line unless another timer still holds it. */
    private void releaseLine(IrqLine line) {
        for (int i = 0; i < TIMER_COUNT; i++) {
            boolean holds = (interruptStatus >> i & 1) != 0 && timers[i].isEnabled();
            if (holds && lineOf(i) == line) {
                return;
            }
        }
        line.set(false);
    }

    @Override
    public long read(long offset, int size) {
        passDue();
        long register = readRegister((int) offset & 0x3F8);
        return register >>> (8 * ((int) offset & 7));
    }

    private long readRegister(int offset) {
        switch (offset) {
            case 0x000:
                return CAPABILITIES;
            case 0x010:
                return configuration;
            case 0x020:
                return interruptStatus;
            case 0x0F0:
                return counterAt(clock.cycles());
            default:
                int index = (offset - 0x100) >> 5;
                if (offset < 0x100 || index >= TIMER_COUNT) {
                    return 0;
                }
                switch (offset & 0x18) {
                    case 0x00:
                        return timers[index].readConfiguration();
                    case 0x08:
                        return timers[index].readComparator();
                    default: // FSB route
                        return 0;
                }
        }
    }

    @Override
    public void write(long offset, int size, long value) {
        // Accesses are 32 or 64 bits wide and aligned (2.3.2).
        if (size < 4 || (offset & (size - 1)) != 0) {
            return;
        }
        passDue();
        int shift = 8 * ((int) offset & 7);
        long bits = size == 8 ? -1L : 0xFFFFFFFFL << shift;
        writeRegister((int) offset & 0x3F8, value << shift, bits);
    }

    private void writeRegister(int offset, long value, long bits) {
        boolean low = (bits & 1) != 0;
        switch (offset) {
            case 0x010:
                if (low) {
                    writeConfiguration((int) value & (ENABLE | LEGACY));
                }
                break;
            case 0x020:
                if (low) {
                    clearStatus((int) value);
                }
                break;
            case 0x0F0:
                writeCounter((counterAt(clock.cycles()) & ~bits) | (value & bits));
                break;
            default:
                int index = (offset - 0x100) >> 5;
                if (offset >= 0x100 && index < TIMER_COUNT) {
                    writeTimer(index, offset & 0x18, value, bits);
                }
                break;
        }
    }

    private void writeTimer(int index, int register, long value, long bits) {
        HpetTimer timer = timers[index];
        if (register == 0x00 && (bits & 1) != 0) {
            // Whatever line the timer holds is released before it may change.
            int held = interruptStatus & 1 << index;
            clearStatus(held);
            timer.writeConfiguration((int) value);
            if (held != 0 && timer.isLevel()) {
                interrupt(index);
            }
        } else if (register == 0x08) {
            timer.writeComparator(value, bits);
        }
        timer.arm(counterAt(clock.cycles()));
    }

    private void writeConfiguration(int value) {
        long now = clock.cycles();
        boolean legacyChanged = ((configuration ^ value) & LEGACY) != 0;
        int held = interruptStatus;
        if (legacyChanged) {
            clearStatus(held);
        }
        if (((configuration ^ value) & ENABLE) != 0) {
            startCount = counterAt(now);
            startCycle = now;
        }
        configuration = value;
        if (legacyChanged) {
            pitInput.update();
            rtcInput.update();
            for (int i = 0; i < TIMER_COUNT; i++) {
                if ((held >> i & 1) != 0) {
                    interrupt(i);
                }
            }
        }
        armAll();
    }

    private void writeCounter(long value) {
        startCount = value;
        startCycle = clock.cycles();
        armAll();
    }

    private void armAll() {
        long now = counterAt(clock.cycles());
        for (HpetTimer timer : timers) {
            timer.arm(now);
        }
    }

    private void passDue() {
        for (HpetTimer timer : timers) {
            timer.passDue(clock.cycles());
        }
    }

    @Override
    public void reset() {
        clearStatus(interruptStatus);
        configuration = 0;
        startCount = 0;
        startCycle = clock.cycles();
        for (HpetTimer timer : timers) {
            timer.powerOn();
        }
        pitInput.update();
        rtcInput.update();
    }

    @Override
    public void saveState(StateWriter writer) {
        writer.beginSection(SECTION, 1);
        writer.writeInt(configuration);
        writer.writeInt(interruptStatus);
        writer.writeLong(startCount);
        writer.writeLong(startCycle);
        writer.writeBoolean(pitInput.level);
        writer.writeBoolean(rtcInput.level);
        for (HpetTimer timer : timers) {
            timer.save(writer);
        }
        writer.endSection();
    }

    @Override
    public void loadState(StateReader reader) throws StateFormatException {
        reader.beginSection(SECTION, 1);
        configuration = reader.readInt(0, ENABLE | LEGACY);
        interruptStatus = reader.readInt(0, (1 << TIMER_COUNT) - 1);
        startCount = reader.readLong();
        startCycle = reader.readLong(0, clock.cycles());
        pitInput.level = reader.readBoolean();
        rtcInput.level = reader.readBoolean();
        for (HpetTimer timer : timers) {
            timer.load(reader);
        }
        reader.endSection();
    }

    /** A legacy device's interrupt, passed on while legacy routing is off. */
    private final class LegacyInput implements IrqLine {
        private final IrqLine output;
        private boolean level;

        LegacyInput(IrqLine output) {
            this.output = output;
        }

        @Override
        public void set(boolean asserted) {
            level = asserted;
            if ((configuration & LEGACY) == 0) {
                output.set(asserted);
            }
        }

        void update() {
            output.set(level && (configuration & LEGACY) == 0);
        }
    }
}
