package org.linuxemu.core.bench;

import java.util.concurrent.TimeUnit;
import org.linuxemu.core.cpu.TestMachine;
import org.linuxemu.core.exception.EventDelivery;
import org.linuxemu.core.mmu.Mmu;
import org.linuxemu.core.state.CpuState;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Interrupts in 64-bit mode, through IDT, GDT and TSS. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class InterruptBenchmark {
    static final int ROUNDS = 1000;
    static final int VECTOR = 0x30;
    static final long HANDLER = TestMachine.CODE + 0x800;
    static final long KERNEL_STACK = TestMachine.STACK + 0x8000;

    private static final long GDT = 0x50000;
    private static final long IDT = 0x51000;
    private static final long TSS = 0x52000;
    private static final int KERNEL_CODE = 8;
    private static final int KERNEL_DATA = 16;
    private static final int TASK = 32;
    private static final int USER_CODE = 51;
    private static final int USER_DATA = 43;

    final TestMachine machine = new TestMachine();
    final CpuState state = machine.state;
    Mmu mmu;
    EventDelivery delivery;

    /** Makes the tables, and a program that raises interrupts. */
    @Setup
    public void setUp() {
        mmu = machine.cpu.mmu();
        delivery = new EventDelivery(state, mmu);
        machine.put64(GDT + KERNEL_CODE, 0x00AF9B000000FFFFL);
        machine.put64(GDT + KERNEL_DATA, 0x00CF93000000FFFFL);
        state.gdtrBase = GDT;
        state.gdtrLimit = 63;
        // A 64-bit interrupt gate, present, DPL 0 (SDM Vol. 3, figure 6-8).
        machine.put64(
                IDT + 16 * VECTOR,
                HANDLER & 0xFFFF | KERNEL_CODE << 16 | 0x8E00L << 32 | HANDLER >>> 16 << 48);
        state.idtrBase = IDT;
        state.idtrLimit = 4095;
        machine.put64(TSS + 4, KERNEL_STACK);
        state.tr.set(TASK, TSS, 0x67, 0x8B);
        // int VECTOR; dec ecx; jnz to the int; hlt;   the handler: iretq
        machine.code(TestMachine.CODE, "CD30 FFC9 75FA F4").code(HANDLER, "48CF");
    }

    /** An interrupt of the kernel; the setting of what it has changed is in the time. */
    @Benchmark
    public long kernelInterrupted() {
        state.rip = TestMachine.CODE;
        state.regs[CpuState.RSP] = TestMachine.STACK;
        delivery.deliverInterrupt(VECTOR);
        return state.regs[CpuState.RSP];
    }

    /** An interrupt of a program, with the change of stack; likewise. */
    @Benchmark
    public long userInterrupted() {
        state.segments[1].set(USER_CODE, 0, 0xFFFFFFFFL, 0xA0FB);
        state.segments[2].set(USER_DATA, 0, 0xFFFFFFFFL, 0xC0F3);
        state.cpl = 3;
        mmu.updateContext();
        state.rip = TestMachine.CODE;
        state.regs[CpuState.RSP] = TestMachine.STACK;
        delivery.deliverInterrupt(VECTOR);
        return state.regs[CpuState.RSP];
    }

    /** INT, IRETQ, DEC and Jcc of a guest, by the interpreter. */
    @Benchmark
    @OperationsPerInvocation(ROUNDS)
    public long interruptAndReturn() {
        state.halted = false;
        state.rip = TestMachine.CODE;
        state.regs[CpuState.RSP] = TestMachine.STACK;
        state.regs[CpuState.RCX] = ROUNDS;
        machine.run(1_000_000_000);
        return state.regs[CpuState.RCX];
    }
}
