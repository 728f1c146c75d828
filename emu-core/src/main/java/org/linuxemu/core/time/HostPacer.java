package org.linuxemu.core.time;

/**
 * Holds an idle guest to the host's clock. The processor asks it when it halts with nothing due; a
 * running guest is never paced. What the guest computes does not depend on the pacer: a shorter
 * wait only means that the processor asks again, or that logged input comes in at the returned
 * cycle.
 */
public interface HostPacer {
    /** Never waits: idle time passes at once. */
    HostPacer UNPACED = new UnpacedHostPacer();

    /**
     * Waits until the host's clock has caught up with {@code deadline}, or until {@link #wake}.
     *
     * @param now the present cycle
     * @param deadline when the next event is due, {@link EventScheduler#NEVER} for none
     * @return the cycle to which virtual time may go on: {@code deadline}, or an earlier one, not
     *     before {@code now}, when it was woken
     */
    long awaitIdle(long now, long deadline);

    /** Ends a present or the next wait early; may be called from any thread. */
    void wake();
}
