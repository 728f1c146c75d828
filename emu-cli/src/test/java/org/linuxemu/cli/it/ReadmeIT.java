package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The README's commands, taken from its text, do what it says. */
class ReadmeIT {
    /** The lines that a section of the README shows as commands, in order. */
    private static List<String> commands(String section) throws Exception {
        List<String> commands = new ArrayList<>();
        boolean inside = false;
        for (String line :
                Files.readAllLines(Images.project().resolve("README.md"), StandardCharsets.UTF_8)) {
            if (line.startsWith("## ")) {
                inside = line.equals("## " + section);
            } else if (inside && line.startsWith("    ")) {
                commands.add(line.strip());
            }
        }
        assertThat(commands).as("commands of the section " + section).isNotEmpty();
        return commands;
    }

    @Test
    void theFirstCommandEndsAtAPrompt() throws Exception {
        String first = commands("Two commands").get(0);
        try (GuestSession guest =
                GuestSession.startCommand(Images.project(), "bash", "-c", first)) {
            guest.expect("/ # ");
            assertThat(guest.run("uname -s")).isEqualTo("Linux");
            guest.type("poweroff -f");
            assertThat(guest.exitStatus()).isZero();
        }
    }

    @Test
    void theSecondCommandIsWhatTheContinuousIntegrationRuns() throws Exception {
        assertThat(commands("Two commands").get(1)).isEqualTo("mvn -B verify");
        List<String> script = Files.readAllLines(Images.project().resolve(".ci/run"));
        assertThat(script).contains("exec " + commands("Two commands").get(1));
    }

    @Test
    void theCommandForOnesOwnKernelWorksAsTyped() throws Exception {
        String command = commands("Your own kernel").get(0);
        Path directory = Files.createTempDirectory("emu");
        Files.createSymbolicLink(directory.resolve("bzImage"), Images.slim());
        Files.createSymbolicLink(directory.resolve("initramfs.cpio.gz"), Images.busybox());
        Path jar = directory.resolve("emu-cli/target/emu.jar");
        Files.createDirectories(jar.getParent());
        Files.createSymbolicLink(jar, Path.of("target", "emu.jar").toAbsolutePath());
        try (GuestSession guest = GuestSession.startCommand(directory, "bash", "-c", command)) {
            guest.expect("/ # ");
            assertThat(guest.run("/bin/demo; echo $?")).isEqualTo("hello world!\n204");
            guest.type("poweroff -f");
            assertThat(guest.exitStatus()).isZero();
        }
    }
}
