package org.linuxemu.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.CpuState;

class MsrOpsTest {
    private final TestProcessor p = TestProcessor.long64();

    private long read(int number) {
        p.s.regs[CpuState.RCX] = number & 0xFFFFFFFFL;
        p.run(0x0F, 0x32);
        assertThat(p.vector).as("fault").isEqualTo(-1);
        assertThat(p.s.regs[CpuState.RAX] >>> 32).isZero();
        return p.s.regs[CpuState.RDX] << 32 | p.s.regs[CpuState.RAX];
    }

    private boolean write(int number, long value) {
        p.s.regs[CpuState.RCX] = 0x5555_00000000L | number & 0xFFFFFFFFL;
        p.s.regs[CpuState.RAX] = 0x5555_00000000L | value & 0xFFFFFFFFL;
        p.s.regs[CpuState.RDX] = 0x5555_00000000L | value >>> 32;
        p.run(0x0F, 0x30);
        if (p.vector >= 0) {
            assertThat(p.vector).isEqualTo(CpuException.GP);
            assertThat(p.error).isZero();
        }
        return p.vector < 0;
    }

    @Test
    void basesAreTheSegments() {
        assertThat(write(MsrOps.FS_BASE, 0x7F12_3456789AL)).isTrue();
        assertThat(p.s.regs[CpuState.FS_BASE]).isEqualTo(0x7F12_3456789AL);
        assertThat(p.s.segments[4].base).isEqualTo(0x7F12_3456789AL);
        assertThat(read(MsrOps.FS_BASE)).isEqualTo(0x7F12_3456789AL);
        assertThat(write(MsrOps.KERNEL_GS_BASE, -4096)).isTrue();
        assertThat(read(MsrOps.KERNEL_GS_BASE)).isEqualTo(-4096);
    }

    @Test
    void addressesMustBeCanonical() {
        int[] addresses = {
            MsrOps.FS_BASE,
            MsrOps.GS_BASE,
            MsrOps.KERNEL_GS_BASE,
            MsrOps.LSTAR,
            MsrOps.CSTAR,
            MsrOps.SYSENTER_EIP,
            MsrOps.SYSENTER_ESP,
        };
        for (int number : addresses) {
            assertThat(write(number, 0x8000_00000000L)).isFalse();
            assertThat(write(number, 0xFFFF8000_00000000L)).isTrue();
            assertThat(read(number)).isEqualTo(0xFFFF8000_00000000L);
        }
    }

    @Test
    void unknownRegistersFault() {
        for (int number :
                new int[] {0x12, 0x1AD, 0x140, 0x122, 0xC0010015, 0xC0000104, 0x40000000, -1}) {
            assertThat(write(number, 0)).as("%x", number).isFalse();
            p.s.regs[CpuState.RCX] = number & 0xFFFFFFFFL;
            p.run(0x0F, 0x32);
            assertThat(p.vector).isEqualTo(CpuException.GP);
        }
    }

    @Test
    void eferChecks() {
        assertThat(write(MsrOps.EFER, 0xD01 | 2)).isFalse();
        assertThat(write(MsrOps.EFER, 0x401)).as("LME may not change under paging").isFalse();
        assertThat(write(MsrOps.EFER, 0x101)).isTrue();
        assertThat(read(MsrOps.EFER)).as("LMA is not writable").isEqualTo(0x501);
    }

    @Test
    void noExecuteBitTakesEffectAtOnce() {
        p.put(
                TestProcessor.PAGE_TABLE + (TestProcessor.CODE >> 12) * 8,
                8,
                1L << 63 | TestProcessor.CODE | 7);
        assertThat(write(MsrOps.EFER, 0x501)).isTrue();
        // Without NXE the bit is reserved.
        p.s.regs[CpuState.RBX] = TestProcessor.CODE;
        p.run(0x0F, 0xAE, 0x3B);
        assertThat(p.vector).isEqualTo(CpuException.PF);
        assertThat(p.error).isEqualTo(9);
    }

    @Test
    void timeStampCounter() {
        p.clock.advanceTo(1000);
        assertThat(write(MsrOps.TSC, 5000)).isTrue();
        p.clock.advance(7);
        assertThat(read(MsrOps.TSC)).isEqualTo(5007);
        assertThat(read(MsrOps.TSC_ADJUST)).isEqualTo(4000);
        assertThat(write(MsrOps.TSC_ADJUST, 0)).isTrue();
        assertThat(read(MsrOps.TSC)).isEqualTo(1007);
    }

    @Test
    void pageAttributeTable() {
        assertThat(read(MsrOps.PAT)).isEqualTo(0x0007040600070406L);
        assertThat(write(MsrOps.PAT, 0x0407050600070106L)).isTrue();
        for (long bad : new long[] {2, 3, 8, 0x16, 2L << 56}) {
            assertThat(write(MsrOps.PAT, bad)).isFalse();
        }
    }

    @Test
    void memoryTypeRanges() {
        assertThat(read(MsrOps.MTRR_CAP)).isEqualTo(0x508);
        assertThat(write(MsrOps.MTRR_CAP, 0)).isFalse();
        assertThat(write(MsrOps.MTRR_DEF_TYPE, 0xC06)).isTrue();
        assertThat(read(MsrOps.MTRR_DEF_TYPE)).isEqualTo(0xC06);
        assertThat(write(MsrOps.MTRR_DEF_TYPE, 7)).isFalse();
        assertThat(write(MsrOps.MTRR_DEF_TYPE, 0x1006)).isFalse();
        assertThat(write(0x20E, 0x80000006L)).isTrue();
        assertThat(write(0x20F, 0xFF_80000800L)).isTrue();
        assertThat(write(0x20F, 0x1FF_80000800L)).isFalse();
        assertThat(read(0x20E)).isEqualTo(0x80000006L);
        assertThat(write(0x210, 0)).isFalse();
        for (int fixed : new int[] {0x250, 0x258, 0x259, 0x268, 0x26F}) {
            assertThat(write(fixed, 0x0606060606060602L)).isFalse();
            assertThat(write(fixed, 0x0606060606060600L)).isTrue();
            assertThat(read(fixed)).isEqualTo(0x0606060606060600L);
        }
    }

    @Test
    void speculationControlsGoWithTheirFeatures() {
        assertThat(write(MsrOps.SPEC_CTRL, 1)).isTrue();
        assertThat(write(MsrOps.SPEC_CTRL, 8)).isFalse();
        assertThat(write(MsrOps.SPEC_CTRL, 0x401)).as("BHI_DIS_S").isTrue();
        assertThat(write(MsrOps.PRED_CMD, 1)).isTrue();
        assertThat(read(MsrOps.ARCH_CAPABILITIES) & 3).isEqualTo(3);
        TestProcessor plain = TestProcessor.long64(CpuModel.parse("x86-64-v1"));
        for (int number :
                new int[] {
                    MsrOps.SPEC_CTRL, MsrOps.ARCH_CAPABILITIES, MsrOps.TSC_AUX, MsrOps.TSC_ADJUST
                }) {
            plain.s.regs[CpuState.RCX] = number & 0xFFFFFFFFL;
            plain.run(0x0F, 0x32);
            assertThat(plain.vector).isEqualTo(CpuException.GP);
        }
    }
}
