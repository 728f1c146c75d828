package org.linuxemu.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.exec.CpuModel;
import org.linuxemu.core.state.CpuState;

/** Small programs that change privilege, through decoder, engine and event delivery. */
class PrivilegeTest {
    private static final long GDT = 0x8000;
    private static final long IDT = 0x9000;
    private static final long TSS = 0xA000;
    private static final long USER = 0x50000;
    private static final long USER_STACK = 0x60000;
    private static final long HANDLER = 0x70000;
    private static final long KERNEL_STACK = 0x80000;

    private static TestMachine machine(CpuModel model) {
        TestMachine m = new TestMachine(model);
        m.put64(GDT + 0x08, 0x00AF9B00_0000FFFFL);
        m.put64(GDT + 0x10, 0x00CF9300_0000FFFFL);
        m.put64(GDT + 0x18, 0x00CFFB00_0000FFFFL);
        m.put64(GDT + 0x20, 0x00CFF300_0000FFFFL);
        m.put64(GDT + 0x28, 0x00AFFB00_0000FFFFL);
        m.state.gdtrBase = GDT;
        m.state.gdtrLimit = 0x2F;
        m.state.idtrBase = IDT;
        m.state.idtrLimit = 0xFFF;
        m.state.tr.set(0x30, TSS, 0x67, 0x8B);
        m.put64(TSS + 4, KERNEL_STACK);
        m.state.msr.star = 0x0018_0008_00000000L;
        // User code and stack; tables above them must be user-accessible too.
        for (int i = 0; i < 3; i++) {
            long table = 0x1000L * (i + 1);
            m.put64(table, m.get64(table) | 4);
        }
        for (long page = USER; page < HANDLER; page += 0x1000) {
            m.put64(TestMachine.PAGE_TABLE + (page >> 12) * 8, page | 7);
        }
        return m;
    }

    private static void gate(TestMachine m, int vector, int access, long offset) {
        m.put64(
                IDT + 16 * vector,
                offset & 0xFFFF | 8 << 16 | (long) access << 40 | (offset >> 16) << 48);
    }

    /** Starts at CPL 3 in 64-bit code, or 32-bit code by selector 1Bh. */
    private static void startUser(TestMachine m, int codeSelector) {
        long[] frame = {USER, codeSelector, 2, USER_STACK, 0x23};
        for (int i = 0; i < 5; i++) {
            m.put64(TestMachine.STACK + 8 * i, frame[i]);
        }
        m.code(TestMachine.CODE, "48CF"); // iretq
    }

    @Test
    void userProgramFaultsIntoTheKernelWithItsOwnAddress() {
        TestMachine m = machine(CpuModel.max());
        // nop; mov [0x10000],al: a supervisor page
        m.code(USER, "90 88042500000100").code(HANDLER, "5B F4"); // pop rbx; hlt
        gate(m, 14, 0x8E, HANDLER);
        startUser(m, 0x2B);
        m.run(1000);
        assertThat(m.state.regs[CpuState.RBX]).as("write by user to a present page").isEqualTo(7);
        assertThat(m.state.cr2).isEqualTo(0x10000);
        assertThat(m.get64(m.state.regs[CpuState.RSP])).isEqualTo(USER + 1);
        assertThat(m.state.cpl).isZero();
    }

    @Test
    void systemCallReturnsToTheNextInstruction() {
        TestMachine m = machine(CpuModel.max());
        // mov eax,5; syscall; int 0x80
        m.code(USER, "B805000000 0F05 CD80");
        m.code(HANDLER, "83C002 480F07"); // add eax,2; sysretq
        m.code(HANDLER + 0x100, "F4");
        m.state.msr.lstar = HANDLER;
        gate(m, 0x80, 0xEE, HANDLER + 0x100);
        startUser(m, 0x2B);
        m.run(1000);
        assertThat(m.state.regs[CpuState.RAX]).isEqualTo(7);
        assertThat(m.state.regs[CpuState.RSP]).isEqualTo(KERNEL_STACK - 40);
        assertThat(m.get64(KERNEL_STACK - 40)).isEqualTo(USER + 9);
        assertThat(m.get64(KERNEL_STACK - 32)).isEqualTo(0x2B);
    }

    @Test
    void compatibilityModeRunsWith32BitRules() {
        TestMachine m = machine(CpuModel.max());
        // inc eax (a REX prefix in 64-bit code); push eax; int 0x80
        m.code(USER, "40 50 CD80").code(HANDLER, "F4");
        gate(m, 0x80, 0xEE, HANDLER);
        startUser(m, 0x1B);
        m.state.regs[CpuState.RAX] = 0xFFFFFFFFL;
        m.run(1000);
        assertThat(m.state.regs[CpuState.RAX]).isZero();
        assertThat(m.get64(KERNEL_STACK - 16)).isEqualTo(USER_STACK - 4);
        assertThat(m.state.is64Bit()).isTrue();
    }

    @Test
    void instructionsOfMissingFeaturesAreUndefined() {
        TestMachine m = machine(CpuModel.parse("max,-bmi2,-movbe"));
        m.code(TestMachine.CODE, "0F38F003").code(HANDLER, "F4"); // movbe eax,[rbx]
        gate(m, 6, 0x8E, HANDLER);
        m.run(1000);
        assertThat(m.state.rip).isEqualTo(HANDLER + 1);
    }

    @Test
    void trailingZeroCountWithoutItsFeatureIsBitScan() {
        TestMachine m = machine(CpuModel.parse("x86-64-v1"));
        // mov ecx,0x50; rep bsf eax,ecx; rep bsr edx,ecx; hlt
        m.code(TestMachine.CODE, "B950000000 F30FBCC1 F30FBDD1 F4").run(1000);
        assertThat(m.state.regs[CpuState.RAX]).isEqualTo(4);
        assertThat(m.state.regs[CpuState.RDX])
                .as("BSR counts from bit 0, LZCNT from the top")
                .isEqualTo(6);
        TestMachine n = machine(CpuModel.max());
        n.code(TestMachine.CODE, "B950000000 F30FBCC1 F30FBDD1 F4").run(1000);
        assertThat(n.state.regs[CpuState.RDX]).isEqualTo(25);
    }

    @Test
    void faultFrameMayGoToAPageWithCode() {
        TestMachine m = machine(CpuModel.max());
        m.code(TestMachine.CODE, "90 90 0F0B").code(HANDLER, "F4"); // nop; nop; ud2
        gate(m, 6, 0x8E, HANDLER);
        m.state.regs[CpuState.RSP] = TestMachine.CODE + 0x800;
        m.run(1000);
        assertThat(m.state.rip).isEqualTo(HANDLER + 1);
        assertThat(m.get64(TestMachine.CODE + 0x800 - 40)).isEqualTo(TestMachine.CODE + 2);
    }

    @Test
    void softwareInterruptFrameMayGoToAPageWithCode() {
        TestMachine m = machine(CpuModel.max());
        m.code(TestMachine.CODE, "90 90 CD80").code(HANDLER, "F4");
        gate(m, 0x80, 0x8E, HANDLER);
        m.state.regs[CpuState.RSP] = TestMachine.CODE + 0x800;
        m.run(1000);
        assertThat(m.state.rip).isEqualTo(HANDLER + 1);
        assertThat(m.get64(TestMachine.CODE + 0x800 - 40)).isEqualTo(TestMachine.CODE + 4);
    }
}
