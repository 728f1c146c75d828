package org.linuxemu.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

class EventDeliveryLongModeTest {
    private static final int INTERRUPT = 0x8E;
    private static final int TRAP = 0x8F;

    private final TestProcessor p = TestProcessor.long64();

    private void gate(int vector, int access) {
        p.gate(vector, access, TestProcessor.CODE64, TestProcessor.HANDLER, 0);
    }

    @Test
    void faultFromUserModeSwitchesToTheKernelStack() {
        p.user();
        gate(CpuException.GP, INTERRUPT);
        p.s.systemFlags |= Rflags.IF | Rflags.TF | Rflags.NT | Rflags.AC;
        p.s.setArithmeticFlags(Rflags.CF | Rflags.ZF);
        p.s.halted = true;
        assertThat(p.delivery.deliverException(CpuException.GP, 0x1234, 0)).isTrue();
        assertThat(p.s.rip).isEqualTo(TestProcessor.HANDLER);
        assertThat(p.s.cpl).isZero();
        assertThat(p.s.cs().selector).isEqualTo(TestProcessor.CODE64);
        assertThat(p.s.is64Bit()).isTrue();
        assertThat(p.s.ss().selector).isZero();
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(TestProcessor.KERNEL_STACK - 48);
        assertThat(p.stack(0, 8)).isEqualTo(0x1234);
        assertThat(p.stack(1, 8)).isEqualTo(TestProcessor.CODE);
        assertThat(p.stack(2, 8)).isEqualTo(TestProcessor.USER_CODE64 | 3);
        int saved =
                Rflags.IF | Rflags.TF | Rflags.NT | Rflags.AC | Rflags.CF | Rflags.ZF | Rflags.RF
                        | 2;
        assertThat(p.stack(3, 8)).isEqualTo(saved);
        assertThat(p.stack(4, 8)).isEqualTo(TestProcessor.USER_STACK);
        assertThat(p.stack(5, 8)).isEqualTo(TestProcessor.USER_DATA | 3);
        assertThat(p.s.rflags()).isEqualTo(Rflags.AC | Rflags.CF | Rflags.ZF | 2);
        assertThat(p.s.halted).isFalse();
    }

    @Test
    void trapGateLeavesInterruptsEnabledAndInterruptHasNoErrorCodeAndNoResumeFlag() {
        gate(0x30, TRAP);
        p.s.systemFlags |= Rflags.IF;
        p.s.regs[CpuState.RSP] = TestProcessor.KERNEL_STACK - 4; // not aligned
        assertThat(p.delivery.deliverInterrupt(0x30)).isTrue();
        assertThat(p.s.flag(Rflags.IF)).isTrue();
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(TestProcessor.KERNEL_STACK - 16 - 40);
        assertThat(p.stack(0, 8)).isEqualTo(TestProcessor.CODE);
        assertThat(p.stack(2, 8)).isEqualTo(Rflags.IF | 2);
        assertThat(p.stack(3, 8)).isEqualTo(TestProcessor.KERNEL_STACK - 4);
        assertThat(p.stack(4, 8)).isEqualTo(TestProcessor.DATA0);
        assertThat(p.s.ss().selector).isEqualTo(TestProcessor.DATA0);
    }

    @Test
    void istIsUsedWithoutChangeOfPrivilegeToo() {
        p.gate(CpuException.DF, INTERRUPT, TestProcessor.CODE64, TestProcessor.HANDLER, 1);
        p.delivery.deliverException(CpuException.DF, 0, 0);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(TestProcessor.IST1 - 48);
        assertThat(p.stack(4, 8)).isEqualTo(TestProcessor.KERNEL_STACK);
        assertThat(p.stack(5, 8)).isEqualTo(TestProcessor.DATA0);
    }

    @Test
    void handlerAboveFourGigabytesAndHighGateOffset() {
        p.gate(3, INTERRUPT, TestProcessor.CODE64, 0xFFFFFFFF_81234560L, 0);
        p.delivery.deliverException(3, 0, 0);
        assertThat(p.s.rip).isEqualTo(0xFFFFFFFF_81234560L);
    }

    @Test
    void pageFaultSetsCr2AndPushesItsErrorCode() {
        gate(CpuException.PF, INTERRUPT);
        p.delivery.deliverException(CpuException.PF, 6, 0xFFFF8000_00001000L);
        assertThat(p.s.cr2).isEqualTo(0xFFFF8000_00001000L);
        assertThat(p.stack(0, 8)).isEqualTo(6);
    }

    @Test
    void debugExceptionKeepsTheResumeFlagAsItIsAndTurnsGeneralDetectOff() {
        gate(CpuException.DB, INTERRUPT);
        p.s.dr[7] = 0x2400;
        p.delivery.deliverException(CpuException.DB, 0, 0);
        assertThat(p.stack(2, 8) & Rflags.RF).isZero();
        assertThat(p.s.dr[7]).isEqualTo(0x400);
    }

    @Test
    void conformingHandlerKeepsUserPrivilegeAndStack() {
        p.user();
        p.gate(0x30, INTERRUPT, TestProcessor.CONFORMING, TestProcessor.HANDLER, 0);
        p.delivery.deliverInterrupt(0x30);
        assertThat(p.s.cpl).isEqualTo(3);
        assertThat(p.s.cs().selector).isEqualTo(TestProcessor.CONFORMING | 3);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(TestProcessor.USER_STACK - 16 - 24);
    }

    @Test
    void descriptorsGetTheirAccessedBit() {
        gate(0x30, INTERRUPT);
        p.delivery.deliverInterrupt(0x30);
        assertThat(p.get(TestProcessor.GDT + TestProcessor.CODE64 + 5, 1)).isEqualTo(0x9B);
    }

    @Test
    void nmiIsBlockedUntilIret() {
        gate(CpuException.NMI, INTERRUPT);
        p.delivery.deliverNmi();
        assertThat(p.s.nmiBlocked).isTrue();
        p.run(0x48, 0xCF);
        assertThat(p.vector).isEqualTo(-1);
        assertThat(p.s.nmiBlocked).isFalse();
        assertThat(p.s.rip).isEqualTo(TestProcessor.CODE);
    }

    // ---- what a bad gate raises: seen through the software interrupt, which reports it unchanged
    // ----

    private void expectFromInt(int vector, int error) {
        p.run(0xCD, 0x30);
        assertThat(p.vector).isEqualTo(vector);
        assertThat(p.error).isEqualTo(error);
    }

    @Test
    void softwareInterruptNeedsTheGatesPrivilege() {
        p.user();
        gate(0x30, INTERRUPT);
        expectFromInt(CpuException.GP, 0x30 * 8 + 2);
        gate(0x30, INTERRUPT | 0x60);
        p.run(0xCD, 0x30);
        assertThat(p.vector).isEqualTo(-1);
        assertThat(p.stack(0, 8)).isEqualTo(TestProcessor.CODE + 2);
        assertThat(p.stack(2, 8) & Rflags.RF).isZero();
    }

    @Test
    void int1IsNotCheckedAgainstTheGatesPrivilege() {
        p.user();
        gate(CpuException.DB, INTERRUPT);
        p.run(0xF1);
        assertThat(p.s.rip).isEqualTo(TestProcessor.HANDLER);
        assertThat(p.stack(0, 8)).isEqualTo(TestProcessor.CODE + 1);
    }

    @Test
    void badGates() {
        p.s.idtrLimit = 0x30 * 16 + 14;
        expectFromInt(CpuException.GP, 0x182);
        p.s.idtrLimit = 0xFFF;
        expectFromInt(CpuException.GP, 0x182); // type 0
        gate(0x30, 0x86); // 16-bit gate: not in long mode
        expectFromInt(CpuException.GP, 0x182);
        gate(0x30, 0x85); // task gate
        expectFromInt(CpuException.GP, 0x182);
        gate(0x30, 0x9E); // not a system descriptor
        expectFromInt(CpuException.GP, 0x182);
        gate(0x30, 0x0E);
        expectFromInt(CpuException.NP, 0x182);
        p.gate(0x30, INTERRUPT, 3, TestProcessor.HANDLER, 0);
        expectFromInt(CpuException.GP, 0);
        p.gate(0x30, INTERRUPT, 0x200, TestProcessor.HANDLER, 0);
        expectFromInt(CpuException.GP, 0x200);
        p.gate(0x30, INTERRUPT, 0xC, TestProcessor.HANDLER, 0); // no LDT loaded
        expectFromInt(CpuException.GP, 0xC);
        p.gate(0x30, INTERRUPT, TestProcessor.DATA0, TestProcessor.HANDLER, 0);
        expectFromInt(CpuException.GP, TestProcessor.DATA0);
        p.gate(0x30, INTERRUPT, TestProcessor.CODE32, TestProcessor.HANDLER, 0);
        expectFromInt(CpuException.GP, TestProcessor.CODE32);
        p.gate(0x30, INTERRUPT, TestProcessor.USER_CODE64, TestProcessor.HANDLER, 0);
        expectFromInt(CpuException.GP, TestProcessor.USER_CODE64);
        p.gate(0x30, INTERRUPT, TestProcessor.ABSENT_CODE64, TestProcessor.HANDLER, 0);
        expectFromInt(CpuException.NP, TestProcessor.ABSENT_CODE64);
        p.gate(0x30, INTERRUPT, TestProcessor.CODE64, 0x8000_00000000L, 0);
        expectFromInt(CpuException.GP, 0);
    }

    @Test
    void badStacks() {
        p.user();
        gate(0x30, INTERRUPT | 0x60);
        p.s.tr.limit = 10;
        expectFromInt(CpuException.TS, TestProcessor.TASK);
        p.s.tr.limit = 0x67;
        p.put(TestProcessor.TSS + 4, 8, 0x8000_00000000L);
        expectFromInt(CpuException.SS, 0);
        p.gate(0x30, INTERRUPT | 0x60, TestProcessor.CODE64, TestProcessor.HANDLER, 7);
        p.s.tr.limit = 90;
        expectFromInt(CpuException.TS, TestProcessor.TASK);
    }

    @Test
    void pageFaultOnTheNewStackChangesNothing() {
        p.user();
        gate(0x30, INTERRUPT | 0x60);
        p.map(TestProcessor.KERNEL_STACK - 1, 0);
        p.run(0xCD, 0x30);
        assertThat(p.vector).isEqualTo(CpuException.PF);
        assertThat(p.error).isEqualTo(2); // supervisor write
        assertThat(p.address).isEqualTo(TestProcessor.KERNEL_STACK - 8);
    }

    // ---- exceptions in exceptions ----

    @Test
    void faultDuringAnExternalInterruptIsDeliveredWithTheExternalBit() {
        gate(CpuException.GP, INTERRUPT);
        assertThat(p.delivery.deliverInterrupt(0x30)).isTrue();
        assertThat(p.stack(0, 8)).isEqualTo(0x183);
        assertThat(p.stack(1, 8)).isEqualTo(TestProcessor.CODE);
        assertThat(p.stack(3, 8) & Rflags.RF).isNotZero();
    }

    @Test
    void contributoryAfterContributoryIsADoubleFault() {
        gate(CpuException.DF, INTERRUPT);
        // #GP's gate is absent: #GP; #GP after #GP is #DF.
        assertThat(p.delivery.deliverException(CpuException.GP, 0, 0)).isTrue();
        assertThat(p.s.rip).isEqualTo(TestProcessor.HANDLER);
        assertThat(p.stack(0, 8)).isZero();
        assertThat(p.stack(3, 8) & Rflags.RF).isZero();
    }

    @Test
    void benignThenContributoryIsDeliveredSerially() {
        gate(CpuException.GP, INTERRUPT);
        assertThat(p.delivery.deliverException(CpuException.UD, 0, 0)).isTrue();
        assertThat(p.stack(0, 8)).isEqualTo(CpuException.UD * 8 + 3);
    }

    @Test
    void contributoryThenPageFaultIsDeliveredSerially() {
        gate(CpuException.PF, INTERRUPT);
        // The gate of #GP names a stack that is not mapped.
        p.gate(CpuException.GP, INTERRUPT, TestProcessor.CODE64, TestProcessor.HANDLER, 2);
        p.put(TestProcessor.TSS + 44, 8, 0x300000);
        gate(CpuException.DF, TRAP);
        assertThat(p.delivery.deliverException(CpuException.GP, 0x55, 0)).isTrue();
        assertThat(p.s.cr2).isEqualTo(0x300000 - 8);
        assertThat(p.stack(0, 8)).isEqualTo(2);
        assertThat(p.stack(1, 8)).isEqualTo(TestProcessor.CODE);
        assertThat(p.s.flag(Rflags.IF)).isFalse();
    }

    @Test
    void pageFaultDuringPageFaultIsADoubleFaultWithTheSecondAddress() {
        p.gate(CpuException.PF, INTERRUPT, TestProcessor.CODE64, TestProcessor.HANDLER, 2);
        p.put(TestProcessor.TSS + 44, 8, 0x300000);
        p.gate(CpuException.DF, INTERRUPT, TestProcessor.CODE64, TestProcessor.HANDLER + 8, 1);
        assertThat(p.delivery.deliverException(CpuException.PF, 0, 0x123000)).isTrue();
        assertThat(p.s.rip).isEqualTo(TestProcessor.HANDLER + 8);
        assertThat(p.s.cr2).isEqualTo(0x300000 - 8);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(TestProcessor.IST1 - 48);
    }

    @Test
    void everyPairOfTheDoubleFaultTable() {
        String contributory = " 0 10 11 12 13 ";
        for (int first : new int[] {0, 1, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 16, 17, 18, 19}) {
            for (int second = 10; second <= 14; second++) {
                boolean pageFault = second == CpuException.PF;
                boolean isDouble =
                        first == CpuException.PF
                                || (contributory.contains(" " + first + " ") && !pageFault);
                assertThat(deliverPair(first, second))
                        .as("%d then %d", first, second)
                        .isEqualTo(isDouble ? CpuException.DF : second);
            }
        }
    }

    /**
     * Delivers {@code first} through a gate that raises {@code second}; returns the vector whose
     * handler ran.
     */
    private static int deliverPair(int first, int second) {
        TestProcessor q = TestProcessor.long64();
        for (int v = 0; v < 32; v++) {
            q.gate(v, INTERRUPT, TestProcessor.CODE64, TestProcessor.HANDLER + 16 * v, 1);
        }
        switch (second) {
            case CpuException.TS:
                q.gate(first, INTERRUPT, TestProcessor.CODE64, 0, 7);
                q.s.tr.limit = 36 + 7;
                break;
            case CpuException.NP:
                q.gate(first, 0x0E, TestProcessor.CODE64, 0, 1);
                break;
            case CpuException.SS:
                q.gate(first, INTERRUPT, TestProcessor.CODE64, 0, 2);
                q.put(TestProcessor.TSS + 44, 8, 0x8000_00000000L);
                break;
            case CpuException.GP:
                q.gate(first, INTERRUPT, 0, 0, 1);
                break;
            default:
                q.gate(first, INTERRUPT, TestProcessor.CODE64, 0, 2);
                q.put(TestProcessor.TSS + 44, 8, 0x300000);
                break;
        }
        assertThat(q.delivery.deliverException(first, 0, 0)).isTrue();
        return (int) (q.s.rip - TestProcessor.HANDLER) / 16;
    }

    @Test
    void tripleFaultLeavesRegistersAsTheyWere() {
        String before = p.snapshot();
        assertThat(p.delivery.deliverException(CpuException.UD, 0, 0)).isFalse();
        assertThat(p.snapshot()).isEqualTo(before);
        p.s.idtrLimit = 0;
        assertThat(p.delivery.deliverInterrupt(0x20)).isFalse();
        assertThat(p.delivery.deliverNmi()).isFalse();
        assertThat(p.snapshot()).isEqualTo(before);
    }
}
