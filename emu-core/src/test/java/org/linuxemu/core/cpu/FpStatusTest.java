package org.linuxemu.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.debug.DebugRegister;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.CpuState;

/**
 * Error summary and busy (bits 7 and 15 of the x87 status) follow from the exceptions and their
 * masks, whoever writes them (SDM Vol. 1, 8.1.3.3).
 */
class FpStatusTest {
    private static final int MASKED = 0x37F;
    private static final int INVALID_UNMASKED = 0x37E;
    private static final int INVALID = 1;
    private static final int SUMMARY = 0x8080;

    private final TestMachine m = new TestMachine();

    FpStatusTest() {
        m.cpu.catches().catchException(CpuException.MF, true);
    }

    private long read(DebugRegister register) {
        return m.cpu.registers().read(register);
    }

    private void write(DebugRegister register, long value) {
        assertThat(m.cpu.registers().write(register, value)).isTrue();
    }

    /** Runs FLD1 and tells what stopped it: a vector, or -1. */
    private int loadOne() {
        m.code(TestMachine.CODE, "D9E8 F4");
        m.state.rip = TestMachine.CODE;
        m.cpu.registersReplaced();
        StopReason stop = m.cpu.run(null, false, m.clock.cycles() + 1);
        return stop == null ? -1 : m.cpu.context().fault.vector();
    }

    @Test
    void aDebuggerThatUnmasksAnExceptionMakesItPending() {
        write(DebugRegister.FCTRL, MASKED);
        write(DebugRegister.FSTAT, INVALID);
        assertThat(read(DebugRegister.FSTAT)).isEqualTo(INVALID);
        write(DebugRegister.FCTRL, INVALID_UNMASKED);
        assertThat(read(DebugRegister.FSTAT)).isEqualTo(SUMMARY | INVALID);
        assertThat(loadOne()).isEqualTo(CpuException.MF);
    }

    @Test
    void aDebuggerThatClearsTheExceptionsClearsTheSummary() {
        write(DebugRegister.FCTRL, INVALID_UNMASKED);
        write(DebugRegister.FSTAT, INVALID);
        assertThat(read(DebugRegister.FSTAT)).isEqualTo(SUMMARY | INVALID);
        write(DebugRegister.FSTAT, SUMMARY);
        assertThat(read(DebugRegister.FSTAT)).isZero();
        assertThat(loadOne()).isEqualTo(-1);
    }

    @Test
    void anImageOfTheGuestDoesNotDecideAboutTheSummary() {
        assertThat(statusAfterLoading(MASKED, SUMMARY | INVALID)).isEqualTo(INVALID);
        assertThat(statusAfterLoading(INVALID_UNMASKED, INVALID)).isEqualTo(SUMMARY | INVALID);
    }

    @Test
    void aControlWordOfTheGuestChangesTheSummary() {
        write(DebugRegister.FCTRL, MASKED);
        write(DebugRegister.FSTAT, INVALID);
        m.put64(TestMachine.DATA, INVALID_UNMASKED);
        // fldcw [30000h]; fnstsw ax; hlt
        assertThat(run("D92C2500000300 DFE0 F4")).isEqualTo(SUMMARY | INVALID);
    }

    /** FLDENV of an environment, then FNSTSW. */
    private long statusAfterLoading(int control, int status) {
        m.put64(TestMachine.DATA, control | (long) status << 32);
        m.put64(TestMachine.DATA + 8, 0xFFFF);
        m.put64(TestMachine.DATA + 16, 0);
        m.put64(TestMachine.DATA + 24, 0);
        return run("D9242500000300 DFE0 F4");
    }

    private long run(String code) {
        m.code(TestMachine.CODE, code);
        m.state.rip = TestMachine.CODE;
        m.state.halted = false;
        m.state.regs[CpuState.RAX] = 0;
        m.cpu.stateReplaced();
        m.run(10);
        return m.state.regs[CpuState.RAX] & 0xFFFF;
    }
}
