package org.linuxemu.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.decode.Instruction;

/**
 * FXSAVE, FXRSTOR, LDMXCSR, STMXCSR and the XSAVE family against the real processor: images with
 * random content, headers good and bad, every combination of components asked for.
 */
class FpStateOracleTest {
    private static final int WINDOW = 1024;
    private static final int IMAGE = 64;
    private static final int[] REX = {0, 0x48};

    /** Opcode and ModRM.reg with RBX as the base. */
    private static final int[][] INSTRUCTIONS = {
        {0xAE, 0x03}, // FXSAVE
        {0xAE, 0x0B}, // FXRSTOR
        {0xAE, 0x13}, // LDMXCSR
        {0xAE, 0x1B}, // STMXCSR
        {0xAE, 0x23}, // XSAVE
        {0xAE, 0x2B}, // XRSTOR
        {0xAE, 0x33}, // XSAVEOPT
        {0xC7, 0x23}, // XSAVEC
    };

    private final Random random = new Random(Long.getLong("oracle.seed", 1));
    private final OracleValues values = new OracleValues(random);

    @Test
    void stateImagesAreThoseOfTheRealProcessor() throws Exception {
        InstructionOracle oracle = InstructionOracle.open("fpstate");
        List<OracleRecord> inputs = new ArrayList<>();
        int vectors = Integer.getInteger("oracle.fpstate.vectors", 8000);
        for (int n = 0; n < vectors; n++) {
            int[] instruction = INSTRUCTIONS[n % INSTRUCTIONS.length];
            if (instruction[0] == 0xC7 && !oracle.has("XSAVEC")
                    || instruction[1] == 0x33 && !oracle.has("XSAVEOPT")) {
                continue;
            }
            inputs.add(draw(instruction));
        }
        // Whether a component in its initial configuration counts as in use may change with a task
        // switch on the host, so what differs is tried again.
        List<String> differences = compare(oracle, inputs);
        for (int n = 0; n < 5 && !differences.isEmpty(); n++) {
            differences = compare(oracle, inputs);
        }
        assertThat(differences).isEmpty();
    }

    /** Runs the records on both and leaves in the list only those that differ. */
    private static List<String> compare(InstructionOracle oracle, List<OracleRecord> inputs)
            throws Exception {
        List<OracleRecord> answers = oracle.run(inputs);
        OracleMachine machine = new OracleMachine();
        List<String> differences = new ArrayList<>();
        List<OracleRecord> different = new ArrayList<>();
        for (int n = 0; n < inputs.size(); n++) {
            OracleRecord in = inputs.get(n);
            Instruction i = OracleMachine.decode(in);
            OracleRecord got = machine.run(in, i);
            OracleRecord want = answers.get(n);
            maskUnsettled(in, want, got);
            String difference = OracleComparison.differences(i, in, want, got);
            if (!difference.isEmpty()) {
                different.add(in);
                if (differences.size() < 20) {
                    differences.add("asked " + in.gpr[0] + ": " + difference);
                }
            }
        }
        inputs.clear();
        inputs.addAll(different);
        return differences;
    }

    /**
     * Where processors are free to differ: the last x87 instruction and operand, which some save
     * only while an exception is pending, MXCSR_MASK, the reserved parts of an image, and the
     * address of a fault somewhere in it.
     */
    private static void maskUnsettled(OracleRecord in, OracleRecord want, OracleRecord got) {
        int base = (int) (in.gpr[3] - in.windowStart());
        if (want.trap == got.trap) {
            got.address = want.address; // which byte of the image is touched first
        }
        if (base < 0 || base + 512 > WINDOW) {
            return;
        }
        for (OracleRecord r : List.of(want, got)) {
            Arrays.fill(r.window, base + 5, base + 24, (byte) 0);
            Arrays.fill(r.window, base + 28, base + 32, (byte) 0);
            for (int n = 0; n < 8; n++) {
                Arrays.fill(r.window, base + 42 + 16 * n, base + 48 + 16 * n, (byte) 0);
            }
        }
    }

    private OracleRecord draw(int[] instruction) {
        OracleRecord r = new OracleRecord(WINDOW);
        boolean xsave = instruction[0] == 0xC7 || instruction[1] >= 0x20;
        for (int n = 0; n < 16; n++) {
            r.gpr[n] = values.lane();
        }
        r.gpr[0] = random.nextInt(8);
        r.gpr[2] = 0;
        r.gpr[3] = r.windowStart() + IMAGE;
        if (random.nextInt(20) == 0) {
            r.gpr[3] += random.nextBoolean() ? 16 : 8;
        } else if (random.nextInt(20) == 0) {
            r.gpr[3] += random.nextInt(WINDOW / 64 - 1) * 64;
        }
        int at = 0;
        int rex = REX[random.nextInt(2)];
        if (rex != 0) {
            r.code[at++] = (byte) rex;
        }
        r.code[at++] = 0x0F;
        r.code[at++] = (byte) instruction[0];
        r.code[at++] = (byte) instruction[1];
        r.code[at] = (byte) 0xCC;
        r.rflags = 0x202;
        // Processors may take XMM for in use while the upper halves of YMM are.
        int content = random.nextInt(4);
        for (int n = 0; n < 64; n++) {
            r.ymm[n] = content == 0 || content == 1 && (n & 2) != 0 ? 0 : values.lane();
        }
        r.mxcsr = random.nextInt(3) == 0 ? 0x1F80 : random.nextInt(0x10000);
        if (random.nextInt(4) != 0) {
            for (int n = 0; n < 8; n++) {
                r.significand[n] = values.lane();
                r.signExponent[n] = random.nextInt(0x10000);
            }
            r.fcw = random.nextInt(0x10000) & 0x1F3F | 0x40;
            r.ftw = random.nextInt(256);
            int flags = random.nextInt(64);
            r.fsw = random.nextInt(0x10000) & 0x7F40 | flags;
            if ((flags & ~r.fcw & 0x3F) != 0) {
                r.fsw |= 0x8080;
            }
        }
        drawImage(r, xsave);
        return r;
    }

    private void drawImage(OracleRecord r, boolean xsave) {
        ByteBuffer w = ByteBuffer.wrap(r.window).order(ByteOrder.LITTLE_ENDIAN);
        for (int n = 0; n < WINDOW; n += 8) {
            w.putLong(n, values.lane());
        }
        int base = (int) (r.gpr[3] - r.windowStart());
        if (base + 32 <= WINDOW) {
            w.putInt(
                    base + 24,
                    random.nextInt(16) == 0 ? random.nextInt() : random.nextInt(0x10000));
            if (random.nextInt(16) != 0 && base + 4 <= WINDOW && !xsave) {
                w.putInt(
                        base,
                        random.nextInt(0x10000)); // operand of LDMXCSR, control word of FXRSTOR
            }
        }
        if (xsave && base + 576 <= WINDOW) {
            for (int n = 0; n < 64; n += 8) {
                w.putLong(base + 512 + n, 0);
            }
            w.putLong(base + 512, random.nextInt(8));
            switch (random.nextInt(8)) {
                case 0: // a component that does not exist
                    w.putLong(base + 512, 1L << random.nextInt(64));
                    break;
                case 1:
                    w.putLong(base + 520 + 8 * random.nextInt(7), 1L << random.nextInt(62));
                    break;
                case 2:
                case 3: // compacted
                    w.putLong(base + 520, 1L << 63 | random.nextInt(8));
                    break;
                default:
                    break;
            }
        }
    }
}
