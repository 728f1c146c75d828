package org.linuxemu.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.linuxemu.core.oracle.HostFeatures;
import org.linuxemu.core.oracle.OracleHost;

/** The real processor, by way of {@code instruction-oracle.c}. */
final class InstructionOracle {
    private final Path directory;
    private final Path program;

    private InstructionOracle(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        Files.createDirectories(directory);
        program = directory.resolve("instruction-oracle");
        Process p =
                new ProcessBuilder(
                                "gcc",
                                "-O1",
                                "-Wall",
                                "-o",
                                program.toString(),
                                "src/test/c/instruction-oracle.c")
                        .redirectErrorStream(true)
                        .start();
        String output = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(p.waitFor()).as("gcc: %s", output).isZero();
    }

    /**
     * Builds the oracle, or reports the calling test as skipped where there is no such processor or
     * compiler.
     */
    static InstructionOracle open(String name) throws IOException, InterruptedException {
        OracleHost.assumeUsable();
        return new InstructionOracle(Path.of("target", "instruction-oracle", name));
    }

    /** Whether the real processor has a feature, named as in the opcode table. */
    boolean has(String feature) {
        return HostFeatures.hasFeature(feature);
    }

    /** Runs records that have windows of one size and returns their answers. */
    List<OracleRecord> run(List<OracleRecord> records) throws IOException, InterruptedException {
        int window = records.get(0).window.length;
        ByteBuffer buffer =
                ByteBuffer.allocate(records.size() * OracleRecord.size(window))
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (OracleRecord r : records) {
            r.put(buffer);
        }
        Path in = directory.resolve("in.bin");
        Path out = directory.resolve("out.bin");
        Files.write(in, buffer.array());
        Process p =
                new ProcessBuilder(program.toString(), Integer.toString(window))
                        .redirectInput(in.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        assertThat(p.waitFor()).as("exit status of the oracle").isZero();
        ByteBuffer answers =
                ByteBuffer.wrap(Files.readAllBytes(out)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(answers.remaining()).isEqualTo(buffer.capacity());
        List<OracleRecord> result = new ArrayList<>();
        while (answers.hasRemaining()) {
            result.add(OracleRecord.answer(answers, window));
        }
        Files.delete(in);
        Files.delete(out);
        return result;
    }
}
