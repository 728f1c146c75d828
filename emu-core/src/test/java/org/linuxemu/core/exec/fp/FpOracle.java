package org.linuxemu.core.exec.fp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The real processor, by way of {@code fp-oracle.c}: built with gcc, fed with records, its answers
 * read back.
 */
final class FpOracle {
    /** Size of a record in either direction; the layout is told in {@code fp-oracle.c}. */
    static final int RECORD = 64;

    private static final int ILLEGAL_INSTRUCTION = 4;

    private final Path directory;
    private final Path program;
    private final Map<String, Integer> operations = new LinkedHashMap<>();

    private FpOracle(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        Files.createDirectories(directory);
        program = directory.resolve("fp-oracle");
        List<String> gcc =
                List.of(
                        "gcc",
                        "-O1",
                        "-Wall",
                        "-mno-red-zone",
                        "-o",
                        program.toString(),
                        "src/test/c/fp-oracle.c");
        Process p = new ProcessBuilder(gcc).redirectErrorStream(true).start();
        String output = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(p.waitFor()).as("gcc: %s", output).isZero();
        Process list = new ProcessBuilder(program.toString(), "list").start();
        String names = new String(list.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        for (String name : names.split("\n")) {
            operations.put(name, operations.size());
        }
        assertThat(list.waitFor()).isZero();
    }

    /**
     * Builds the oracle, or reports the calling test as skipped where there is no such processor or
     * compiler.
     */
    static FpOracle open(String name) throws IOException, InterruptedException {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "");
        assumeTrue(
                os.equals("linux") && (arch.equals("amd64") || arch.equals("x86_64")),
                "comparison with the real processor needs x86-64 Linux, this is "
                        + os
                        + " on "
                        + arch);
        assumeTrue(
                hasGcc(), "comparison with the real processor needs gcc, which is not installed");
        return new FpOracle(Path.of("target", "fp-oracle", name));
    }

    private static boolean hasGcc() {
        String path = System.getenv("PATH");
        for (String dir : path == null ? new String[0] : path.split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(dir, "gcc"))) {
                return true;
            }
        }
        return false;
    }

    List<String> operations() {
        return new ArrayList<>(operations.keySet());
    }

    int number(String operation) {
        return operations.get(operation);
    }

    /** Runs all records of {@code input} and returns as many answers. */
    ByteBuffer run(ByteBuffer input) throws IOException, InterruptedException {
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

    /**
     * Whether the processor lacks the instruction of the record whose answer starts at {@code at}.
     */
    static boolean unsupported(ByteBuffer answers, int at) {
        return answers.getInt(at + 56) == ILLEGAL_INSTRUCTION;
    }

    static boolean trapped(ByteBuffer answers, int at) {
        return answers.getInt(at + 56) != 0;
    }
}
