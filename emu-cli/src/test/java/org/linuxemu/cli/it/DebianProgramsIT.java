package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Debian's own programs compute in the guest, with every CPU model, what the same binaries compute
 * on the processor below the test. The normal run gives each program and each model a turn with
 * little data; {@code -Ddebian.programs=whole} has every model run everything with much, Python's
 * own test modules included (an hour and more), and {@code -Ddebian.programs=short} every model
 * everything with little. {@code -Ddebian.models=A,B} and {@code -Ddebian.workloads=A,B} choose.
 */
class DebianProgramsIT {
    private static final String[] WORKLOADS = {
        "digests",
        "python",
        "printf",
        "bc",
        "perl",
        "sqlite",
        "gcc",
        "compress",
        "speed",
        "tests",
        "decimal"
    };

    /** A normal run's: what chooses its code by CPUID meets the models for which it differs. */
    private static final Map<String, String[]> TURNS = new LinkedHashMap<>();

    static {
        TURNS.put("x86-64-v1", new String[] {"digests", "bc"});
        TURNS.put("x86-64-v2", new String[] {"perl", "sqlite", "compress"});
        TURNS.put("x86-64-v3", new String[] {"python", "printf"});
        TURNS.put("max", new String[] {"gcc", "speed"});
    }

    /**
     * What the GNU C library must not use on the host, so that it chooses the functions that it
     * chooses with this model: those with FMA round differently.
     */
    private static String tunables(String model) {
        String vector = "-AVX,-AVX2,-FMA,-FMA4,-BMI1,-BMI2,-AVX512F,-AVX512VL,-AVX512BW";
        return switch (model) {
            case "x86-64-v1" -> "glibc.cpu.hwcaps=-SSSE3,-SSE4_1,-SSE4_2,-POPCNT," + vector;
            case "x86-64-v2" -> "glibc.cpu.hwcaps=" + vector;
            default -> "";
        };
    }

    private static final Map<String, String> ON_HOST = new HashMap<>();

    private static synchronized String onHost(String workload, String size, String model)
            throws IOException, InterruptedException {
        String key = workload + size + tunables(model);
        if (!ON_HOST.containsKey(key)) {
            ON_HOST.put(key, chroot(tunables(model), "/workload", workload, size));
        }
        return ON_HOST.get(key);
    }

    private static String chroot(String tunables, String... program)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (!"root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("unshare", "-r"));
        }
        String tree = Images.debianPrograms().resolveSibling("root").toString();
        command.addAll(List.of("chroot", tree));
        command.addAll(List.of(program));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        if (!tunables.isEmpty()) {
            builder.environment().put("GLIBC_TUNABLES", tunables);
        }
        Process process = builder.start();
        process.getOutputStream().close();
        String output =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        int status = process.waitFor();
        if (status != 0) {
            throw new AssertionError(command + " ended with " + status + ":\n" + output);
        }
        return output;
    }

    @TestFactory
    Stream<DynamicTest> computeAsOnTheProcessorBelow() {
        assumeTrue(
                runsHere(),
                "Debian's programs are not compared: this is no x86-64 Linux with AVX2 and FMA");
        String size = System.getProperty("debian.programs", "");
        String[] models = chosen("debian.models", TURNS.keySet().toArray(String[]::new));
        return Stream.of(models)
                .map(
                        model -> {
                            String[] all = size.isEmpty() ? TURNS.get(model) : WORKLOADS;
                            return DynamicTest.dynamicTest(
                                    model,
                                    () ->
                                            compare(
                                                    model,
                                                    chosen("debian.workloads", all),
                                                    size.equals("whole") ? "whole" : "short"));
                        });
    }

    /** What they import is in several packages, of which the tree has but parts. */
    @Test
    void pythonsOwnTestsAreComplete() throws Exception {
        assumeTrue(runsHere(), "no chroot with Debian's programs on this host");
        assertThat(
                        chroot(
                                "",
                                "/usr/bin/python3",
                                "-B",
                                "-c",
                                "from test import test_float, test_math, test_struct, test_decimal"))
                .isEmpty();
    }

    private static String[] chosen(String property, String[] otherwise) {
        String names = System.getProperty(property);
        return names == null ? otherwise : names.split(",");
    }

    private static boolean runsHere() {
        try {
            String info = Files.readString(Path.of("/proc/cpuinfo"));
            return System.getProperty("os.arch").equals("amd64")
                    && info.contains(" avx2 ")
                    && info.contains(" fma ");
        } catch (IOException e) {
            return false;
        }
    }

    private static void compare(String model, String[] workloads, String size) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (size.equals("short")) {
            // Less compilation for a few seconds' run.
            command.addAll(
                    List.of(
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Dlinuxemu.translate.threshold=2000"));
        }
        command.addAll(List.of("-jar", Path.of("target", "emu.jar").toAbsolutePath().toString()));
        command.addAll(List.of("-kernel", Images.slim().toString()));
        command.addAll(List.of("-initrd", archive(workloads).toString()));
        command.addAll(List.of("-append", "console=ttyS0 quiet", "-nographic"));
        command.addAll(List.of("-m", "1G", "-cpu", model));
        try (GuestSession guest =
                GuestSession.startCommand(
                        Path.of("").toAbsolutePath(), command.toArray(String[]::new))) {
            guest.expect("/ # ");
            Map<String, String> different = new LinkedHashMap<>();
            for (String workload : workloads) {
                long start = System.nanoTime();
                guest.type("/workload " + workload + " " + size);
                guest.expect("[[ " + workload);
                String got =
                        "[[ " + workload + guest.expect("]] " + workload + " " + size + "\r\n");
                got = got.replace("\r", "");
                guest.expect("/ # ");
                String expected = onHost(workload, size, model);
                String difference = difference(expected, got);
                record(model, workload, size, System.nanoTime() - start, difference);
                if (difference != null) {
                    different.put(workload, difference);
                }
            }
            assertThat(different).as("what " + model + " computes otherwise").isEmpty();
            guest.type("busybox poweroff -f");
            assertThat(guest.exitStatus()).isZero();
        }
    }

    /** The parts of the tree that these need, since the guest copies all that it is given. */
    private static Path archive(String[] workloads) throws IOException {
        Path archive = Path.of("target", "debian-programs.cpio");
        Path parts = Images.debianPrograms().getParent();
        Files.copy(parts.resolve("base.cpio"), archive, StandardCopyOption.REPLACE_EXISTING);
        for (String workload : workloads) {
            String part =
                    switch (workload) {
                        case "python", "tests", "decimal" -> "python";
                        case "perl", "gcc" -> workload;
                        default -> null;
                    };
            if (part != null) {
                Files.write(
                        archive,
                        Files.readAllBytes(parts.resolve(part + ".cpio")),
                        StandardOpenOption.APPEND);
            }
        }
        return archive.toAbsolutePath();
    }

    /** The first lines that differ, or null. */
    private static String difference(String expected, String got) {
        if (expected.equals(got)) {
            return null;
        }
        String[] left = expected.split("\n");
        String[] right = got.split("\n");
        StringBuilder text = new StringBuilder();
        for (int i = 0, told = 0; i < Math.max(left.length, right.length) && told < 10; i++) {
            String host = i < left.length ? left[i] : "(nothing)";
            String here = i < right.length ? right[i] : "(nothing)";
            if (!host.equals(here)) {
                text.append("\nline ").append(i + 1);
                text.append("\n    host:  ").append(host).append("\n    guest: ").append(here);
                told++;
            }
        }
        return text.toString();
    }

    /** A row for docs/isa.md. */
    private static void record(
            String model, String workload, String size, long nanos, String difference)
            throws IOException {
        String row =
                "| "
                        + model
                        + " | "
                        + workload
                        + " | "
                        + size
                        + " | "
                        + nanos / 1_000_000_000
                        + " s | "
                        + (difference == null ? "same" : "different" + difference)
                        + " |\n";
        Files.writeString(
                Path.of("target", "debian-programs.md"),
                row,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
