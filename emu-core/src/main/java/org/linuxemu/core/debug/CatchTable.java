package org.linuxemu.core.debug;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Events other than addresses at which the machine stops: system calls and exceptions. The
 * processor asks in the instructions concerned only. Machine thread only.
 *
 * <p>System calls: the processor stops <em>before</em> it executes SYSCALL (or INT 80h, SYSENTER)
 * at CPL 3, when {@link #catchesSyscall} holds for the number in RAX, with {@link
 * StopReason#syscallEntry}; the stop is not repeated when it resumes there. It stops with {@link
 * StopReason#syscallReturn} at the first instruction after the return to CPL 3. {@link
 * SyscallTracker} finds the number that belongs to a return.
 *
 * <p>Exceptions: the processor stops before delivery, with the registers of the faulting
 * instruction, and delivers when it resumes there. INT3 (vector 3) is reported before it is
 * executed.
 */
public final class CatchTable {
    private boolean anySyscall;
    private long[] syscalls = {};
    private final BitSet exceptions = new BitSet(256);
    private boolean tripleFault;

    /** True when any system call is caught: the test for the fast path. */
    public boolean syscallsArmed() {
        return anySyscall || syscalls.length != 0;
    }

    /** True when this system call number is caught. */
    public boolean catchesSyscall(long number) {
        return anySyscall || Arrays.binarySearch(syscalls, number) >= 0;
    }

    /** Catches every system call. */
    public void catchAllSyscalls() {
        anySyscall = true;
        syscalls = new long[0];
    }

    /** Catches these system calls only; none when empty. */
    public void catchSyscalls(long[] numbers) {
        anySyscall = false;
        syscalls = numbers.clone();
        Arrays.sort(syscalls);
    }

    /** Catches, or no longer catches, exception vector 0-31. */
    public void catchException(int vector, boolean on) {
        exceptions.set(vector, on);
    }

    /** True when any exception is caught: the test for the fast path. */
    public boolean exceptionsArmed() {
        return !exceptions.isEmpty();
    }

    /** True when this vector is caught. */
    public boolean catchesException(int vector) {
        return exceptions.get(vector);
    }

    /** Whether a triple fault stops for the debugger instead of ending or resetting the machine. */
    public boolean catchesTripleFault() {
        return tripleFault;
    }

    /** Sets {@link #catchesTripleFault}. */
    public void catchTripleFault(boolean on) {
        tripleFault = on;
    }

    /** Catches nothing any more. */
    public void clear() {
        catchSyscalls(new long[0]);
        exceptions.clear();
        tripleFault = false;
    }
}
