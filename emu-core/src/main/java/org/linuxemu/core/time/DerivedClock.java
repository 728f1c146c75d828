package org.linuxemu.core.time;

/**
 * A slower clock derived from the virtual one without drift: its tick {@code n} comes at the first
 * cycle at or after {@code n / frequency} seconds. Immutable.
 */
public final class DerivedClock {
    private static final long MAX_SECONDS = Long.MAX_VALUE / VirtualClock.CYCLES_PER_SECOND - 1;

    private final long frequency;

    /** A clock of {@code frequency} Hz, 1 to 4 GHz, in step with cycle 0. */
    public DerivedClock(long frequency) {
        if (frequency < 1 || frequency > 4_000_000_000L) {
            throw new IllegalArgumentException("frequency " + frequency);
        }
        this.frequency = frequency;
    }

    /** Ticks per second. */
    public long frequency() {
        return frequency;
    }

    /**
     * How many ticks have come up to and including {@code cycle} (0 or more), not counting tick 0.
     */
    public long ticksAt(long cycle) {
        long seconds = cycle / VirtualClock.CYCLES_PER_SECOND;
        long rest = cycle - seconds * VirtualClock.CYCLES_PER_SECOND;
        return seconds * frequency + rest * frequency / VirtualClock.CYCLES_PER_SECOND;
    }

    /**
     * The cycle at which {@code tick} (0 or more) comes; {@link EventScheduler#NEVER} if too far.
     */
    public long cycleOf(long tick) {
        long seconds = tick / frequency;
        if (seconds > MAX_SECONDS) {
            return EventScheduler.NEVER;
        }
        long rest = tick - seconds * frequency;
        return seconds * VirtualClock.CYCLES_PER_SECOND
                + (rest * VirtualClock.CYCLES_PER_SECOND + frequency - 1) / frequency;
    }
}
