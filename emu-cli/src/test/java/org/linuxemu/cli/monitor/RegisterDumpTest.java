package org.linuxemu.cli.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

class RegisterDumpTest {
    @Test
    void showsTheResetState() {
        String dump = RegisterDump.general(new CpuState());
        assertThat(dump)
                .contains("EAX=00000000 EBX=00000000 ECX=00000000 EDX=")
                .contains("EIP=0000fff0 EFL=00000002 [-------] CPL=0 II=0 HLT=0\n")
                .contains("CS =f000 ffff0000 0000ffff 009b DPL=0 CS16 [-RA]\n")
                .contains("DS =0000 00000000 0000ffff 0093 DPL=0 DS16 [-WA]\n")
                .contains("CR0=60000010 CR2=00000000")
                .contains("DR6=ffff0ff0 DR7=00000400\n")
                .endsWith("EFER=0000000000000000\n")
                .doesNotContain("R8 ");
    }

    @Test
    void showsLongMode() {
        CpuState state = new CpuState();
        state.efer = 0xD01;
        state.regs[8] = 0xFEDCBA9876543210L;
        state.segments[1].set(0x10, 0, 0xFFFFFFFFL, 0xA09B);
        state.segments[3].set(0, 0, 0, 0);
        state.tr.set(0x40, 0xfffffe0000003000L, 0x4087, 0x8B);
        state.setRflags(Rflags.ZF | Rflags.PF | Rflags.IF);
        state.halted = true;
        String dump = RegisterDump.all(state);
        assertThat(dump)
                .contains("R8 =fedcba9876543210 R9 =0000000000000000")
                .contains("RFL=00000246 [---Z-P-] CPL=0 II=0 HLT=1\n")
                .contains("CS =0010 0000000000000000 ffffffff a09b DPL=0 CS64 [-RA]\n")
                .contains("DS =0000 0000000000000000 00000000 0000\n")
                .contains("TR =0040 fffffe0000003000 00004087 008b DPL=0 TSS-busy\n")
                .contains("XMM15=00000000000000000000000000000000\n")
                .contains("MXCSR=00001f80\n");
    }
}
