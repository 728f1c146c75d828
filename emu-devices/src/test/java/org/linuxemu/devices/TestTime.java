package org.linuxemu.devices;

import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;
import org.linuxemu.core.time.EventScheduler;
import org.linuxemu.core.time.TimedEvent;
import org.linuxemu.core.time.VirtualClock;

/** A clock and an event queue that a test moves by hand. */
public final class TestTime {
    public final VirtualClock clock = new VirtualClock();
    public final EventScheduler scheduler = new EventScheduler();

    /** Moves to the cycle and fires every event on the way at its own cycle. */
    public void runTo(long cycle) {
        while (scheduler.nextDeadline() <= cycle) {
            if (scheduler.nextDeadline() > clock.cycles()) {
                clock.advanceTo(scheduler.nextDeadline());
            }
            scheduler.runDue(clock.cycles());
        }
        clock.advanceTo(cycle);
    }

    public void run(long cycles) {
        runTo(clock.cycles() + cycles);
    }

    /** Moves time without firing anything, as inside one long instruction. */
    public void skip(long cycles) {
        clock.advance(cycles);
    }

    /** Copies a device's state, this time and the event queue into another device and time. */
    public void copyTo(TestTime other, Stateful from, Stateful to) throws StateFormatException {
        StateWriter writer = new StateWriter();
        from.saveState(writer);
        other.clock.restore(clock.cycles());
        StateReader reader = new StateReader(writer.toByteArray());
        to.loadState(reader);
        if (!reader.atEnd()) {
            throw new AssertionError("device did not read all it wrote");
        }
        TimedEvent[] pending = scheduler.pending();
        String[] names = new String[pending.length];
        long[] deadlines = new long[pending.length];
        for (int i = 0; i < pending.length; i++) {
            names[i] = pending[i].name();
            deadlines[i] = pending[i].deadline();
        }
        other.scheduler.restorePending(names, deadlines);
    }
}
