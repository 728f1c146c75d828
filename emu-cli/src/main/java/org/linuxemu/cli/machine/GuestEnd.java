package org.linuxemu.cli.machine;

/**
 * An end that the guest came to.
 *
 * @param kind what happened
 * @param status for DEBUG_EXIT the exit status that the device makes of what the guest wrote, 0 to
 *     255; else 0
 * @param panicShown true when the display adapter's memory shows the kernel's panic
 */
public record GuestEnd(Kind kind, int status, boolean panicShown) {
    /** The words by which a kernel reports its panic. */
    public static final String PANIC = "Kernel panic - not syncing";

    /** Kinds of ends. */
    public enum Kind {
        /**
         * The guest asked for a reset: pulse by the keyboard controller, port 92h, port CF9h, ACPI
         * reset register, or a triple fault with an IDT limit of 0, which is how kernels force one.
         */
        REBOOT,
        /** The guest switched the power off by ACPI. */
        POWER_OFF,
        /** The only processor waits in HLT with interrupts disabled: nothing will ever wake it. */
        HALT,
        /** The guest wrote to isa-debug-exit. */
        DEBUG_EXIT,
        /** A fault while delivering a double fault, which resets a real machine. */
        TRIPLE_FAULT
    }

    /** An end that needs no value. */
    public static GuestEnd of(Kind kind) {
        return new GuestEnd(kind, 0, false);
    }

    /** The guest ended by isa-debug-exit, with an exit status of 0 to 255. */
    public static GuestEnd debugExit(int status) {
        return new GuestEnd(Kind.DEBUG_EXIT, status, false);
    }
}
