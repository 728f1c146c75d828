package org.linuxemu.core.cpu;

import org.linuxemu.core.block.BlockCache;
import org.linuxemu.core.bus.IoPortBus;
import org.linuxemu.core.bus.Stateful;
import org.linuxemu.core.debug.BreakpointTable;
import org.linuxemu.core.debug.CatchTable;
import org.linuxemu.core.debug.MachineMailbox;
import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.debug.RegisterAccess;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.exception.EventDelivery;
import org.linuxemu.core.exec.CpuModel;
import org.linuxemu.core.exec.ExecContext;
import org.linuxemu.core.exec.InstructionCosts;
import org.linuxemu.core.exec.Interpreter;
import org.linuxemu.core.exec.Operands;
import org.linuxemu.core.exec.RandomSource;
import org.linuxemu.core.irq.InterruptRequestListener;
import org.linuxemu.core.irq.InterruptSource;
import org.linuxemu.core.irq.IrqLine;
import org.linuxemu.core.irq.LocalInterruptController;
import org.linuxemu.core.memory.AddressSpace;
import org.linuxemu.core.mmu.Mmu;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;
import org.linuxemu.core.time.EventScheduler;
import org.linuxemu.core.time.HostPacer;
import org.linuxemu.core.time.VirtualClock;
import org.linuxemu.core.translate.Translator;

/**
 * One processor: the run loop that drains due events and pending interrupts at instruction
 * boundaries and lets the engine run to the next deadline. Machine thread only.
 */
public final class Cpu {
    private static final long IDLE_WAIT_NANOS = 1_000_000_000L;

    /** The mailbox is looked at after so many cycles at the latest: some tens of milliseconds. */
    private static final long SLICE_CYCLES = 2_000_000;

    private static final int NONE = -1;
    private static final byte INT3_OPCODE = (byte) 0xCC;

    private final CpuState state = new CpuState();
    private final Mmu mmu;
    private final EventDelivery delivery;
    private final ExecContext context;
    private final BlockCache blocks;
    private final Interpreter interpreter;
    private final VirtualClock clock;
    private final EventScheduler scheduler;
    private final DebugRegisters debugRegisters;
    private final BreakpointTable breakpoints = new BreakpointTable();
    private final WatchedPages watchedPages;
    private final CatchTable catches = new CatchTable();
    private final CpuRegisters registers;
    private final CpuMemory debugMemory;
    private final Stateful savedState;
    private final SyscallCatcher syscalls = new SyscallCatcher();
    private Translator translator;
    private InterruptSource interrupts;
    private HostPacer pacer = HostPacer.UNPACED;

    /**
     * Set by the board, on the machine thread, when it wants {@link #run} to return: reset or end
     * of the guest.
     */
    private boolean leaveRequested;

    private boolean tripleFault;
    private long idleCycles;
    private final UndefinedOpcodeLog undefinedOpcodes = new UndefinedOpcodeLog();

    /**
     * The exception that has been reported to the debugger; delivered when its instruction fails
     * again.
     */
    private int caughtVector = NONE;

    private long caughtRip;
    private final byte[] opcode = new byte[1];

    public Cpu(
            AddressSpace memory,
            IoPortBus ports,
            VirtualClock clock,
            EventScheduler scheduler,
            CpuModel model,
            RandomSource random) {
        CpuException fault = new CpuException();
        this.clock = clock;
        this.scheduler = scheduler;
        mmu = new Mmu(state, memory, fault);
        mmu.setGigabytePages(model.has("PDPE1GB"));
        delivery = new EventDelivery(state, mmu);
        context = new ExecContext(state, mmu, delivery, ports, clock, model, random);
        blocks =
                new BlockCache(
                        mmu,
                        new BlockCache.FeatureSet() {
                            @Override
                            public boolean has(String feature) {
                                return model.has(feature);
                            }
                        });
        interpreter = new Interpreter(context, blocks, breakpoints);
        debugRegisters = new DebugRegisters(state);
        savedState = new CpuSavedState(state, mmu, debugRegisters);
        registers = new CpuRegisters(context);
        debugMemory = new CpuMemory(state, mmu);
        watchedPages = new WatchedPages(mmu, breakpoints, debugRegisters);
        breakpoints.addListener(watchedPages);
        interpreter.setWatchListener(
                new Interpreter.WatchListener() {
                    @Override
                    public boolean watches(long linear, int size, boolean write) {
                        return debugRegisters.watches(linear, size, write)
                                || breakpoints.watches(linear, size, write);
                    }

                    @Override
                    public void watchedAccess(long linear, int size, boolean write) {
                        Cpu.this.watchedAccess(linear, size, write);
                    }
                });
    }

    /** As {@link #translateHotCode(int)} with the usual threshold. */
    public Translator translateHotCode() {
        return translateHotCode(Translator.DEFAULT_THRESHOLD);
    }

    /**
     * Has code that runs often translated on a thread of its own.
     *
     * @param threshold runs of a block after which it is translated, at least 1
     */
    public Translator translateHotCode(int threshold) {
        return translate(threshold, true, Translator.DEFAULT_CAPACITY);
    }

    /** Has code translated at its second run, before anything else goes on. For tests. */
    public Translator translateEagerly() {
        return translate(1, false, Translator.EAGER_CAPACITY);
    }

    /**
     * Turns the translation of hot code on; results stay the same to the cycle.
     *
     * @param threshold runs of a block after which it is translated; 0: before it runs
     * @param background generate code on a thread of its own; else at once
     * @param capacity translations kept at the same time
     */
    public Translator translate(int threshold, boolean background, int capacity) {
        Translator t = new Translator(context, blocks, threshold, background, capacity);
        interpreter.setTranslator(t);
        translator = t;
        return t;
    }

    /** What translates hot code, or null while that is off. */
    public Translator translator() {
        return translator;
    }

    /** Connects the interrupt controller of a processor without local APIC, or null. */
    public void setInterruptSource(InterruptSource source) {
        connect(source, null);
    }

    /** Connects the processor's local APIC, through which all external interrupts come. */
    public void setLocalApic(LocalInterruptController apic) {
        connect(apic, apic);
    }

    private void connect(InterruptSource source, LocalInterruptController apic) {
        interrupts = source;
        context.localApic = apic;
        if (source != null) {
            source.setListener(
                    new InterruptRequestListener() {
                        @Override
                        public void interruptRequestChanged(boolean pending) {
                            // The engine looks before the next instruction.
                            context.stateChanged = true;
                        }
                    });
        }
    }

    /** The NMI pin (SDM Vol. 3, 6.3.1), which is pulsed: every assertion is one request. */
    public IrqLine nmiLine() {
        return new IrqLine() {
            @Override
            public void set(boolean asserted) {
                if (asserted) {
                    state.nmiPending = true;
                    context.stateChanged = true;
                }
            }
        };
    }

    /** Sets who is told what the processor does, or nobody with null; without, it costs nothing. */
    public void setTrace(CpuTrace newTrace) {
        trace = newTrace;
    }

    /** Sets what idle time is paced by. */
    public void setPacer(HostPacer newPacer) {
        pacer = newPacer;
    }

    public CpuState state() {
        return state;
    }

    public Mmu mmu() {
        return mmu;
    }

    public ExecContext context() {
        return context;
    }

    /** The decoded-code cache. */
    public BlockCache blocks() {
        return blocks;
    }

    public BreakpointTable breakpoints() {
        return breakpoints;
    }

    public CatchTable catches() {
        return catches;
    }

    /** A checksum over registers, RAM and the clock: equal at the same cycle of equal runs. */
    public long stateHash() {
        return StateHash.of(state, mmu.memory().ram(), clock.cycles());
    }

    /**
     * A count of instructions and REP iterations, those that faulted included: what is left of the
     * cycles without waiting and without what slow instructions cost. Only differences between two
     * calls mean anything, and none over a restored state.
     */
    public long instructions() {
        return clock.cycles() - idleCycles - context.chargedCycles;
    }

    /** The registers as a debugger names them. */
    public RegisterAccess registers() {
        return registers;
    }

    /** Memory as a debugger sees it. */
    public MemoryAccess debugMemory() {
        return debugMemory;
    }

    /** Whether the last {@link #run} ended in a triple fault. */
    public boolean tripleFaulted() {
        return tripleFault;
    }

    /** Registers and all else that {@link Stateful} promises, but not RAM and not the clock. */
    public Stateful savedState() {
        return savedState;
    }

    /** To be called after {@link #savedState} and RAM have been replaced. */
    public void stateRestored() {
        mmu.slowWrites();
        if (debugRegisters.changed()) {
            watchedPages.refresh();
        }
        tripleFault = false;
        leaveRequested = false;
        registersReplaced();
        context.stateChanged = true;
    }

    /** Makes {@link #run} return at the next instruction boundary. Machine thread only. */
    public void leave() {
        leaveRequested = true;
        context.stateChanged = true;
    }

    /** Power-on state; caches are emptied, breakpoints stay. */
    public void reset() {
        state.reset();
        mmu.flushAll();
        mmu.updateContext();
        blocks.clear();
        tripleFault = false;
        leaveRequested = false;
        registersReplaced();
    }

    /** The next caught exception is reported, whatever was reported last. */
    public void registersReplaced() {
        caughtVector = NONE;
    }

    /** Caches that depend on memory contents or mode are dropped: the loader has changed both. */
    public void stateReplaced() {
        mmu.flushAll();
        mmu.updateContext();
        blocks.clear();
        registersReplaced();
    }

    /**
     * Runs until {@link #leave}, a mailbox action, a breakpoint or the cycle limit.
     *
     * @param mailbox looked at between events; null for none
     * @param overBreakpoint execute the first instruction at once, see {@code
     *     DebuggableMachine.run}
     * @param untilCycle stop exactly at the first boundary at or behind this cycle
     * @return the reason, or null for mailbox, leave or cycle limit
     */
    public StopReason run(MachineMailbox mailbox, boolean overBreakpoint, long untilCycle) {
        return run(mailbox, overBreakpoint, untilCycle, true);
    }

    private StopReason run(
            MachineMailbox mailbox, boolean overBreakpoint, long untilCycle, boolean waits) {
        boolean over = overBreakpoint;
        while (true) {
            if (!over) {
                if (leaveRequested) {
                    leaveRequested = false;
                    return null;
                }
                if ((mailbox != null && mailbox.pending())
                        || clock.cycles() >= untilCycle
                        || (!waits && state.halted)) {
                    return null;
                }
                if (!boundary(mailbox, untilCycle)) {
                    if (shutdownCaught) {
                        return takeShutdown();
                    }
                    continue;
                }
                if (breakpoints.hitPending()) {
                    return breakpoints.takeHit(0); // by the frame of an interrupt
                }
            }
            long deadline = Math.min(scheduler.nextDeadline(), untilCycle);
            if (deadline - clock.cycles() > SLICE_CYCLES) {
                // A guest that polls with interrupts off may have no event before it at all.
                deadline = clock.cycles() + SLICE_CYCLES;
            }
            StopReason reason = execute(deadline, over);
            over = false;
            if (reason != null) {
                return reason;
            }
        }
    }

    /**
     * As {@link #run}, but never waits: it returns null as soon as the processor is halted, too.
     *
     * @param untilCycle stop at the first boundary at or behind this cycle, if not before
     */
    public StopReason runBriefly(boolean overBreakpoint, long untilCycle) {
        return run(null, overBreakpoint, untilCycle, false);
    }

    /**
     * Executes one instruction or REP iteration.
     *
     * @param holdInterrupts take no external interrupt before it
     */
    public StopReason step(boolean holdInterrupts) {
        if (clock.cycles() >= scheduler.nextDeadline()) {
            scheduler.runDue(clock.cycles());
        }
        if (!holdInterrupts && takeInterrupt()) {
            return shutdownCaught ? takeShutdown() : breakpoints.takeHit(0);
        }
        if (state.halted) {
            state.halted = false;
            return null;
        }
        StopReason reason = single();
        return reason != null && reason.kind() == StopReason.Kind.BREAKPOINT ? null : reason;
    }

    /**
     * What happens between instructions (SDM Vol. 3, table 6-2): events of the devices, NMI,
     * external interrupts, then waiting if the processor is halted.
     *
     * @return false if the boundary must be looked at again
     */
    private boolean boundary(MachineMailbox mailbox, long untilCycle) {
        long now = clock.cycles();
        if (now >= scheduler.nextDeadline()) {
            scheduler.runDue(now);
            if (leaveRequested) {
                return false;
            }
        }
        if (takeInterrupt()) {
            return !state.halted;
        }
        if (state.halted) {
            idle(mailbox, untilCycle);
            return false;
        }
        return true;
    }

    private boolean takeInterrupt() {
        if (state.nmiPending && !state.nmiBlocked && !state.movSsShadow) {
            state.nmiPending = false;
            state.halted = false;
            deliver(CpuException.NMI, true);
            return true;
        }
        if ((state.systemFlags & Rflags.IF) != 0
                && !state.interruptShadow
                && interrupts != null
                && interrupts.isPending()) {
            int vector = interrupts.acknowledge();
            state.halted = false;
            deliver(vector, false);
            return true;
        }
        return false;
    }

    private CpuTrace trace;

    private void deliver(int vector, boolean nmi) {
        if (trace != null) {
            trace.interrupt(state, vector);
        }
        boolean survived = nmi ? delivery.deliverNmi() : delivery.deliverInterrupt(vector);
        if (!survived) {
            shutDown();
            shutdownCaught = catches.catchesTripleFault();
        }
    }

    /** A caught triple fault at the delivery of an interrupt, told by the caller of its caller. */
    private boolean shutdownCaught;

    private StopReason takeShutdown() {
        shutdownCaught = false;
        return StopReason.of(StopReason.Kind.TRIPLE_FAULT, 0);
    }

    private void idle(MachineMailbox mailbox, long untilCycle) {
        boolean wakeable = (state.systemFlags & Rflags.IF) != 0 || state.nmiPending;
        if (!wakeable && idleForever != null) {
            // Nothing inside the machine or outside will ever wake the processor.
            idleForever.run();
            if (leaveRequested) {
                return;
            }
        }
        long next = Math.min(scheduler.nextDeadline(), untilCycle);
        if (next == EventScheduler.NEVER) {
            // Only input from outside can wake it; guest time stands still until then.
            if (mailbox != null) {
                mailbox.awaitPending(IDLE_WAIT_NANOS);
            } else {
                leaveRequested = true;
            }
            return;
        }
        long reached = pacer.awaitIdle(clock.cycles(), next);
        if (reached > clock.cycles()) {
            idleCycles += reached - clock.cycles();
            clock.advanceTo(reached);
        }
    }

    private Runnable idleForever;

    /**
     * Called when the guest halts with interrupts off: what poweroff does on a machine without
     * ACPI.
     */
    public void onHaltForever(Runnable action) {
        idleForever = action;
    }

    private StopReason execute(long deadline, boolean over) {
        if (debugRegisters.changed()) {
            watchedPages.refresh();
        }
        if (trace != null
                && trace.instruction(state, linearRip(), debugMemory)
                && !catches.syscallsArmed()
                && !catches.exceptionsArmed()) {
            return breakpoints.contains(linearRip()) && !over
                    ? StopReason.breakpoint(0, linearRip())
                    : single();
        }
        if (catches.syscallsArmed()) {
            StopReason caught = syscalls.check(state, debugMemory, linearRip(), over, catches);
            if (caught != null) {
                return caught;
            }
            if (state.cpl == 3) {
                return breakpoints.contains(linearRip()) && !over
                        ? StopReason.breakpoint(0, linearRip())
                        : single();
            }
        }
        if (catches.exceptionsArmed() && catches.catchesException(CpuException.BP)) {
            if (!over && breakpoints.contains(linearRip())) {
                return StopReason.breakpoint(0, linearRip());
            }
            return !over && atInt3() ? StopReason.exception(0, CpuException.BP) : single();
        }
        boolean alone =
                state.interruptShadow
                        || (state.systemFlags & Rflags.TF) != 0
                        || debugRegisters.instructionArmed()
                        || over;
        if (alone || (state.systemFlags & Rflags.RF) != 0) {
            if (!over && breakpoints.contains(linearRip())) {
                return StopReason.breakpoint(0, linearRip());
            }
            // RF alone, which every page fault leaves behind, does not split a repeat.
            return alone ? single() : single(deadline);
        }
        try {
            interpreter.run(deadline);
        } catch (CpuException e) {
            StopReason reason = fault(e, interpreter.faultingInstruction());
            if (reason != null) {
                return reason;
            }
        }
        if (interpreter.takeBreakpoint()) {
            return StopReason.breakpoint(0, linearRip());
        }
        return afterInstruction();
    }

    /** Data breakpoints and watchpoints that the last instruction hit. */
    private StopReason afterInstruction() {
        caughtVector = NONE;
        if (context.portHits != 0) {
            debugRegisters.hit(context.portHits);
            context.portHits = 0;
        }
        // Behind MOV SS and POP SS debug exceptions wait for one instruction (SDM Vol. 3, 6.8.3).
        if (debugRegisters.takeDataHit() && !state.movSsShadow) {
            StopReason caught = debugTrap(0);
            if (caught != null) {
                breakpoints.discardHit();
                return caught;
            }
        }
        return breakpoints.hitPending() ? breakpoints.takeHit(0) : null;
    }

    /**
     * One instruction with all that may go with it: shadows, TF, instruction breakpoints of the
     * guest.
     */
    private StopReason single() {
        return single(clock.cycles() + 1);
    }

    /** As {@link #single()}; a repeat goes on to the deadline. */
    private StopReason single(long deadline) {
        if ((state.systemFlags & Rflags.RF) == 0 && debugRegisters.instructionHit(linearRip())) {
            return debugTrap(0);
        }
        boolean trap = (state.systemFlags & Rflags.TF) != 0;
        boolean resume = (state.systemFlags & Rflags.RF) != 0;
        state.interruptShadow = false;
        state.movSsShadow = false;
        state.systemFlags &= ~Rflags.RF;
        try {
            interpreter.step(deadline);
        } catch (CpuException e) {
            return fault(e, interpreter.faultingInstruction());
        }
        if (resume && interpreter.lastRepeats()) {
            state.systemFlags |= Rflags.RF; // it holds for the whole instruction
        }
        // An instruction that entered a handler and thereby cleared TF (INT n, SYSCALL) does not
        // trap.
        boolean entered = (state.systemFlags & Rflags.TF) == 0 && interpreter.lastEntered();
        if (trap && !entered && !state.movSsShadow) {
            StopReason caught = debugTrap(DebugRegisters.BS);
            if (caught != null) {
                breakpoints.discardHit();
                return caught;
            }
        }
        return afterInstruction();
    }

    /** Delivers #DB. Returns a caught triple fault, otherwise null. */
    private StopReason debugTrap(long cause) {
        debugRegisters.report(cause);
        clock.advance(InstructionCosts.EXCEPTION);
        if (!delivery.deliverException(context.fault.raise(CpuException.DB, 0))) {
            return shutDown();
        }
        return null;
    }

    private boolean atInt3() {
        return debugMemory.read(linearRip(), opcode, 0, 1) == 1 && opcode[0] == INT3_OPCODE;
    }

    private long linearRip() {
        return state.is64Bit() ? state.rip : (state.cs().base + state.rip) & 0xFFFFFFFFL;
    }

    private StopReason fault(CpuException e, Instruction i) {
        if (e.nonCanonical() && i != null && usesStack(i)) {
            e.raise(CpuException.SS, 0);
        }
        // What the instruction has done so far counts for nothing.
        breakpoints.discardHit();
        debugRegisters.discardHit();
        context.portHits = 0;
        if (catches.exceptionsArmed() && catches.catchesException(e.vector())) {
            boolean reported = caughtVector == e.vector() && caughtRip == linearRip();
            caughtVector = reported ? NONE : e.vector();
            caughtRip = linearRip();
            if (!reported) {
                return StopReason.exception(0, e.vector());
            }
        }
        if (e.vector() == CpuException.UD) {
            undefinedOpcodes.report(i, debugMemory, linearRip());
        }
        if (trace != null) {
            trace.exception(state, e, linearRip(), debugMemory);
        }
        // Time goes on also for a guest that only faults, when its handler cannot be executed.
        clock.advance(InstructionCosts.EXCEPTION);
        if (!delivery.deliverException(e)) {
            return shutDown();
        }
        return null;
    }

    /** Whether a non-canonical access of the instruction was one through SS: #SS instead of #GP. */
    private boolean usesStack(Instruction i) {
        if (i.hasMemory() && i.mnemonic.family != Mnemonic.Family.STRING) {
            long operand =
                    Operands.effectiveAddress(context, i)
                            + (i.segment >= Instruction.FS ? state.segments[i.segment].base : 0);
            if (!canonical(operand) || !canonical(operand + 7)) {
                return i.segment == Instruction.SS;
            }
        }
        if (i.mnemonic.family == Mnemonic.Family.STACK
                || i.mnemonic == Mnemonic.RET
                || i.mnemonic == Mnemonic.CALL
                || i.mnemonic == Mnemonic.IRET
                || i.mnemonic == Mnemonic.RETF) {
            return true;
        }
        return i.segment == Instruction.SS;
    }

    private static boolean canonical(long linear) {
        return (linear << 16 >> 16) == linear;
    }

    private StopReason shutDown() {
        tripleFault = true;
        state.halted = true;
        if (tripleFaultAction != null) {
            tripleFaultAction.run();
        }
        return catches.catchesTripleFault() ? StopReason.of(StopReason.Kind.TRIPLE_FAULT, 0) : null;
    }

    private Runnable tripleFaultAction;

    /** Called when the processor shuts down after a triple fault. */
    public void onTripleFault(Runnable action) {
        tripleFaultAction = action;
    }

    private void watchedAccess(long linear, int size, boolean write) {
        debugRegisters.access(linear, size, write);
        breakpoints.access(linear, size, write);
        context.stateChanged = true;
    }
}
