package org.linuxemu.core.debug;

/**
 * Finds the system call that a return to user mode belongs to, without knowledge of the kernel. A
 * return goes back to the user stack and address it came from; execve and the new task of fork or
 * clone return elsewhere and are attributed to the newest such call. A call that never returns is
 * forgotten after {@value #CAPACITY} others.
 */
public final class SyscallTracker {
    private static final int CAPACITY = 1024;

    /**
     * Linux x86-64 calls that return in another place: clone, fork, vfork, execve, execveat,
     * clone3.
     */
    private static final long[] ELSEWHERE = {56, 57, 58, 59, 322, 435};

    private final long[] stacks = new long[CAPACITY];
    private final long[] returns = new long[CAPACITY];
    private final long[] numbers = new long[CAPACITY];
    private final boolean[] open = new boolean[CAPACITY];
    private int next;

    /** Notes a system call at its entry. */
    public void entered(long userStack, long returnAddress, long number) {
        stacks[next] = userStack;
        returns[next] = returnAddress;
        numbers[next] = number;
        open[next] = true;
        next = (next + 1) % CAPACITY;
    }

    /** Number of the call that returns to this user stack and address, or -1. */
    public long returned(long userStack, long returnAddress) {
        int elsewhere = -1;
        for (int age = 1; age <= CAPACITY; age++) {
            int i = Math.floorMod(next - age, CAPACITY);
            if (!open[i]) {
                continue;
            }
            if (stacks[i] == userStack && returns[i] == returnAddress) {
                open[i] = false;
                return numbers[i];
            }
            if (elsewhere < 0 && returnsElsewhere(numbers[i])) {
                elsewhere = i;
            }
        }
        if (elsewhere < 0) {
            return -1;
        }
        // A fork returns twice: its entry stays open for the parent.
        if (isExec(numbers[elsewhere])) {
            open[elsewhere] = false;
        }
        return numbers[elsewhere];
    }

    private static boolean returnsElsewhere(long number) {
        for (long candidate : ELSEWHERE) {
            if (candidate == number) {
                return true;
            }
        }
        return false;
    }

    private static boolean isExec(long number) {
        return number == 59 || number == 322;
    }
}
