package org.linuxemu.core.debug;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;

/**
 * The machine as a debugger sees it. {@link #post}, {@link #tryNow} and {@link #call} may be used
 * on any thread; everything else on the machine thread, which means inside such an action or a
 * {@link DebugListener} callback.
 */
public interface DebugTarget {
    /**
     * Runs an action on the machine thread at an exact instruction boundary, in the order of
     * posting: within 100 ms while the guest runs or idles, at once while it is stopped.
     *
     * @return false when the machine has ended; the action will not run. If it ends before the
     *     action's turn, a {@link PostedAction} is told
     */
    boolean post(Runnable action);

    /**
     * Runs an action on the calling thread if the machine is stopped and no posted action waits;
     * otherwise does nothing. The action may do all that a posted one may. It must be short and not
     * wait for another thread: posted actions wait for it. If it lets the guest go on, the guest
     * begins on this thread, too, since most steps and many continuations stop soon.
     *
     * @return whether it has run
     */
    default boolean tryNow(Runnable action) {
        return false;
    }

    /**
     * Runs an action as {@link #post} does and waits for its result. Must not be used on the
     * machine thread.
     *
     * @throws RejectedExecutionException when the machine has ended
     */
    default <T> T call(Callable<T> action) throws InterruptedException, ExecutionException {
        FutureTask<T> task = new FutureTask<>(action);
        if (!post(task)) {
            throw new RejectedExecutionException("the machine has ended");
        }
        return task.get();
    }

    /** Number of processors, at least 1. */
    int cpuCount();

    /** Registers of a processor. */
    RegisterAccess registers(int cpu);

    /** Memory through the page tables of a processor. */
    MemoryAccess memory(int cpu);

    /** Breakpoints and watchpoints. */
    BreakpointTable breakpoints();

    /** System calls and exceptions to stop at. */
    CatchTable catches();

    /** The machine's own monitor commands. */
    MonitorCommands monitor();

    /** Sets the one debugger to tell about stops, or null. */
    void setListener(DebugListener listener);

    /** True while the guest runs, idle or not. */
    boolean running();

    /** Stops the guest at this instruction boundary; nothing happens when it is stopped already. */
    void stop();

    /** Why the guest stopped last. */
    StopReason lastStop();

    /**
     * Lets the guest go on; it starts after the current action. Ignored when it runs already.
     * Continuing at the instruction whose breakpoint, system call or exception was reported last
     * does not report it again.
     */
    void resume(ResumeRequest request);

    /** True when steps hold external interrupts back, which is the default. */
    boolean stepsHoldInterrupts();

    /** Sets {@link #stepsHoldInterrupts}. */
    void setStepsHoldInterrupts(boolean hold);

    /** Resets the machine and stops it at its first instruction; breakpoints stay. */
    void reset();

    /** Ends the machine with a process exit code. */
    void quit(int exitCode);

    /** True when {@link ResumeRequest.Kind#REVERSE_STEP} and {@code REVERSE_CONTINUE} work. */
    default boolean canReverse() {
        return false;
    }
}
