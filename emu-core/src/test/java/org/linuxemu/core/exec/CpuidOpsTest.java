package org.linuxemu.core.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.mmu.PageWalker;
import org.linuxemu.core.state.CpuState;

class CpuidOpsTest {
    private static long[] cpuid(TestProcessor p, int leaf, int subleaf) {
        p.s.regs[CpuState.RAX] = leaf & 0xFFFFFFFFL;
        p.s.regs[CpuState.RCX] = subleaf;
        p.run(0x0F, 0xA2);
        assertThat(p.vector).isEqualTo(-1);
        long[] r = p.s.regs;
        return new long[] {r[CpuState.RAX], r[CpuState.RBX], r[CpuState.RCX], r[CpuState.RDX]};
    }

    private static String text(long... registers) {
        ByteBuffer b = ByteBuffer.allocate(4 * registers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long r : registers) {
            b.putInt((int) r);
        }
        return new String(b.array(), StandardCharsets.US_ASCII).replace("\0", "");
    }

    private final TestProcessor p = TestProcessor.long64();

    @Test
    void vendorAndBrand() {
        long[] r = cpuid(p, 0, 0);
        assertThat(text(r[1], r[3], r[2])).isEqualTo("GenuineIntel");
        StringBuilder brand = new StringBuilder();
        for (int leaf = 0x80000002; leaf <= 0x80000004; leaf++) {
            brand.append(text(cpuid(p, leaf, 0)));
        }
        assertThat(brand.toString()).isEqualTo("JVM x86-64 emulated processor @ 1.00GHz");
        long[] h = cpuid(p, 0x40000000, 0);
        assertThat(h[0]).isEqualTo(0x40000000);
        assertThat(text(h[1], h[2], h[3])).isEqualTo("linuxemu jvm");
    }

    @Test
    void signatureIsWhatResetLeavesInEdx() {
        assertThat(cpuid(p, 1, 0)[0]).isEqualTo(CpuidOps.SIGNATURE);
        assertThat(new CpuState().regs[CpuState.RDX]).isEqualTo(CpuidOps.SIGNATURE);
        assertThat(CpuidOps.SIGNATURE >> 8 & 15).as("family").isEqualTo(6);
    }

    @Test
    void featuresAreTheModels() {
        assertThat(cpuid(p, 1, 0)[3] >> 26 & 1).as("SSE2").isEqualTo(1);
        assertThat(cpuid(p, 7, 0)[1] >> 9 & 1).as("ERMS").isEqualTo(1);
        TestProcessor q = TestProcessor.long64(CpuModel.parse("max,-sse4_1,-erms,-nx"));
        assertThat(cpuid(q, 1, 0)[2] >> 19 & 1).isZero();
        assertThat(cpuid(p, 1, 0)[2] >> 19 & 1).isEqualTo(1);
        assertThat(cpuid(q, 7, 0)[1] >> 9 & 1).isZero();
        assertThat(cpuid(q, 0x80000001, 0)[3] >> 20 & 1).isZero();
        assertThat(cpuid(p, 7, 0)[0]).as("last subleaf").isEqualTo(2);
        assertThat(cpuid(p, 7, 2)[3] >> 4 & 1).as("BHI_CTRL").isEqualTo(1);
        TestProcessor v1 = TestProcessor.long64(CpuModel.parse("x86-64-v1"));
        assertThat(cpuid(v1, 7, 0)[1]).isZero();
        assertThat(cpuid(v1, 1, 0)[2]).as("only the hypervisor bit").isEqualTo(0x80000000L);
    }

    @Test
    void everyFeatureOfTheTableHasItsOwnBit() {
        CpuModel max = CpuModel.max();
        int bits = 0;
        for (int i = 0; i < CpuFeatures.WORDS; i++) {
            bits += Integer.bitCount(max.word(i));
        }
        assertThat(bits).isEqualTo(max.features().size());
    }

    @Test
    void osxsaveFollowsCr4AndSyscallTheMode() {
        assertThat(cpuid(p, 1, 0)[2] >> 27 & 1).isZero();
        p.s.cr4 |= 0x40000;
        assertThat(cpuid(p, 1, 0)[2] >> 27 & 1).isEqualTo(1);
        assertThat(cpuid(p, 0x80000001, 0)[3] >> 11 & 1).isEqualTo(1);
        assertThat(cpuid(p.compatibility(), 0x80000001, 0)[3] >> 11 & 1).isZero();
    }

    @Test
    void clockLeavesAgreeWithTheVirtualClock() {
        long[] r = cpuid(p, 0x15, 0);
        assertThat(r[2] * r[1] / r[0]).isEqualTo(1_000_000_000L);
        assertThat(cpuid(p, 0x16, 0)[0]).isEqualTo(1000);
        assertThat(cpuid(p, 0x80000007, 0)[3]).as("invariant").isEqualTo(0x100);
    }

    @Test
    void addressSizes() {
        assertThat(cpuid(p, 0x80000008, 0)[0]).isEqualTo(48 << 8 | PageWalker.PHYSICAL_BITS);
    }

    @Test
    void extendedStateFollowsXcr0() {
        assertThat(cpuid(p, 0xD, 0)).containsExactly(7, 576, 832, 0);
        assertThat(cpuid(p, 0xD, 1)).containsExactly(15, 576, 0, 0);
        assertThat(cpuid(p, 0xD, 2)).containsExactly(256, 576, 0, 0);
        p.s.xcr0 = 7;
        assertThat(cpuid(p, 0xD, 0)).containsExactly(7, 832, 832, 0);
        TestProcessor v2 = TestProcessor.long64(CpuModel.parse("x86-64-v2"));
        assertThat(cpuid(v2, 0xD, 0)).containsOnly(0);
    }

    @Test
    void topologyIsOneProcessor() {
        assertThat(cpuid(p, 0xB, 0)).containsExactly(0, 1, 0x100, 0);
        assertThat(cpuid(p, 0xB, 1)).containsExactly(0, 1, 0x201, 0);
        assertThat(cpuid(p, 0xB, 2)).containsExactly(0, 0, 2, 0);
    }

    @Test
    void cachesEndWithANullEntry() {
        assertThat(cpuid(p, 4, 0)[0] & 31).isEqualTo(1);
        assertThat(cpuid(p, 4, 3)[0] >> 5 & 7).isEqualTo(3);
        assertThat(cpuid(p, 4, 4)).containsOnly(0);
    }

    @Test
    void leavesBeyondTheLastGiveTheLastBasicOne() {
        long[] last = cpuid(p, 0x16, 0);
        assertThat(cpuid(p, 0x17, 0)).isEqualTo(last);
        assertThat(cpuid(p, 0x80000009, 0)).isEqualTo(last);
        assertThat(cpuid(p, 0xFFFFFFFF, 0)).isEqualTo(last);
    }

    @Test
    void upperHalvesOfRegistersAreCleared() {
        for (int r = 0; r < 4; r++) {
            p.s.regs[r] |= 0xFFFFFFFF_00000000L;
        }
        p.s.regs[CpuState.RAX] = 0xFFFFFFFF_00000000L;
        p.run(0x0F, 0xA2);
        for (int r = 0; r < 4; r++) {
            assertThat(p.s.regs[r] >>> 32).isZero();
        }
    }

    // ---- models ----

    @Test
    void modelsParse() {
        assertThat(CpuModel.parse("host").features()).isEqualTo(CpuModel.max().features());
        assertThat(CpuModel.parse("x86-64-v2").has("SSE4.2")).isTrue();
        assertThat(CpuModel.parse("x86-64-v2").has("BMI1")).isFalse();
        assertThat(CpuModel.parse("qemu64,+rdrand,lahf_lm=on").has("LAHF64")).isTrue();
        assertThat(CpuModel.parse("max,smap=off").has("SMAP")).isFalse();
    }

    @Test
    void badModelsAreNamed() {
        assertThatThrownBy(() -> CpuModel.parse("pentium"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unknown CPU model 'pentium'")
                .hasMessageContaining("x86-64-v2");
        assertThatThrownBy(() -> CpuModel.parse("max,+frobnicate"))
                .hasMessage("unknown CPU feature 'frobnicate'");
        assertThatThrownBy(() -> CpuModel.parse("max,+vme"))
                .hasMessage("CPU feature 'vme' is not implemented");
        assertThatThrownBy(() -> CpuModel.parse("max,smap=2"))
                .hasMessageContaining("expected on or off");
        assertThatThrownBy(() -> CpuModel.parse("max,")).hasMessage("unknown CPU feature ''");
    }
}
