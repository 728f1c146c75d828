package org.linuxemu.core.exec.fp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.linuxemu.core.oracle.OracleHost;

/**
 * The real processor, by way of a C program under {@code src/test/c}: built with gcc, fed with
 * records, its answers read back. The layout of the records is told in the program.
 */
public final class FpOracle {
    private final Path directory;
    private final Path program;

    private FpOracle(String name) throws IOException, InterruptedException {
        directory = Path.of("target", "fp-oracle", name);
        Files.createDirectories(directory);
        program = directory.resolve(name);
        ProcessBuilder gcc =
                new ProcessBuilder(
                        "gcc",
                        "-O1",
                        "-Wall",
                        "-mno-red-zone",
                        "-o",
                        program.toString(),
                        "src/test/c/" + name + ".c");
        Process p = gcc.redirectErrorStream(true).start();
        String output = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(p.waitFor()).as("gcc: %s", output).isZero();
    }

    /**
     * Builds {@code src/test/c/<name>.c}, or reports the calling test as skipped where there is no
     * such processor or no compiler.
     */
    public static FpOracle open(String name) throws IOException, InterruptedException {
        OracleHost.assumeUsable();
        return new FpOracle(name);
    }

    /** The program's answer to one argument, as lines. */
    List<String> ask(String argument) throws IOException, InterruptedException {
        Process p = new ProcessBuilder(program.toString(), argument).start();
        String answer = new String(p.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(p.waitFor()).isZero();
        return new ArrayList<>(List.of(answer.split("\n")));
    }

    /** Runs all records of {@code input} and returns as many answers of the same size. */
    public ByteBuffer run(ByteBuffer input) throws IOException, InterruptedException {
        Path in = directory.resolve("in.bin");
        Path out = directory.resolve("out.bin");
        Files.write(in, input.array());
        Process p =
                new ProcessBuilder(program.toString(), "run")
                        .redirectInput(in.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        assertThat(p.waitFor()).as("exit status of the oracle").isZero();
        byte[] answers = Files.readAllBytes(out);
        assertThat(answers).hasSameSizeAs(input.array());
        return ByteBuffer.wrap(answers).order(ByteOrder.LITTLE_ENDIAN);
    }
}
