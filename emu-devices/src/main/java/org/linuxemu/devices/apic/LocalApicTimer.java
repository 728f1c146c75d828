package org.linuxemu.devices.apic;

import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.time.EventScheduler;
import org.linuxemu.core.time.TimedEvent;
import org.linuxemu.core.time.VirtualClock;

/**
 * The local APIC's timer (SDM vol. 3A, "APIC timer"): one-shot, periodic and TSC-deadline mode. Its
 * input clock is the virtual clock, 1 GHz, divided by the divide configuration.
 */
final class LocalApicTimer {
    /** One-shot: counts down once. */
    static final int ONE_SHOT = 0;

    /** Periodic: starts again from the initial count. */
    static final int PERIODIC = 1;

    /** TSC-deadline: expires at a cycle. */
    static final int TSC_DEADLINE = 2;

    /**
     * Shorter periods interrupt only this often, in cycles, so that a guest cannot keep the
     * emulator in the timer; the count itself stays exact.
     */
    static final int SHORTEST_INTERVAL = 1_000;

    private static final long NEVER = EventScheduler.NEVER;

    private final VirtualClock clock;
    private final EventScheduler scheduler;
    private final LocalApic apic;
    private final Expiry expiry = new Expiry();

    private int mode;
    private boolean masked;
    private int divideConfiguration;

    /** Initial count, 0 to 2^32 - 1; 0 stops the timer. */
    private long initialCount;

    /** When the count was, or would have been, {@link #initialCount}. */
    private long startedAt;

    /** TSC-deadline mode: when it expires, or NEVER. */
    private long tscDeadline;

    LocalApicTimer(VirtualClock clock, EventScheduler scheduler, LocalApic apic) {
        this.clock = clock;
        this.scheduler = scheduler;
        this.apic = apic;
        scheduler.register(expiry);
        powerOn();
    }

    void powerOn() {
        mode = ONE_SHOT;
        masked = true;
        divideConfiguration = 0;
        initialCount = 0;
        startedAt = 0;
        tscDeadline = NEVER;
        scheduler.cancel(expiry);
    }

    /**
     * Does what is due and has not been run yet; to be called before every access, so that an
     * access never overtakes an expiry.
     */
    void passDue() {
        if (expiry.isScheduled() && expiry.deadline() <= clock.cycles()) {
            long deadline = expiry.deadline();
            scheduler.cancel(expiry);
            expiry.fire(deadline);
        }
    }

    /** Follows the LVT entry's mode and mask. */
    void configure(int newMode, boolean newMasked) {
        if (newMode != mode && (newMode == TSC_DEADLINE || mode == TSC_DEADLINE)) {
            // Changing to or from TSC-deadline mode disarms the timer.
            initialCount = 0;
            tscDeadline = NEVER;
        } else if (newMode == ONE_SHOT && mode == PERIODIC && initialCount != 0) {
            // The count of the present period goes on, and ends.
            long length = initialCount * divisor();
            startedAt += (clock.cycles() - startedAt) / length * length;
        }
        mode = newMode;
        masked = newMasked;
        arm(clock.cycles());
    }

    int divideConfiguration() {
        return divideConfiguration;
    }

    void setDivideConfiguration(int value) {
        long count = currentCount();
        long elapsed = initialCount - count;
        divideConfiguration = value & 0x0B;
        startedAt = clock.cycles() - elapsed * divisor();
        arm(clock.cycles());
    }

    private int divisor() {
        int code = (divideConfiguration & 3) | (divideConfiguration & 8) >> 1;
        return code == 7 ? 1 : 2 << code;
    }

    int initialCount() {
        return (int) initialCount;
    }

    void setInitialCount(int value) {
        if (mode == TSC_DEADLINE) {
            return;
        }
        initialCount = value & 0xFFFFFFFFL;
        startedAt = clock.cycles();
        arm(startedAt);
    }

    long currentCount() {
        if (mode == TSC_DEADLINE || initialCount == 0) {
            return 0;
        }
        long elapsed = (clock.cycles() - startedAt) / divisor();
        if (mode == PERIODIC) {
            return initialCount - elapsed % initialCount;
        }
        return Math.max(0, initialCount - elapsed);
    }

    long tscDeadline() {
        return tscDeadline;
    }

    void setTscDeadline(long cycle) {
        if (mode == TSC_DEADLINE) {
            tscDeadline = cycle;
            arm(clock.cycles());
        }
    }

    /** Queues the next expiry after {@code now}, or none. */
    private void arm(long now) {
        long deadline = NEVER;
        if (mode == TSC_DEADLINE) {
            // Even when masked: the MSR must read 0 afterwards.
            deadline = tscDeadline;
        } else if (initialCount != 0 && !masked) {
            long length = initialCount * divisor();
            if (mode == ONE_SHOT) {
                deadline = startedAt + length <= now ? NEVER : startedAt + length;
            } else {
                long after = length < SHORTEST_INTERVAL ? now + SHORTEST_INTERVAL - 1 : now;
                deadline = startedAt + ((after - startedAt) / length + 1) * length;
            }
        }
        if (deadline == NEVER) {
            scheduler.cancel(expiry);
        } else {
            scheduler.schedule(expiry, deadline);
        }
    }

    void save(StateWriter writer) {
        writer.writeInt(mode);
        writer.writeBoolean(masked);
        writer.writeInt(divideConfiguration);
        writer.writeLong(initialCount);
        writer.writeLong(startedAt);
        writer.writeLong(tscDeadline);
    }

    void load(StateReader reader) throws StateFormatException {
        mode = reader.readInt(ONE_SHOT, TSC_DEADLINE);
        masked = reader.readBoolean();
        divideConfiguration = reader.readInt(0, 0x0B) & 0x0B;
        initialCount = reader.readLong(0, 0xFFFFFFFFL);
        startedAt = reader.readLong(Long.MIN_VALUE / 2, clock.cycles());
        tscDeadline = reader.readLong();
    }

    private final class Expiry extends TimedEvent {
        Expiry() {
            super("apic.timer");
        }

        @Override
        public void fire(long deadline) {
            if (mode == TSC_DEADLINE) {
                tscDeadline = NEVER;
            } else {
                arm(deadline);
            }
            if (!masked) {
                apic.timerExpired();
            }
        }
    }
}
