package org.linuxemu.devices.hpet;

import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.time.EventScheduler;
import org.linuxemu.core.time.TimedEvent;

/** One timer block of the HPET (IA-PC HPET specification 1.0a, 2.3.8 and 2.3.9). */
final class HpetTimer extends TimedEvent {
    static final int LEVEL = 0x002;
    static final int ENABLED = 0x004;
    static final int PERIODIC = 0x008;
    static final int VALUE_SET = 0x040;
    static final int MODE_32_BIT = 0x100;

    private static final int PERIODIC_CAPABLE = 0x010;
    private static final int SIZE_CAPABLE = 0x020;

    /** Type, enable, periodic, value set, 32-bit mode, route; no FSB delivery. */
    private static final int WRITABLE =
            0x3E00 | MODE_32_BIT | VALUE_SET | PERIODIC | ENABLED | LEVEL;

    private static final long SHORTEST_INTERVAL = Hpet.SHORTEST_INTERVAL;

    private final Hpet hpet;
    private final EventScheduler scheduler;
    private final int index;

    private int configuration;
    private long comparator;

    /** What a periodic timer adds to its comparator after a match. */
    private long period;

    HpetTimer(Hpet hpet, EventScheduler scheduler, int index) {
        super("hpet." + index);
        this.hpet = hpet;
        this.scheduler = scheduler;
        this.index = index;
        scheduler.register(this);
        powerOn();
    }

    void powerOn() {
        configuration = 0;
        comparator = -1L;
        period = 0;
        scheduler.cancel(this);
    }

    boolean isLevel() {
        return (configuration & LEVEL) != 0;
    }

    boolean isEnabled() {
        return (configuration & ENABLED) != 0;
    }

    int route() {
        return (configuration >> 9) & 31;
    }

    private long mask() {
        return (configuration & MODE_32_BIT) != 0 ? 0xFFFFFFFFL : -1L;
    }

    long readConfiguration() {
        return (long) Hpet.ROUTES << 32
                | PERIODIC_CAPABLE
                | SIZE_CAPABLE
                | (configuration & ~VALUE_SET);
    }

    void writeConfiguration(int value) {
        int written = value & WRITABLE;
        if ((Hpet.ROUTES >> ((written >> 9) & 31) & 1) == 0) {
            // A route that is not among the capabilities is not taken.
            written = (written & ~0x3E00) | (configuration & 0x3E00);
        }
        configuration = written;
        if ((configuration & MODE_32_BIT) != 0) {
            comparator &= mask();
            period &= mask();
        }
    }

    long readComparator() {
        return comparator & mask();
    }

    /** Writes the bits of {@code value} that are in {@code bits}. */
    void writeComparator(long value, long bits) {
        if ((configuration & PERIODIC) == 0 || (configuration & VALUE_SET) != 0) {
            comparator = ((comparator & ~bits) | (value & bits)) & mask();
        }
        if ((configuration & PERIODIC) != 0) {
            period = ((period & ~bits) | (value & bits)) & mask();
        }
        // A 64-bit write in two halves sets the accumulator with both.
        if (bits != 0xFFFFFFFFL || (configuration & MODE_32_BIT) != 0) {
            configuration &= ~VALUE_SET;
        }
    }

    /** Queues the next match after the main counter's value {@code now}. */
    void arm(long now) {
        if (!hpet.isRunning()) {
            scheduler.cancel(this);
            return;
        }
        long ahead = (comparator - now) & mask();
        if (ahead == 0 && mask() != -1L) {
            ahead = 1L << 32;
        }
        long deadline = hpet.cycleAfter(now, ahead);
        if (ahead <= 0 || deadline == EventScheduler.NEVER) {
            // Beyond the end of virtual time.
            scheduler.cancel(this);
        } else {
            scheduler.schedule(this, deadline);
        }
    }

    @Override
    public void fire(long deadline) {
        long now = hpet.counterAt(deadline);
        if ((configuration & PERIODIC) != 0 && period != 0) {
            // Periods shorter than the shortest interval are passed over, all but the last.
            long steps = 1 + (period < SHORTEST_INTERVAL ? SHORTEST_INTERVAL / period : 0);
            comparator = (comparator + steps * period) & mask();
        }
        arm(now);
        hpet.interrupt(index);
    }

    void passDue(long cycle) {
        while (isScheduled() && deadline() <= cycle) {
            long due = deadline();
            scheduler.cancel(this);
            fire(due);
        }
    }

    void save(StateWriter writer) {
        writer.writeInt(configuration);
        writer.writeLong(comparator);
        writer.writeLong(period);
    }

    void load(StateReader reader) throws StateFormatException {
        configuration = reader.readInt() & WRITABLE;
        comparator = reader.readLong();
        period = reader.readLong();
    }
}
