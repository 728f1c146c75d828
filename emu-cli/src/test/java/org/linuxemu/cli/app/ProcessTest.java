package org.linuxemu.cli.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program with pipes. */
class ProcessTest {
    @TempDir Path directory;
    private String kernel;

    @BeforeEach
    void makeKernel() throws IOException {
        kernel = directory.resolve("kernel").toString();
        Files.writeString(Path.of(kernel), "kernel");
    }

    private EmuProcess start(String... options) throws IOException {
        String[] line = new String[options.length + 4];
        line[0] = "-kernel";
        line[1] = kernel;
        line[2] = "-append";
        line[3] = "console=ttyS0";
        System.arraycopy(options, 0, line, 4, options.length);
        return EmuProcess.start(line);
    }

    @Test
    void pipedInputReachesTheGuestAndItsEndDoesNotEndTheGuest() throws Exception {
        try (EmuProcess emu = start("-nographic")) {
            emu.type("hello\n");
            emu.endInput();
            emu.awaitOutput("guest started: console=ttyS0\r\nhello<0a>");
            assertThat(emu.process().waitFor(300, java.util.concurrent.TimeUnit.MILLISECONDS))
                    .isFalse();
            emu.terminate();
            assertThat(emu.status()).isEqualTo(143);
            assertThat(emu.errors()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "poweroff, '', 0",
        "halt, '', 0",
        "exit 33, '', 33",
        "exit 255, '', 255",
        "reboot, -no-reboot, 0",
        "triple, '', 1",
    })
    void exitStatusOfTheGuestsEnds(String command, String option, int status) throws Exception {
        try (EmuProcess emu = option.isEmpty() ? start() : start(option)) {
            emu.type(command + "\n");
            assertThat(emu.status()).isEqualTo(status);
        }
    }

    @Test
    void rebootStartsTheGuestAgain() throws Exception {
        try (EmuProcess emu = start()) {
            emu.type("reboot\n");
            emu.awaitOutput("<0a>guest started");
            emu.type("poweroff\n");
            assertThat(emu.status()).isZero();
        }
    }

    @Test
    void tripleFaultShowsTheRegisters() throws Exception {
        try (EmuProcess emu = start()) {
            emu.type("triple\n");
            assertThat(emu.status()).isEqualTo(1);
            assertThat(emu.errors())
                    .startsWith("emu: triple fault: the processor shut down\nEAX=")
                    .contains("EIP=0000fff0")
                    .doesNotContain("Exception");
        }
    }

    @Test
    void panicCanBeAFailure() throws Exception {
        try (EmuProcess emu = start("-action", "panic=exit-failure")) {
            emu.type("panic\nreboot\n");
            assertThat(emu.status()).isEqualTo(1);
            assertThat(emu.errors()).contains("emu: the guest's kernel panicked\n");
            assertThat(emu.output()).contains("guest started: console=ttyS0 panic=-1");
        }
        try (EmuProcess emu = start("-action", "panic=exit-failure")) {
            emu.type("reboot\npoweroff\n");
            assertThat(emu.status()).isZero();
        }
    }

    @Test
    void ctrlAKeysWorkOnAPipe() throws Exception {
        try (EmuProcess emu = start()) {
            emu.type("a\1ab\1bc\1h");
            emu.awaitOutput("a<01>b<break>c");
            emu.awaitOutput("Ctrl-a x    quit");
            emu.type("\1cinfo pic\n");
            emu.awaitOutput("(emu) pic0: irr=00 imr=ff isr=00\n(emu) ");
            emu.type("\1cd");
            emu.awaitOutput("\nd");
            emu.type("\1x");
            assertThat(emu.status()).isZero();
        }
    }

    @Test
    void stdioAloneTakesNoKeyAway() throws Exception {
        try (EmuProcess emu = start("-serial", "stdio")) {
            emu.type("\1x\1c\n");
            emu.awaitOutput("<01>x<01>c<0a>");
            emu.type("exit 5\n");
            assertThat(emu.status()).isEqualTo(5);
        }
    }

    @Test
    void monitorAloneReadsLines() throws Exception {
        try (EmuProcess emu = start("-serial", "null", "-monitor", "stdio")) {
            emu.awaitOutput("(emu) ");
            emu.type("info status\n");
            emu.awaitOutput("the guest runs\n(emu) ");
            emu.type("quit\n");
            assertThat(emu.status()).isZero();
            assertThat(emu.output()).doesNotContain("guest started");
        }
    }

    @Test
    void startStoppedWaitsForCont() throws Exception {
        // The guest writes to a file: on the terminal the monitor's prompt may come between its
        // letters.
        Path file = directory.resolve("serial");
        try (EmuProcess emu = start("-S", "-serial", "file:" + file, "-monitor", "stdio")) {
            emu.type("info status\n");
            emu.awaitOutput("the guest is stopped\n");
            assertThat(file).isEmptyFile();
            emu.type("cont\n");
            for (int i = 0; i < 600 && !Files.readString(file).contains("guest started"); i++) {
                Thread.sleep(100);
            }
            assertThat(file).content().contains("guest started");
        }
    }

    @Test
    void tellsHowGdbConnectsWhenItWaitsForIt() throws Exception {
        try (EmuProcess emu = start("-s", "-S")) {
            emu.awaitErrors("emu: waiting for gdb: target remote fake:1234\n");
        }
        try (EmuProcess emu = start("-s")) {
            emu.type("poweroff\n");
            assertThat(emu.status()).isZero();
            assertThat(emu.errors()).isEmpty();
        }
    }

    @Test
    void floodArrivesComplete() throws Exception {
        try (EmuProcess emu = start()) {
            emu.type("flood 1000000\npoweroff\n");
            assertThat(emu.status()).isZero();
            int from = emu.output().indexOf("<0a>") + 4;
            String flood = emu.output().substring(from, from + 1_000_000);
            for (int i = 0; i < flood.length(); i++) {
                assertThat(flood.charAt(i)).isEqualTo((char) ('a' + i % 26));
            }
            assertThat(emu.output()).endsWith("poweroff<0a>");
        }
    }

    @Test
    void aReaderThatGoesAwayEndsTheRun() throws Exception {
        try (EmuProcess emu = start()) {
            emu.awaitOutput("guest started");
            emu.process().getInputStream().close();
            emu.type("flood 100000\n");
            assertThat(emu.process().waitFor()).isEqualTo(1);
            emu.awaitErrors("emu: standard output: ");
        }
    }

    @Test
    void serialPortsGoToFilesAndSockets() throws Exception {
        Path file = directory.resolve("console.log");
        Path socket = directory.resolve("s.sock");
        try (EmuProcess emu =
                start(
                        "-serial",
                        "mon:stdio",
                        "-serial",
                        "file:" + file,
                        "-serial",
                        "unix:" + socket + ",server=on,wait=off")) {
            emu.awaitOutput("guest started");
            emu.type("poweroff\n");
            assertThat(emu.status()).isZero();
            assertThat(file).hasContent("port 1\n");
            assertThat(socket).doesNotExist();
        }
    }

    @Test
    void serialOverTcp() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (EmuProcess emu = start("-nographic", "-serial", "tcp::" + port + ",server")) {
            emu.awaitErrors("emu: waiting for a connection on tcp:127.0.0.1:" + port);
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                String greeting = "guest started: console=ttyS0\r\n";
                assertThat(new String(socket.getInputStream().readNBytes(greeting.length())))
                        .isEqualTo(greeting);
                socket.getOutputStream().write("exit 7\n".getBytes());
                assertThat(emu.status()).isEqualTo(7);
            }
        }
    }

    @Test
    void pidFileLivesAsLongAsTheProcess() throws Exception {
        Path file = directory.resolve("pid");
        try (EmuProcess emu = start("-pidfile", file.toString())) {
            emu.awaitOutput("guest started");
            assertThat(file).hasContent(emu.process().pid() + "\n");
            emu.type("poweroff\n");
            assertThat(emu.status()).isZero();
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void whatTheHostRefusesIsOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            refused(
                    "-serial tcp:127.0.0.1:" + port + ": the address is in use by another program",
                    "-serial",
                    "tcp:127.0.0.1:" + port + ",server=on,wait=off");
        }
        refused("-serial tcp::1: ", "-serial", "tcp::1");
        refused("-serial file:" + directory + ": Is a directory", "-serial", "file:" + directory);
        refused(
                "-pidfile: cannot write '/nonexistent/pid': No such file or directory",
                "-pidfile",
                "/nonexistent/pid");
        refused(
                "-D: cannot write '/nonexistent/log': No such file or directory",
                "-D",
                "/nonexistent/log");
        refused("cannot listen for gdb at port 1", "-gdb", "tcp::1");
    }

    private void refused(String message, String... options) throws Exception {
        try (EmuProcess emu = start(options)) {
            assertThat(emu.status()).isEqualTo(1);
            assertThat(emu.errors()).startsWith("emu: " + message).hasLineCount(1);
        }
    }

    @Test
    void aKernelThatIsNoneIsOneLine() throws Exception {
        kernel = directory.resolve("garbage").toString();
        Files.writeString(Path.of(kernel), "x");
        refused("-kernel: 'garbage' is no kernel");
    }

    @Test
    void aMistakeOfTheEmulatorIsOneLineUnlessMoreIsAskedFor() throws Exception {
        try (EmuProcess emu = start()) {
            emu.type("throw\n");
            assertThat(emu.status()).isEqualTo(70);
            assertThat(emu.errors())
                    .hasLineCount(1)
                    .contains(
                            "internal error",
                            "the fake machine broke",
                            "please report",
                            "-d emulator");
        }
        try (EmuProcess emu = start("-d", "emulator")) {
            emu.type("throw\n");
            assertThat(emu.status()).isEqualTo(70);
            assertThat(emu.errors()).contains("at org.linuxemu.cli.fake.FakeMachine");
        }
        try (EmuProcess emu = start()) {
            emu.type("memory\n");
            assertThat(emu.status()).isEqualTo(1);
            assertThat(emu.errors()).hasLineCount(1).contains("out of memory: this Java may use");
        }
    }

    @Test
    void logHasWhatIsAskedForAndWarnings() throws Exception {
        try (EmuProcess emu = start()) {
            emu.type("log\npoweroff\n");
            assertThat(emu.status()).isZero();
            assertThat(emu.errors())
                    .isEqualTo(
                            "emu: not there: java.io.IOException: why\nemu: warning: this is odd\n");
        }
        try (EmuProcess emu = start("-d", "int")) {
            emu.type("log\npoweroff\n");
            assertThat(emu.status()).isZero();
            assertThat(emu.errors()).startsWith("emu: int 80h\nemu: not there");
        }
        Path file = directory.resolve("log");
        Files.writeString(file, "old\n");
        try (EmuProcess emu = start("-d", "int,ioport,emulator", "-D", file.toString())) {
            emu.type("log\npoweroff\n");
            assertThat(emu.status()).isZero();
            assertThat(emu.errors()).isEmpty();
            assertThat(file)
                    .content()
                    .startsWith("int 80h\nport 80h\nnot there: java.io.IOException: why\n")
                    .contains("\tat org.linuxemu.cli.fake.FakeMachine.obey")
                    .endsWith("\ninfo: details\nwarning: this is odd\n");
        }
    }
}
