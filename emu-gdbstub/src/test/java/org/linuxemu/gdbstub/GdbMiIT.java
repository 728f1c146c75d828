package org.linuxemu.gdbstub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.linuxemu.gdbstub.toy.ToyRun;

/**
 * gdb as development environments drive it: its machine interface, with the guest running in the
 * background.
 */
@Timeout(120)
class GdbMiIT {
    @TempDir Path directory;

    private ToyRun run;
    private Process gdb;
    private BufferedReader out;

    @BeforeEach
    void start() throws IOException {
        run = ToyRun.stopped();
        Path elf = directory.resolve("toy.elf");
        run.machine.program.writeElf(elf);
        gdb =
                new ProcessBuilder("gdb", "-nx", "-q", "-i=mi3", elf.toString())
                        .redirectErrorStream(true)
                        .start();
        out =
                new BufferedReader(
                        new InputStreamReader(gdb.getInputStream(), StandardCharsets.UTF_8));
        type("-gdb-set mi-async on");
        until("^done");
        type("-target-select remote 127.0.0.1:" + run.port());
        until("*stopped");
    }

    @AfterEach
    void end() throws Exception {
        gdb.destroyForcibly().waitFor();
        run.close();
    }

    private void type(String line) throws IOException {
        gdb.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        gdb.getOutputStream().flush();
    }

    /** Next line that begins so. */
    private String until(String beginning) throws IOException {
        StringBuilder seen = new StringBuilder();
        String line;
        while ((line = out.readLine()) != null) {
            seen.append(line).append('\n');
            if (line.startsWith(beginning)) {
                return line;
            }
        }
        throw new AssertionError("gdb has ended instead of printing " + beginning + ":\n" + seen);
    }

    @Test
    void interruptsARunningGuestAgainAndAgain() throws Exception {
        for (int i = 0; i < 20; i++) {
            type("-exec-continue");
            until("*running");
            type("-exec-interrupt");
            assertThat(until("*stopped")).contains("signal-name=\"SIGINT\"");
        }
    }

    @Test
    void interruptsAnIdleGuest() throws Exception {
        run.runner.call(
                () -> {
                    run.machine.setTimer(0);
                    return null;
                });
        type("-interpreter-exec console \"set $pc = idle\"");
        until("^done");
        type("-exec-continue");
        until("*running");
        type("-exec-interrupt");
        assertThat(until("*stopped")).contains("signal-name=\"SIGINT\"", "func=\"idle\"");
    }

    @Test
    void interruptsUnderAFalseCondition() throws Exception {
        type("-break-insert -c \"$rbx == -1\" hot");
        until("^done");
        for (int i = 0; i < 10; i++) {
            type("-exec-continue");
            until("*running");
            type("-exec-interrupt");
            assertThat(until("*stopped")).contains("signal-name=\"SIGINT\"");
        }
    }

    @Test
    void aKilledDebuggerLetsTheGuestRun() throws Exception {
        type("-break-insert hot");
        until("^done");
        type("-exec-continue");
        until("*stopped");
        assertThat(run.runner.call(run.runner::running)).isFalse();
        gdb.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        while (!run.runner.call(run.runner::running)) {
            Thread.sleep(1);
        }
        assertThat(run.runner.call(run.machine.breakpoints::isEmpty)).isTrue();
    }
}
