package org.linuxemu.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.core.irq.InterruptRequestListener;
import org.linuxemu.core.irq.InterruptSource;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/** A debugger's single steps while an external interrupt waits. */
class StepTest {
    private static final long GDT = 0x40000;
    private static final long IDT = 0x31000;
    private static final long HANDLER = 0x11000;
    private static final int VECTOR = 0x20;

    private final TestMachine m = new TestMachine();
    private final Line line = new Line();

    /** One line to the processor. */
    private static final class Line implements InterruptSource {
        private InterruptRequestListener listener;
        private boolean pending;

        void raise() {
            pending = true;
            if (listener != null) {
                listener.interruptRequestChanged(true);
            }
        }

        @Override
        public boolean isPending() {
            return pending;
        }

        @Override
        public int acknowledge() {
            pending = false;
            return VECTOR;
        }

        @Override
        public void setListener(InterruptRequestListener newListener) {
            listener = newListener;
        }
    }

    StepTest() {
        m.code(HANDLER, "49FFC7 48CF"); // inc r15; iretq
        m.put64(
                IDT + 16 * VECTOR,
                HANDLER & 0xFFFF | 8 << 16 | 0x8E00L << 32 | HANDLER >> 16 << 48);
        m.put64(IDT + 16 * VECTOR + 8, 0);
        m.put64(GDT + 8, 0x00AF9B000000FFFFL);
        m.put64(GDT + 16, 0x00CF93000000FFFFL);
        m.state.gdtrBase = GDT;
        m.state.gdtrLimit = 23;
        m.state.idtrBase = IDT;
        m.state.idtrLimit = 0xFFF;
        m.state.setRflags(Rflags.IF | 2);
        m.cpu.setInterruptSource(line);
    }

    private void step(boolean holdInterrupts, long rip) {
        assertThat(m.cpu.step(holdInterrupts)).isNull();
        assertThat(m.state.rip).isEqualTo(rip);
    }

    private void code(String hex) {
        m.code(TestMachine.CODE, hex);
        m.cpu.stateReplaced();
    }

    @Test
    void anInterruptWaitsForTheInstructionBehindMovSs() {
        code("8CD0 8ED0 FFC1 FFC3 F4"); // mov eax,ss; mov ss,eax; inc ecx; inc ebx; hlt
        step(false, TestMachine.CODE + 2);
        step(false, TestMachine.CODE + 4);
        line.raise();
        step(false, TestMachine.CODE + 6);
        step(false, HANDLER);
        assertThat(m.get64(m.state.regs[CpuState.RSP])).isEqualTo(TestMachine.CODE + 6);
        assertThat(m.state.regs[CpuState.RCX]).isEqualTo(1);
    }

    @Test
    void anInterruptWaitsForTheInstructionBehindSti() {
        code("FB FFC1 FFC3 F4"); // sti; inc ecx; inc ebx; hlt
        m.state.setRflags(2);
        line.raise();
        step(false, TestMachine.CODE + 1);
        step(false, TestMachine.CODE + 3);
        step(false, HANDLER);
        assertThat(m.state.regs[CpuState.RCX]).isEqualTo(1);
    }

    @Test
    void whatStepsHoldBackComesWithTheNextRun() {
        code("FFC1 FFC1 FFC1 EBFE"); // three times inc ecx; jmp to itself
        line.raise();
        step(true, TestMachine.CODE + 2);
        step(true, TestMachine.CODE + 4);
        assertThat(m.state.regs[15]).isZero();
        m.cpu.run(null, false, 1000);
        assertThat(m.state.regs[15]).as("once").isEqualTo(1);
        assertThat(m.state.regs[CpuState.RCX]).isEqualTo(3);
    }

    /** Other stubs step by the trap flag, and the guest sees it. */
    @Test
    void stepsAreNotSeenInTheFlags() {
        code("9C 59 F4"); // pushfq; pop rcx; hlt
        step(true, TestMachine.CODE + 1);
        step(true, TestMachine.CODE + 2);
        assertThat(m.state.regs[CpuState.RCX]).isEqualTo(Rflags.IF | 2);
    }

    @Test
    void aTripleFaultOfAnInterruptIsCaught() {
        code("EBFE");
        m.state.idtrLimit = 0;
        m.cpu.catches().catchTripleFault(true);
        line.raise();
        assertThat(m.cpu.run(null, false, 1000))
                .isEqualTo(StopReason.of(StopReason.Kind.TRIPLE_FAULT, 0));
        assertThat(m.state.rip).isEqualTo(TestMachine.CODE);
        assertThat(m.cpu.tripleFaulted()).isTrue();
    }

    @Test
    void aTripleFaultOfAnInterruptEndsAStep() {
        code("90 90 F4");
        m.state.idtrLimit = 0;
        m.cpu.catches().catchTripleFault(true);
        line.raise();
        assertThat(m.cpu.step(false).kind()).isEqualTo(StopReason.Kind.TRIPLE_FAULT);
    }
}
