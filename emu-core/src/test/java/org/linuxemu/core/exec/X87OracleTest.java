package org.linuxemu.core.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.exec.fp.FpOracle;

/**
 * x87 instructions against the real processor: every encoding, from random states. Compared are the
 * whole state, the memory operand, EFLAGS, AX, and whether the instruction raised #MF or #UD.
 */
class X87OracleTest {
    private static final long SEED = Long.getLong("oracle.seed", 20240607L);
    private static final int VECTORS = Integer.getInteger("oracle.vectors", 300_000);
    private static final int BATCH = 50_000;

    @Test
    void agreesWithTheProcessor() throws Exception {
        FpOracle oracle = FpOracle.open("x87-oracle");
        X87Vectors vectors = new X87Vectors(SEED);
        X87Machine machine = new X87Machine();
        Map<String, Integer> mismatches = new TreeMap<>();
        StringBuilder report = new StringBuilder();
        for (int done = 0; done < VECTORS; done += BATCH) {
            int n = Math.min(BATCH, VECTORS - done);
            ByteBuffer in =
                    ByteBuffer.allocate(n * X87Vectors.RECORD).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < n; i++) {
                vectors.write(in, i * X87Vectors.RECORD);
            }
            ByteBuffer differing = differing(in, oracle.run(in), machine);
            if (differing.capacity() == 0) {
                continue;
            }
            // A switch to another process may lose the instruction and data pointers: such cases
            // agree the second time.
            ByteBuffer out = oracle.run(differing);
            for (int at = 0; at < differing.capacity(); at += X87Vectors.RECORD) {
                machine.run(differing, at);
                String difference = machine.difference(out, at);
                if (difference != null
                        && mismatches.merge(machine.mnemonic(), 1, Integer::sum) <= 3) {
                    report.append(X87Vectors.describe(differing, at, machine.mnemonic()))
                            .append("\n    ")
                            .append(difference)
                            .append('\n');
                }
            }
        }
        if (!mismatches.isEmpty()) {
            fail("seed " + SEED + ", " + mismatches + "\n" + report);
        }
        assertThat(machine.mnemonics()).as("instructions that ran").hasSizeGreaterThan(80);
    }

    /** The records on which machine and processor differ. */
    private static ByteBuffer differing(ByteBuffer in, ByteBuffer out, X87Machine machine) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int at = 0; at < in.capacity(); at += X87Vectors.RECORD) {
            machine.run(in, at);
            if (machine.difference(out, at) != null) {
                records.write(in.array(), at, X87Vectors.RECORD);
            }
        }
        return ByteBuffer.wrap(records.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    }
}
