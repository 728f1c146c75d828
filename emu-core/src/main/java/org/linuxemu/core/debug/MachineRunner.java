package org.linuxemu.core.debug;

/**
 * The run loop of a machine: runs the guest on the calling thread, lets posted actions in at
 * instruction boundaries and turns a debugger's wishes (continue, step, range step, conditions)
 * into {@link DebuggableMachine} calls. Without a debugger it is a loop around {@link
 * DebuggableMachine#run}.
 */
public final class MachineRunner implements DebugTarget {
    private static final int FAILED = 255;

    /** A range step that takes more instructions than this goes on on the machine thread. */
    private static final int SHORT_RANGE = 2000;

    private final DebuggableMachine machine;
    private final MachineMailbox mailbox = new MachineMailbox();
    private DebugListener listener;
    private boolean running;
    private ResumeRequest request = ResumeRequest.proceed();

    /**
     * The breakpoint at the next instruction has been answered for; only true within one CONTINUE.
     */
    private boolean overBreakpoint;

    /** A range step has made its first step. */
    private boolean rangeEntered;

    /** Instructions that a range step may make before it is left for a look around. */
    private int stepsLeft;

    /** Another thread than the machine's is at it. */
    private boolean borrowed;

    /** What the machine threw while it was borrowed. */
    private Throwable failure;

    private boolean holdInterrupts = true;
    private StopReason lastStop;
    private long stoppedAt;
    private boolean ended;
    private int exitCode;

    /**
     * Prepares a run.
     *
     * @param startStopped true to wait for a debugger before the first instruction
     */
    public MachineRunner(DebuggableMachine machine, boolean startStopped) {
        this.machine = machine;
        this.running = !startStopped;
        this.lastStop = StopReason.of(StopReason.Kind.RESET, 0);
    }

    /** The mailbox, for other parts that have to reach the machine thread. */
    public MachineMailbox mailbox() {
        return mailbox;
    }

    /** Runs the machine on the calling thread until it ends. Returns its exit code. */
    public int run() {
        try {
            if (running) {
                machine.resuming();
            }
            while (!ended) {
                mailbox.runPending();
                if (failure != null) {
                    rethrow();
                }
                if (ended) {
                    break;
                }
                if (running) {
                    stepsLeft = Integer.MAX_VALUE;
                    advance();
                } else {
                    mailbox.lend();
                }
            }
        } finally {
            // Also when the machine has thrown: a debugger must not wait for it.
            end(StopReason.exited(FAILED));
            mailbox.close();
        }
        return exitCode;
    }

    @Override
    public boolean post(Runnable action) {
        return mailbox.post(action);
    }

    @Override
    public boolean tryNow(Runnable action) {
        if (!mailbox.borrow()) {
            return false;
        }
        try {
            MachineMailbox.run(action);
            if (running) {
                stepsLeft = SHORT_RANGE;
                borrowed = true;
                advance();
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        } finally {
            borrowed = false;
            if (running || ended || failure != null) {
                mailbox.callBack();
            }
            mailbox.giveBack();
        }
        return true;
    }

    private void rethrow() {
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }

    @Override
    public int cpuCount() {
        return machine.cpuCount();
    }

    @Override
    public RegisterAccess registers(int cpu) {
        return machine.registers(cpu);
    }

    @Override
    public MemoryAccess memory(int cpu) {
        return machine.memory(cpu);
    }

    @Override
    public BreakpointTable breakpoints() {
        return machine.breakpoints();
    }

    @Override
    public CatchTable catches() {
        return machine.catches();
    }

    @Override
    public MonitorCommands monitor() {
        return machine.monitor();
    }

    @Override
    public void setListener(DebugListener listener) {
        this.listener = listener;
    }

    @Override
    public boolean running() {
        return running;
    }

    @Override
    public StopReason lastStop() {
        return lastStop;
    }

    @Override
    public boolean stepsHoldInterrupts() {
        return holdInterrupts;
    }

    @Override
    public void setStepsHoldInterrupts(boolean hold) {
        holdInterrupts = hold;
    }

    @Override
    public void stop() {
        if (running) {
            halt(StopReason.of(StopReason.Kind.INTERRUPTED, 0));
        }
    }

    @Override
    public void resume(ResumeRequest wish) {
        if (running || ended) {
            return;
        }
        request = wish;
        // As with the resume flag of real breakpoints: nobody gets stuck at an instruction that he
        // has been told of.
        overBreakpoint = reportedAtInstruction(lastStop) && stoppedAt == pc(lastStop.cpu());
        rangeEntered = false;
        running = true;
        machine.resuming();
    }

    @Override
    public void reset() {
        machine.reset();
        halt(StopReason.of(StopReason.Kind.RESET, 0));
    }

    @Override
    public void quit(int code) {
        end(StopReason.exited(code));
    }

    private void advance() {
        StopReason reason;
        switch (request.kind()) {
            case CONTINUE -> reason = proceed();
            case STEP -> reason = orStepDone(machine.step(request.cpu(), holdInterrupts));
            case RANGE_STEP -> reason = rangeStep();
            default -> reason = StopReason.of(StopReason.Kind.HISTORY_BEGIN, request.cpu());
        }
        if (reason == null) {
            return;
        }
        if (reason.kind() == StopReason.Kind.EXITED) {
            end(reason);
            return;
        }
        halt(reason);
        if (listener != null) {
            listener.stopped(reason);
        }
    }

    private StopReason proceed() {
        boolean over = overBreakpoint;
        overBreakpoint = false;
        StopReason reason = borrowed ? machine.runBriefly(over) : machine.run(mailbox, over);
        if (reason != null && reason.kind() == StopReason.Kind.BREAKPOINT && !accepted(reason)) {
            overBreakpoint = true;
            return null;
        }
        return reason;
    }

    private StopReason rangeStep() {
        int cpu = request.cpu();
        BreakpointTable breakpoints = machine.breakpoints();
        while (true) {
            long pc = pc(cpu);
            if (rangeEntered) {
                if (!request.inRange(pc)) {
                    return StopReason.of(StopReason.Kind.STEP, cpu);
                }
                if (breakpoints.contains(pc)) {
                    StopReason reason = StopReason.breakpoint(cpu, pc);
                    if (accepted(reason)) {
                        return reason;
                    }
                }
            }
            rangeEntered = true;
            StopReason reason = machine.step(cpu, holdInterrupts);
            if (reason != null) {
                return reason;
            }
            if (mailbox.pending() || --stepsLeft <= 0) {
                return null;
            }
        }
    }

    private long pc(int cpu) {
        RegisterAccess registers = machine.registers(cpu);
        return registers.codeBase() + registers.read(DebugRegister.RIP);
    }

    private boolean accepted(StopReason reason) {
        return listener == null || listener.breakpointReached(reason.cpu(), reason.address());
    }

    private StopReason orStepDone(StopReason reason) {
        return reason != null ? reason : StopReason.of(StopReason.Kind.STEP, request.cpu());
    }

    /** Reasons that would come again at the same instruction. */
    private static boolean reportedAtInstruction(StopReason reason) {
        return switch (reason.kind()) {
            case BREAKPOINT, SYSCALL_ENTRY, SYSCALL_RETURN, EXCEPTION -> true;
            default -> false;
        };
    }

    private void halt(StopReason reason) {
        lastStop = reason;
        stoppedAt = pc(reason.cpu());
        if (running) {
            running = false;
            machine.pausing();
        }
    }

    private void end(StopReason reason) {
        if (ended) {
            return;
        }
        halt(reason);
        ended = true;
        exitCode = (int) reason.number();
        if (listener != null) {
            listener.stopped(reason);
        }
    }
}
