package org.linuxemu.cli.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linuxemu.cli.fake.FakeMain;

class EmulatorTest {
    private String output;
    private String errors;

    private int run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
        try {
            return new Emulator(FakeMain.machines(), FakeMain.debugServers()).run(arguments);
        } finally {
            System.setOut(out);
            System.setErr(err);
            output = outBytes.toString(StandardCharsets.UTF_8);
            errors = errBytes.toString(StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-h, Usage:",
        "-help, Usage:",
        "--help, Usage:",
        "-version, emu ",
        "-d help, guest_errors",
        "-generate man, .TH EMU",
        "-generate completion, complete"
    })
    void answersQuestions(String line, String text) {
        assertThat(run(line.split(" "))).isZero();
        assertThat(output).contains(text).endsWith("\n");
        assertThat(errors).isEmpty();
    }

    @Test
    void versionIsThatOfTheBuild() {
        run("-version");
        assertThat(output).matches("emu [0-9]+\\.[0-9]+\\.[0-9]+.*\n").doesNotContain("$");
    }

    @ParameterizedTest
    @CsvSource({
        "-smq, 2",
        "'', 2",
        "-kernel, 2",
        "-m 0, 2",
        "-kernel /, 1",
        "-kernel /nonexistent, 1",
        "x, 2",
        "-kernel /proc/version -serial tcp:no.such.host.invalid:1, 1"
    })
    void mistakesAreOneLine(String line, int status) {
        assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(status);
        assertThat(output).isEmpty();
        assertThat(errors.lines().filter(text -> !text.contains("added console"))).hasSize(1);
        assertThat(errors).startsWith("emu: ").endsWith("\n").doesNotContain("Exception");
    }
}
