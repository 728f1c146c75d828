package org.linuxemu.devices.misc;

import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;
import org.linuxemu.core.time.EventScheduler;
import org.linuxemu.core.time.TimedEvent;
import org.linuxemu.core.time.VirtualClock;

/**
 * Saves and restores the clock and the queue of events. To be loaded before the devices, whose
 * checks look at the clock; the devices leave the queue alone.
 */
public final class TimeState implements Stateful {
    private static final String SECTION = "time";
    private static final int MAX_EVENTS = 1024;

    private final VirtualClock clock;
    private final EventScheduler scheduler;

    /** For this clock and this queue. */
    public TimeState(VirtualClock clock, EventScheduler scheduler) {
        this.clock = clock;
        this.scheduler = scheduler;
    }

    @Override
    public void saveState(StateWriter writer) {
        writer.beginSection(SECTION, 1);
        writer.writeLong(clock.cycles());
        TimedEvent[] pending = scheduler.pending();
        int count = 0;
        for (TimedEvent event : pending) {
            if (event.ofTheMachine()) {
                pending[count++] = event;
            }
        }
        writer.writeInt(count);
        for (int i = 0; i < count; i++) {
            writer.writeString(pending[i].name());
            writer.writeLong(pending[i].deadline());
        }
        writer.endSection();
    }

    @Override
    public void loadState(StateReader reader) throws StateFormatException {
        reader.beginSection(SECTION, 1);
        long cycles = reader.readLong(0, Long.MAX_VALUE);
        int count = reader.readInt(0, MAX_EVENTS);
        String[] names = new String[count];
        long[] deadlines = new long[count];
        for (int i = 0; i < count; i++) {
            names[i] = reader.readString();
            // The processor is late by an instruction at most; a longer way back could take hours.
            deadlines[i] = reader.readLong(cycles - VirtualClock.CYCLES_PER_SECOND, Long.MAX_VALUE);
        }
        reader.endSection();
        try {
            scheduler.restorePending(names, deadlines);
        } catch (IllegalArgumentException e) {
            throw new StateFormatException("saved state in time: " + e.getMessage());
        }
        clock.restore(cycles);
    }
}
