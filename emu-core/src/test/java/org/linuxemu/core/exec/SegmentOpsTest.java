package org.linuxemu.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

class SegmentOpsTest {
    private static final int ES = 0;
    private static final int SS = 2;
    private static final int DS = 3;
    private static final int FS = 4;
    private static final int GS = 5;

    /** MOV Sreg, AX. */
    private static void load(TestProcessor p, int segment, int selector) {
        p.s.regs[CpuState.RAX] = selector;
        p.run(0x8E, 0xC0 | segment << 3);
    }

    private static void expectFault(TestProcessor p, int vector, int error) {
        assertThat(p.vector).isEqualTo(vector);
        assertThat(p.error).isEqualTo(error);
    }

    private static void expectOk(TestProcessor p) {
        assertThat(p.vector).as("fault").isEqualTo(-1);
    }

    @Test
    void realModeLoadsSelectorTimes16AndKeepsTheLimit() {
        TestProcessor p = TestProcessor.real();
        p.s.segments[DS].limit = 0xFFFFFFFFL; // as protected mode may have left it
        load(p, DS, 0x1234);
        assertThat(p.s.segments[DS].base).isEqualTo(0x12340);
        assertThat(p.s.segments[DS].limit).isEqualTo(0xFFFFFFFFL);
        p.s.segments[ES].set(0, 0, 0, 0); // null from protected mode
        load(p, ES, 0);
        assertThat(p.s.segments[ES].usable()).isTrue();
    }

    @Test
    void virtual8086ModeResetsTheLimit() {
        TestProcessor p = TestProcessor.protected32().virtual8086(0);
        p.s.segments[GS].limit = 5;
        load(p, GS, 0xFFFF);
        assertThat(p.s.segments[GS].base).isEqualTo(0xFFFF0);
        assertThat(p.s.segments[GS].limit).isEqualTo(0xFFFF);
        assertThat(p.s.regs[CpuState.GS_BASE]).isEqualTo(0xFFFF0);
    }

    @Test
    void descriptorIsLoadedAndMarkedAccessed() {
        TestProcessor p = TestProcessor.protected32();
        p.descriptor(0xD0, 0x12345678, 0xABCDE, 0xF2, 0xC);
        load(p, FS, 0xD0);
        expectOk(p);
        assertThat(p.s.segments[FS].selector).isEqualTo(0xD0);
        assertThat(p.s.segments[FS].base).isEqualTo(0x12345678);
        assertThat(p.s.regs[CpuState.FS_BASE]).isEqualTo(0x12345678);
        assertThat(p.s.segments[FS].limit).isEqualTo(0xABCDEFFFL);
        assertThat(p.s.segments[FS].attributes).isEqualTo(0xC0F3);
        assertThat(p.get(TestProcessor.GDT + 0xD0 + 5, 1)).isEqualTo(0xF3);
    }

    @Test
    void dataSegmentFaults() {
        TestProcessor p = TestProcessor.protected32();
        load(p, DS, 0x100);
        expectFault(p, CpuException.GP, 0x100);
        load(p, DS, TestProcessor.GDT_LIMIT & 0xF8 | 4); // LDT is null
        expectFault(p, CpuException.GP, TestProcessor.GDT_LIMIT & 0xF8 | 4);
        load(p, DS, TestProcessor.EXECUTE_ONLY);
        expectFault(p, CpuException.GP, TestProcessor.EXECUTE_ONLY);
        load(p, DS, TestProcessor.TASK);
        expectFault(p, CpuException.GP, TestProcessor.TASK);
        load(p, DS, TestProcessor.ABSENT_DATA);
        expectFault(p, CpuException.NP, TestProcessor.ABSENT_DATA);
        load(p, DS, TestProcessor.DATA0 | 1); // RPL above DPL
        expectFault(p, CpuException.GP, TestProcessor.DATA0);
        load(p, DS, TestProcessor.READ_ONLY);
        expectOk(p);
        load(p, DS, TestProcessor.CODE32);
        expectOk(p);
        load(p, DS, TestProcessor.CONFORMING | 3);
        expectOk(p);
        load(p, DS, 3);
        expectOk(p);
        assertThat(p.s.segments[DS].usable()).isFalse();
        assertThat(p.s.segments[DS].selector).isEqualTo(3);
    }

    @Test
    void userCannotLoadKernelData() {
        TestProcessor p = TestProcessor.protected32().user();
        load(p, ES, TestProcessor.DATA0);
        expectFault(p, CpuException.GP, TestProcessor.DATA0);
        load(p, ES, TestProcessor.USER_DATA);
        expectOk(p);
    }

    @Test
    void stackSegmentFaults() {
        TestProcessor p = TestProcessor.protected32();
        load(p, SS, 0);
        expectFault(p, CpuException.GP, 0);
        load(p, SS, TestProcessor.USER_DATA);
        expectFault(p, CpuException.GP, TestProcessor.USER_DATA);
        load(p, SS, TestProcessor.DATA0 | 3);
        expectFault(p, CpuException.GP, TestProcessor.DATA0);
        load(p, SS, TestProcessor.READ_ONLY);
        expectFault(p, CpuException.GP, TestProcessor.READ_ONLY);
        load(p, SS, TestProcessor.CODE32);
        expectFault(p, CpuException.GP, TestProcessor.CODE32);
        load(p, SS, TestProcessor.ABSENT_DATA);
        expectFault(p, CpuException.SS, TestProcessor.ABSENT_DATA);
        assertThat(p.s.interruptShadow).isFalse();
        load(p, SS, TestProcessor.DATA0);
        expectOk(p);
        assertThat(p.s.interruptShadow).isTrue();
        assertThat(p.s.movSsShadow).isTrue();
    }

    @Test
    void nullStackSegmentIn64BitMode() {
        TestProcessor p = TestProcessor.long64();
        load(p, SS, 3);
        expectFault(p, CpuException.GP, 0);
        load(p, SS, 0);
        expectOk(p);
        p.user();
        load(p, SS, 3);
        expectFault(p, CpuException.GP, 0);
    }

    @Test
    void nullFsHasBaseZeroAsOnIntel() {
        TestProcessor p = TestProcessor.long64();
        p.s.setSegmentBase(FS, 0xFFFF8000_00000000L);
        load(p, FS, 0);
        assertThat(p.s.segments[FS].base).isZero();
        assertThat(p.s.regs[CpuState.FS_BASE]).isZero();
    }

    @Test
    void accessedBitIsSetWithSupervisorPrivilege() {
        TestProcessor p = TestProcessor.long64().user();
        p.map(TestProcessor.GDT, TestProcessor.GDT | 3); // supervisor, writable
        load(p, ES, TestProcessor.USER_DATA);
        expectOk(p);
        p.map(TestProcessor.GDT, TestProcessor.GDT | 1); // read-only
        p.s.cr0 |= 0x10000;
        p.put(TestProcessor.GDT + TestProcessor.USER_DATA + 5, 1, 0xF2);
        load(p, ES, TestProcessor.USER_DATA);
        expectFault(p, CpuException.PF, 3);
    }

    @Test
    void ldtSelectors() {
        TestProcessor p = TestProcessor.long64();
        p.put(TestProcessor.LDT + 8, 8, TestProcessor.pack(0x5000, 0xFFFF, 0xF2, 4));
        p.s.regs[CpuState.RAX] = TestProcessor.LDT_SELECTOR;
        p.run(0x0F, 0x00, 0xD0); // LLDT AX
        expectOk(p);
        load(p, GS, 0xF);
        expectOk(p);
        assertThat(p.s.segments[GS].base).isEqualTo(0x5000);
        load(p, GS, 0x27);
        expectFault(p, CpuException.GP, 0x24);
        p.run(0x0F, 0x00, 0xC1); // SLDT ECX
        assertThat(p.s.regs[CpuState.RCX]).isEqualTo(TestProcessor.LDT_SELECTOR);
        p.s.regs[CpuState.RAX] = 0;
        p.run(0x0F, 0x00, 0xD0);
        load(p, GS, 0xF);
        expectFault(p, CpuException.GP, 0xC);
    }

    @Test
    void lldtAndLtrFaults() {
        TestProcessor p = TestProcessor.long64();
        int[] bad = {TestProcessor.DATA0, TestProcessor.TASK | 4, 0xF8, TestProcessor.TASK};
        for (int selector : bad) {
            p.s.regs[CpuState.RAX] = selector;
            p.run(0x0F, 0x00, 0xD0);
            expectFault(p, CpuException.GP, selector & 0xFFFC);
        }
        p.s.regs[CpuState.RAX] = 0;
        p.run(0x0F, 0x00, 0xD8); // LTR AX
        expectFault(p, CpuException.GP, 0);
        p.s.regs[CpuState.RAX] = TestProcessor.TASK16; // no such type in long mode
        p.run(0x0F, 0x00, 0xD8);
        expectFault(p, CpuException.GP, TestProcessor.TASK16);
        p.put(TestProcessor.GDT + TestProcessor.TASK + 8, 8, 0xFFFF8880L);
        p.s.regs[CpuState.RAX] = TestProcessor.TASK;
        p.run(0x0F, 0x00, 0xD8);
        expectOk(p);
        assertThat(p.s.tr.base).isEqualTo(0xFFFF8880_0000A000L);
        assertThat(p.get(TestProcessor.GDT + TestProcessor.TASK + 5, 1)).isEqualTo(0x8B);
        p.run(0x0F, 0x00, 0xD8);
        expectFault(p, CpuException.GP, TestProcessor.TASK); // busy
        p.put(TestProcessor.GDT + TestProcessor.TASK + 5, 1, 0x09);
        p.run(0x0F, 0x00, 0xD8);
        expectFault(p, CpuException.NP, TestProcessor.TASK);
        p.user();
        p.run(0x0F, 0x00, 0xD8);
        expectFault(p, CpuException.GP, 0);
    }

    @Test
    void realModeHasNoLdtrOrTr() {
        TestProcessor p = TestProcessor.real();
        for (int reg = 0; reg < 6; reg++) {
            p.run(0x0F, 0x00, 0xC0 | reg << 3);
            expectFault(p, CpuException.UD, 0);
        }
        p.run(0x0F, 0x02, 0xC0);
        expectFault(p, CpuException.UD, 0);
    }

    @Test
    void farPointerLoadsCommitBothOrNothing() {
        TestProcessor p = TestProcessor.protected32();
        p.put(TestProcessor.DATA, 4, 0xCAFE1234L);
        p.put(TestProcessor.DATA + 4, 2, TestProcessor.USER_DATA);
        p.s.regs[CpuState.RBX] = TestProcessor.DATA;
        p.run(0xC4, 0x03); // LES EAX, [EBX]
        expectOk(p);
        assertThat(p.s.regs[CpuState.RAX]).isEqualTo(0xCAFE1234L);
        assertThat(p.s.segments[ES].selector).isEqualTo(TestProcessor.USER_DATA);
        p.put(TestProcessor.DATA + 4, 2, TestProcessor.ABSENT_DATA);
        p.run(0x0F, 0xB5, 0x03); // LGS
        expectFault(p, CpuException.NP, TestProcessor.ABSENT_DATA);
        p.put(TestProcessor.DATA + 4, 2, TestProcessor.DATA0);
        p.run(0x0F, 0xB2, 0x23); // LSS ESP
        expectOk(p);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(0xCAFE1234L);
        assertThat(p.s.interruptShadow).isFalse();
    }

    @Test
    void arpl() {
        TestProcessor p = TestProcessor.protected32();
        p.s.setArithmeticFlags(Rflags.CF);
        p.s.regs[CpuState.RAX] = 0x10;
        p.s.regs[CpuState.RCX] = 0x23;
        p.run(0x63, 0xC8); // ARPL AX, CX
        assertThat(p.s.regs[CpuState.RAX]).isEqualTo(0x13);
        assertThat(p.s.arithmeticFlags()).isEqualTo(Rflags.CF | Rflags.ZF);
        p.run(0x63, 0xC8);
        assertThat(p.s.arithmeticFlags()).isEqualTo(Rflags.CF);
    }

    private static boolean query(TestProcessor p, int opcode, int selector) {
        p.s.regs[CpuState.RAX] = selector;
        p.s.regs[CpuState.RCX] = 0x5555;
        p.run(0x0F, opcode, 0xC8); // LAR or LSL ECX, EAX
        expectOk(p);
        if (!p.s.zero()) {
            assertThat(p.s.regs[CpuState.RCX]).isEqualTo(0x5555);
        }
        return p.s.zero();
    }

    @Test
    void larAndLsl() {
        TestProcessor p = TestProcessor.long64();
        assertThat(query(p, 2, TestProcessor.CODE64)).isTrue();
        assertThat(p.s.regs[CpuState.RCX]).isEqualTo(0xAF9A00);
        assertThat(query(p, 3, TestProcessor.CODE64)).isTrue();
        assertThat(p.s.regs[CpuState.RCX]).isEqualTo(0xFFFFFFFFL);
        assertThat(query(p, 3, TestProcessor.TASK)).isTrue();
        assertThat(p.s.regs[CpuState.RCX]).isEqualTo(0x6F);
        assertThat(query(p, 2, TestProcessor.ABSENT_DATA)).as("presence does not matter").isTrue();
        assertThat(query(p, 2, 0)).isFalse();
        assertThat(query(p, 2, 0x100)).isFalse();
        assertThat(query(p, 2, TestProcessor.DATA0 | 3)).isFalse();
        assertThat(query(p, 2, TestProcessor.CONFORMING | 3)).isTrue();
        assertThat(query(p, 2, TestProcessor.TASK16)).as("no 16-bit TSS in long mode").isFalse();
        assertThat(query(p, 2, TestProcessor.TASK_GATE | 3)).isFalse();
        TestProcessor q = TestProcessor.protected32();
        assertThat(query(q, 2, TestProcessor.TASK16)).isTrue();
        assertThat(query(q, 2, TestProcessor.TASK_GATE | 3)).isTrue();
        assertThat(query(q, 3, TestProcessor.TASK_GATE | 3)).isFalse();
        q.user();
        assertThat(query(q, 3, TestProcessor.DATA0)).isFalse();
    }

    private static boolean verify(TestProcessor p, int reg, int selector) {
        p.s.regs[CpuState.RAX] = selector;
        p.run(0x0F, 0x00, 0xC0 | reg << 3);
        expectOk(p);
        return p.s.zero();
    }

    @Test
    void verrAndVerw() {
        TestProcessor p = TestProcessor.protected32();
        assertThat(verify(p, 4, TestProcessor.DATA0)).isTrue();
        assertThat(verify(p, 5, TestProcessor.DATA0)).isTrue();
        assertThat(verify(p, 5, TestProcessor.READ_ONLY)).isFalse();
        assertThat(verify(p, 4, TestProcessor.CODE32)).isTrue();
        assertThat(verify(p, 5, TestProcessor.CODE32)).isFalse();
        assertThat(verify(p, 4, TestProcessor.EXECUTE_ONLY)).isFalse();
        assertThat(verify(p, 4, TestProcessor.TASK)).isFalse();
        assertThat(verify(p, 4, 0)).isFalse();
        assertThat(verify(p, 4, TestProcessor.DATA0 | 3)).isFalse();
        assertThat(verify(p, 4, TestProcessor.CONFORMING | 3)).isTrue();
    }

    @Test
    void descriptorTableRegisters() {
        TestProcessor p = TestProcessor.long64();
        p.s.regs[CpuState.RBX] = TestProcessor.DATA;
        p.put(TestProcessor.DATA, 2, 0x7F);
        p.put(TestProcessor.DATA + 2, 8, 0xFFFFFE00_00001000L);
        p.run(0x0F, 0x01, 0x13); // LGDT [RBX]
        expectOk(p);
        assertThat(p.s.gdtrBase).isEqualTo(0xFFFFFE00_00001000L);
        assertThat(p.s.gdtrLimit).isEqualTo(0x7F);
        p.put(TestProcessor.DATA + 2, 8, 0x8000_00000000L);
        p.run(0x0F, 0x01, 0x1B); // LIDT
        expectFault(p, CpuException.GP, 0);
        p.s.regs[CpuState.RBX] = TestProcessor.DATA + 32;
        p.run(0x0F, 0x01, 0x03); // SGDT
        assertThat(p.get(TestProcessor.DATA + 32, 2)).isEqualTo(0x7F);
        assertThat(p.get(TestProcessor.DATA + 34, 8)).isEqualTo(0xFFFFFE00_00001000L);
        p.user();
        p.run(0x0F, 0x01, 0x13);
        expectFault(p, CpuException.GP, 0);
        p.run(0x0F, 0x01, 0x0B); // SIDT
        expectOk(p);
        p.s.cr4 |= 0x800;
        for (int[] store :
                new int[][] {
                    {0x0F, 0x01, 0x0B},
                    {0x0F, 0x01, 0x03},
                    {0x0F, 0x00, 0xC0},
                    {0x0F, 0x00, 0xC8},
                    {0x0F, 0x01, 0xE0}
                }) {
            p.run(store);
            expectFault(p, CpuException.GP, 0);
        }
    }

    @Test
    void sixteenBitLgdtTakes24BitsOfBase() {
        TestProcessor p = TestProcessor.real();
        p.put(0x100, 2, 0x7F);
        p.put(0x102, 4, 0x12345678);
        p.s.regs[CpuState.RBX] = 0x100;
        p.run(0x0F, 0x01, 0x17);
        assertThat(p.s.gdtrBase).isEqualTo(0x345678);
        p.run(0x66, 0x0F, 0x01, 0x17);
        assertThat(p.s.gdtrBase).isEqualTo(0x12345678);
    }

    @Test
    void storeAcrossAnUnmappedPageStoresNothing() {
        TestProcessor p = TestProcessor.long64();
        p.map(0x21000, 0);
        p.s.regs[CpuState.RBX] = 0x21000 - 6;
        p.run(0x0F, 0x01, 0x03);
        expectFault(p, CpuException.PF, 2);
        assertThat(p.address).isEqualTo(0x21000);
        assertThat(p.get(0x21000 - 6, 2)).isZero();
    }

    @Test
    void fsAndGsBaseInstructions() {
        TestProcessor p = TestProcessor.long64();
        p.s.regs[CpuState.RAX] = 0x7FFF_12345678L;
        p.run(0xF3, 0x48, 0x0F, 0xAE, 0xD0); // WRFSBASE RAX
        expectFault(p, CpuException.UD, 0);
        p.s.cr4 |= 0x10000;
        p.user();
        p.run(0xF3, 0x48, 0x0F, 0xAE, 0xD0);
        expectOk(p);
        assertThat(p.s.segments[FS].base).isEqualTo(0x7FFF_12345678L);
        p.run(0xF3, 0x0F, 0xAE, 0xD8); // WRGSBASE EAX
        assertThat(p.s.segments[GS].base).isEqualTo(0x12345678);
        p.run(0xF3, 0x48, 0x0F, 0xAE, 0xC1); // RDFSBASE RCX
        assertThat(p.s.regs[CpuState.RCX]).isEqualTo(0x7FFF_12345678L);
        p.s.regs[CpuState.RAX] = 0x8000_00000000L;
        p.run(0xF3, 0x48, 0x0F, 0xAE, 0xD8);
        expectFault(p, CpuException.GP, 0);
    }

    @Test
    void swapgs() {
        TestProcessor p = TestProcessor.long64();
        p.s.setSegmentBase(GS, 0x1000);
        p.s.msr.kernelGsBase = 0xFFFF8880_00000000L;
        p.run(0x0F, 0x01, 0xF8);
        expectOk(p);
        assertThat(p.s.regs[CpuState.GS_BASE]).isEqualTo(0xFFFF8880_00000000L);
        assertThat(p.s.msr.kernelGsBase).isEqualTo(0x1000);
        p.user();
        p.run(0x0F, 0x01, 0xF8);
        expectFault(p, CpuException.GP, 0);
    }
}
