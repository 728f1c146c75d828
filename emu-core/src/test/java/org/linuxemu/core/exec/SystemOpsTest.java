package org.linuxemu.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.bus.PortDevice;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

class SystemOpsTest {
    private static void expectFault(TestProcessor p, int vector, int error) {
        assertThat(p.vector).isEqualTo(vector);
        assertThat(p.error).isEqualTo(error);
    }

    private static void expectOk(TestProcessor p) {
        assertThat(p.vector).as("fault").isEqualTo(-1);
    }

    @Test
    void cliAndStiByPrivilege() {
        TestProcessor p = TestProcessor.long64();
        p.run(0xFB);
        assertThat(p.s.flag(Rflags.IF)).isTrue();
        assertThat(p.s.interruptShadow).isTrue();
        p.s.interruptShadow = false;
        p.run(0xFB);
        assertThat(p.s.interruptShadow).as("IF was set already").isFalse();
        p.run(0xFA);
        assertThat(p.s.flag(Rflags.IF)).isFalse();
        p.user();
        p.run(0xFA);
        expectFault(p, CpuException.GP, 0);
        p.s.systemFlags |= Rflags.IOPL;
        p.run(0xFB);
        expectOk(p);
        TestProcessor v = TestProcessor.protected32().virtual8086(2);
        v.run(0xFA);
        expectFault(v, CpuException.GP, 0);
    }

    @Test
    void privilegedInstructionsFaultInUserMode() {
        int[][] privileged = {
            {0xF4},
            {0x0F, 0x06},
            {0x0F, 0x08},
            {0x0F, 0x09},
            {0x0F, 0x30},
            {0x0F, 0x32},
            {0x0F, 0x01, 0x38},
            {0x0F, 0x01, 0xF0},
            {0x0F, 0x20, 0xC0},
            {0x0F, 0x22, 0xD8},
            {0x0F, 0x21, 0xC0},
            {0x0F, 0x23, 0xF8},
            {0x66, 0x0F, 0x38, 0x82, 0x00},
            {0x0F, 0x33},
        };
        TestProcessor p = TestProcessor.long64().user();
        for (int[] code : privileged) {
            p.run(code);
            expectFault(p, CpuException.GP, 0);
        }
        p.run(0x0F, 0x01, 0xCA); // CLAC
        expectFault(p, CpuException.UD, 0);
    }

    @Test
    void haltWaits() {
        TestProcessor p = TestProcessor.long64();
        p.run(0xF4);
        assertThat(p.s.halted).isTrue();
        assertThat(p.c.stateChanged).isTrue();
    }

    @Test
    void timeStampCounterIsTheClock() {
        TestProcessor p = TestProcessor.long64();
        p.clock.advanceTo(0x1_23456789L);
        p.run(0x0F, 0x31);
        assertThat(p.s.regs[CpuState.RAX]).isEqualTo(0x23456789);
        assertThat(p.s.regs[CpuState.RDX]).isEqualTo(1);
        assertThat(p.c.extraCycles).isEqualTo(InstructionCosts.RDTSC);
        p.s.msr.tscAux = 7;
        p.user();
        p.run(0x0F, 0x01, 0xF9); // RDTSCP
        assertThat(p.s.regs[CpuState.RCX]).isEqualTo(7);
        p.s.cr4 |= 4;
        p.run(0x0F, 0x31);
        expectFault(p, CpuException.GP, 0);
        p.run(0x0F, 0x01, 0xF9);
        expectFault(p, CpuException.GP, 0);
        p.run(0xF3, 0x0F, 0xC7, 0xF8); // RDPID RAX
        expectOk(p);
        assertThat(p.s.regs[CpuState.RAX]).isEqualTo(7);
    }

    @Test
    void randomNumbersFollowTheSeedAndSetCarry() {
        RandomSource same = new RandomSource(1);
        TestProcessor p = TestProcessor.long64().user();
        p.s.setArithmeticFlags(Rflags.ARITHMETIC);
        p.run(0x48, 0x0F, 0xC7, 0xF0); // RDRAND RAX
        assertThat(p.s.regs[CpuState.RAX]).isEqualTo(same.next());
        assertThat(p.s.arithmeticFlags()).isEqualTo(Rflags.CF);
        p.s.regs[CpuState.RAX] = -1;
        p.run(0x66, 0x0F, 0xC7, 0xF8); // RDSEED AX
        assertThat(p.s.regs[CpuState.RAX]).isEqualTo(same.next() & 0xFFFF | ~0xFFFFL);
    }

    @Test
    void acFlagOpensUserPagesUnderSmap() {
        TestProcessor p = TestProcessor.long64();
        p.s.cr4 |= 0x200000;
        p.mmu.updateContext();
        p.run(0x0F, 0x01, 0xCB); // STAC
        assertThat(p.s.flag(Rflags.AC)).isTrue();
        assertThat(p.mmu.readByte(TestProcessor.DATA)).isZero();
        p.run(0x0F, 0x01, 0xCA); // CLAC
        p.s.regs[CpuState.RBX] = TestProcessor.DATA;
        p.run(0x0F, 0xAE, 0x3B); // CLFLUSH [RBX] is checked as a load
        expectFault(p, CpuException.PF, 1);
    }

    @Test
    void invlpgForgetsOnePage() {
        TestProcessor p = TestProcessor.long64();
        p.put(TestProcessor.DATA, 1, 0x11);
        p.put(TestProcessor.DATA + 0x1000, 1, 0x22);
        assertThat(p.mmu.readByte(TestProcessor.DATA)).isEqualTo(0x11);
        p.put(
                TestProcessor.PAGE_TABLE + (TestProcessor.DATA >> 12) * 8,
                8,
                TestProcessor.DATA + 0x1000 | 7);
        p.s.regs[CpuState.RBX] = TestProcessor.DATA + 5;
        p.run(0x0F, 0x01, 0x3B);
        expectOk(p);
        assertThat(p.mmu.readByte(TestProcessor.DATA)).isEqualTo(0x22);
        p.s.regs[CpuState.RBX] = 0x8000_00000000L;
        p.run(0x0F, 0x01, 0x3B);
        expectOk(p); // not canonical: does nothing
    }

    private static void invpcid(TestProcessor p, long type, long pcid, long address) {
        p.put(TestProcessor.DATA, 8, pcid);
        p.put(TestProcessor.DATA + 8, 8, address);
        p.s.regs[CpuState.RAX] = type;
        p.s.regs[CpuState.RBX] = TestProcessor.DATA;
        p.run(0x66, 0x0F, 0x38, 0x82, 0x03);
    }

    @Test
    void invpcidChecksItsOperand() {
        TestProcessor p = TestProcessor.long64();
        for (int type = 0; type < 4; type++) {
            invpcid(p, type, 0, 0);
            expectOk(p);
        }
        invpcid(p, 4, 0, 0);
        expectFault(p, CpuException.GP, 0);
        invpcid(p, 0, 1, 0); // PCIDs are off
        expectFault(p, CpuException.GP, 0);
        p.s.cr4 |= 0x20000;
        invpcid(p, 1, 1, 0);
        expectOk(p);
        invpcid(p, 1, 0x1000, 0);
        expectFault(p, CpuException.GP, 0);
        invpcid(p, 0, 1, 0x8000_00000000L);
        expectFault(p, CpuException.GP, 0);
    }

    // ---- ports ----

    private static final class Recorder implements PortDevice {
        final List<String> accesses = new ArrayList<>();

        @Override
        public int read(int offset, int size) {
            accesses.add("in " + offset + " " + size);
            return 0x87654321;
        }

        @Override
        public void write(int offset, int size, int value) {
            accesses.add("out " + offset + " " + size + " " + Integer.toHexString(value));
        }

        @Override
        public boolean claimsWide(int offset, int size) {
            return true;
        }
    }

    @Test
    void portAccesses() {
        TestProcessor p = TestProcessor.long64();
        Recorder device = new Recorder();
        p.ports.register(0x80, 8, device);
        p.s.regs[CpuState.RAX] = 0x11223344_55667788L;
        p.run(0xE6, 0x80);
        p.run(0x66, 0xE7, 0x82);
        p.s.regs[CpuState.RDX] = 0xFFFF_0084L;
        p.run(0xEF);
        assertThat(p.c.extraCycles).isEqualTo(3 * InstructionCosts.PORT_IO);
        p.run(0xEC);
        assertThat(p.s.regs[CpuState.RAX]).isEqualTo(0x11223344_55667721L);
        p.run(0x66, 0xED);
        assertThat(p.s.regs[CpuState.RAX]).isEqualTo(0x11223344_55664321L);
        p.run(0xED);
        assertThat(p.s.regs[CpuState.RAX]).isEqualTo(0x87654321L);
        assertThat(device.accesses)
                .containsExactly(
                        "out 0 1 88",
                        "out 2 2 7788",
                        "out 4 4 55667788",
                        "in 4 1",
                        "in 4 2",
                        "in 4 4");
    }

    private static TestProcessor withBitmap(TestProcessor p) {
        p.s.tr.limit = 104 + 0x20; // bitmap for ports 0-FFh and the byte of ones behind it
        p.put(TestProcessor.TSS + 102, 2, 104);
        p.put(TestProcessor.TSS + 104 + 0x10, 1, 0x10); // port 84h closed
        p.put(TestProcessor.TSS + 104 + 0x20, 1, 0xFF);
        return p;
    }

    @Test
    void ioPermissionBitmap() {
        TestProcessor p = withBitmap(TestProcessor.long64().user());
        p.run(0xE4, 0x80);
        expectOk(p);
        p.run(0xE5, 0x80);
        expectOk(p);
        p.run(0xE4, 0x84);
        expectFault(p, CpuException.GP, 0);
        p.run(0xE5, 0x81); // its last byte is port 84h
        expectFault(p, CpuException.GP, 0);
        p.run(0xE4, 0xFF);
        expectOk(p);
        p.run(0x66, 0xE5, 0xFF); // reaches beyond the bitmap
        expectFault(p, CpuException.GP, 0);
        p.s.regs[CpuState.RDX] = 0x100;
        p.run(0xEC);
        expectFault(p, CpuException.GP, 0);
        p.s.systemFlags |= Rflags.IOPL;
        p.run(0xEC);
        expectOk(p);
        p.s.systemFlags &= ~Rflags.IOPL;
        p.s.tr.limit = 103;
        p.run(0xE4, 0x80);
        expectFault(p, CpuException.GP, 0);
    }

    @Test
    void virtual8086ModeAlwaysAsksTheBitmap() {
        TestProcessor p = withBitmap(TestProcessor.protected32().virtual8086(3));
        p.run(0xE4, 0x80);
        expectOk(p);
        p.run(0xE4, 0x84);
        expectFault(p, CpuException.GP, 0);
    }

    @Test
    void bitmapIsReadWithSupervisorPrivilege() {
        TestProcessor p = withBitmap(TestProcessor.long64().user());
        p.map(TestProcessor.TSS, TestProcessor.TSS | 3);
        p.run(0xE4, 0x80);
        expectOk(p);
    }
}
