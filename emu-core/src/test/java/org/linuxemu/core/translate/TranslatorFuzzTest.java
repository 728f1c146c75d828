package org.linuxemu.core.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.cpu.TestMachine;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.CpuState;

/**
 * Random programs with loops, calls and memory operands: interpreter and translator are compared at
 * random cycles. {@code -Dtranslator.programs} and {@code -Dtranslator.seed} choose which; a
 * failure names its program.
 */
class TranslatorFuzzTest {
    private static final int PROGRAMS = Integer.getInteger("translator.programs", 150);
    private static final long SEED = Long.getLong("translator.seed", 1);
    private static final int BLOCKS = 8;
    private static final Placement[] PLACEMENTS = Placement.values();
    private static final long CYCLES = 4000;

    /** Registers that random instructions may change: not RSP, RBX (data), R15 (rounds left). */
    private static final int[] REGISTERS = {0, 1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Random random;
    private VectorCode vectors;
    private long interruptsTaken;
    private long nmisTaken;

    @Test
    void interpreterAndTranslatorAgree() {
        long made = 0;
        for (int p = 0; p < PROGRAMS; p++) {
            made += compare(SEED + p, false);
        }
        assertThat(made).isGreaterThan(3L * PROGRAMS);
    }

    /** Interrupts and NMIs come at the same instruction, whichever engine runs. */
    @Test
    void interruptsComeBetweenTheSameInstructions() {
        long made = 0;
        for (int p = 0; p < PROGRAMS; p++) {
            made += compare(SEED + p, true);
        }
        assertThat(made).isGreaterThan(3L * PROGRAMS);
        assertThat(interruptsTaken).as("interrupts").isGreaterThan(10L * PROGRAMS);
        assertThat(nmisTaken).as("NMIs").isGreaterThan(PROGRAMS);
    }

    private long compare(long seed, boolean interrupts) {
        random = new Random(seed);
        vectors = new VectorCode(out, random);
        byte[] code = program();
        TestMachine interpreted = machine(code, seed);
        TestMachine translated = machine(code, seed);
        if (interrupts) {
            new RandomInterrupts(interpreted, seed);
            new RandomInterrupts(translated, seed);
        }
        Translator t = translated.cpu.translate(random.nextInt(4), false, 50);
        t.place(PLACEMENTS[(int) Math.floorMod(seed, (long) PLACEMENTS.length)]);
        String name =
                "-Dtranslator.seed="
                        + seed
                        + " -Dtranslator.programs=1, code "
                        + HexFormat.of().formatHex(code);
        long cycle = 0;
        long last = 0;
        while (cycle < CYCLES) {
            last = cycle;
            cycle += 1 + random.nextInt(1 << random.nextInt(10));
            StopReason a = run(interpreted, cycle);
            StopReason b = run(translated, cycle);
            String where = name + ", between cycles " + last + " and " + cycle;
            assertThat(b == null).as(where).isEqualTo(a == null);
            assertThat(translated.clock.cycles()).as(where).isEqualTo(interpreted.clock.cycles());
            assertThat(translated.state.rip).as(where).isEqualTo(interpreted.state.rip);
            assertThat(translated.state.rflags()).as(where).isEqualTo(interpreted.state.rflags());
            assertThat(translated.state.regs)
                    .as(where)
                    .startsWith(java.util.Arrays.copyOf(interpreted.state.regs, 16));
            assertThat(translated.cpu.stateHash()).as(where).isEqualTo(interpreted.cpu.stateHash());
            if (a != null || interpreted.state.halted) {
                break;
            }
        }
        assertThat(t.lastFailure()).as(name).isNull();
        interruptsTaken += translated.get64(RandomInterrupts.COUNT);
        nmisTaken += translated.get64(RandomInterrupts.NMI_COUNT);
        return t.made();
    }

    private static StopReason run(TestMachine m, long cycle) {
        while (m.clock.cycles() < cycle && !m.state.halted) {
            StopReason reason = m.cpu.run(null, false, cycle);
            if (reason != null) {
                return reason;
            }
        }
        return null;
    }

    private static TestMachine machine(byte[] code, long seed) {
        TestMachine m = new TestMachine();
        m.ram.load(TestMachine.CODE, code, 0, code.length);
        Random r = new Random(seed);
        byte[] data = new byte[8192];
        r.nextBytes(data);
        m.ram.load(TestMachine.DATA, data, 0, data.length);
        for (int i = 0; i < 15; i++) {
            long v = r.nextLong();
            m.state.regs[i] = r.nextInt(3) == 0 ? v >> r.nextInt(64) : v;
        }
        m.state.regs[CpuState.RSP] = TestMachine.STACK;
        // Near the end of a page now and then, so that accesses cross into the next.
        m.state.regs[CpuState.RBX] = TestMachine.DATA + (r.nextInt(4) == 0 ? 4090 : 512);
        m.state.regs[15] = 200;
        m.state.cr4 |= 0x40600;
        m.state.xcr0 = 7;
        for (int v = 0; v < 32; v++) {
            if (v != CpuException.BP) {
                m.cpu.catches().catchException(v, true);
            }
        }
        m.cpu.onHaltForever(m.cpu::leave);
        return m;
    }

    // ---- programs ----

    private byte[] program() {
        out.reset();
        int[] starts = new int[BLOCKS];
        int[] patches = new int[BLOCKS];
        for (int b = 0; b < BLOCKS; b++) {
            starts[b] = out.size();
            bytes(0x41, 0xFF, 0xCF); // dec r15d
            bytes(0x75, 0x01, 0xF4); // jnz +1; hlt
            for (int n = 1 + random.nextInt(7); n > 0; n--) {
                instruction();
            }
            switch (random.nextInt(8)) {
                case 0:
                    bytes(0xE8, 0, 0, 0, 0); // call to the next instruction
                    bytes(0x58 + 1 + random.nextInt(2)); // pop rcx or rdx
                    break;
                case 1:
                    bytes(0x48, 0x8D, 0x05, 3, 0, 0, 0, 0x50, 0xC3, 0xCC); // lea; push; ret
                    break;
                default:
                    break;
            }
            bytes(0x0F, 0x80 + random.nextInt(16), 0, 0, 0, 0);
            patches[b] = out.size();
        }
        bytes(0xE9, 0, 0, 0, 0);
        byte[] code = out.toByteArray();
        for (int b = 0; b < BLOCKS; b++) {
            put32(code, patches[b] - 4, starts[random.nextInt(BLOCKS)] - patches[b]);
        }
        put32(code, code.length - 4, starts[0] - code.length);
        return code;
    }

    private static void put32(byte[] code, int at, int value) {
        for (int i = 0; i < 4; i++) {
            code[at + i] = (byte) (value >> 8 * i);
        }
    }

    private void bytes(int... values) {
        for (int v : values) {
            out.write(v);
        }
    }

    private int register() {
        return REGISTERS[random.nextInt(REGISTERS.length)];
    }

    /**
     * Opcode with ModRM: a random register operand, and register or memory. Operand size prefixes
     * as drawn.
     */
    private void modrm(boolean sized, int reg, boolean mayMemory, int... opcode) {
        boolean memory = mayMemory && random.nextInt(3) == 0;
        int rm = memory ? (random.nextInt(4) == 0 ? CpuState.RSP : CpuState.RBX) : register();
        int size = random.nextInt(4); // 0: 16 bits, 1, 2: 32, 3: 64
        if (sized && size == 0) {
            bytes(0x66);
        }
        int from = 0;
        if (opcode[0] == 0xF3 || opcode[0] == 0x66) {
            bytes(opcode[0]);
            from = 1;
        }
        int rex = (sized && size == 3 ? 8 : 0) | (reg >> 3) << 2 | (memory ? 0 : rm >> 3);
        // Without REX, byte registers 4-7 are AH, CH, DH and BH; BH would be part of RBX.
        boolean high = rex == 0 && random.nextInt(4) == 0 && (reg & 7) != 7 && (rm & 7) != 7;
        if (!high) {
            bytes(0x40 | rex);
        }
        for (int i = from; i < opcode.length; i++) {
            bytes(opcode[i]);
        }
        if (!memory) {
            bytes(0xC0 | (reg & 7) << 3 | rm & 7);
        } else if (rm == CpuState.RSP) {
            bytes(0x44 | (reg & 7) << 3, 0x24, random.nextInt(64) - 128);
        } else {
            bytes(0x43 | (reg & 7) << 3, random.nextInt(256));
        }
        lastWord = sized && size == 0;
    }

    private boolean lastWord;

    private void immediate() {
        for (int i = lastWord ? 2 : 4; i > 0; i--) {
            bytes(random.nextInt(256));
        }
    }

    private void instruction() {
        switch (random.nextInt(40)) {
            case 0:
            case 1:
            case 2:
            case 3:
                modrm(true, register(), true, random.nextInt(8) << 3 | 1 | random.nextInt(2) << 1);
                break;
            case 4:
                modrm(false, register(), true, random.nextInt(8) << 3 | random.nextInt(2) << 1);
                break;
            case 5:
                modrm(true, random.nextInt(8), true, 0x83);
                bytes(random.nextInt(256));
                break;
            case 6:
                modrm(true, random.nextInt(8), true, 0x81);
                immediate();
                break;
            case 7:
                modrm(false, random.nextInt(8), true, 0x80);
                bytes(random.nextInt(256));
                break;
            case 8:
                modrm(true, 2 + random.nextInt(4), true, 0xF7); // not neg mul imul
                break;
            case 9:
                modrm(true, random.nextInt(2), true, 0xFF); // inc dec
                break;
            case 10:
                modrm(random.nextBoolean(), random.nextInt(8), true, 0xC1);
                bytes(random.nextInt(random.nextBoolean() ? 8 : 256));
                break;
            case 11:
                modrm(true, random.nextInt(8), true, random.nextBoolean() ? 0xD1 : 0xD3);
                break;
            case 12:
                modrm(false, random.nextInt(8), true, random.nextBoolean() ? 0xD0 : 0xC0);
                bytes(0x90); // the count of C0; a NOP behind D0
                break;
            case 13:
                modrm(true, register(), true, 0x0F, 0xAF);
                break;
            case 14:
                modrm(true, register(), true, 0x69);
                immediate();
                break;
            case 15:
                modrm(true, register(), true, 0x0F, 0xB6 + random.nextInt(2) * 8);
                break;
            case 16:
                modrm(true, register(), true, 0x0F, 0xB7 + random.nextInt(2) * 8);
                break;
            case 17:
                modrm(true, register(), true, 0x0F, 0x40 + random.nextInt(16));
                break;
            case 18:
                modrm(false, 0, true, 0x0F, 0x90 + random.nextInt(16));
                break;
            case 19:
                modrm(true, register(), true, 0x87 - random.nextInt(2));
                break;
            case 20:
                modrm(true, register(), false, 0x0F, 0xA3 + 8 * random.nextInt(4));
                break;
            case 21:
                modrm(true, register(), true, 0x0F, 0xBC + random.nextInt(2));
                break;
            case 22:
                modrm(true, register(), true, 0xF3, 0x0F, random.nextBoolean() ? 0xBC : 0xB8);
                break;
            case 23:
                modrm(true, register(), true, 0x88 + random.nextInt(4));
                break;
            case 24:
                modrm(true, register(), true, 0x0F, random.nextBoolean() ? 0xC1 : 0xB1);
                break;
            case 25:
                bytes(0x48, 0x98 + random.nextInt(2), 0xF5 + 3 * random.nextInt(2)); // cmc, clc
                break;
            case 26:
                bytes(0x50 + random.nextInt(3), 0x58 + random.nextInt(3)); // push, pop
                break;
            case 27:
                modrm(true, register(), true, 0x0F, random.nextBoolean() ? 0xA4 : 0xAC);
                bytes(random.nextInt(256)); // shld, shrd
                break;
            case 28:
                modrm(true, register(), true, 0x0F, random.nextBoolean() ? 0xA5 : 0xAD);
                break;
            case 29:
                modrm(true, 4 + random.nextInt(4), true, 0xF7); // mul imul div idiv
                break;
            case 30:
                if (random.nextBoolean()) {
                    modrm(true, register(), true, 0xF3, 0x0F, 0xBD); // lzcnt
                } else {
                    // adcx, adox
                    int prefix = random.nextBoolean() ? 0x66 : 0xF3;
                    modrm(false, register(), true, prefix, 0x0F, 0x38, 0xF6);
                }
                break;
            case 31:
            case 32:
                vectors.generalRegisters(register(), register(), register());
                break;
            case 33:
            case 34:
            case 35:
            case 36:
            case 37:
            case 38:
                vectors.any();
                break;
            default:
                if (random.nextBoolean()) {
                    modrm(false, register(), true, 0x66, 0x0F, 0x6E); // movd xmm, r/m
                } else {
                    modrm(false, register(), true, 0x66, 0x0F, 0x7E); // movd r/m, xmm
                }
                break;
        }
    }
}
