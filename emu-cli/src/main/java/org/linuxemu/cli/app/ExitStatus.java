package org.linuxemu.cli.app;

/** Exit statuses of the process, besides those that the guest chooses. */
final class ExitStatus {
    /** All went as asked. */
    static final int OK = 0;

    /** The host or the guest failed. */
    static final int FAILURE = 1;

    /** The emulator itself is at fault (EX_SOFTWARE). */
    static final int INTERNAL = 70;

    private ExitStatus() {}
}
