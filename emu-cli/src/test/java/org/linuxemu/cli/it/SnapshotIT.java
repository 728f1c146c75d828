package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots as a user has them. The tests build on each other, since a boot takes long. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SnapshotIT {
    private static final String PROMPT = "/ # ";
    private static final String HINT = "target remote 127.0.0.1:";

    @TempDir static Path directory;

    private static Path cache() {
        return directory.resolve("cache");
    }

    private static Path named(String name) {
        return directory.resolve(name);
    }

    private static GuestSession start(boolean images, String... more) throws Exception {
        List<String> command = new ArrayList<>();
        command.add("env");
        command.add("EMU_CACHE=" + cache());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-jar");
        command.add(Path.of("target", "emu.jar").toAbsolutePath().toString());
        if (images) {
            command.addAll(List.of("-kernel", Images.slim().toString()));
            command.addAll(List.of("-initrd", Images.busybox().toString()));
            command.addAll(List.of("-append", "console=ttyS0"));
        }
        command.add("-nographic");
        command.addAll(List.of(more));
        return GuestSession.startCommand(directory, command.toArray(new String[0]));
    }

    private static List<Path> kept() throws IOException {
        List<Path> files = new ArrayList<>();
        try (var found = Files.list(cache().resolve("fast-boot"))) {
            found.forEach(files::add);
        }
        return files;
    }

    private static void answersAndEnds(GuestSession guest) throws Exception {
        assertThat(guest.run("echo $((6*7)); uname")).isEqualTo("42\nLinux");
        guest.type("poweroff -f");
        assertThat(guest.exitStatus()).isZero();
    }

    @Test
    @Order(1)
    void theFirstFastBootKeepsTheMachine() throws Exception {
        try (GuestSession guest =
                start(true, "-fast-boot", "-snapshot-save", named("at prompt").toString())) {
            guest.type("echo typed early");
            assertThat(guest.expect("typed early\r\n")).contains("Linux version");
            guest.expect(PROMPT);
            answersAndEnds(guest);
            assertThat(guest.errors()).contains("saved the machine to '" + named("at prompt"));
        }
        assertThat(kept()).hasSize(1);
        assertThat(named("at prompt")).isNotEmptyFile();
    }

    @Test
    @Order(2)
    void theNextGoesOnFromThere() throws Exception {
        try (GuestSession guest = start(true, "-fast-boot")) {
            assertThat(guest.expect(PROMPT)).doesNotContain("Linux version");
            assertThat(guest.run("dmesg | grep -c typed")).isEqualTo("0");
            answersAndEnds(guest);
            assertThat(guest.errors()).isEmpty();
        }
        assertThat(kept()).hasSize(1);
    }

    @Test
    @Order(3)
    void aNamedFileNeedsNoKernelAndServesGdb() throws Exception {
        Path vmlinux = Images.slim().resolveSibling("vmlinux");
        try (GuestSession guest =
                        start(false, "-snapshot-load", "at prompt", "-gdb", "tcp::0", "-S");
                GdbProcess gdb = GdbProcess.start(vmlinux.getParent(), vmlinux)) {
            guest.expect(PROMPT);
            gdb.run("set remotetimeout 120"); // also on a host that is very busy
            assertThat(gdb.run("target remote " + port(guest))).doesNotContain("imed out");
            assertThat(gdb.run("backtrace")).contains("do_idle").contains("start_kernel");
            gdb.run("tbreak __x64_sys_newuname");
            guest.type("uname");
            assertThat(gdb.run("continue")).contains("__x64_sys_newuname");
            gdb.run("detach");
            guest.expect("Linux");
            guest.expect(PROMPT);
            answersAndEnds(guest);
        }
    }

    @Test
    @Order(4)
    void theMonitorSavesAndLoadsAndGdbOnlyWhatTheUserNamed() throws Exception {
        try (GuestSession guest =
                start(
                        false,
                        "-snapshot-load",
                        "at prompt",
                        "-snapshot-save",
                        "by gdb,at=command",
                        "-gdb",
                        "tcp::0")) {
            guest.expect(PROMPT);
            guest.run("x=before");
            guest.send("\u0001c");
            guest.expect("(emu) ");
            guest.type("snapshot-save by monitor");
            guest.expect("saved to 'by monitor'");
            guest.send("\u0001c");
            guest.run("x=after");
            guest.send("\u0001c");
            guest.expect("(emu) ");
            guest.type("snapshot-load by monitor");
            guest.expect("(emu) ");
            guest.type("snapshot-load nothing");
            guest.expect("snapshot-load: 'nothing' there is no such file");
            guest.send("\u0001c");
            guest.type("");
            guest.expect(PROMPT);
            assertThat(guest.run("echo $x")).isEqualTo("before");
            try (StubClient gdb = new StubClient(Integer.parseInt(port(guest).substring(1)))) {
                assertThat(monitor(gdb, "snapshot-save /tmp/elsewhere"))
                        .contains("no file can be named here");
                assertThat(monitor(gdb, "snapshot-save")).contains("saved the machine to 'by gdb'");
                assertThat(monitor(gdb, "snapshot-load")).contains("as it was saved");
                gdb.send("D");
            }
            answersAndEnds(guest);
        }
        assertThat(named("by gdb")).isNotEmptyFile();
    }

    @Test
    @Order(5)
    void cyclesAndPatternsAreExactPoints() throws Exception {
        // 5 ms after the prompt, and the echo of a command: the guest does the same in all runs.
        try (GuestSession guest =
                start(false, "-snapshot-load", "at prompt", "-snapshot-save", "p,pattern=ab,,c")) {
            guest.expect(PROMPT);
            guest.type("echo ab,c");
            guest.expect(PROMPT);
            guest.type("poweroff -f");
            assertThat(guest.exitStatus()).as(guest.errors()).isZero();
        }
        try (GuestSession guest = start(false, "-snapshot-load", "p")) {
            // The first occurrence was the echo of the keys; the rest of the line is still to come.
            guest.expect("echo ab,c");
            guest.type("");
            guest.expect("ab,c\r\n");
            guest.expect(PROMPT);
            answersAndEnds(guest);
        }
        try (GuestSession guest =
                start(false, "-snapshot-load", "at prompt", "-snapshot-save", "c,cycle=1")) {
            guest.expect(PROMPT);
            answersAndEnds(guest);
        }
        try (GuestSession guest = start(false, "-snapshot-load", "c")) {
            guest.expect(PROMPT);
            answersAndEnds(guest);
        }
        try (GuestSession guest =
                start(false, "-snapshot-load", "c", "-snapshot-save", "never,pattern=no such")) {
            guest.expect(PROMPT);
            guest.type("poweroff -f");
            assertThat(guest.exitStatus()).isEqualTo(1);
            assertThat(guest.errors()).contains("-snapshot-save: the guest ended before the point");
        }
    }

    @Test
    @Order(6)
    void otherMachinesAndDamagedFilesAreRefusedInOneLine() throws Exception {
        Path good = named("at prompt");
        refused(
                "'at prompt' was made with -m 131072 KiB, not 262144 KiB",
                "-snapshot-load",
                "at prompt",
                "-m",
                "256");
        refused(
                "made with -cpu max, not max,-avx",
                "-snapshot-load",
                "at prompt",
                "-cpu",
                "max,-avx");
        refused("made with acpi on, not off", "-snapshot-load", "at prompt", "-no-acpi");
        byte[] bytes = Files.readAllBytes(good);
        bytes[bytes.length / 2] ^= 4;
        Files.write(named("damaged"), bytes);
        refused("'damaged' is damaged", "-snapshot-load", "damaged");
        Files.write(named("short"), java.util.Arrays.copyOf(bytes, 100_000));
        refused("'short' is truncated", "-snapshot-load", "short");
        refused("'missing' does not exist", "-snapshot-load", "missing");
    }

    private static void refused(String reason, String... arguments) throws Exception {
        try (GuestSession guest = start(false, arguments)) {
            assertThat(guest.exitStatus()).isEqualTo(1);
            assertThat(guest.errors().strip().lines()).hasSize(1);
            assertThat(guest.errors()).startsWith("emu: -snapshot-load: ").contains(reason);
        }
    }

    @Test
    @Order(7)
    void aDamagedKeptMachineIsBootedAnew() throws Exception {
        Path file = kept().get(0);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 4;
        Files.write(file, bytes);
        try (GuestSession guest = start(true, "-fast-boot")) {
            assertThat(guest.expect(PROMPT)).contains("Linux version");
            assertThat(guest.errors().strip().lines()).hasSize(1);
            assertThat(guest.errors())
                    .startsWith("emu: -fast-boot: " + file + " is damaged")
                    .contains("booting as usual");
            answersAndEnds(guest);
        }
        assertThat(Files.readAllBytes(file)).isNotEqualTo(bytes);
    }

    private static String port(GuestSession machine) throws Exception {
        for (int i = 0; i < 600; i++) {
            String errors = machine.errors();
            int at = errors.indexOf(HINT);
            int end = errors.indexOf('\n', Math.max(at, 0));
            if (at >= 0 && end > at) {
                return ":" + errors.substring(at + HINT.length(), end).strip();
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no port in: " + machine.errors());
    }

    /** Runs a monitor command and returns its text. */
    private static String monitor(StubClient gdb, String command) throws IOException {
        StringBuilder hex = new StringBuilder();
        for (byte b : command.getBytes(StandardCharsets.US_ASCII)) {
            hex.append(Character.forDigit(b >> 4, 16)).append(Character.forDigit(b & 15, 16));
        }
        StringBuilder text = new StringBuilder();
        String reply = gdb.request("qRcmd," + hex);
        while (!reply.equals("OK")) {
            for (int i = reply.startsWith("O") ? 1 : 0; i + 1 < reply.length(); i += 2) {
                text.append((char) Integer.parseInt(reply.substring(i, i + 2), 16));
            }
            reply = gdb.receive();
        }
        return text.toString();
    }
}
