package org.linuxemu.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.InstructionDecoder;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/**
 * Random privileged and far instructions on random descriptors: each completes or faults, and
 * {@link TestProcessor#run} checks that a fault has changed no register.
 */
class PrivilegedFuzzTest {
    private static final int[][] OPCODES = {
        {0x0F, 0x00},
        {0x0F, 0x01},
        {0x0F, 0x02},
        {0x0F, 0x03},
        {0x0F, 0x05},
        {0x0F, 0x07},
        {0x0F, 0x20},
        {0x0F, 0x21},
        {0x0F, 0x22},
        {0x0F, 0x23},
        {0x0F, 0x30},
        {0x0F, 0x32},
        {0x0F, 0x34},
        {0x0F, 0x35},
        {0x0F, 0xA2},
        {0x0F, 0xB2},
        {0x0F, 0xB4},
        {0x0F, 0xAE},
        {0x62},
        {0x63},
        {0x8C},
        {0x8E},
        {0x9A},
        {0xC4},
        {0xC5},
        {0xCA},
        {0xCB},
        {0xCC},
        {0xCD},
        {0xCE},
        {0xCF},
        {0xE4},
        {0xEA},
        {0xEF},
        {0xF1},
        {0xFA},
        {0xFB},
        {0xFF},
        {0xFF},
        {0xFF},
        {0xCF},
        {0xCB},
    };

    private final InstructionDecoder decoder = new InstructionDecoder();
    private int faults;
    private int completions;

    @Test
    void everythingCompletesOrFaultsCleanly() {
        SplittableRandom random = new SplittableRandom(20240607);
        for (int round = 0; round < 1000; round++) {
            TestProcessor p = processor(random);
            for (int n = 0; n < 40; n++) {
                one(p, random);
            }
        }
        assertThat(faults).isGreaterThan(10_000);
        assertThat(completions).isGreaterThan(10_000);
    }

    private static TestProcessor processor(SplittableRandom random) {
        TestProcessor p;
        switch (random.nextInt(6)) {
            case 0:
                p = TestProcessor.real();
                break;
            case 1:
                p = TestProcessor.protected32();
                break;
            case 2:
                p = TestProcessor.protected32().virtual8086(random.nextInt(4));
                break;
            case 3:
                p = TestProcessor.long64();
                break;
            case 4:
                p = TestProcessor.long64().compatibility();
                break;
            default:
                p =
                        random.nextBoolean()
                                ? TestProcessor.long64().user()
                                : TestProcessor.protected32().user();
                break;
        }
        p.s.gdtrBase = TestProcessor.GDT;
        p.s.gdtrLimit = TestProcessor.GDT_LIMIT;
        for (int i = 0; i < 8; i++) {
            int selector = random.nextInt(32) * 8;
            p.put(TestProcessor.GDT + selector, 8, descriptor(random));
        }
        for (int i = 0; i < 512; i++) {
            long low = random.nextInt(0x10000) | (long) selector(random) << 16;
            long type =
                    0x80
                            | random.nextInt(4) << 5
                            | (random.nextBoolean() ? 14 : random.nextInt(32));
            p.put(
                    TestProcessor.IDT + 8L * i,
                    8,
                    random.nextInt(8) == 0 ? random.nextLong() : low | type << 40);
        }
        for (int i = 0; i < 13; i++) {
            p.put(
                    TestProcessor.TSS + 8L * i,
                    4,
                    random.nextBoolean() ? selector(random) : random.nextInt(0x30000));
        }
        if (random.nextInt(4) == 0) {
            int page = 8 + random.nextInt(0x18);
            p.map((long) page << 12, random.nextInt(4));
        }
        return p;
    }

    private static int selector(SplittableRandom random) {
        return random.nextInt(34) * 8 | random.nextInt(4) | (random.nextInt(16) == 0 ? 4 : 0);
    }

    private static long descriptor(SplittableRandom random) {
        int access = random.nextInt(256) | (random.nextInt(4) == 0 ? 0 : 0x80);
        long limit = random.nextBoolean() ? 0xFFFFF : random.nextInt(0x100000);
        return TestProcessor.pack(
                random.nextBoolean() ? 0 : random.nextInt(), limit, access, random.nextInt(16));
    }

    private static long value(SplittableRandom random) {
        switch (random.nextInt(8)) {
            case 0:
                return random.nextLong();
            case 1:
                return selector(random);
            case 2:
                return 0x8000_00000000L + random.nextInt(-16, 16);
            case 3:
                return random.nextInt();
            case 4:
                return 1L << random.nextInt(64);
            default:
                return 0x8000 + random.nextInt(0x18000);
        }
    }

    private void one(TestProcessor p, SplittableRandom random) {
        CpuState s = p.s;
        for (int i = 0; i < 16; i++) {
            if (i != CpuState.RSP || random.nextInt(4) == 0) {
                s.regs[i] = value(random);
            }
        }
        if (random.nextInt(4) == 0) {
            s.regs[CpuState.RCX] =
                    new int[] {0x10, 0x1B, 0xC0000080, 0x277, 0x2FF, 0x48, 0}[random.nextInt(7)];
        }
        s.rip &= 0xFFFF;
        for (int i = 0; i < 10; i++) {
            long at = 0x8000 + random.nextInt(0x18000);
            if (at >>> 12 > 0xB || random.nextInt(16) == 0) {
                p.put(at & ~7, 8, random.nextBoolean() ? selector(random) : value(random));
            }
        }
        // What returns find on the stack.
        long sp =
                Operands.zeroExtend(s.regs[CpuState.RSP], s.stackSize())
                        + (s.is64Bit() ? 0 : s.ss().base);
        if (sp > 0xC000 && sp < 0x1F0000) {
            int size = 1 << 1 + random.nextInt(3);
            for (int i = 0; i < 10; i++) {
                boolean isSelector = i == 1 || i == 4 || i > 4;
                p.put(sp + (long) i * size & ~7, 1, 0);
                long v =
                        isSelector
                                ? selector(random)
                                : i == 2 ? random.nextInt() : value(random) & 0xFFFF;
                if ((sp + (long) i * size & 4095) <= 4096 - size) {
                    p.put(sp + (long) i * size, size, v);
                }
            }
        }
        int[] code = code(random, s.codeSize());
        if (code == null) {
            return;
        }
        p.run(code);
        if (p.vector < 0) {
            completions++;
        } else {
            faults++;
            assertThat(p.error >>> 16).as("error code").isZero();
            if (random.nextInt(8) == 0) {
                p.delivery.deliverException(p.vector, p.error, 0);
            }
        }
        checkInvariants(s);
    }

    private static void checkInvariants(CpuState s) {
        if (s.realOrV86()) {
            assertThat(s.cpl).isEqualTo(s.protectedMode() ? 3 : 0);
        }
        assertThat(s.regs[CpuState.ZERO]).isZero();
        assertThat(s.regs[CpuState.FS_BASE]).isEqualTo(s.segments[4].base);
        assertThat(s.regs[CpuState.GS_BASE]).isEqualTo(s.segments[5].base);
        assertThat(s.systemFlags & (Rflags.ARITHMETIC | Rflags.FIXED)).isEqualTo(Rflags.FIXED);
    }

    private int[] code(SplittableRandom random, int codeSize) {
        byte[] bytes = new byte[24];
        int at = 0;
        if (random.nextInt(4) == 0) {
            bytes[at++] = 0x66;
        }
        if (codeSize == 8 && random.nextInt(3) == 0) {
            bytes[at++] = 0x48;
        }
        for (int b : OPCODES[random.nextInt(OPCODES.length)]) {
            bytes[at++] = (byte) b;
        }
        for (int i = at; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt(256);
        }
        if (random.nextBoolean()) {
            // A far pointer to a likely place.
            bytes[at] = (byte) random.nextInt(256);
            bytes[at + 2] = (byte) selector(random);
            bytes[at + 3] = 0;
            bytes[at + 4] = (byte) selector(random);
            bytes[at + 5] = 0;
        }
        Instruction i = new Instruction();
        int length = decoder.decode(bytes, 0, bytes.length, codeSize, i);
        if (length <= 0 || i.mnemonic == Mnemonic.INVALID || !TestProcessor.executes(i)) {
            return null;
        }
        int[] code = new int[length];
        for (int n = 0; n < length; n++) {
            code[n] = bytes[n];
        }
        return code;
    }
}
