package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The console of a real guest on a real (pseudo) terminal: keys, the monitor, full-screen programs.
 */
class ConsoleIT {
    private static final String CTRL_A = "\1";

    /**
     * Starts the emulator on a terminal made by script(1); the status and the settings are printed
     * at the end.
     */
    private static GuestSession onTerminal(String... options) throws Exception {
        StringBuilder shell = new StringBuilder("trap : INT; stty rows 24 cols 80; stty -g; ");
        shell.append(Path.of(System.getProperty("java.home"), "bin", "java"));
        shell.append(" -jar ").append(Path.of("target", "emu.jar").toAbsolutePath());
        shell.append(" -kernel ")
                .append(Images.slim())
                .append(" -initrd ")
                .append(Images.busybox());
        shell.append(" -append console=ttyS0");
        for (String option : options) {
            shell.append(' ').append(option);
        }
        shell.append("; echo \"status=$?\"; stty -g");
        return GuestSession.startCommand(
                Path.of("").toAbsolutePath(), "script", "-qefc", shell.toString(), "/dev/null");
    }

    private static void assertRestored(GuestSession guest, int status) throws Exception {
        assertThat(guest.exitStatus()).isZero();
        String[] lines = guest.console().replace("\r", "").strip().split("\n");
        assertThat(lines[lines.length - 2]).endsWith("status=" + status);
        assertThat(lines[lines.length - 1])
                .as("terminal settings")
                .matches("[0-9a-f:]+")
                .isEqualTo(lines[0]);
    }

    @Test
    void ctrlCInterruptsTheGuestsProgramAndCtrlAXQuits() throws Exception {
        try (GuestSession guest = onTerminal("-nographic")) {
            guest.expect("/ # ");
            guest.type("sh -c 'echo started; exec sleep 1000'");
            guest.expect("\r\nstarted");
            guest.send("\3");
            guest.expect("^C");
            guest.expect("/ # ");
            assertThat(guest.run("echo $?")).isEqualTo("130");
            assertThat(guest.run("echo $((6 * 7))")).isEqualTo("42");
            guest.send(CTRL_A + "h");
            assertThat(guest.expect("Ctrl-a x")).doesNotContain("/ #");
            guest.send(CTRL_A + "x");
            assertRestored(guest, 0);
        }
    }

    @Test
    void viEditsAFile() throws Exception {
        try (GuestSession guest = onTerminal("-nographic")) {
            guest.expect("/ # ");
            guest.type("vi /note");
            guest.expect("/note");
            guest.expect("- /note");
            guest.send("ifirst line\rsecond lime");
            guest.expect("\33[2;12H"); // the cursor is behind the eleven characters
            guest.send("\33"); // vi waits a while for the rest of a key's sequence
            guest.expect("- /note");
            guest.send("hrn:wq\r");
            guest.expect("/ # ");
            assertThat(guest.run("cat /note")).isEqualTo("first line\nsecond line");
            guest.type("top");
            guest.expect("Mem:");
            guest.expect("PID");
            guest.send("q");
            guest.expect("/ # ");
            guest.type("poweroff -f");
            assertRestored(guest, 0);
        }
    }

    @Test
    void theMonitorShowsTheMachineAndResetsIt() throws Exception {
        try (GuestSession guest = onTerminal("-nographic")) {
            guest.expect("/ # ");
            guest.send(CTRL_A + "c");
            guest.expect("(emu) ");
            assertThat(ask(guest, "info registers"))
                    .contains("RIP=")
                    .contains("CR3=")
                    .contains("EFER=");
            assertThat(ask(guest, "info mem"))
                    .containsPattern("ffffffff8[0-9a-f]+-ffffffff8[0-9a-f]+");
            assertThat(ask(guest, "info pic")).contains("irr=").contains("imr=");
            assertThat(ask(guest, "info irq"))
                    .containsPattern(
                            "IRQ statistics for isa-i8259:\\R( \\d: \\d+\\R)* 4: [1-9]\\d+\\R");
            String bytes = ask(guest, "x /2xb 0xffffffff81000000");
            assertThat(bytes).containsPattern("ffffffff81000000: 0x[0-9a-f]{2} 0x[0-9a-f]{2}");
            assertThat(ask(guest, "xp /1xw 0x1000000")).contains("0x");
            assertThat(ask(guest, "nonsense")).contains("nonsense");
            guest.type("system_reset");
            guest.send(CTRL_A + "c");
            guest.expect("Linux version");
            guest.expect("/ # ");
            assertThat(guest.run("/bin/hello")).isEqualTo("Hello from the custom kernel!");
            guest.send(CTRL_A + "c");
            guest.expect("(emu) ");
            guest.send("quit\r");
            assertRestored(guest, 0);
        }
    }

    private static String ask(GuestSession guest, String command) throws Exception {
        guest.send(command + "\r");
        guest.expect("\r\n");
        return guest.expect("(emu) ");
    }

    @Test
    void killRestoresTheTerminal() throws Exception {
        Path pid = Files.createTempDirectory("emu").resolve("pid");
        try (GuestSession guest = onTerminal("-nographic", "-pidfile", pid.toString())) {
            guest.expect("/ # ");
            long number = Long.parseLong(Files.readString(pid).strip());
            assertThat(ProcessHandle.of(number).orElseThrow().destroy()).isTrue();
            assertRestored(guest, 143);
        }
    }
}
