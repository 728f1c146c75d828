package org.linuxemu.core.debug;

/**
 * What a machine implements so that {@link MachineRunner} can run and debug it. Machine thread
 * only. After each return the architectural state is exact.
 */
public interface DebuggableMachine {
    /** Number of processors, at least 1. */
    int cpuCount();

    /** Registers of a processor. */
    RegisterAccess registers(int cpu);

    /** Memory through the page tables of a processor. */
    MemoryAccess memory(int cpu);

    /** The table that {@link #run} obeys. */
    BreakpointTable breakpoints();

    /** The table that {@link #run} and {@link #step} obey. */
    CatchTable catches();

    /** The machine's own monitor commands. */
    MonitorCommands monitor();

    /**
     * Runs the guest until there is a reason to leave:
     *
     * <ul>
     *   <li>the mailbox is {@linkplain MachineMailbox#pending() pending}: return null at an
     *       instruction boundary, within about 50 ms of host time. Idle waits use {@link
     *       MachineMailbox#awaitPending}. How often the mailbox is looked at must not influence the
     *       guest;
     *   <li>the next instruction has a breakpoint: return {@link StopReason#breakpoint} before it.
     *       The check comes after the events and interrupts of that boundary have been taken,
     *       directly before the fetch, also when the fetch would fault;
     *   <li>a watchpoint was hit: return {@link BreakpointTable#takeHit} after the instruction or
     *       REP iteration;
     *   <li>something in the {@link CatchTable};
     *   <li>the guest ended: {@link StopReason#exited}, or {@link StopReason.Kind#SHUTDOWN} or
     *       {@code TRIPLE_FAULT} to stay for inspection.
     * </ul>
     *
     * @param overBreakpoint true to execute the first instruction at once: without the breakpoint
     *     check or another report of its system call or exception, without taking another interrupt
     *     and without a look at the mailbox before it
     */
    StopReason run(MachineMailbox mailbox, boolean overBreakpoint);

    /**
     * As {@link #run}, for a few milliseconds at most and without waiting for anything: may return
     * null at any instruction boundary, with {@code overBreakpoint} behind the first instruction.
     */
    StopReason runBriefly(boolean overBreakpoint);

    /**
     * Executes exactly one instruction of one processor, or one REP iteration, without a breakpoint
     * check. An instruction that faults ends at the first instruction of its handler. A processor
     * that waits in HLT leaves it, with or without an interrupt; a step never waits for the host.
     *
     * @param holdInterrupts true to take no external interrupt before or after the instruction
     * @return null when the step was completed, or another reason as in {@link #run}
     */
    StopReason step(int cpu, boolean holdInterrupts);

    /** Resets to the state before the first instruction. */
    void reset();

    /**
     * The guest is about to run again after a stop; a place to restart pacing against the host's
     * clock.
     */
    default void resuming() {}

    /** The guest has been stopped. */
    default void pausing() {}
}
