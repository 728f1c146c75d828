package org.linuxemu.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

class InterruptReturnTest {
    private static final int IRETQ = 8;
    private static final long SOME_FLAGS =
            Rflags.CF | Rflags.IF | Rflags.IOPL | Rflags.AC | Rflags.RF | Rflags.ID;

    private static void expectFault(TestProcessor p, int vector, int error) {
        assertThat(p.vector).isEqualTo(vector);
        assertThat(p.error).isEqualTo(error);
    }

    private static void frame(TestProcessor p, int size, long... values) {
        long base = p.s.is64Bit() ? 0 : p.s.ss().base;
        for (int i = 0; i < values.length; i++) {
            p.put(base + p.s.regs[CpuState.RSP] + (long) i * size, size, values[i]);
        }
    }

    private static TestProcessor iret64(long rip, int cs, long flags, long rsp, int ss) {
        TestProcessor p = TestProcessor.long64();
        return iret64(p, rip, cs, flags, rsp, ss);
    }

    private static TestProcessor iret64(
            TestProcessor p, long rip, int cs, long flags, long rsp, int ss) {
        frame(p, IRETQ, rip, cs, flags, rsp, ss);
        return p.run(0x48, 0xCF);
    }

    @Test
    void toUser64() {
        TestProcessor p =
                iret64(
                        0x7FFF_FFFFF000L,
                        TestProcessor.USER_CODE64 | 3,
                        SOME_FLAGS,
                        0x7FFF_0000_1234L,
                        TestProcessor.USER_DATA | 3);
        assertThat(p.vector).isEqualTo(-1);
        assertThat(p.s.cpl).isEqualTo(3);
        assertThat(p.s.is64Bit()).isTrue();
        assertThat(p.s.rip).isEqualTo(0x7FFF_FFFFF000L);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(0x7FFF_0000_1234L);
        assertThat(p.s.rflags()).isEqualTo(SOME_FLAGS | 2);
        assertThat(p.s.segments[3].usable()).as("DS of ring 0 is dropped").isFalse();
    }

    @Test
    void toUserKeepsTheBaseOfANullGs() {
        TestProcessor p = TestProcessor.long64();
        p.s.segments[5].set(0, 0, 0, 0);
        p.s.setSegmentBase(5, 0x7F00_00000000L);
        iret64(p, 0, TestProcessor.USER_CODE64 | 3, 2, 0, TestProcessor.USER_DATA | 3);
        assertThat(p.s.segments[5].base).isEqualTo(0x7F00_00000000L);
        assertThat(p.s.regs[CpuState.GS_BASE]).isEqualTo(0x7F00_00000000L);
    }

    @Test
    void toCompatibilityMode() {
        TestProcessor p =
                iret64(
                        0x1000,
                        TestProcessor.USER_CODE32 | 3,
                        2,
                        0xFFFF_FFFF_8000_0000L,
                        TestProcessor.USER_DATA | 3);
        assertThat(p.vector).isEqualTo(-1);
        assertThat(p.s.codeSize()).isEqualTo(4);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(0x8000_0000L);
    }

    @Test
    void toA16BitStackChangesOnlySp() {
        TestProcessor p =
                iret64(
                        0x1000,
                        TestProcessor.USER_CODE32 | 3,
                        2,
                        0x5555_1234,
                        TestProcessor.USER_DATA16 | 3);
        assertThat(p.s.regs[CpuState.RSP])
                .isEqualTo(TestProcessor.KERNEL_STACK & 0xFFFF0000L | 0x1234);
    }

    @Test
    void sameLevelIn64BitModeTakesTheStackToo() {
        TestProcessor p = iret64(0x1000, TestProcessor.CODE64, 2, 0x9000, 0);
        assertThat(p.vector).isEqualTo(-1);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(0x9000);
        assertThat(p.s.ss().selector).isZero();
        assertThat(p.s.segments[3].usable()).isTrue();
    }

    @Test
    void faultsIn64BitMode() {
        expectFault(
                iret64(
                        0x8000_00000000L,
                        TestProcessor.USER_CODE64 | 3,
                        2,
                        0,
                        TestProcessor.USER_DATA | 3),
                13,
                0);
        expectFault(iret64(0, 0, 2, 0, TestProcessor.USER_DATA | 3), 13, 0);
        expectFault(iret64(0, 0x103, 2, 0, TestProcessor.USER_DATA | 3), 13, 0x100);
        expectFault(
                iret64(0, TestProcessor.ABSENT_CODE64, 2, 0, 0), 11, TestProcessor.ABSENT_CODE64);
        expectFault(iret64(0, TestProcessor.USER_CODE64 | 3, 2, 0, 3), 13, 0);
        expectFault(
                iret64(0, TestProcessor.CODE32, 2, 0, 0), 13, 0); // null SS only into 64-bit code
        expectFault(
                iret64(0, TestProcessor.USER_CODE64 | 3, 2, 0, TestProcessor.DATA0),
                13,
                TestProcessor.DATA0);
        expectFault(
                iret64(0, TestProcessor.USER_CODE64 | 3, 2, 0, TestProcessor.USER_DATA),
                13,
                TestProcessor.USER_DATA);
        expectFault(
                iret64(0, TestProcessor.CODE64, 2, 0, TestProcessor.ABSENT_DATA),
                12,
                TestProcessor.ABSENT_DATA);
        TestProcessor p = TestProcessor.long64();
        p.s.systemFlags |= Rflags.NT;
        expectFault(iret64(p, 0, TestProcessor.CODE64, 2, 0, 0), 13, 0);
        TestProcessor q = TestProcessor.long64();
        q.s.regs[CpuState.RSP] = 0x7FFF_FFFFFFF8L + 8;
        expectFault(q.run(0x48, 0xCF), 12, 0);
    }

    /** Its execution ends it, not its success (SDM Vol. 3, 6.7.1, and VM exits by its faults). */
    @Test
    void anIretThatFaultsHasEndedTheBlockingOfNmis() {
        TestProcessor p = TestProcessor.long64();
        p.s.nmiBlocked = true;
        expectFault(
                iret64(p, 0, TestProcessor.ABSENT_CODE64, 2, 0, 0),
                11,
                TestProcessor.ABSENT_CODE64);
        assertThat(p.s.nmiBlocked).isFalse();
        TestProcessor q = TestProcessor.long64();
        q.s.nmiBlocked = true;
        assertThat(iret64(q, 0x1000, TestProcessor.CODE64, 2, 0x9000, 0).vector).isEqualTo(-1);
        assertThat(q.s.nmiBlocked).isFalse();
    }

    @Test
    void userCannotChangeIoplAndIf() {
        TestProcessor p = TestProcessor.long64().user();
        iret64(
                p,
                0,
                TestProcessor.USER_CODE64 | 3,
                Rflags.IF | Rflags.IOPL | Rflags.VIP | Rflags.TF,
                0,
                TestProcessor.USER_DATA | 3);
        assertThat(p.s.rflags()).isEqualTo(Rflags.TF | 2);
        TestProcessor q = TestProcessor.long64().user();
        q.s.systemFlags |= Rflags.IOPL | Rflags.IF;
        iret64(q, 0, TestProcessor.USER_CODE64 | 3, 2, 0, TestProcessor.USER_DATA | 3);
        assertThat(q.s.rflags()).as("IF by IOPL 3, IOPL stays").isEqualTo(Rflags.IOPL | 2);
    }

    @Test
    void virtualModeBitIsIgnoredInLongMode() {
        TestProcessor p =
                iret64(
                        0,
                        TestProcessor.USER_CODE64 | 3,
                        Rflags.VM | 2,
                        0,
                        TestProcessor.USER_DATA | 3);
        assertThat(p.vector).isEqualTo(-1);
        assertThat(p.s.virtual8086()).isFalse();
    }

    @Test
    void sameLevelIn32BitModeLeavesTheStackSegment() {
        TestProcessor p = TestProcessor.protected32();
        frame(p, 4, 0x1234, TestProcessor.CODE32, Rflags.IF | Rflags.DF, 0xBAD, 0xBAD);
        p.run(0xCF);
        assertThat(p.vector).isEqualTo(-1);
        assertThat(p.s.rip).isEqualTo(0x1234);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(TestProcessor.KERNEL_STACK + 12);
        assertThat(p.s.rflags()).isEqualTo(Rflags.IF | Rflags.DF | 2);
    }

    @Test
    void everyOuterLevelIn32BitMode() {
        for (int from = 0; from < 4; from++) {
            for (int to = 0; to < 4; to++) {
                TestProcessor p = TestProcessor.protected32();
                for (int level = 0; level < 4; level++) {
                    p.descriptor(0xD0 + 16 * level, 0, 0xFFFFF, 0x9A | level << 5, 0xC);
                    p.descriptor(0xD8 + 16 * level, 0, 0xFFFFF, 0x92 | level << 5, 0xC);
                }
                p.s.gdtrLimit = 0x1FF;
                p.s.cpl = from;
                p.loadCode(0xD0 + 16 * from | from);
                p.mmu.updateContext();
                frame(p, 4, 0x1234, 0xD0 + 16 * to | to, 2, 0x5678, 0xD8 + 16 * to | to);
                p.run(0xCF);
                if (to < from) {
                    expectFault(p, CpuException.GP, 0xD0 + 16 * to);
                } else {
                    assertThat(p.vector).isEqualTo(-1);
                    assertThat(p.s.cpl).isEqualTo(to);
                    long sp = to == from ? TestProcessor.KERNEL_STACK + 12 : 0x5678;
                    assertThat(p.s.regs[CpuState.RSP]).isEqualTo(sp);
                }
            }
        }
    }

    @Test
    void sixteenBitIretLeavesTheUpperFlags() {
        TestProcessor p = TestProcessor.protected32();
        p.s.systemFlags |= Rflags.AC | Rflags.ID;
        frame(p, 2, 0x1234, TestProcessor.CODE32, Rflags.CF);
        p.run(0x66, 0xCF);
        assertThat(p.s.rflags()).isEqualTo(Rflags.AC | Rflags.ID | Rflags.CF | 2);
        assertThat(p.s.rip).isEqualTo(0x1234);
    }

    @Test
    void realMode() {
        TestProcessor p = TestProcessor.real();
        frame(p, 2, 0x1234, 0x2000, Rflags.IF | Rflags.IOPL | Rflags.NT);
        p.run(0xCF);
        assertThat(p.s.cs().base).isEqualTo(0x20000);
        assertThat(p.s.rflags()).isEqualTo(Rflags.IF | Rflags.IOPL | Rflags.NT | 2);
        TestProcessor q = TestProcessor.real();
        frame(q, 4, 0x1234, 0x2000, Rflags.VM | Rflags.VIF | Rflags.AC);
        q.run(0x66, 0xCF);
        assertThat(q.s.rflags()).isEqualTo(Rflags.AC | 2);
    }

    @Test
    void virtual8086ModeDependsOnIopl() {
        TestProcessor p = TestProcessor.protected32().virtual8086(2);
        p.run(0xCF);
        expectFault(p, CpuException.GP, 0);
        TestProcessor q = TestProcessor.protected32().virtual8086(3);
        frame(q, 2, 0x1234, 0x2000, Rflags.IF);
        q.run(0xCF);
        assertThat(q.vector).isEqualTo(-1);
        assertThat(q.s.rflags()).isEqualTo(Rflags.VM | Rflags.IOPL | Rflags.IF | 2);
        assertThat(q.s.cs().base).isEqualTo(0x20000);
    }
}
