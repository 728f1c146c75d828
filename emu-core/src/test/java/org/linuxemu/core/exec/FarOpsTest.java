package org.linuxemu.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/** Far jumps, calls, call gates, BOUND and UD. */
class FarOpsTest {
    private static void expectFault(TestProcessor p, int vector, int error) {
        assertThat(p.vector).isEqualTo(vector);
        assertThat(p.error).isEqualTo(error);
    }

    /** JMP or CALL with a pointer in memory at DATA, of the given offset size. */
    private static void far(TestProcessor p, boolean call, int size, int selector, long offset) {
        p.put(TestProcessor.DATA, size, offset);
        p.put(TestProcessor.DATA + size, 2, selector);
        p.s.regs[CpuState.RBX] = TestProcessor.DATA;
        int modrm = call ? 0x1B : 0x2B;
        if (size == 8) {
            p.run(0x48, 0xFF, modrm);
        } else {
            p.run(0xFF, modrm);
        }
    }

    @Test
    void realModeJumpAndCall() {
        TestProcessor p = TestProcessor.real();
        p.run(0xEA, 0x34, 0x12, 0x00, 0xF0);
        assertThat(p.s.cs().selector).isEqualTo(0xF000);
        assertThat(p.s.cs().base).isEqualTo(0xF0000);
        assertThat(p.s.rip).isEqualTo(0x1234);
        p.run(0x9A, 0x78, 0x56, 0x00, 0x10);
        assertThat(p.stack(0, 2)).isEqualTo(0x1239);
        assertThat(p.stack(1, 2)).isEqualTo(0xF000);
        p.run(0xCB);
        assertThat(p.s.rip).isEqualTo(0x1239);
        assertThat(p.s.cs().selector).isEqualTo(0xF000);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(0x7000);
        p.run(0x66, 0xEA, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00);
        expectFault(p, CpuException.GP, 0);
    }

    @Test
    void enteringProtectedModeByAFarJump() {
        TestProcessor p = TestProcessor.real();
        p.s.gdtrBase = TestProcessor.GDT;
        p.s.gdtrLimit = TestProcessor.GDT_LIMIT;
        p.s.regs[CpuState.RAX] = 1;
        p.run(0x0F, 0x22, 0xC0); // MOV CR0, EAX
        assertThat(p.s.codeSize()).isEqualTo(2);
        p.run(0x66, 0xEA, 0x00, 0x00, 0x03, 0x00, TestProcessor.CODE32, 0x00);
        assertThat(p.vector).isEqualTo(-1);
        assertThat(p.s.codeSize()).isEqualTo(4);
        assertThat(p.s.rip).isEqualTo(TestProcessor.CODE);
    }

    @Test
    void callInLongModeBetween64BitAndCompatibilityCode() {
        TestProcessor p = TestProcessor.long64();
        far(p, true, 8, TestProcessor.CODE32, 0x1_00001234L);
        assertThat(p.vector).isEqualTo(-1);
        assertThat(p.s.codeSize()).isEqualTo(4);
        assertThat(p.s.rip).as("32 bits of the offset").isEqualTo(0x1234);
        assertThat(p.get(TestProcessor.KERNEL_STACK - 16, 8)).isEqualTo(TestProcessor.CODE + 3);
        assertThat(p.get(TestProcessor.KERNEL_STACK - 8, 8)).isEqualTo(TestProcessor.CODE64);
        p.put(
                TestProcessor.KERNEL_STACK - 16,
                8,
                TestProcessor.CODE | (long) TestProcessor.CODE64 << 32);
        p.run(0xCB);
        assertThat(p.s.is64Bit()).isTrue();
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(TestProcessor.KERNEL_STACK - 8);
    }

    @Test
    void codeSegmentFaults() {
        TestProcessor p = TestProcessor.long64();
        far(p, false, 8, 0, 0);
        expectFault(p, CpuException.GP, 0);
        far(p, false, 8, 0x100, 0);
        expectFault(p, CpuException.GP, 0x100);
        far(p, false, 8, TestProcessor.DATA0, 0);
        expectFault(p, CpuException.GP, TestProcessor.DATA0);
        far(p, false, 8, TestProcessor.USER_CODE64 | 3, 0);
        expectFault(p, CpuException.GP, TestProcessor.USER_CODE64);
        far(p, false, 8, TestProcessor.CODE64 | 1, 0);
        expectFault(p, CpuException.GP, TestProcessor.CODE64);
        far(p, false, 8, TestProcessor.ABSENT_CODE64, 0);
        expectFault(p, CpuException.NP, TestProcessor.ABSENT_CODE64);
        far(p, false, 8, TestProcessor.CODE64, 0x8000_00000000L);
        expectFault(p, CpuException.GP, 0);
        far(p, false, 8, TestProcessor.CODE16, 0x10000);
        expectFault(p, CpuException.GP, 0);
        p.descriptor(0xD0, 0, 0xFFFFF, TestProcessor.ACCESS_CODE, 0xE); // L and D
        far(p, false, 8, 0xD0, 0);
        expectFault(p, CpuException.GP, 0xD0);
        far(p, false, 8, TestProcessor.TASK, 0);
        expectFault(p, CpuException.GP, TestProcessor.TASK);
        p.s.regs[CpuState.RSP] = 0x8000_00000000L + 8;
        far(p, true, 8, TestProcessor.CODE64, 0);
        expectFault(p, CpuException.SS, 0);
    }

    @Test
    void conformingCodeRunsWithTheCallersPrivilege() {
        TestProcessor p = TestProcessor.long64().user();
        far(p, false, 8, TestProcessor.CONFORMING, TestProcessor.HANDLER);
        assertThat(p.vector).isEqualTo(-1);
        assertThat(p.s.cpl).isEqualTo(3);
        assertThat(p.s.cs().selector).isEqualTo(TestProcessor.CONFORMING | 3);
    }

    private static void callGate64(TestProcessor p, int selector, long offset, int access) {
        p.put(
                TestProcessor.GDT + TestProcessor.GATE,
                8,
                (offset & 0xFFFF)
                        | (long) selector << 16
                        | (long) access << 40
                        | (offset >>> 16 & 0xFFFF) << 48);
        p.put(TestProcessor.GDT + TestProcessor.GATE + 8, 8, offset >>> 32);
    }

    @Test
    void callGateIn64BitModeSwitchesStackAndReturnComesBack() {
        TestProcessor p = TestProcessor.long64().user();
        callGate64(p, TestProcessor.CODE64, TestProcessor.HANDLER, 0xEC);
        far(p, true, 8, TestProcessor.GATE | 3, 0xDEAD);
        assertThat(p.vector).isEqualTo(-1);
        assertThat(p.s.cpl).isZero();
        assertThat(p.s.rip).isEqualTo(TestProcessor.HANDLER);
        assertThat(p.s.ss().selector).isZero();
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(TestProcessor.KERNEL_STACK - 32);
        assertThat(p.stack(0, 8)).isEqualTo(TestProcessor.CODE + 3);
        assertThat(p.stack(1, 8)).isEqualTo(TestProcessor.USER_CODE64 | 3);
        assertThat(p.stack(2, 8)).isEqualTo(TestProcessor.USER_STACK);
        assertThat(p.stack(3, 8)).isEqualTo(TestProcessor.USER_DATA | 3);
        p.s.segments[3].set(TestProcessor.DATA0, 0, 0xFFFFFFFFL, 0xC093);
        p.run(0x48, 0xCB);
        assertThat(p.vector).isEqualTo(-1);
        assertThat(p.s.cpl).isEqualTo(3);
        assertThat(p.s.rip).isEqualTo(TestProcessor.CODE + 3);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(TestProcessor.USER_STACK);
        assertThat(p.s.segments[3].usable()).as("inner data segment is dropped").isFalse();
        assertThat(p.s.segments[0].usable()).isTrue();
    }

    @Test
    void callGateFaults() {
        TestProcessor p = TestProcessor.long64().user();
        callGate64(p, TestProcessor.CODE64, TestProcessor.HANDLER, 0x8C);
        far(p, true, 8, TestProcessor.GATE, 0);
        expectFault(p, CpuException.GP, TestProcessor.GATE);
        callGate64(p, TestProcessor.CODE64, TestProcessor.HANDLER, 0x6C);
        far(p, true, 8, TestProcessor.GATE, 0);
        expectFault(p, CpuException.NP, TestProcessor.GATE);
        callGate64(p, TestProcessor.CODE32, TestProcessor.HANDLER, 0xEC);
        far(p, true, 8, TestProcessor.GATE, 0);
        expectFault(p, CpuException.GP, TestProcessor.CODE32);
        callGate64(p, 0, TestProcessor.HANDLER, 0xEC);
        far(p, true, 8, TestProcessor.GATE, 0);
        expectFault(p, CpuException.GP, 0);
        callGate64(p, TestProcessor.CODE64, 0x8000_00000000L, 0xEC);
        far(p, true, 8, TestProcessor.GATE, 0);
        expectFault(p, CpuException.GP, 0);
        callGate64(p, TestProcessor.CODE64, TestProcessor.HANDLER, 0xEC);
        p.put(TestProcessor.GDT + TestProcessor.GATE + 13, 1, 0x0C);
        far(p, true, 8, TestProcessor.GATE, 0);
        expectFault(p, CpuException.GP, TestProcessor.GATE);
        callGate64(p, TestProcessor.CODE64, TestProcessor.HANDLER, 0xEC);
        far(p, false, 8, TestProcessor.GATE, 0);
        expectFault(p, CpuException.GP, TestProcessor.CODE64); // a jump cannot change privilege
        p.s.tr.limit = 8;
        far(p, true, 8, TestProcessor.GATE, 0);
        expectFault(p, CpuException.TS, TestProcessor.TASK);
    }

    @Test
    void callGateIn32BitModeCopiesParametersAndReturnReleasesThem() {
        TestProcessor p = TestProcessor.protected32().user();
        p.put(
                TestProcessor.GDT + TestProcessor.GATE32,
                8,
                TestProcessor.CODE32_RING1 << 16
                        | 2L << 32
                        | 0xECL << 40
                        | 0x0004L << 48); // two parameters
        p.s.regs[CpuState.RSP] -= 8;
        p.put(TestProcessor.USER_STACK - 8, 4, 0x11111111);
        p.put(TestProcessor.USER_STACK - 4, 4, 0x22222222);
        p.run(0x9A, 0, 0, 0, 0, TestProcessor.GATE32 | 3, 0);
        assertThat(p.vector).isEqualTo(-1);
        assertThat(p.s.cpl).isEqualTo(1);
        assertThat(p.s.rip).isEqualTo(0x40000);
        assertThat(p.s.ss().selector).isEqualTo(TestProcessor.DATA_RING1 | 1);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(TestProcessor.RING1_STACK - 24);
        assertThat(p.stack(0, 4)).isEqualTo(TestProcessor.CODE + 7);
        assertThat(p.stack(1, 4)).isEqualTo(TestProcessor.USER_CODE32 | 3);
        assertThat(p.stack(2, 4)).isEqualTo(0x11111111);
        assertThat(p.stack(3, 4)).isEqualTo(0x22222222);
        assertThat(p.stack(4, 4)).isEqualTo(TestProcessor.USER_STACK - 8);
        assertThat(p.stack(5, 4)).isEqualTo(TestProcessor.USER_DATA | 3);
        p.run(0xCA, 8, 0); // RETF 8
        assertThat(p.vector).isEqualTo(-1);
        assertThat(p.s.cpl).isEqualTo(3);
        assertThat(p.s.regs[CpuState.RSP]).isEqualTo(TestProcessor.USER_STACK);
        assertThat(p.s.rip).isEqualTo(TestProcessor.CODE + 7);
    }

    @Test
    void taskSwitchesAreRefused() {
        TestProcessor p = TestProcessor.protected32();
        p.run(0xEA, 0, 0, 0, 0, TestProcessor.TASK, 0);
        expectFault(p, CpuException.GP, TestProcessor.TASK);
        p.run(0x9A, 0, 0, 0, 0, TestProcessor.TASK_GATE, 0);
        expectFault(p, CpuException.GP, TestProcessor.TASK_GATE);
        p.s.systemFlags |= Rflags.NT;
        p.run(0xCF);
        expectFault(p, CpuException.GP, 0);
    }

    @Test
    void farReturnFaults() {
        TestProcessor p = TestProcessor.protected32();
        int[][] cases = {
            {0, CpuException.GP, 0},
            {0x100, CpuException.GP, 0x100},
            {TestProcessor.DATA0, CpuException.GP, TestProcessor.DATA0},
            {
                TestProcessor.USER_CODE32, CpuException.GP, TestProcessor.USER_CODE32
            }, // RPL is not DPL
        };
        for (int[] x : cases) {
            p.put(TestProcessor.KERNEL_STACK, 4, 0x1000);
            p.put(TestProcessor.KERNEL_STACK + 4, 4, x[0]);
            p.run(0xCB);
            expectFault(p, x[1], x[2]);
        }
        p.user();
        p.put(TestProcessor.USER_STACK + 4, 4, TestProcessor.CODE32);
        p.run(0xCB);
        expectFault(p, CpuException.GP, TestProcessor.CODE32); // to an inner level
    }

    @Test
    void bound() {
        TestProcessor p = TestProcessor.protected32();
        p.s.regs[CpuState.RBX] = TestProcessor.DATA;
        p.put(TestProcessor.DATA, 4, -5);
        p.put(TestProcessor.DATA + 4, 4, 5);
        for (int ok : new int[] {-5, 0, 5}) {
            p.s.regs[CpuState.RAX] = ok & 0xFFFFFFFFL;
            p.run(0x62, 0x03);
            assertThat(p.vector).isEqualTo(-1);
        }
        for (int bad : new int[] {-6, 6}) {
            p.s.regs[CpuState.RAX] = bad & 0xFFFFFFFFL;
            p.run(0x62, 0x03);
            expectFault(p, CpuException.BR, 0);
        }
    }

    @Test
    void undefinedInstructions() {
        TestProcessor p = TestProcessor.long64();
        p.run(0x0F, 0x0B);
        expectFault(p, CpuException.UD, 0);
        p.run(0x0F, 0xB9, 0xC0);
        expectFault(p, CpuException.UD, 0);
        p.run(0x0F, 0xFF, 0x00);
        expectFault(p, CpuException.UD, 0);
        p.run(0x0F, 0xAA); // RSM
        expectFault(p, CpuException.UD, 0);
    }
}
