package org.linuxemu.cli.machine;

/**
 * What follows an end of the guest.
 *
 * @param action how to go on
 * @param status exit status of the process, 0 to 255, when the action is EXIT; else 0
 */
public record EndDecision(Action action, int status) {
    /** Ways to go on. */
    public enum Action {
        /** Reset the machine and run it. */
        RESET,
        /** Stay stopped, for a debugger or the monitor to look. */
        PAUSE,
        /** End the process. */
        EXIT
    }

    /** Reset the machine and run it. */
    public static final EndDecision RESET = new EndDecision(Action.RESET, 0);

    /** Stay stopped. */
    public static final EndDecision PAUSE = new EndDecision(Action.PAUSE, 0);

    /** End the process with a status. */
    public static EndDecision exit(int status) {
        return new EndDecision(Action.EXIT, status);
    }
}
