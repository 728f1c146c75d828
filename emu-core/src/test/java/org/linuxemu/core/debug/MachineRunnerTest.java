package org.linuxemu.core.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MachineRunnerTest {
    private final CountingMachine machine = new CountingMachine();
    private final MachineRunner runner = new MachineRunner(machine, true);
    private final List<StopReason> stops = new ArrayList<>();
    private final List<Long> reached = new ArrayList<>();
    private boolean accept = true;
    private Thread thread;

    /**
     * Runs the posted script on the machine thread, then lets the machine go on until it stops by
     * itself.
     */
    private void untilStop(Runnable script) throws Exception {
        if (thread == null) {
            thread = new Thread(runner::run, "machine");
            thread.start();
        }
        CountDownLatch stopped = new CountDownLatch(1);
        runner.call(
                () -> {
                    runner.setListener(
                            new DebugListener() {
                                @Override
                                public boolean breakpointReached(int cpu, long linear) {
                                    reached.add(linear);
                                    return accept;
                                }

                                @Override
                                public void stopped(StopReason reason) {
                                    stops.add(reason);
                                    stopped.countDown();
                                }
                            });
                    script.run();
                    return null;
                });
        assertThat(stopped.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @AfterEach
    void end() throws Exception {
        if (thread != null) {
            runner.post(() -> runner.quit(0));
            thread.join();
        }
    }

    @Test
    void stopsBeforeTheInstructionWithTheBreakpoint() throws Exception {
        untilStop(
                () -> {
                    runner.breakpoints().insert(100);
                    runner.resume(ResumeRequest.proceed());
                });
        assertThat(stops).containsExactly(StopReason.breakpoint(0, 100));
        assertThat(machine.pc).isEqualTo(100);
    }

    @Test
    void anActionThatTheEndOvertakesIsTold() throws Exception {
        machine.exitAt = 1000;
        CountDownLatch dropped = new CountDownLatch(1);
        PostedAction late =
                new PostedAction() {
                    @Override
                    public void run() {
                        throw new AssertionError("the machine has ended");
                    }

                    @Override
                    public void dropped() {
                        dropped.countDown();
                    }
                };
        thread = new Thread(runner::run, "machine");
        thread.start();
        runner.call(
                () -> {
                    runner.setListener(
                            new DebugListener() {
                                @Override
                                public boolean breakpointReached(int cpu, long linear) {
                                    return false;
                                }

                                @Override
                                public void stopped(StopReason reason) {
                                    assertThat(runner.post(late)).isTrue();
                                }
                            });
                    runner.resume(ResumeRequest.proceed());
                    return null;
                });
        assertThat(dropped.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aFalseConditionCostsOneQuestionAndGoesOn() throws Exception {
        accept = false;
        untilStop(
                () -> {
                    runner.breakpoints().insert(100);
                    runner.breakpoints().insert(200);
                    machine.exitAt = 1000;
                    runner.resume(ResumeRequest.proceed());
                });
        assertThat(reached).containsExactly(100L, 200L);
        assertThat(stops).containsExactly(StopReason.exited(3));
    }

    @Test
    void continuingFromABreakpointGoesOverItOnce() throws Exception {
        untilStop(
                () -> {
                    runner.breakpoints().insert(100);
                    runner.breakpoints().insert(101);
                    runner.resume(ResumeRequest.proceed());
                });
        untilStop(() -> runner.resume(ResumeRequest.proceed()));
        assertThat(machine.pc).isEqualTo(101);
        untilStop(
                () -> {
                    machine.pc = 100;
                    runner.resume(ResumeRequest.proceed());
                });
        assertThat(machine.pc).as("after a jump the breakpoint counts").isEqualTo(100);
        untilStop(() -> runner.resume(ResumeRequest.step(0, true)));
        assertThat(stops.get(3).kind()).isEqualTo(StopReason.Kind.STEP);
    }

    @Test
    void aSystemCallIsReportedOnceAtItsInstruction() throws Exception {
        machine.systemCallAt = 100;
        untilStop(() -> runner.resume(ResumeRequest.proceed()));
        assertThat(stops).containsExactly(StopReason.syscallEntry(0, 59));
        machine.exitAt = 1000;
        untilStop(() -> runner.resume(ResumeRequest.proceed()));
        assertThat(stops.get(1).kind()).isEqualTo(StopReason.Kind.EXITED);
    }

    @Test
    void aRangeStepEndsOutsideOrAtABreakpointInside() throws Exception {
        untilStop(() -> runner.resume(ResumeRequest.range(0, true, 0, 50)));
        assertThat(machine.pc).isEqualTo(50);
        untilStop(
                () -> {
                    runner.breakpoints().insert(50);
                    runner.breakpoints().insert(70);
                    runner.resume(ResumeRequest.range(0, true, 50, 90));
                });
        assertThat(machine.pc).isEqualTo(70);
        assertThat(stops.get(1).kind()).isEqualTo(StopReason.Kind.BREAKPOINT);
    }

    @Test
    void aRunningGuestIsStoppedFromOutsideAndItsListenerNotTold() throws Exception {
        thread = new Thread(runner::run, "machine");
        thread.start();
        runner.call(
                () -> {
                    runner.resume(ResumeRequest.proceed());
                    return null;
                });
        long at =
                runner.call(
                        () -> {
                            runner.stop();
                            return machine.pc;
                        });
        assertThat(runner.call(() -> machine.pc)).isEqualTo(at);
        assertThat(runner.call(runner::running)).isFalse();
        assertThat(runner.call(runner::lastStop).kind()).isEqualTo(StopReason.Kind.INTERRUPTED);
    }

    @Test
    void anIdleGuestLetsActionsInAtOnce() throws Exception {
        machine.idleAt = 10;
        thread = new Thread(runner::run, "machine");
        thread.start();
        runner.call(
                () -> {
                    runner.resume(ResumeRequest.proceed());
                    return null;
                });
        while (runner.call(() -> machine.pc) != 10) {
            Thread.onSpinWait();
        }
        assertThat(runner.call(runner::running)).isTrue();
    }

    @Test
    void anEndedMachineRefusesActions() throws Exception {
        untilStop(() -> runner.quit(5));
        thread.join();
        assertThat(stops).containsExactly(StopReason.exited(5));
        assertThat(runner.post(() -> {})).isFalse();
        assertThatThrownBy(() -> runner.call(() -> 1))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void aFailingActionDoesNotEndTheMachine() throws Exception {
        thread = new Thread(runner::run, "machine");
        thread.start();
        runner.post(
                () -> {
                    throw new IllegalStateException("on purpose");
                });
        assertThat(runner.call(() -> 42)).isEqualTo(42);
    }

    /** Waits until the machine is lent, and runs the action on this thread. */
    private void now(Runnable action) {
        while (!runner.tryNow(action)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aStoppedMachineIsServedAndSteppedOnTheCallersThread() throws Exception {
        List<Thread> threads = new ArrayList<>();
        untilStop(() -> runner.resume(ResumeRequest.step(0, true)));
        runner.call(
                () -> {
                    runner.setListener(
                            new DebugListener() {
                                @Override
                                public boolean breakpointReached(int cpu, long linear) {
                                    return true;
                                }

                                @Override
                                public void stopped(StopReason reason) {
                                    stops.add(reason);
                                    threads.add(Thread.currentThread());
                                }
                            });
                    return null;
                });
        now(() -> runner.resume(ResumeRequest.step(0, true)));
        assertThat(machine.pc).isEqualTo(2);
        now(() -> runner.resume(ResumeRequest.range(0, true, 0, 1000)));
        assertThat(machine.pc).isEqualTo(1000);
        now(
                () -> {
                    runner.breakpoints().insert(1050);
                    runner.resume(ResumeRequest.proceed());
                });
        assertThat(stops).last().isEqualTo(StopReason.breakpoint(0, 1050));
        assertThat(threads).containsOnly(Thread.currentThread()).hasSize(3);
        assertThat(runner.call(() -> machine.briefRuns)).isEqualTo(1);
    }

    @Test
    void whatDoesNotStopSoonGoesOnOnTheMachinesThread() throws Exception {
        untilStop(() -> runner.resume(ResumeRequest.step(0, true)));
        now(() -> runner.resume(ResumeRequest.proceed()));
        assertThat(runner.tryNow(() -> stops.clear())).isFalse();
        assertThat(stops).isNotEmpty();
        long before = runner.call(() -> machine.pc);
        long behind = runner.call(() -> machine.pc);
        assertThat(behind).isGreaterThanOrEqualTo(before).isGreaterThanOrEqualTo(101);
        assertThat(runner.call(runner::running)).isTrue();
    }

    @Test
    void actionsOfOneThreadKeepTheirOrder() throws Exception {
        untilStop(() -> runner.resume(ResumeRequest.step(0, true)));
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 3000; i += 3) {
            int n = i;
            runner.post(() -> order.add(n));
            now(() -> order.add(n + 1));
            now(() -> order.add(n + 2));
        }
        List<Integer> all = runner.call(() -> order);
        assertThat(all).isSorted().hasSize(3000);
    }

    @Test
    void aMachineThatFailsOnTheCallersThreadEndsItsOwn() throws Exception {
        MachineRunner other = new MachineRunner(machine, true);
        machine.broken = true;
        List<Throwable> thrown = new ArrayList<>();
        Thread own =
                new Thread(
                        () -> {
                            try {
                                other.run();
                            } catch (IllegalStateException e) {
                                thrown.add(e);
                            }
                        });
        own.start();
        while (!other.tryNow(() -> other.resume(ResumeRequest.step(0, true)))) {
            Thread.onSpinWait();
        }
        own.join();
        assertThat(thrown).hasSize(1);
        assertThat(other.post(() -> {})).isFalse();
    }

    /** A machine whose instructions are one byte long and do nothing. */
    private static final class CountingMachine implements DebuggableMachine {
        private final BreakpointTable breakpoints = new BreakpointTable();
        private final CatchTable catches = new CatchTable();
        private long pc;
        private long exitAt = Long.MAX_VALUE;
        private long idleAt = Long.MAX_VALUE;
        private long systemCallAt = Long.MAX_VALUE;
        private int briefRuns;
        private boolean broken;

        @Override
        public StopReason run(MachineMailbox mailbox, boolean overBreakpoint) {
            boolean over = overBreakpoint;
            while (true) {
                if (mailbox.pending() && !over) {
                    return null;
                }
                if (pc == exitAt) {
                    return StopReason.exited(3);
                }
                if (pc == idleAt) {
                    mailbox.awaitPending(Long.MAX_VALUE);
                    continue;
                }
                if (!over && breakpoints.contains(pc)) {
                    return StopReason.breakpoint(0, pc);
                }
                if (!over && pc == systemCallAt) {
                    return StopReason.syscallEntry(0, 59);
                }
                over = false;
                pc++;
            }
        }

        @Override
        public StopReason runBriefly(boolean overBreakpoint) {
            briefRuns++;
            boolean over = overBreakpoint;
            for (int i = 0; i < 100; i++, pc++, over = false) {
                if (!over && breakpoints.contains(pc)) {
                    return StopReason.breakpoint(0, pc);
                }
            }
            return null;
        }

        @Override
        public StopReason step(int cpu, boolean holdInterrupts) {
            if (broken) {
                throw new IllegalStateException("broken machine");
            }
            pc++;
            return null;
        }

        @Override
        public int cpuCount() {
            return 1;
        }

        @Override
        public RegisterAccess registers(int cpu) {
            return new RegisterAccess() {
                @Override
                public long read(DebugRegister register) {
                    return register == DebugRegister.RIP ? pc : 0;
                }

                @Override
                public void read(DebugRegister register, byte[] destination, int offset) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public boolean write(DebugRegister register, long value) {
                    return false;
                }

                @Override
                public boolean write(DebugRegister register, byte[] source, int offset) {
                    return false;
                }

                @Override
                public boolean hasAvx() {
                    return false;
                }

                @Override
                public long codeBase() {
                    return 0;
                }

                @Override
                public int cpl() {
                    return 0;
                }

                @Override
                public int codeBits() {
                    return 64;
                }

                @Override
                public boolean halted() {
                    return pc == idleAt;
                }
            };
        }

        @Override
        public MemoryAccess memory(int cpu) {
            throw new UnsupportedOperationException();
        }

        @Override
        public BreakpointTable breakpoints() {
            return breakpoints;
        }

        @Override
        public CatchTable catches() {
            return catches;
        }

        @Override
        public MonitorCommands monitor() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void reset() {
            pc = 0;
        }
    }
}
