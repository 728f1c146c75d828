package org.linuxemu.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

class SystemCallOpsTest {
    private static final long ENTRY = 0xFFFFFFFF_81000000L;

    private static TestProcessor processor() {
        TestProcessor p = TestProcessor.long64();
        p.s.msr.star = (long) TestProcessor.CODE64 << 32 | (long) TestProcessor.USER_CODE32 << 48;
        p.s.msr.lstar = ENTRY;
        p.s.msr.fmask = Rflags.TF | Rflags.IF | Rflags.DF | Rflags.AC | Rflags.NT;
        p.s.msr.sysenterCs = TestProcessor.CODE64;
        p.s.msr.sysenterEsp = 0xFFFF8880_00001000L;
        p.s.msr.sysenterEip = ENTRY;
        return p;
    }

    private static void expectFault(TestProcessor p, int vector, int error) {
        assertThat(p.vector).isEqualTo(vector);
        assertThat(p.error).isEqualTo(error);
    }

    @Test
    void syscallAndSysret() {
        TestProcessor p = processor().user();
        p.s.systemFlags |= Rflags.IF | Rflags.ID;
        p.s.setArithmeticFlags(Rflags.CF);
        p.run(0x0F, 0x05);
        assertThat(p.vector).isEqualTo(-1);
        assertThat(p.s.cpl).isZero();
        assertThat(p.s.rip).isEqualTo(ENTRY);
        assertThat(p.s.regs[CpuState.RCX]).isEqualTo(TestProcessor.CODE + 2);
        assertThat(p.s.regs[11]).isEqualTo(Rflags.IF | Rflags.ID | Rflags.CF | 2);
        assertThat(p.s.rflags()).isEqualTo(Rflags.ID | Rflags.CF | 2);
        assertThat(p.s.cs().selector).isEqualTo(TestProcessor.CODE64);
        assertThat(p.s.ss().selector).isEqualTo(TestProcessor.DATA0);
        assertThat(p.s.regs[CpuState.RSP])
                .as("the kernel finds its stack itself")
                .isEqualTo(TestProcessor.USER_STACK);
        p.run(0x48, 0x0F, 0x07);
        assertThat(p.vector).isEqualTo(-1);
        assertThat(p.s.cpl).isEqualTo(3);
        assertThat(p.s.rip).isEqualTo(TestProcessor.CODE + 2);
        assertThat(p.s.cs().selector).isEqualTo(TestProcessor.USER_CODE64 | 3);
        assertThat(p.s.ss().selector).isEqualTo(TestProcessor.USER_DATA | 3);
        assertThat(p.s.rflags()).isEqualTo(Rflags.IF | Rflags.ID | Rflags.CF | 2);
        assertThat(p.s.is64Bit()).isTrue();
    }

    @Test
    void sysretToCompatibilityMode() {
        TestProcessor p = processor();
        p.s.regs[CpuState.RCX] = 0x1234_56789ABCL;
        p.s.regs[11] = -1;
        p.run(0x0F, 0x07);
        assertThat(p.s.rip).isEqualTo(0x56789ABC);
        assertThat(p.s.codeSize()).isEqualTo(4);
        assertThat(p.s.cs().selector).isEqualTo(TestProcessor.USER_CODE32 | 3);
        assertThat(p.s.rflags()).as("neither RF nor VM").isEqualTo(0x3C7FD7);
    }

    @Test
    void sysretToNonCanonicalAddressFaultsInTheKernelAsOnIntel() {
        TestProcessor p = processor();
        p.s.regs[CpuState.RCX] = 0x8000_00000000L;
        p.run(0x48, 0x0F, 0x07);
        expectFault(p, CpuException.GP, 0);
        assertThat(p.s.cpl).isZero();
    }

    @Test
    void syscallIsUndefinedOutside64BitModeAndWithoutSce() {
        TestProcessor p = processor().compatibility();
        p.run(0x0F, 0x05);
        expectFault(p, CpuException.UD, 0);
        p.run(0x0F, 0x07);
        expectFault(p, CpuException.UD, 0);
        TestProcessor q = processor();
        q.s.efer &= ~1;
        q.run(0x0F, 0x05);
        expectFault(q, CpuException.UD, 0);
        TestProcessor r = TestProcessor.protected32();
        r.run(0x0F, 0x05);
        expectFault(r, CpuException.UD, 0);
        TestProcessor u = processor().user();
        u.run(0x48, 0x0F, 0x07);
        expectFault(u, CpuException.GP, 0);
    }

    @Test
    void sysenterFromCompatibilityModeEnters64BitCode() {
        TestProcessor p = processor().compatibility();
        p.s.systemFlags |= Rflags.IF | Rflags.TF;
        p.run(0x0F, 0x34);
        assertThat(p.vector).isEqualTo(-1);
        assertThat(p.s.is64Bit()).isTrue();
        assertThat(p.s.cpl).isZero();
        assertThat(p.s.rip).isEqualTo(ENTRY);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(0xFFFF8880_00001000L);
        assertThat(p.s.rflags()).isEqualTo(Rflags.TF | 2);
        assertThat(p.s.ss().selector).isEqualTo(TestProcessor.DATA0);
    }

    @Test
    void sysexit() {
        TestProcessor p = processor();
        p.s.regs[CpuState.RDX] = 0x7FFF_00001000L;
        p.s.regs[CpuState.RCX] = 0x7FFF_00002000L;
        p.run(0x48, 0x0F, 0x35);
        assertThat(p.s.rip).isEqualTo(0x7FFF_00001000L);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(0x7FFF_00002000L);
        assertThat(p.s.cs().selector).isEqualTo(TestProcessor.CODE64 + 32 | 3);
        assertThat(p.s.ss().selector).isEqualTo(TestProcessor.CODE64 + 40 | 3);
        assertThat(p.s.cpl).isEqualTo(3);
        TestProcessor q = processor();
        q.s.regs[CpuState.RDX] = 0x7FFF_00001000L;
        q.run(0x0F, 0x35);
        assertThat(q.s.rip).isEqualTo(0x1000);
        assertThat(q.s.codeSize()).isEqualTo(4);
        assertThat(q.s.cs().selector).isEqualTo(TestProcessor.CODE64 + 16 | 3);
        TestProcessor r = processor();
        r.s.regs[CpuState.RCX] = 0x8000_00000000L;
        r.run(0x48, 0x0F, 0x35);
        expectFault(r, CpuException.GP, 0);
        r.user().run(0x0F, 0x35);
        expectFault(r, CpuException.GP, 0);
    }

    @Test
    void sysenterWithoutSelectorOrProtection() {
        TestProcessor p = processor();
        p.s.msr.sysenterCs = 3;
        p.run(0x0F, 0x34);
        expectFault(p, CpuException.GP, 0);
        TestProcessor q = TestProcessor.real();
        q.s.msr.sysenterCs = 8;
        q.run(0x0F, 0x34);
        expectFault(q, CpuException.GP, 0);
    }

    @Test
    void sysenterIn32BitMode() {
        TestProcessor p = TestProcessor.protected32().user();
        p.s.msr.sysenterCs = TestProcessor.CODE32;
        p.s.msr.sysenterEsp = 0x1_00005000L;
        p.s.msr.sysenterEip = TestProcessor.HANDLER;
        p.run(0x0F, 0x34);
        assertThat(p.s.codeSize()).isEqualTo(4);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(0x5000);
        assertThat(p.s.rip).isEqualTo(TestProcessor.HANDLER);
    }
}
