package org.linuxemu.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Efer;

class ControlRegisterOpsTest {
    private static final long PE = 1;
    private static final long WP = 0x10000;
    private static final long PG = 0x80000000L;
    private static final long PAE = 0x20;

    private static void expectFault(TestProcessor p, int vector, int error) {
        assertThat(p.vector).isEqualTo(vector);
        assertThat(p.error).isEqualTo(error);
    }

    private static void expectOk(TestProcessor p) {
        assertThat(p.vector).as("fault").isEqualTo(-1);
    }

    private static TestProcessor control(TestProcessor p, int number, long value) {
        p.s.regs[CpuState.RAX] = value;
        return p.run(0x0F, 0x22, 0xC0 | number << 3);
    }

    private static TestProcessor debug(TestProcessor p, int number, long value) {
        p.s.regs[CpuState.RAX] = value;
        return p.run(0x0F, 0x23, 0xC0 | number << 3);
    }

    @Test
    void invalidCombinationsOfCr0() {
        TestProcessor p = TestProcessor.long64();
        expectFault(control(p, 0, PG), CpuException.GP, 0);
        expectFault(control(p, 0, PG | PE | 0x20000000), CpuException.GP, 0); // NW without CD
        expectFault(control(p, 0, PG | PE | 1L << 32), CpuException.GP, 0);
        expectFault(control(p, 0, PE), CpuException.GP, 0); // leaves paging in 64-bit mode
        expectOk(control(p, 0, PG | PE | 0x1FF8FFD0L & 0xFFC0));
        assertThat(p.s.cr0).as("undefined bits are dropped, ET stays").isEqualTo(PG | PE | 0x10);
    }

    @Test
    void enteringAndLeavingLongMode() {
        TestProcessor p = TestProcessor.protected32();
        p.s.efer = Efer.LME;
        p.s.cr3 = TestProcessor.PML4;
        expectFault(control(p, 0, PG | PE), CpuException.GP, 0); // no PAE
        expectOk(control(p, 4, PAE));
        expectOk(control(p, 0, PG | PE));
        assertThat(p.s.efer & Efer.LMA).isNotZero();
        assertThat(p.s.codeSize()).as("compatibility mode until a far jump").isEqualTo(4);
        expectFault(control(p, 4, 0), CpuException.GP, 0); // PAE may not go in long mode
        expectOk(control(p, 0, PE));
        assertThat(p.s.efer & Efer.LMA).isZero();
    }

    @Test
    void longModeNeeds32BitTssAndNo64BitCodeSegment() {
        TestProcessor p = TestProcessor.protected32();
        p.s.efer = Efer.LME;
        p.s.cr4 = PAE;
        p.s.cs().attributes |= 0x2000;
        expectFault(control(p, 0, PG | PE), CpuException.GP, 0);
        p.s.cs().attributes &= ~0x2000;
        p.s.tr.attributes = 0x83;
        expectFault(control(p, 0, PG | PE), CpuException.GP, 0);
    }

    @Test
    void paePagingLoadsThePointerTableAndChecksIt() {
        TestProcessor p = TestProcessor.protected32();
        expectOk(control(p, 4, PAE));
        expectOk(control(p, 3, TestProcessor.PDPT32));
        assertThat(p.s.pdpte[0]).isZero();
        expectOk(control(p, 0, PG | PE));
        assertThat(p.s.pdpte[0]).isEqualTo(0x3001);
        p.put(TestProcessor.PDPT32 + 32, 8, 0x3001);
        p.put(TestProcessor.PDPT32 + 40, 8, 0x3003); // R/W is reserved here
        expectFault(control(p, 3, TestProcessor.PDPT32 + 32), CpuException.GP, 0);
        assertThat(p.s.cr3).isEqualTo(TestProcessor.PDPT32);
        p.put(TestProcessor.PDPT32 + 40, 8, 0x3002); // not present: anything goes
        expectOk(control(p, 3, TestProcessor.PDPT32 + 32));
        assertThat(p.s.pdpte[1]).isEqualTo(0x3002);
    }

    @Test
    void cr3InLongMode() {
        TestProcessor p = TestProcessor.long64();
        expectFault(control(p, 3, 1L << 40), CpuException.GP, 0);
        expectFault(control(p, 3, 1L << 63 | TestProcessor.PML4), CpuException.GP, 0);
        expectOk(control(p, 4, PAE | 0x20000));
        expectOk(control(p, 3, 1L << 63 | TestProcessor.PML4 | 5));
        assertThat(p.s.cr3).isEqualTo(TestProcessor.PML4 | 5);
        expectFault(control(p, 0, PE), CpuException.GP, 0);
    }

    @Test
    void pcidNeedsLongModeAndPcidZero() {
        TestProcessor p = TestProcessor.long64();
        p.s.cr3 = TestProcessor.PML4 | 8;
        expectFault(control(p, 4, PAE | 0x20000), CpuException.GP, 0);
        expectFault(control(TestProcessor.protected32(), 4, 0x20000), CpuException.GP, 0);
    }

    @Test
    void cr4BitsOfMissingFeatures() {
        TestProcessor p = TestProcessor.long64();
        expectFault(control(p, 4, PAE | 1), CpuException.GP, 0); // VME
        expectFault(control(p, 4, PAE | 0x1000), CpuException.GP, 0); // LA57
        expectFault(control(p, 4, PAE | 1L << 32), CpuException.GP, 0);
        TestProcessor q = TestProcessor.long64(CpuModel.parse("max,-smap"));
        expectFault(control(q, 4, PAE | 0x200000), CpuException.GP, 0);
        expectOk(control(q, 4, PAE | 0x100000));
    }

    @Test
    void translationsAreForgottenWhenPagingChanges() {
        TestProcessor p = TestProcessor.long64();
        p.map(TestProcessor.DATA, TestProcessor.DATA | 0x65); // read-only, user
        expectOk(control(p, 0, PG | PE));
        p.mmu.writeByte(TestProcessor.DATA, 1); // CR0.WP is off: a supervisor may
        expectOk(control(p, 0, PG | PE | WP));
        p.s.regs[CpuState.RBX] = TestProcessor.DATA;
        p.run(0x0F, 0x01, 0x03); // SGDT [RBX]
        expectFault(p, CpuException.PF, 3);
        p.mmu.readByte(TestProcessor.DATA + 0x1000);
        p.put(TestProcessor.PAGE_TABLE + ((TestProcessor.DATA >> 12) + 1) * 8, 8, 0);
        expectOk(control(p, 3, TestProcessor.PML4));
        p.s.regs[CpuState.RBX] = TestProcessor.DATA + 0x1000;
        p.run(0x0F, 0xAE, 0x3B); // CLFLUSH
        expectFault(p, CpuException.PF, 0);
    }

    @Test
    void taskPriority() {
        TestProcessor p = TestProcessor.long64();
        p.s.regs[CpuState.RAX] = 5;
        p.run(0x44, 0x0F, 0x22, 0xC0); // MOV CR8, RAX
        expectOk(p);
        p.run(0x44, 0x0F, 0x20, 0xC1); // MOV RCX, CR8
        assertThat(p.s.regs[CpuState.RCX]).isEqualTo(5);
        p.s.regs[CpuState.RAX] = 16;
        p.run(0x44, 0x0F, 0x22, 0xC0);
        expectFault(p, CpuException.GP, 0);
    }

    @Test
    void machineStatusWord() {
        TestProcessor p = TestProcessor.protected32();
        p.s.regs[CpuState.RAX] = 0xE; // MP EM TS without PE
        p.run(0x0F, 0x01, 0xF0); // LMSW AX
        assertThat(p.s.cr0).as("PE cannot be cleared").isEqualTo(0x1F);
        p.run(0x0F, 0x06); // CLTS
        p.run(0x0F, 0x01, 0xE1); // SMSW ECX
        assertThat(p.s.regs[CpuState.RCX]).isEqualTo(0x17);
    }

    @Test
    void debugRegistersHaveTheirFixedBits() {
        TestProcessor p = TestProcessor.long64();
        expectOk(debug(p, 6, 0xFFFFFFFFL));
        assertThat(p.s.dr[6]).isEqualTo(0xFFFFEFFFL);
        expectOk(debug(p, 6, 0));
        assertThat(p.s.dr[6]).isEqualTo(0xFFFF0FF0L);
        expectOk(debug(p, 7, 0xFFFFDFFFL));
        assertThat(p.s.dr[7]).isEqualTo(0xFFFF07FFL);
        expectOk(debug(p, 3, 0x8000_00000000L));
        expectFault(debug(p, 7, 1L << 32), CpuException.GP, 0);
        p.run(0x0F, 0x21, 0xD9); // MOV RCX, DR3
        assertThat(p.s.regs[CpuState.RCX]).isEqualTo(0x8000_00000000L);
    }

    @Test
    void dr4AliasesDr6UnlessDebuggingExtensionsAreOn() {
        TestProcessor p = TestProcessor.long64();
        p.run(0x0F, 0x21, 0xE1); // MOV RCX, DR4
        assertThat(p.s.regs[CpuState.RCX]).isEqualTo(p.s.dr[6]);
        expectOk(debug(p, 5, 0x1));
        assertThat(p.s.dr[7]).isEqualTo(0x401);
        p.s.cr4 |= 8;
        p.run(0x0F, 0x21, 0xE1);
        expectFault(p, CpuException.UD, 0);
    }

    @Test
    void generalDetect() {
        TestProcessor p = TestProcessor.long64();
        expectOk(debug(p, 7, 0x2000));
        p.run(0x0F, 0x21, 0xC1);
        expectFault(p, CpuException.DB, 0);
        assertThat(p.s.dr[6]).isEqualTo(0xFFFF2FF0L);
    }

    @Test
    void extendedControlRegister() {
        TestProcessor p = TestProcessor.long64();
        p.run(0x0F, 0x01, 0xD0); // XGETBV
        expectFault(p, CpuException.UD, 0);
        expectOk(control(p, 4, PAE | 0x40000));
        p.s.regs[CpuState.RCX] = 0;
        p.run(0x0F, 0x01, 0xD0);
        assertThat(p.s.regs[CpuState.RAX]).isEqualTo(1);
        for (long bad : new long[] {0, 2, 5, 0x200, 1L << 32 | 3}) {
            p.s.regs[CpuState.RAX] = bad & 0xFFFFFFFFL;
            p.s.regs[CpuState.RDX] = bad >>> 32;
            p.run(0x0F, 0x01, 0xD1); // XSETBV
            expectFault(p, CpuException.GP, 0);
        }
        p.s.regs[CpuState.RAX] = 3;
        p.s.regs[CpuState.RDX] = 0;
        p.run(0x0F, 0x01, 0xD1);
        assertThat(p.s.xcr0).isEqualTo(3);
        p.s.regs[CpuState.RCX] = 1;
        p.s.vectors[5] = 1;
        p.s.fpControl = 0x37F;
        p.s.fpEmpty = 0xFF;
        p.run(0x0F, 0x01, 0xD0);
        assertThat(p.s.regs[CpuState.RAX]).as("SSE in use, x87 not").isEqualTo(2);
        p.s.regs[CpuState.RAX] = 3;
        p.run(0x0F, 0x01, 0xD1);
        expectFault(p, CpuException.GP, 0);
        p.s.regs[CpuState.RCX] = 0;
        p.user();
        p.run(0x0F, 0x01, 0xD1);
        expectFault(p, CpuException.GP, 0);
    }
}
