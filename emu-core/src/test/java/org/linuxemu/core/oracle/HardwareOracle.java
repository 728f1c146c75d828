package org.linuxemu.core.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The real processor: {@code oracle.c}, built with gcc, as a server of batches of vectors. */
final class HardwareOracle implements AutoCloseable {
    private static final int BATCH_BYTES = 32 << 20;

    private final Process process;
    private final OutputStream to;
    private final DataInputStream from;
    private final ByteBuffer request =
            ByteBuffer.allocate(BATCH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private byte[] answer = new byte[1 << 20];

    private HardwareOracle(Path program, byte[] window) throws IOException {
        process =
                new ProcessBuilder(program.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        to = process.getOutputStream();
        from = new DataInputStream(process.getInputStream());
        send(window, window.length);
    }

    /**
     * Builds and starts the oracle, or reports the calling test as skipped where there is no such
     * processor or compiler.
     *
     * @param window the initial contents of the data window
     */
    static HardwareOracle open(byte[] window) throws IOException, InterruptedException {
        OracleHost.assumeUsable();
        assumeTrue(
                HostFeatures.has("fsgsbase") && HostFeatures.has("avx"),
                "comparison with the real processor needs one with AVX and FSGSBASE");
        Path directory = Files.createDirectories(Path.of("target", "oracle"));
        Path program = Files.createTempFile(directory, "oracle", "");
        Process gcc =
                new ProcessBuilder(
                                List.of(
                                        "gcc",
                                        "-O2",
                                        "-Wall",
                                        "-Wextra",
                                        "-fno-stack-protector",
                                        "-mfsgsbase",
                                        "-Wl,-z,now",
                                        "-o",
                                        program.toString(),
                                        "src/test/c/oracle.c"))
                        .redirectErrorStream(true)
                        .start();
        String output = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(gcc.waitFor()).as("gcc: %s", output).isZero();
        HardwareOracle oracle = new HardwareOracle(program, window);
        program.toFile().deleteOnExit();
        return oracle;
    }

    private void send(byte[] bytes, int length) throws IOException {
        byte[] header = {
            (byte) length, (byte) (length >> 8), (byte) (length >> 16), (byte) (length >> 24)
        };
        to.write(header);
        to.write(bytes, 0, length);
        to.flush();
    }

    /** Hands over a batch; its answers must be read before the next. */
    void send(List<Vector> vectors) throws IOException {
        request.clear();
        for (Vector v : vectors) {
            v.put(request);
        }
        send(request.array(), request.position());
    }

    /** The answers to the last batch, one record after the other. */
    ByteBuffer receive() throws IOException {
        int length = Integer.reverseBytes(from.readInt());
        if (answer.length < length) {
            answer = new byte[length];
        }
        from.readFully(answer, 0, length);
        return ByteBuffer.wrap(answer, 0, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Runs one vector. */
    Outcome run(Vector v) throws IOException {
        send(List.of(v));
        Outcome o = new Outcome();
        o.get(receive(), v);
        return o;
    }

    @Override
    public void close() throws IOException {
        to.write(new byte[4]);
        to.close();
        process.destroy();
    }
}
