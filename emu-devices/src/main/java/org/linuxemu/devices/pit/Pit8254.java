package org.linuxemu.devices.pit;

import org.linuxemu.core.bus.PortDevice;
import org.linuxemu.core.bus.Resettable;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;
import org.linuxemu.core.irq.IrqLine;
import org.linuxemu.core.time.DerivedClock;
import org.linuxemu.core.time.EventScheduler;
import org.linuxemu.core.time.TimedEvent;
import org.linuxemu.core.time.VirtualClock;

/**
 * The PC's Intel 8254 interval timer (datasheet 231164, 1993), four ports. All three counters run
 * at 1193182 Hz; OUT 0 drives the interrupt line, the gates of 0 and 1 are tied high, gate 2 and
 * OUT 2 are on {@link SystemControlPortB}.
 */
public final class Pit8254 implements PortDevice, Stateful, Resettable {
    /** CLK of all counters in Hz. */
    public static final int FREQUENCY = 1_193_182;

    private static final String SECTION = "pit";

    /** CLK pulses between two changes of the refresh toggle: one row refresh each 15 us. */
    private static final int REFRESH_TICKS = 18;

    private final VirtualClock clock;
    private final EventScheduler scheduler;
    private final IrqLine irq;
    private final DerivedClock ticks = new DerivedClock(FREQUENCY);
    private final PitCounter[] counters = {
        new PitCounter(true), new PitCounter(true), new PitCounter(false)
    };
    private final OutputChange outputChange = new OutputChange();

    /** {@code irq} follows OUT 0 and is driven high at once. */
    public Pit8254(VirtualClock clock, EventScheduler scheduler, IrqLine irq) {
        this.clock = clock;
        this.scheduler = scheduler;
        this.irq = irq;
        scheduler.register(outputChange);
        irq.set(true);
    }

    @Override
    public int read(int offset, int size) {
        if (offset == 3) {
            return 0xFF;
        }
        return synchronise(offset).read();
    }

    @Override
    public void write(int offset, int size, int value) {
        if (offset == 3) {
            writeControl(value);
        } else {
            synchronise(offset).writeData(value);
        }
        outputMayHaveChanged();
    }

    private void writeControl(int value) {
        int select = value >> 6;
        if (select == 3) {
            // Read-back: bit 5 and 4 low to latch count and status, bits 1 to 3 the counters.
            for (int i = 0; i < 3; i++) {
                if ((value & (2 << i)) != 0) {
                    PitCounter counter = synchronise(i);
                    if ((value & 0x20) == 0) {
                        counter.latchCount();
                    }
                    if ((value & 0x10) == 0) {
                        counter.latchStatus();
                    }
                }
            }
        } else if ((value & 0x30) == 0) {
            synchronise(select).latchCount();
        } else {
            synchronise(select).writeControl(value);
        }
    }

    /** Level of OUT 2. */
    boolean speakerOutput() {
        return synchronise(2).out();
    }

    boolean speakerGate() {
        return counters[2].gate();
    }

    void setSpeakerGate(boolean level) {
        synchronise(2).setGate(level);
    }

    boolean refreshToggle() {
        return (ticks.ticksAt(clock.cycles()) / REFRESH_TICKS & 1) != 0;
    }

    /** Brings a counter to the present; for counter 0 no change of OUT is skipped. */
    private PitCounter synchronise(int index) {
        long now = ticks.ticksAt(clock.cycles());
        if (index == 0) {
            passOutputChanges(now);
        }
        PitCounter counter = counters[index];
        if (now > counter.tick()) {
            counter.advanceTo(now);
        }
        return counter;
    }

    private void passOutputChanges(long now) {
        PitCounter counter = counters[0];
        long left = counter.ticksToChange();
        while (left <= now - counter.tick()) {
            counter.advanceTo(counter.tick() + left);
            irq.set(counter.out());
            left = counter.ticksToChange();
        }
    }

    private void outputMayHaveChanged() {
        PitCounter counter = counters[0];
        irq.set(counter.out());
        long left = counter.ticksToChange();
        if (left == PitCounter.NEVER) {
            scheduler.cancel(outputChange);
            return;
        }
        long deadline = ticks.cycleOf(counter.tick() + left);
        if (!outputChange.isScheduled() || outputChange.deadline() != deadline) {
            scheduler.schedule(outputChange, deadline);
        }
    }

    @Override
    public void reset() {
        long now = ticks.ticksAt(clock.cycles());
        for (PitCounter counter : counters) {
            counter.powerOn(now);
        }
        counters[2].setGate(false);
        scheduler.cancel(outputChange);
        irq.set(true);
    }

    @Override
    public void saveState(StateWriter writer) {
        writer.beginSection(SECTION, 1);
        for (PitCounter counter : counters) {
            counter.save(writer);
        }
        writer.endSection();
    }

    @Override
    public void loadState(StateReader reader) throws StateFormatException {
        reader.beginSection(SECTION, 1);
        for (PitCounter counter : counters) {
            counter.load(reader);
        }
        PitCounter first = counters[0];
        long left = first.ticksToChange();
        long now = ticks.ticksAt(clock.cycles());
        if (left != PitCounter.NEVER && first.tick() + left < now - FREQUENCY) {
            throw new StateFormatException("saved state in pit: counter 0 is before its time");
        }
        reader.endSection();
    }

    private final class OutputChange extends TimedEvent {
        OutputChange() {
            super("pit.out0");
        }

        @Override
        public void fire(long deadline) {
            passOutputChanges(ticks.ticksAt(deadline));
            outputMayHaveChanged();
        }
    }
}
