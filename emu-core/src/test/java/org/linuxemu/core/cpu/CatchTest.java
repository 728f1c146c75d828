package org.linuxemu.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.core.debug.WatchKind;
import org.linuxemu.core.debug.Watchpoint;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/**
 * Stops at exceptions: once, and what is delivered afterwards is what the guest would have seen.
 */
class CatchTest {
    private static final long IDT = 0x31000;
    private static final long HANDLER = 0x11000;
    private static final long HOLE = 0x50000;

    private final TestMachine m = new TestMachine();

    CatchTest() {
        // inc edx; hlt
        m.code(HANDLER, "FFC2 F4");
        for (int vector = 0; vector < 32; vector++) {
            long low = HANDLER & 0xFFFF | 8 << 16 | 0x8E00L << 32 | (HANDLER >> 16) << 48;
            m.put64(IDT + 16 * vector, low);
            m.put64(IDT + 16 * vector + 8, 0);
        }
        m.put64(0x40000 + 8, 0x00AF9B000000FFFFL);
        m.state.gdtrBase = 0x40000;
        m.state.gdtrLimit = 0x17;
        m.state.idtrBase = IDT;
        m.state.idtrLimit = 32 * 16 - 1;
        m.put64(TestMachine.PAGE_TABLE + 8 * (HOLE >> 12), 0);
        m.state.regs[CpuState.RBX] = HOLE;
    }

    @Test
    void aCaughtFaultIsReportedOnceAndThenDelivered() {
        m.code(TestMachine.CODE, "FFC1 8B03 F4"); // inc ecx; mov eax,[rbx]; hlt
        m.cpu.catches().catchException(CpuException.PF, true);
        StopReason stop = m.cpu.run(null, false, 100);
        assertThat(stop).isEqualTo(StopReason.exception(0, CpuException.PF));
        assertThat(m.state.rip).isEqualTo(TestMachine.CODE + 2);
        assertThat(m.state.regs[CpuState.RCX]).isEqualTo(1);
        m.run(100);
        assertThat(m.state.regs[CpuState.RDX]).as("the handler ran").isEqualTo(1);
        assertThat(m.state.cr2).isEqualTo(HOLE);
    }

    @Test
    void aStepFromACaughtFaultEntersTheHandler() {
        m.code(TestMachine.CODE, "8B03 F4");
        m.cpu.catches().catchException(CpuException.PF, true);
        assertThat(m.cpu.step(true).kind()).isEqualTo(StopReason.Kind.EXCEPTION);
        assertThat(m.cpu.step(true)).isNull();
        assertThat(m.state.rip).isEqualTo(HANDLER);
    }

    @Test
    void theSameFaultIsReportedAgainAfterTheInstructionHasSucceeded() {
        m.code(TestMachine.CODE, "8B03 EBFC"); // 1: mov eax,[rbx]; jmp 1b
        m.cpu.catches().catchException(CpuException.PF, true);
        assertThat(m.cpu.step(true).kind()).isEqualTo(StopReason.Kind.EXCEPTION);
        m.state.regs[CpuState.RBX] = TestMachine.DATA;
        assertThat(m.cpu.step(true)).isNull();
        assertThat(m.cpu.step(true)).isNull();
        m.state.regs[CpuState.RBX] = HOLE;
        assertThat(m.cpu.step(true).kind()).isEqualTo(StopReason.Kind.EXCEPTION);
    }

    @Test
    void aBreakpointTrapIsReportedBeforeIt() {
        m.code(TestMachine.CODE, "FFC1 CC F4"); // inc ecx; int3; hlt
        m.cpu.catches().catchException(CpuException.BP, true);
        StopReason stop = m.cpu.run(null, false, 100);
        assertThat(stop).isEqualTo(StopReason.exception(0, CpuException.BP));
        assertThat(m.state.rip).isEqualTo(TestMachine.CODE + 2);
        m.cpu.run(null, true, m.clock.cycles() + 1);
        assertThat(m.state.rip).isIn(HANDLER, HANDLER + 2);
    }

    @Test
    void aTripleFaultIsReportedWithTheRegistersOfTheFault() {
        m.code(TestMachine.CODE, "FFC1 8B03 F4"); // inc ecx; mov eax,[rbx]; hlt
        m.state.idtrLimit = 0;
        m.cpu.catches().catchTripleFault(true);
        StopReason stop = m.cpu.run(null, false, 100);
        assertThat(stop.kind()).isEqualTo(StopReason.Kind.TRIPLE_FAULT);
        assertThat(m.state.rip).isEqualTo(TestMachine.CODE + 2);
        assertThat(m.state.regs[CpuState.RCX]).isEqualTo(1);
    }

    /** The trap flag, DR0 on the instruction, DR0 on what it writes. */
    @ParameterizedTest
    @ValueSource(strings = {"trap flag", "instruction", "data"})
    void aTripleFaultOfADebugExceptionIsCaught(String cause) {
        m.code(TestMachine.CODE, "890B FFC1 F4"); // mov [rbx],ecx; inc ecx; hlt
        m.state.regs[CpuState.RBX] = TestMachine.DATA;
        m.state.idtrLimit = 0;
        switch (cause) {
            case "trap flag" -> m.state.systemFlags |= Rflags.TF;
            case "instruction" -> {
                m.state.dr[0] = TestMachine.CODE;
                m.state.dr[7] = 0x402;
            }
            default -> {
                m.state.dr[0] = TestMachine.DATA;
                m.state.dr[7] = 0xD0402;
            }
        }
        m.cpu.catches().catchTripleFault(true);
        m.cpu.breakpoints().insert(new Watchpoint(TestMachine.DATA, 4, WatchKind.WRITE));
        StopReason stop = m.cpu.run(null, false, 100);
        assertThat(stop).isEqualTo(StopReason.of(StopReason.Kind.TRIPLE_FAULT, 0));
        assertThat(m.cpu.tripleFaulted()).isTrue();
        assertThat(m.state.rip).isEqualTo(TestMachine.CODE + (cause.equals("instruction") ? 0 : 2));
        assertThat(m.cpu.breakpoints().hitPending()).isFalse();
    }

    @Test
    void anInstructionThatFaultsHitsNoWatchpoint() {
        m.code(TestMachine.CODE, "A4 F4"); // movsb: reads what is watched, writes to the hole
        m.state.regs[CpuState.RSI] = TestMachine.DATA;
        m.state.regs[CpuState.RDI] = HOLE;
        m.cpu.breakpoints().insert(new Watchpoint(TestMachine.DATA, 1, WatchKind.READ));
        assertThat(m.cpu.run(null, false, 100)).isNull();
        assertThat(m.state.regs[CpuState.RDX]).isEqualTo(1);
    }
}
