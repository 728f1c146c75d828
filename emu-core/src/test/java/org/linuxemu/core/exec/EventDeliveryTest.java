package org.linuxemu.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/** Real-address mode, 16- and 32-bit gates and virtual-8086 mode. */
class EventDeliveryTest {
    private static final int INTERRUPT32 = 0x8E;
    private static final int INTERRUPT16 = 0x86;

    @Test
    void realModePushesThreeWordsAndClearsFlags() {
        TestProcessor p = TestProcessor.real();
        p.put(4 * 0x21, 4, 0x12345678);
        p.s.rip = 0x100;
        p.s.systemFlags |= Rflags.IF | Rflags.TF | Rflags.AC;
        p.s.setArithmeticFlags(Rflags.CF);
        p.s.regs[CpuState.RSP] = 0xABCD_0000_7000L;
        assertThat(p.delivery.deliverInterrupt(0x21)).isTrue();
        assertThat(p.s.cs().selector).isEqualTo(0x1234);
        assertThat(p.s.cs().base).isEqualTo(0x12340);
        assertThat(p.s.rip).isEqualTo(0x5678);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(0xABCD_0000_6FFAL);
        assertThat(p.get(0x6FFA, 2)).isEqualTo(0x100);
        assertThat(p.get(0x6FFC, 2)).isEqualTo(0x3000);
        assertThat(p.get(0x6FFE, 2)).isEqualTo(Rflags.IF | Rflags.TF | Rflags.CF | 2);
        assertThat(p.s.systemFlags & (Rflags.IF | Rflags.TF | Rflags.AC)).isZero();
    }

    @Test
    void realModeExceptionHasNoErrorCodeAndStackWraps() {
        TestProcessor p = TestProcessor.real();
        p.put(4 * CpuException.GP, 4, 0x40000000);
        p.s.regs[CpuState.RSP] = 2;
        p.s.ss().base = 0x10000;
        assertThat(p.delivery.deliverException(CpuException.GP, 0, 0)).isTrue();
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(0xFFFC);
        assertThat(p.get(0x1FFFC, 2)).isZero();
        assertThat(p.get(0x10000, 2))
                .isEqualTo(Rflags.FIXED); // flags: the image has RF beyond its 16 bits
    }

    @Test
    void realModeVectorBeyondTheTableIsATripleFaultWhenNothingElseFits() {
        TestProcessor p = TestProcessor.real();
        p.s.idtrLimit = 4 * 8 - 1;
        assertThat(p.delivery.deliverInterrupt(0x21)).isFalse();
        p.s.idtrLimit = 4 * 9 - 1;
        p.put(4 * 8, 4, 0x40000000);
        assertThat(p.delivery.deliverInterrupt(0x21)).as("#GP has no entry: double fault").isTrue();
        assertThat(p.s.cs().selector).isEqualTo(0x4000);
    }

    @Test
    void sameLevelThroughA32BitGate() {
        TestProcessor p = TestProcessor.protected32();
        p.gate(CpuException.GP, INTERRUPT32, TestProcessor.CODE32, TestProcessor.HANDLER, 0);
        p.s.systemFlags |= Rflags.IF;
        assertThat(p.delivery.deliverException(CpuException.GP, 0x18, 0)).isTrue();
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(TestProcessor.KERNEL_STACK - 16);
        assertThat(p.stack(0, 4)).isEqualTo(0x18);
        assertThat(p.stack(1, 4)).isEqualTo(TestProcessor.CODE);
        assertThat(p.stack(2, 4)).isEqualTo(TestProcessor.CODE32);
        assertThat(p.stack(3, 4)).isEqualTo(Rflags.IF | Rflags.RF | 2);
        assertThat(p.s.flag(Rflags.IF)).isFalse();
    }

    @Test
    void userToKernelThroughA32BitGate() {
        TestProcessor p = TestProcessor.protected32().user();
        p.gate(0x80, INTERRUPT32 | 0x60, TestProcessor.CODE32, TestProcessor.HANDLER, 0);
        p.run(0xCD, 0x80);
        assertThat(p.vector).isEqualTo(-1);
        assertThat(p.s.cpl).isZero();
        assertThat(p.s.ss().selector).isEqualTo(TestProcessor.DATA0);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(TestProcessor.KERNEL_STACK - 20);
        assertThat(p.stack(0, 4)).isEqualTo(TestProcessor.CODE + 2);
        assertThat(p.stack(1, 4)).isEqualTo(TestProcessor.USER_CODE32 | 3);
        assertThat(p.stack(3, 4)).isEqualTo(TestProcessor.USER_STACK);
        assertThat(p.stack(4, 4)).isEqualTo(TestProcessor.USER_DATA | 3);
        assertThat(p.get(TestProcessor.GDT + TestProcessor.DATA0 + 5, 1)).isEqualTo(0x93);
    }

    @Test
    void userToRing1ThroughA16BitGatePushesWords() {
        TestProcessor p = TestProcessor.protected32().user();
        p.gate(0x80, INTERRUPT16 | 0x60, TestProcessor.CODE32_RING1, 0x1234_5678, 0);
        p.run(0xCD, 0x80);
        assertThat(p.s.cpl).isEqualTo(1);
        assertThat(p.s.cs().selector).isEqualTo(TestProcessor.CODE32_RING1 | 1);
        assertThat(p.s.rip).isEqualTo(0x5678);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(TestProcessor.RING1_STACK - 10);
        assertThat(p.stack(1, 2)).isEqualTo(TestProcessor.USER_CODE32 | 3);
        assertThat(p.stack(3, 2)).isEqualTo(TestProcessor.USER_STACK & 0xFFFF);
    }

    @Test
    void stackFromA16BitTss() {
        TestProcessor p = TestProcessor.protected32().user();
        p.s.tr.set(TestProcessor.TASK16, TestProcessor.TSS, 0x2B, 0x83);
        p.put(TestProcessor.TSS + 2, 2, 0x8000);
        p.put(TestProcessor.TSS + 4, 2, TestProcessor.DATA0);
        p.gate(0x80, INTERRUPT32 | 0x60, TestProcessor.CODE32, TestProcessor.HANDLER, 0);
        p.run(0xCD, 0x80);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(0x8000 - 20);
    }

    private static void expect(TestProcessor p, int vector, int error) {
        p.run(0xCD, 0x80);
        assertThat(p.vector).isEqualTo(vector);
        assertThat(p.error).isEqualTo(error);
    }

    @Test
    void badInnerStacks() {
        TestProcessor p = TestProcessor.protected32().user();
        p.gate(0x80, INTERRUPT32 | 0x60, TestProcessor.CODE32, TestProcessor.HANDLER, 0);
        p.s.tr.limit = 8;
        expect(p, CpuException.TS, TestProcessor.TASK);
        p.s.tr.limit = 0x67;
        p.put(TestProcessor.TSS + 8, 2, 0);
        expect(p, CpuException.TS, 0);
        p.put(TestProcessor.TSS + 8, 2, 0x100);
        expect(p, CpuException.TS, 0x100);
        p.put(TestProcessor.TSS + 8, 2, TestProcessor.DATA0 | 1);
        expect(p, CpuException.TS, TestProcessor.DATA0);
        p.put(TestProcessor.TSS + 8, 2, TestProcessor.READ_ONLY);
        expect(p, CpuException.TS, TestProcessor.READ_ONLY);
        p.put(TestProcessor.TSS + 8, 2, TestProcessor.DATA_RING1);
        expect(p, CpuException.TS, TestProcessor.DATA_RING1);
        p.put(TestProcessor.TSS + 8, 2, TestProcessor.ABSENT_DATA);
        expect(p, CpuException.SS, TestProcessor.ABSENT_DATA);
        p.put(TestProcessor.TSS + 8, 2, TestProcessor.EXPAND_DOWN); // valid offsets from 10000h on
        p.put(TestProcessor.TSS + 4, 4, 0x10010);
        expect(p, CpuException.SS, TestProcessor.EXPAND_DOWN);
        p.put(TestProcessor.TSS + 4, 4, 0x10014);
        p.run(0xCD, 0x80);
        assertThat(p.vector).isEqualTo(-1);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(0x10000);
    }

    @Test
    void stackOverflowAtTheSameLevelIsAStackFault() {
        TestProcessor p = TestProcessor.protected32();
        p.gate(0x80, INTERRUPT32, TestProcessor.CODE32, TestProcessor.HANDLER, 0);
        p.s.ss().limit = 0xFFF;
        p.s.regs[CpuState.RSP] = 0x2000;
        expect(p, CpuException.SS, 0);
    }

    @Test
    void handlerBeyondItsSegmentsLimit() {
        TestProcessor p = TestProcessor.protected32();
        p.gate(0x80, INTERRUPT32, TestProcessor.CODE16, 0x10000, 0);
        expect(p, CpuException.GP, 0);
    }

    @Test
    void taskGateIsRefused() {
        TestProcessor p = TestProcessor.protected32();
        p.gate(0x80, 0x85, TestProcessor.TASK, 0, 0);
        expect(p, CpuException.GP, 0x402);
        p.gate(CpuException.DF, 0x85, TestProcessor.TASK, 0, 0);
        assertThat(p.delivery.deliverException(CpuException.GP, 0, 0)).isFalse();
    }

    @Test
    void virtual8086EntersRing0WithItsSegmentsSaved() {
        TestProcessor p = TestProcessor.protected32().virtual8086(0);
        p.gate(CpuException.GP, INTERRUPT32, TestProcessor.CODE32, TestProcessor.HANDLER, 0);
        p.s.rip = 0x123;
        assertThat(p.delivery.deliverException(CpuException.GP, 0, 0)).isTrue();
        assertThat(p.s.virtual8086()).isFalse();
        assertThat(p.s.cpl).isZero();
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(TestProcessor.KERNEL_STACK - 40);
        long[] expected = {
            0,
            0x123,
            0x3000,
            Rflags.VM | Rflags.RF | 2,
            0x1000,
            0x1600,
            0x2000,
            0x2001,
            0x2002,
            0x2003
        };
        for (int i = 0; i < expected.length; i++) {
            assertThat(p.stack(i, 4)).as("value %d", i).isEqualTo(expected[i]);
        }
        for (int segment : new int[] {0, 3, 4, 5}) {
            assertThat(p.s.segments[segment].selector).isZero();
            assertThat(p.s.segments[segment].usable()).isFalse();
        }
        // IRET takes it all back.
        p.s.regs[CpuState.RSP] += 4;
        p.run(0xCF);
        assertThat(p.vector).isEqualTo(-1);
        assertThat(p.s.virtual8086()).isTrue();
        assertThat(p.s.cpl).isEqualTo(3);
        assertThat(p.s.rip).isEqualTo(0x123);
        assertThat(p.s.segments[5].selector).isEqualTo(0x2003);
        assertThat(p.s.segments[5].base).isEqualTo(0x20030);
        assertThat(p.s.ss().base).isEqualTo(0x16000);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(0x1000);
    }

    @Test
    void virtual8086MayOnlyEnterRing0() {
        TestProcessor p = TestProcessor.protected32().virtual8086(3);
        p.gate(0x80, INTERRUPT32 | 0x60, TestProcessor.CODE32_RING1, TestProcessor.HANDLER, 0);
        expect(p, CpuException.GP, TestProcessor.CODE32_RING1);
        p.descriptor(TestProcessor.CONFORMING, 0, 0xFFFFF, 0x9E, 0xC);
        p.gate(0x80, INTERRUPT32 | 0x60, TestProcessor.CONFORMING, TestProcessor.HANDLER, 0);
        expect(p, CpuException.GP, TestProcessor.CONFORMING);
    }

    @Test
    void virtual8086SoftwareInterruptNeedsIopl3ButInt3DoesNot() {
        TestProcessor p = TestProcessor.protected32().virtual8086(2);
        p.gate(0x80, INTERRUPT32 | 0x60, TestProcessor.CODE32, TestProcessor.HANDLER, 0);
        p.gate(3, INTERRUPT32 | 0x60, TestProcessor.CODE32, TestProcessor.HANDLER, 0);
        expect(p, CpuException.GP, 0);
        p.run(0xCC);
        assertThat(p.s.rip).isEqualTo(TestProcessor.HANDLER);
        assertThat(p.stack(0, 4)).isEqualTo(1);
    }

    @Test
    void intoDependsOnTheOverflowFlag() {
        TestProcessor p = TestProcessor.protected32();
        p.gate(4, INTERRUPT32, TestProcessor.CODE32, TestProcessor.HANDLER, 0);
        p.run(0xCE);
        assertThat(p.s.rip).isEqualTo(TestProcessor.CODE + 1);
        p.s.setArithmeticFlags(Rflags.OF);
        p.run(0xCE);
        assertThat(p.s.rip).isEqualTo(TestProcessor.HANDLER);
        assertThat(p.stack(0, 4)).isEqualTo(TestProcessor.CODE + 2);
    }

    @Test
    void alignmentChecksThatFaultWithoutEndInTheirOwnHandlerShutTheProcessorDown() {
        TestProcessor p = TestProcessor.protected32().user();
        p.descriptor(TestProcessor.CONFORMING, 0, 0xFFFFF, 0x9E, 0xC);
        p.gate(CpuException.AC, INTERRUPT32, TestProcessor.CONFORMING, TestProcessor.HANDLER, 0);
        p.s.cr0 |= 0x40000;
        p.s.systemFlags |= Rflags.AC;
        p.mmu.updateContext();
        p.s.regs[CpuState.RSP] = TestProcessor.USER_STACK - 1;
        String before = p.snapshot();
        assertThat(p.delivery.deliverException(CpuException.AC, 0, 0)).isFalse();
        assertThat(p.snapshot()).isEqualTo(before);
    }
}
