package org.linuxemu.core.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Compares the emulated processor with the one below it, instruction by instruction: by the
 * semantic classes, by specialised micro-operations and by translation to bytecode. System
 * properties:
 *
 * <ul>
 *   <li>{@code oracle.vectors}: how many (default a million); {@code oracle.bytes}: how many random
 *       byte strings
 *   <li>{@code oracle.seed}, {@code oracle.first}: which; a failure names both
 *   <li>{@code oracle.families}: only these, for example {@code SHIFT,BIT}
 *   <li>{@code oracle.translate}: every how many vectors one is translated, too (default 16: a
 *       class for an instruction takes a thousand times as long as the instruction)
 *   <li>{@code oracle.docs}: the file whose table of coverage is to be rewritten
 * </ul>
 */
class OracleTest {
    private static final int BATCH = 10_000;
    private static final int FAILURES_SHOWN = 40;
    private static final int SHOWN_PER_FORM = 2;

    private final long seed = Long.getLong("oracle.seed", 1);
    private final long translateEvery = Long.getLong("oracle.translate", 16);
    private final byte[] window = VectorGenerator.window();
    private final EmulatedProcessor generic = new EmulatedProcessor(window);
    private final EmulatedProcessor specialised = new EmulatedProcessor(window);
    private final EmulatedProcessor translated = new EmulatedProcessor(window);
    private final Coverage coverage = new Coverage();
    private final List<Vector> failures = new ArrayList<>();
    private final Map<String, Integer> failuresByForm = new TreeMap<>();

    /**
     * Byte strings of any kind: what the processor takes for undefined must be, and what it
     * executes must do the same and have the same length.
     */
    @Test
    void randomBytesAreTheSameInstructionsOrTheSameUndefinedOnes() throws Exception {
        run("oracle.bytes", 100_000, true);
    }

    @Test
    void everyInstructionDoesWhatTheProcessorDoes() throws Exception {
        run("oracle.vectors", 1_000_000, false);
    }

    private void run(String count, long usual, boolean bytes) throws Exception {
        generic.setSpecialised(false);
        translated.translate();
        long total = Long.getLong(count, usual);
        List<String> lines = new ArrayList<>();
        try (HardwareOracle oracle = HardwareOracle.open(window)) {
            compareAll(oracle, Long.getLong("oracle.first", 0), total, bytes);
            Shrinker shrinker = new Shrinker(oracle, generic, specialised, translated);
            for (Vector v : failures) {
                lines.add(
                        "-Doracle.seed="
                                + seed
                                + " -Doracle.first="
                                + v.index
                                + ": "
                                + shrinker.describe(v));
            }
        }
        report(total, bytes);
        assertThat(lines).isEmpty();
        assertThat(translated.translationFailure()).isNull();
    }

    /** The processor works on the next batch while this one is compared. */
    private void compareAll(HardwareOracle oracle, long first, long total, boolean bytes)
            throws IOException {
        CoveredRows rows = CoveredRows.named(System.getProperty("oracle.families"));
        VectorGenerator generator = new VectorGenerator(seed, rows);
        List<Vector> pending = new ArrayList<>();
        List<Vector> next = new ArrayList<>();
        long index = first;
        while (index < first + total || !pending.isEmpty()) {
            next.clear();
            while (next.size() < BATCH && index < first + total) {
                next.add(bytes ? generator.randomBytes(index) : generator.vector(index));
                index++;
            }
            ByteBuffer answers = pending.isEmpty() ? null : copy(oracle.receive());
            if (!next.isEmpty()) {
                oracle.send(next);
            }
            if (answers != null) {
                compare(pending, answers);
            }
            List<Vector> done = pending;
            pending = next;
            next = done;
        }
    }

    private static ByteBuffer copy(ByteBuffer b) {
        byte[] bytes = new byte[b.remaining()];
        b.get(bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void compare(List<Vector> vectors, ByteBuffer answers) {
        Outcome expected = new Outcome();
        Outcome got = new Outcome();
        for (Vector v : vectors) {
            expected.get(answers, v);
            Coverage.Count count = coverage.of(v.decoded);
            count.vectors++;
            generic.run(v, got);
            String difference = Report.difference(v, expected, got);
            if (difference == null) {
                specialised.run(v, got);
                difference = Report.difference(v, expected, got);
            }
            if (difference == null && v.index % translateEvery == 0) {
                translated.run(v, got);
                difference = Report.difference(v, expected, got);
            }
            if (difference != null) {
                count.mismatches++;
                int already = failuresByForm.merge(Report.form(v.decoded), 1, Integer::sum);
                if (already <= SHOWN_PER_FORM && failures.size() < FAILURES_SHOWN) {
                    failures.add(v);
                }
            }
        }
    }

    private void report(long total, boolean bytes) throws IOException {
        System.out.println(
                "oracle: "
                        + total
                        + (bytes ? " random byte strings" : " vectors")
                        + ", seed "
                        + seed
                        + ", "
                        + coverage.forms()
                        + " forms, "
                        + coverage.mismatches()
                        + " mismatches "
                        + failuresByForm);
        String docs = System.getProperty("oracle.docs");
        if (bytes) {
            return;
        }
        if (docs != null) {
            coverage.writeTo(Path.of(docs), total, seed);
        } else {
            Files.writeString(Path.of("target", "oracle", "coverage.md"), coverage.table());
        }
    }
}
