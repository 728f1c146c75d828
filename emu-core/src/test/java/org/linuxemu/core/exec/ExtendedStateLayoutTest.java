package org.linuxemu.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;

/** XSAVE and its kin put the state where CPUID leaf 0Dh says (SDM Vol. 1, 13.4). */
class ExtendedStateLayoutTest {
    private static final int AREA = TestProcessor.DATA;
    private static final int ROOM = 1024;
    private static final long UNTOUCHED = 0xA5A5A5A5_A5A5A5A5L;
    private static final int AVX = 2;

    private final TestProcessor p = TestProcessor.long64();

    private int[] cpuid(int subleaf) {
        p.s.regs[CpuState.RAX] = 0xD;
        p.s.regs[CpuState.RCX] = subleaf;
        p.run(0x0F, 0xA2);
        return new int[] {(int) p.s.regs[CpuState.RAX], (int) p.s.regs[CpuState.RBX]};
    }

    private void save(int opcode, int modrm) {
        p.s.regs[CpuState.RAX] = -1;
        p.s.regs[CpuState.RDX] = -1;
        p.s.regs[CpuState.RBX] = AREA;
        p.run(0x0F, opcode, modrm);
        assertThat(p.vector).as("fault").isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({
        "XSAVE, 0xAE, 0x23, 0, 7",
        "XSAVE, 0xAE, 0x23, 0, 3",
        "XSAVEOPT, 0xAE, 0x33, 0, 7",
        "XSAVES, 0xC7, 0x2B, 1, 7",
        "XSAVEC, 0xC7, 0x23, 1, 7",
        "XSAVEC, 0xC7, 0x23, 1, 3",
    })
    void componentsLieWhereLeaf0DhSays(
            String name, int opcode, int modrm, int sizeSubleaf, long xcr0) {
        p.s.cr4 |= ControlRegisters.CR4_OSXSAVE | ControlRegisters.CR4_OSFXSR;
        p.s.xcr0 = xcr0;
        for (int i = 0; i < p.s.vectors.length; i++) {
            p.s.vectors[i] = 0x0101_0101_0101_0101L * (i + 1);
        }
        for (int n = 0; n < ROOM; n += 8) {
            p.put(AREA + n, 8, UNTOUCHED);
        }
        for (int n = 512; n < 576; n += 8) {
            p.put(AREA + n, 8, 0);
        }
        int total = cpuid(sizeSubleaf)[1];
        int[] avx = cpuid(AVX);
        save(opcode, modrm);
        assertThat(p.get(AREA + 512, 8) & 6).as("XSTATE_BV").isEqualTo(xcr0 & 6);
        for (int i = 0; i < 16; i++) {
            for (int half = 0; half < 2; half++) {
                int lane = 4 * i + half;
                assertThat(p.get(AREA + 160 + 16 * i + 8 * half, 8))
                        .as("XMM%d", i)
                        .isEqualTo(p.s.vectors[lane]);
                if (xcr0 == 7) {
                    assertThat(p.get(AREA + avx[1] + avx[0] / 16 * i + 8 * half, 8))
                            .as("upper half of YMM%d", i)
                            .isEqualTo(p.s.vectors[lane + 2]);
                }
            }
        }
        assertThat(total).isEqualTo(xcr0 == 7 ? avx[1] + avx[0] : 576);
        for (int n = total; n < ROOM; n += 8) {
            assertThat(p.get(AREA + n, 8)).as("behind the area, at %d", n).isEqualTo(UNTOUCHED);
        }
    }
}
