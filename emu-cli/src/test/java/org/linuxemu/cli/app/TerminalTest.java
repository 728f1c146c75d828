package org.linuxemu.cli.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program on a pseudo terminal, made by script(1). */
class TerminalTest {
    @TempDir Path directory;
    private String kernel;
    private Path pidFile;

    @BeforeEach
    void makeKernel() throws IOException {
        kernel = directory.resolve("kernel").toString();
        pidFile = directory.resolve("pid");
        Files.writeString(Path.of(kernel), "kernel");
    }

    private EmuProcess start(String... options) throws IOException {
        String[] line = new String[options.length + 6];
        line[0] = "-kernel";
        line[1] = kernel;
        line[2] = "-append";
        line[3] = "console=ttyS0";
        line[4] = "-pidfile";
        line[5] = pidFile.toString();
        System.arraycopy(options, 0, line, 6, options.length);
        return EmuProcess.startOnTerminal(line);
    }

    /** Waits until the terminal is raw: from then on it does not echo. */
    private static void awaitRawMode(EmuProcess emu) throws Exception {
        emu.awaitOutput("guest started");
        emu.type("x");
        emu.awaitOutput("x");
    }

    private static void assertRestored(EmuProcess emu, int status) throws InterruptedException {
        emu.status();
        String[] lines = emu.output().replace("\r", "").split("\n");
        String before = lines[0];
        assertThat(before).matches("[0-9a-f:]+");
        assertThat(emu.output()).contains("status=" + status + "\r\n");
        assertThat(lines[lines.length - 1]).as("terminal settings afterwards").isEqualTo(before);
    }

    @Test
    void allKeysGoToTheGuestAndCtrlAXQuits() throws Exception {
        try (EmuProcess emu = start("-nographic")) {
            awaitRawMode(emu);
            emu.type("\3\32\34\21\23\26\4\25\177\r");
            emu.awaitOutput("x<03><1a><1c><11><13><16><04><15><7f><0d>");
            emu.type("\1x");
            assertRestored(emu, 0);
            assertThat(emu.output()).contains("emu: terminated\r\n");
        }
    }

    @Test
    void guestOutputIsNotChanged() throws Exception {
        try (EmuProcess emu = start("-nographic")) {
            awaitRawMode(emu);
            emu.type("\rpoweroff\r");
            assertRestored(emu, 0);
            assertThat(emu.output())
                    .contains("guest started: console=ttyS0\r\nx")
                    .doesNotContain("\r\r");
        }
    }

    @Test
    void monitorEditsItsLine() throws Exception {
        try (EmuProcess emu = start("-nographic")) {
            awaitRawMode(emu);
            emu.type("\1c");
            emu.awaitOutput(
                    "monitor; help lists the commands, Ctrl-a c goes back to the guest\r\n(emu) ");
            emu.type("info stab\177tus\r");
            emu.awaitOutput("info stab\b \bt");
            emu.awaitOutput("the guest runs\r\n(emu) ");
            emu.type("quit\r");
            assertRestored(emu, 0);
        }
    }

    @Test
    void restoredAfterSigterm() throws Exception {
        try (EmuProcess emu = start("-nographic")) {
            awaitRawMode(emu);
            long pid = Long.parseLong(Files.readString(pidFile).trim());
            assertThat(ProcessHandle.of(pid).orElseThrow().destroy()).isTrue();
            assertRestored(emu, 143);
            assertThat(pidFile).doesNotExist();
        }
    }

    @Test
    void restoredAfterAnInternalError() throws Exception {
        try (EmuProcess emu = start("-nographic")) {
            awaitRawMode(emu);
            emu.type("\rthrow\r");
            assertRestored(emu, 70);
            assertThat(emu.output()).contains("internal error");
        }
    }

    @Test
    void restoredAfterATripleFault() throws Exception {
        try (EmuProcess emu = start("-nographic")) {
            awaitRawMode(emu);
            emu.type("\rtriple\r");
            assertRestored(emu, 1);
            assertThat(emu.output()).contains("emu: triple fault: the processor shut down\r\nEAX=");
        }
    }

    @Test
    void serialStdioLeavesCtrlCWithTheHost() throws Exception {
        try (EmuProcess emu = start("-serial", "stdio")) {
            awaitRawMode(emu);
            emu.type("\1x");
            emu.awaitOutput("<01>x");
            emu.type("\3");
            assertRestored(emu, 130);
        }
    }

    @Test
    void plainStdioWithoutMonitorCanStillBeLeft() throws Exception {
        try (EmuProcess emu = start("-nographic", "-monitor", "none")) {
            awaitRawMode(emu);
            emu.type("\1c");
            emu.awaitOutput("there is no monitor (-monitor none)\r\n");
            emu.type("\1x");
            assertRestored(emu, 0);
        }
    }
}
