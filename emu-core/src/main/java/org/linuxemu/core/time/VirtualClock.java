package org.linuxemu.core.time;

/**
 * Guest time in cycles of a nominal 1 GHz: one cycle is one nanosecond since power-on. The
 * processor moves it; before every device access and before due events run it is exact. It never
 * goes back except by {@link #restore}.
 */
public final class VirtualClock {
    /** Cycles in a second of guest time. */
    public static final long CYCLES_PER_SECOND = 1_000_000_000L;

    private long cycles;

    /** Cycles since power-on. */
    public long cycles() {
        return cycles;
    }

    /** Moves time forward by {@code count} cycles, 0 or more. */
    public void advance(long count) {
        cycles += count;
    }

    /** Moves time to {@code cycle}, which must not be before the present. */
    public void advanceTo(long cycle) {
        cycles = cycle;
    }

    /** Sets the time of a restored state, 0 or more. */
    public void restore(long cycle) {
        cycles = cycle;
    }
}
