package org.linuxemu.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.Rflags;

/** When MMX, SSE and AVX fault before they do anything: what a user program cannot set up. */
class VectorAvailabilityTest {
    private static final int RAN = CpuException.BP;
    private static final String MMX = "0FFCC1"; // PADDB MM0,MM1
    private static final String SSE = "660FFCC1"; // PADDB XMM0,XMM1
    private static final String AVX = "C5F1FCC1"; // VPADDB XMM0,XMM1,XMM1
    private static final String DIVIDE = "F20F5EC1"; // DIVSD XMM0,XMM1
    private static final String FXSAVE = "0FAE03";
    private static final String XSAVE = "0FAE23";
    private static final String LDMXCSR = "0FAE13";

    private final OracleMachine machine = new OracleMachine();

    @Test
    void emulationMakesVectorInstructionsUndefined() {
        machine.state.cr0 |= ControlRegisters.CR0_EM;
        assertThat(trap(MMX)).isEqualTo(CpuException.UD);
        assertThat(trap(SSE)).isEqualTo(CpuException.UD);
        assertThat(trap(LDMXCSR)).isEqualTo(CpuException.UD);
        assertThat(trap(FXSAVE)).isEqualTo(CpuException.NM);
        assertThat(trap(AVX)).isEqualTo(RAN);
    }

    @Test
    void taskSwitchedRaisesDeviceNotAvailable() {
        machine.state.cr0 |= ControlRegisters.CR0_TS;
        for (String code : new String[] {MMX, SSE, AVX, FXSAVE, XSAVE, LDMXCSR}) {
            assertThat(trap(code)).as(code).isEqualTo(CpuException.NM);
        }
    }

    @Test
    void sseNeedsTheOperatingSystemsConsent() {
        machine.state.cr4 &= ~ControlRegisters.CR4_OSFXSR;
        assertThat(trap(SSE)).isEqualTo(CpuException.UD);
        assertThat(trap(LDMXCSR)).isEqualTo(CpuException.UD);
        assertThat(trap(MMX)).isEqualTo(RAN);
        assertThat(trap(FXSAVE)).isEqualTo(RAN);
    }

    @Test
    void avxNeedsItsStateEnabledAndProtectedMode() {
        machine.state.xcr0 = 3;
        assertThat(trap(AVX)).isEqualTo(CpuException.UD);
        machine.state.xcr0 = 7;
        assertThat(trap(AVX)).isEqualTo(RAN);
        machine.state.cr4 &= ~ControlRegisters.CR4_OSXSAVE;
        assertThat(trap(AVX)).isEqualTo(CpuException.UD);
        assertThat(trap(XSAVE)).isEqualTo(CpuException.UD);
        machine.state.cr4 |= ControlRegisters.CR4_OSXSAVE;
        machine.state.systemFlags |= Rflags.VM;
        assertThat(trapAsItIs(AVX)).isEqualTo(CpuException.UD);
    }

    @Test
    void unmaskedFloatingPointErrorsAreUndefinedWithoutTheirException() {
        assertThat(trapDividing(0x1F80)).isEqualTo(RAN);
        assertThat(trapDividing(0x1D80)).isEqualTo(CpuException.XM);
        machine.state.cr4 &= ~ControlRegisters.CR4_OSXMMEXCPT;
        assertThat(trapDividing(0x1D80)).isEqualTo(CpuException.UD);
        assertThat(machine.state.mxcsr & 4).as("ZE").isEqualTo(4);
    }

    @Test
    void pendingX87ErrorsAreSignalledOutsideWithoutNumericErrorMode() {
        OracleRecord r = record(MMX);
        r.fcw = 0x37E;
        r.fsw = 0x8081;
        assertThat(machine.run(r, OracleMachine.decode(r)).trap).isEqualTo(CpuException.MF);
        machine.state.cr0 &= ~ControlRegisters.CR0_NE;
        assertThat(machine.run(r, OracleMachine.decode(r)).trap).isEqualTo(RAN);
    }

    private long trapDividing(int mxcsr) {
        OracleRecord r = record(DIVIDE);
        r.ymm[0] = 0x3FF0000000000000L;
        r.mxcsr = mxcsr;
        return machine.run(r, OracleMachine.decode(r)).trap;
    }

    private long trap(String code) {
        OracleRecord r = record(code);
        return machine.run(r, OracleMachine.decode(r)).trap;
    }

    /** Without a new load of the flags, which would leave virtual-8086 mode. */
    private long trapAsItIs(String code) {
        Instruction i = OracleMachine.decode(record(code));
        try {
            Dispatcher.execute(machine.context, i);
            return RAN;
        } catch (CpuException e) {
            return e.vector();
        }
    }

    private static OracleRecord record(String code) {
        OracleRecord r = new OracleRecord(1024);
        for (int n = 0; n < code.length(); n += 2) {
            r.code[n / 2] = (byte) Integer.parseInt(code.substring(n, n + 2), 16);
        }
        r.gpr[3] = r.windowStart();
        return r;
    }
}
