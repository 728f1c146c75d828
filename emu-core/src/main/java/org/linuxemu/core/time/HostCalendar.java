package org.linuxemu.core.time;

/**
 * The host's date, for the one use that is allowed: the start of the guest's clock when the command
 * line asks for it. It is then an input of the run like any other.
 */
public final class HostCalendar {
    private HostCalendar() {}

    /** The host's time in seconds since 1970-01-01T00:00:00 UTC. */
    public static long seconds() {
        return System.currentTimeMillis() / 1000;
    }
}
