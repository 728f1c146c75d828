package org.linuxemu.core.debug;

/**
 * Why the guest stopped.
 *
 * @param kind the reason
 * @param cpu index of the processor it happened on
 * @param address linear address: of the breakpoint, or the first watched byte accessed; else 0
 * @param number vector of an exception, number of a system call, exit code of the machine; else 0
 * @param watchKind kind of the watchpoint that was hit; else null
 * @param write direction of the access that hit a watchpoint
 */
public record StopReason(
        Kind kind, int cpu, long address, long number, WatchKind watchKind, boolean write) {
    /** Reasons. */
    public enum Kind {
        /** At a breakpoint, before its instruction. */
        BREAKPOINT,
        /** After an access to a watched range; the new value is in memory. */
        WATCHPOINT,
        /** The step or range step ended. */
        STEP,
        /** Somebody asked. */
        INTERRUPTED,
        /** Before a caught system call. */
        SYSCALL_ENTRY,
        /** After the return of a caught system call. */
        SYSCALL_RETURN,
        /** Before the delivery of a caught exception. */
        EXCEPTION,
        /** A caught triple fault; the machine cannot go on but can be looked at and reset. */
        TRIPLE_FAULT,
        /** The guest ended (power off, exit device) and the machine was told to stay. */
        SHUTDOWN,
        /** The machine was reset on request and waits at its first instruction. */
        RESET,
        /** The machine has ended; no more commands are possible. */
        EXITED,
        /** Reverse execution reached the oldest recorded point. */
        HISTORY_BEGIN,
        /** Replay reached the newest recorded point. */
        HISTORY_END
    }

    /** At a breakpoint. */
    public static StopReason breakpoint(int cpu, long address) {
        return new StopReason(Kind.BREAKPOINT, cpu, address, 0, null, false);
    }

    /** After a watched access. */
    public static StopReason watchpoint(int cpu, long address, WatchKind kind, boolean write) {
        return new StopReason(Kind.WATCHPOINT, cpu, address, 0, kind, write);
    }

    /** Before system call {@code number}. */
    public static StopReason syscallEntry(int cpu, long number) {
        return new StopReason(Kind.SYSCALL_ENTRY, cpu, 0, number, null, false);
    }

    /** After system call {@code number}. */
    public static StopReason syscallReturn(int cpu, long number) {
        return new StopReason(Kind.SYSCALL_RETURN, cpu, 0, number, null, false);
    }

    /** Before the delivery of exception {@code vector}. */
    public static StopReason exception(int cpu, int vector) {
        return new StopReason(Kind.EXCEPTION, cpu, 0, vector, null, false);
    }

    /** The machine ended with an exit code. */
    public static StopReason exited(int code) {
        return new StopReason(Kind.EXITED, 0, 0, code, null, false);
    }

    /** A reason that needs no more detail. */
    public static StopReason of(Kind kind, int cpu) {
        return new StopReason(kind, cpu, 0, 0, null, false);
    }
}
