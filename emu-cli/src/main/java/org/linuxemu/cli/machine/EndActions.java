package org.linuxemu.cli.machine;

/**
 * What the user wants at each end of the guest, as {@code -action} says.
 *
 * @param rebootResets true to reset when the guest reboots, false to treat it as power off
 * @param shutdownExits true to end when the guest powers off, false to stay stopped
 * @param panic what a kernel panic leads to when the guest resets or halts after it
 */
public record EndActions(boolean rebootResets, boolean shutdownExits, Panic panic) {
    /** Ways to treat a kernel panic. */
    public enum Panic {
        /** As any other reset or halt. */
        NONE,
        /** Stay stopped. */
        PAUSE,
        /** End with status 0. */
        SHUTDOWN,
        /** End with status 1. */
        EXIT_FAILURE
    }

    /** What happens when the user does not say anything. */
    public static final EndActions DEFAULT = new EndActions(true, true, Panic.NONE);

    /** Exit status of a guest that failed. */
    public static final int STATUS_FAILURE = 1;

    /**
     * Decides about an end.
     *
     * @param panicked true when the kernel has reported a panic since the last reset
     */
    public EndDecision decide(GuestEnd end, boolean panicked) {
        switch (end.kind()) {
            case DEBUG_EXIT:
                return EndDecision.exit(end.status());
            case TRIPLE_FAULT:
                return shutdownExits ? EndDecision.exit(STATUS_FAILURE) : EndDecision.PAUSE;
            default:
                break;
        }
        if (panicked && panic != Panic.NONE) {
            switch (panic) {
                case PAUSE:
                    return EndDecision.PAUSE;
                case EXIT_FAILURE:
                    return EndDecision.exit(STATUS_FAILURE);
                default:
                    return EndDecision.exit(0);
            }
        }
        if (end.kind() == GuestEnd.Kind.REBOOT && rebootResets) {
            return EndDecision.RESET;
        }
        return shutdownExits ? EndDecision.exit(0) : EndDecision.PAUSE;
    }
}
