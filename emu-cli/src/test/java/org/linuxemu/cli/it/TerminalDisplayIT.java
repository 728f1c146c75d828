package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The guest's own screen and keyboard, on a terminal. */
class TerminalDisplayIT {
    /** The kernel of the tutorials where it has been built, else the small one of the tests. */
    private static Path kernel() throws Exception {
        Path full = Images.cache().resolve("tutorial-6.12").resolve("bzImage");
        return Files.isRegularFile(full) ? full : Images.slim();
    }

    @Test
    void bashAsInitTalksToTheScreenAndTheKeyboard() throws Exception {
        try (ScreenSession emu =
                ScreenSession.start(
                        "-enable-kvm",
                        "-cpu",
                        "host",
                        "-kernel",
                        kernel().toString(),
                        "-initrd",
                        Images.bash().toString())) {
            String screen = emu.await("init-5.2#");
            // As QEMU's screen shows it.
            assertThat(screen)
                    .contains(
                            """
                            init: cannot set terminal process group (-1): Inappropriate ioctl for device
                            init: no job control in this shell
                            init-5.2#""")
                    .contains("Run /init as init process");
            emu.type("/demo; echo \"status [$?] $((6*7))\"\r");
            emu.await("status [204] 42");
            // Line editing: cursor keys, erase, kill to the start of the line.
            emu.type("nonsense\25echo fixeX\177d\33[D\33[D\33[D\33[D\33[Dpre\33[C\33[C\r");
            emu.await("\nprefixed\n");
            emu.type("unwanted\25"); // Ctrl-C means nothing to a process without a terminal
            emu.type("echo still $((1+1)) alive\r");
            emu.await("still 2 alive");
            emu.type("\1c");
            emu.await("(emu)");
            emu.type("info status\r");
            emu.await("the guest runs");
            emu.type("\1c");
            emu.await("still 2 alive");
            emu.type("exit\r");
            emu.await("---[ end Kernel panic");
            emu.type("\1x");
            assertThat(emu.exitStatus()).isZero();
            String[] lines = emu.output().replace("\r", "").split("\n");
            assertThat(lines[lines.length - 1]).as("terminal settings").isEqualTo(lines[0]);
            // What the screen showed last stays to be read.
            String after = emu.output().substring(emu.output().lastIndexOf("\033[?1049l"));
            assertThat(after).contains("Kernel panic - not syncing").contains("status=0");
        }
    }

    @Test
    void aPanicIsKnownByTheScreenAndStaysReadable() throws Exception {
        try (ScreenSession emu =
                ScreenSession.start(
                        "-kernel",
                        Images.slim().toString(),
                        "-initrd",
                        Images.bash().toString(),
                        "-action",
                        "panic=exit-failure")) {
            emu.await("init-5.2#");
            emu.type("exit\r");
            emu.exitStatus();
            // On the user's own screen again, behind the last picture of the guest's.
            String after = emu.output().substring(emu.output().lastIndexOf("\033[?1049l"));
            assertThat(after)
                    .contains("do_exit+0x") // the panic's call trace
                    .contains("emu: the guest's kernel panicked\r\nstatus=1");
        }
    }

    @Test
    void everyKeyArrivesAndCtrlAltDelRestarts() throws Exception {
        try (ScreenSession emu =
                ScreenSession.start(
                        "-kernel",
                        Images.slim().toString(),
                        "-initrd",
                        Images.busybox().toString(),
                        "-no-reboot")) {
            emu.await("/ #");
            emu.type("cat -v\r");
            emu.await("cat -v\n");
            emu.type("A_~|\33[A\33OP\33[3~\33x\r");
            emu.await("\nA_~|^[[A^[[[A^[[3~^[x\n");
            emu.type("\33[15~\33[24~\33[5~é\r"); // F5, F12, page up, e with acute accent
            emu.await("\n^[[[E^[[24~^[[5~M-CM-)\n");
            emu.type("\3");
            emu.await("^C\n/ #");
            emu.type("poweroff() { :; }; echo ready\r");
            emu.await("\nready");
            emu.type("\1d");
            assertThat(emu.exitStatus()).isZero();
        }
    }
}
