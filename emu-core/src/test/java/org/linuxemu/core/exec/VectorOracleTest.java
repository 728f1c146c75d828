package org.linuxemu.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.InstructionForms;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Mnemonic.Family;
import org.linuxemu.core.decode.OpcodeEntry;
import org.linuxemu.core.decode.OpcodeMap;

/**
 * MMX, SSE and AVX against the real processor: forms drawn from the opcode table, operands and
 * modes from a seed, everything compared. {@code -Doracle.vectors=N} runs more, {@code
 * -Doracle.seed=S} others, {@code -Doracle.mnemonic=PREFIX} only some.
 */
class VectorOracleTest {
    private static final int WINDOW = 128;
    private static final int BATCH = 8192;
    private static final int SHOWN = 40;

    private static final Set<Family> FAMILIES =
            EnumSet.of(
                    Family.MMX,
                    Family.SSE_MOVE,
                    Family.SSE_INTEGER,
                    Family.SSE_SHUFFLE,
                    Family.SSE_FLOAT,
                    Family.SSE_CONVERT,
                    Family.SSE_STRING,
                    Family.CRYPTO,
                    Family.AVX,
                    Family.AVX_MASKED,
                    Family.FMA);

    private final Random random = new Random(Long.getLong("oracle.seed", 1));
    private final OracleValues values = new OracleValues(random);
    private final InstructionForms forms = new InstructionForms(random);

    @Test
    void everyFormComputesAsTheRealProcessor() throws Exception {
        InstructionOracle oracle = InstructionOracle.open("vector");
        String prefix = System.getProperty("oracle.mnemonic", "");
        List<OpcodeEntry> rows = new ArrayList<>();
        Set<String> missing = new TreeSet<>();
        for (OpcodeEntry e : OpcodeMap.instance().entries()) {
            if (FAMILIES.contains(e.mnemonic.family) && e.mnemonic.name().startsWith(prefix)) {
                if (oracle.has(e.feature)) {
                    rows.add(e);
                } else {
                    missing.add(e.feature);
                }
            }
        }
        int vectors = Integer.getInteger("oracle.vectors", 100_000);
        System.out.println(
                rows.size()
                        + " forms, "
                        + vectors
                        + " vectors"
                        + (missing.isEmpty() ? "" : "; not on this processor: " + missing));
        OracleMachine machine = new OracleMachine();
        List<String> differences = new ArrayList<>();
        TreeMap<String, Integer> count = new TreeMap<>();
        int row = 0;
        for (int done = 0; done < vectors; done += BATCH) {
            List<OracleRecord> inputs = new ArrayList<>();
            for (int n = 0; n < Math.min(BATCH, vectors - done); n++) {
                inputs.add(draw(rows.get(row++ % rows.size())));
            }
            List<OracleRecord> answers = oracle.run(inputs);
            for (int n = 0; n < inputs.size(); n++) {
                OracleRecord in = inputs.get(n);
                Instruction i = OracleMachine.decode(in);
                OracleRecord got = machine.run(in, i);
                String difference = OracleComparison.differences(i, in, answers.get(n), got);
                if (!difference.isEmpty()) {
                    int before = count.merge(i.mnemonic.name(), 1, Integer::sum);
                    if (before <= 2 && differences.size() < SHOWN) {
                        differences.add(difference);
                    }
                }
            }
        }
        assertThat(differences).as("mismatches by mnemonic: %s", count).isEmpty();
    }

    private OracleRecord draw(OpcodeEntry e) {
        OracleRecord r = new OracleRecord(WINDOW);
        for (int n = 0; n < 16; n++) {
            r.gpr[n] = values.lane();
        }
        int offset = random.nextInt(WINDOW / 16) * 16;
        // A misaligned operand of the SHA instructions faults by the SDM, but not on AMD's
        // processors.
        if (random.nextInt(6) == 0 && !"SHA".equals(e.feature)) {
            offset = random.nextInt(WINDOW);
        }
        long target = r.windowStart() + offset;
        if (e.mnemonic.name().startsWith("MASKMOV")) {
            r.gpr[7] = target;
        }
        byte[] code = forms.draw(e, OracleRecord.CODE, target, r.gpr);
        System.arraycopy(code, 0, r.code, 0, code.length);
        r.code[code.length] = (byte) 0xCC;
        r.rflags = 0x202 | random.nextInt() & 0x8D5;
        for (int n = 0; n < 64; n++) {
            r.ymm[n] = values.lane();
        }
        for (int n = 0; n < WINDOW; n += 8) {
            long lane = values.lane();
            for (int k = 0; k < 8; k++) {
                r.window[n + k] = (byte) (lane >>> 8 * k);
            }
        }
        for (int n = 0; n < 8; n++) {
            r.significand[n] = values.lane();
            r.signExponent[n] = random.nextInt(0x10000);
        }
        r.ftw = random.nextInt(256);
        r.fsw = random.nextInt() & 0x7F00;
        if (random.nextInt(40) == 0) {
            r.fcw = 0x37E;
            r.fsw |= 0x8081; // an unmasked invalid operation is pending
        }
        r.mxcsr = drawMxcsr();
        if (e.mnemonic.name().contains("GATHER")) {
            drawIndexes(r);
        }
        return r;
    }

    /** Lets most elements of a gather lie in the memory window. */
    private void drawIndexes(OracleRecord r) {
        Instruction i = OracleMachine.decode(r);
        if (i.mnemonic == Mnemonic.INVALID) {
            return; // an encoding that is not valid
        }
        boolean quad = (i.opcode & 1) != 0;
        for (int n = 0; n < 8; n++) {
            long address =
                    r.windowStart() + random.nextInt(random.nextInt(8) == 0 ? WINDOW : WINDOW - 8);
            long index = address - r.gpr[i.base] - i.displacement >> i.scale;
            if (quad && n < 4) {
                r.ymm[4 * i.index + n] = index;
            } else if (!quad) {
                int shift = 32 * (n & 1);
                int lane = 4 * i.index + (n >> 1);
                r.ymm[lane] =
                        r.ymm[lane] & ~(0xFFFFFFFFL << shift) | (index & 0xFFFFFFFFL) << shift;
            }
        }
    }

    private int drawMxcsr() {
        switch (random.nextInt(8)) {
            case 0:
            case 1:
                return 0x1F80;
            case 2:
            case 3:
                return 0x1FA0;
            case 4: // any rounding, all masked
                return 0x1F80 | random.nextInt() & 0x603F;
            case 5: // with DAZ and FTZ
                return 0x1F80 | random.nextInt() & 0xE07F;
            case 6: // one exception not masked
                return (0x1F80 | random.nextInt() & 0xE07F) & ~(0x80 << random.nextInt(6));
            default:
                return random.nextInt() & 0xFFFF;
        }
    }
}
