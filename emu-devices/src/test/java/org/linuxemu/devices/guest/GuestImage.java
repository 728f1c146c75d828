package org.linuxemu.devices.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.core.exec.CpuModel;
import org.linuxemu.devices.board.PcBoard;
import org.linuxemu.devices.board.PcConfig;
import org.linuxemu.devices.board.PcHost;
import org.linuxemu.devices.boot.BootLoader;
import org.linuxemu.devices.boot.BootRequest;

/**
 * A multiboot image of src/test/guest that prints one line for each of its cases at the debug
 * console. It ends by a write to isa-debug-exit or a triple fault.
 */
final class GuestImage {
    /** How an image is run here. */
    enum Tier {
        INTERPRETER,
        EAGER
    }

    static final Path SOURCES = Path.of("src", "test", "guest");
    private static final long MEMORY = 64L << 20;
    private static final long LIMIT = 20_000_000_000L;
    private static final int DEBUG_CONSOLE = 0xE9;
    private static final int EXIT_PORT = 0x501;

    final Path file;

    private GuestImage(Path file) {
        this.file = file;
    }

    /**
     * Builds an image from its C source, or reports the calling test as skipped where there is no
     * compiler for it.
     *
     * @param bits 64, or 32 for a kernel that never enters long mode
     */
    static GuestImage build(String name, int bits, Path directory) throws Exception {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "");
        assumeTrue(
                os.equals("linux")
                        && (arch.equals("amd64") || arch.equals("x86_64"))
                        && isInstalled("gcc"),
                "the system test images need gcc on x86-64 Linux");
        Path image = directory.resolve(name + bits + ".img");
        run(
                directory,
                "gcc",
                "-m" + bits,
                "-O1",
                "-ffreestanding",
                "-fno-pic",
                "-no-pie",
                "-nostdlib",
                "-static",
                "-mgeneral-regs-only",
                "-mno-red-zone",
                "-fno-stack-protector",
                "-fno-asynchronous-unwind-tables",
                "-fcf-protection=none",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-Wl,-T," + SOURCES.resolve("image.ld") + ",--oformat=binary,--build-id=none",
                "-o",
                image.toString(),
                SOURCES.resolve("start.S").toString(),
                SOURCES.resolve("guest.c").toString(),
                SOURCES.resolve(name + ".c").toString());
        return new GuestImage(image);
    }

    static boolean isInstalled(String program) {
        String path = System.getenv("PATH");
        for (String dir : path == null ? new String[0] : path.split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(dir, program))) {
                return true;
            }
        }
        return false;
    }

    private static void run(Path directory, String... command)
            throws IOException, InterruptedException {
        Path log = directory.resolve("log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .start();
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        process.destroyForcibly();
        assertThat(ended).as("%s ends", command[0]).isTrue();
        assertThat(process.exitValue() & ~1)
                .as("%s: %s", command[0], Files.readString(log))
                .isZero();
    }

    /** Runs it in the emulator; the last line says how it ended. */
    List<String> emulate(Tier tier, String commandLine) throws Exception {
        List<String> lines = new ArrayList<>();
        PcHost host =
                new PcHost() {
                    @Override
                    public int ended(End end, int value) {
                        lines.add("end " + end);
                        return 0;
                    }

                    @Override
                    public void reloadFailed(String message) {
                        throw new IllegalStateException(message);
                    }
                };
        PcConfig config =
                new PcConfig(MEMORY, CpuModel.max(), 1_767_225_600L, 1, EXIT_PORT, 1, false);
        BootRequest request = new BootRequest(file.toString()).commandLine(commandLine);
        PcBoard board =
                new PcBoard(config, host, (ram, state) -> BootLoader.load(request, ram, state));
        StringBuilder line = new StringBuilder();
        board.ports()
                .setListener(
                        (write, port, size, value, claimed) -> {
                            if (write && port == DEBUG_CONSOLE && value != '\n') {
                                line.append((char) value);
                            } else if (write && port == DEBUG_CONSOLE) {
                                lines.add(line.toString());
                                line.setLength(0);
                            }
                        });
        if (tier == Tier.EAGER) {
            board.cpu().translateEagerly();
        }
        StopReason reason = board.runUntil(LIMIT);
        assertThat(reason).as("the image ends, and not behind line %s", lines.size()).isNotNull();
        return lines;
    }

    /** Runs it in QEMU; what it printed, and an end as above. */
    List<String> qemu(Path directory, String commandLine) throws Exception {
        Path output = directory.resolve("output");
        Files.deleteIfExists(output);
        run(
                directory,
                "qemu-system-x86_64",
                "-accel",
                "tcg",
                "-cpu",
                "max,vendor=GenuineIntel",
                "-m",
                "64",
                "-display",
                "none",
                "-nodefaults",
                "-no-reboot",
                "-kernel",
                file.toString(),
                "-append",
                commandLine,
                "-debugcon",
                "file:" + output,
                "-device",
                "isa-debug-exit");
        return List.of(Files.readString(output, StandardCharsets.ISO_8859_1).split("\n"));
    }
}
