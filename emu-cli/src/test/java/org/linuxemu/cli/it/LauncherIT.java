package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The launcher script src/main/dist/emu, started as a user does. */
class LauncherIT {
    /** mov dx,0xf4; mov al,5; out dx,al; 1: jmp 1b: exit status 11. */
    private static final String EXIT_11 = "66BAF400 B005 EE EBFE";

    /** The first JDK with archives that hold what was learned, too. */
    private static final int NEW = 25;

    /** 1: jmp 1b */
    private static final String SPIN = "EBFE";

    @TempDir Path directory;
    private Path image;
    private ProcessBuilder builder;

    @BeforeEach
    void prepare() throws IOException {
        image = MultibootIT.image(directory, EXIT_11);
        builder = new ProcessBuilder();
        builder.environment().keySet().removeIf(name -> name.startsWith("EMU_"));
        builder.environment().put("EMU_CACHE", directory.resolve("cache").toString());
        builder.environment().put("EMU_JAVA", System.getProperty("java.home") + "/bin/java");
        builder.redirectErrorStream(true);
    }

    private String run(int status, String... options) throws Exception {
        List<String> line = new ArrayList<>(List.of("src/main/dist/emu"));
        line.addAll(List.of(options));
        Process process = builder.command(line).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isEqualTo(status);
        return output;
    }

    private String runImage() throws Exception {
        return run(
                11,
                "-kernel",
                image.toString(),
                "-append",
                "console=ttyS0",
                "-nographic",
                "-device",
                "isa-debug-exit,iobase=0xf4,iosize=0x04");
    }

    /** The JDK of this run, and a newer one where the launcher would find it. */
    static List<Path> jdks() throws IOException {
        List<Path> homes = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
        Path installed = Path.of("/usr/lib/jvm");
        if (Runtime.version().feature() < NEW && Files.isDirectory(installed)) {
            try (var all = Files.list(installed)) {
                all.filter(home -> release(home) >= NEW).limit(1).forEach(homes::add);
            }
        }
        return homes;
    }

    private static int release(Path home) {
        Path file = home.resolve("release");
        if (!Files.isReadable(file)) {
            return 0;
        }
        try {
            Matcher version =
                    Pattern.compile("JAVA_VERSION=\"(\\d+)").matcher(Files.readString(file));
            return version.find() ? Integer.parseInt(version.group(1)) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void theFirstMachineLeavesAnArchiveForTheNextOnesIfTheJdkIsNew(Path jdk) throws Exception {
        builder.environment().put("EMU_JAVA", jdk + "/bin/java");
        run(0, "-version");
        assertThat(spinningMachine()).isEmpty();
        if (release(jdk) < NEW) {
            // What JDK 17 writes at the end of a run made later boots slower.
            assertThat(directory.resolve("cache")).doesNotExist();
            assertThat(runImage()).isEmpty();
            return;
        }
        Path archive = archive(".aot");
        byte[] made = Files.readAllBytes(archive);
        builder.environment().put("EMU_JAVA_OPTS", "-Xlog:class+load:file=" + directory + "/log");
        assertThat(runImage()).isEmpty();
        assertThat(Files.readString(directory.resolve("log")))
                .containsPattern("org.linuxemu.cli.app.Main source: shared objects file");

        archive.toFile().setWritable(true);
        Files.write(archive, new byte[made.length]);
        assertThat(runImage()).isEmpty();
    }

    /** A machine that runs for some seconds, until it is told to end. */
    private String spinningMachine() throws Exception {
        Path spinning = MultibootIT.image(directory, SPIN);
        Process process =
                builder.command(
                                "src/main/dist/emu",
                                "-kernel",
                                spinning.toString(),
                                "-append",
                                "console=ttyS0",
                                "-nographic")
                        .start();
        Thread.sleep(4000);
        process.getOutputStream().write(new byte[] {1, 'x'});
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        MultibootIT.image(directory, EXIT_11);
        return output;
    }

    /** The only archive, when it is there; a newer JDK makes it after the run. */
    private Path archive(String kind) throws Exception {
        for (int i = 0; i < 1200; i++) {
            try (var files = Files.list(directory.resolve("cache").resolve("start"))) {
                List<Path> all = files.toList();
                if (all.size() == 1 && all.get(0).toString().endsWith(kind)) {
                    return all.get(0);
                }
            }
            Thread.sleep(100);
        }
        throw new AssertionError("no archive " + kind);
    }

    @Test
    void theNewestJdkIsTakenAndACacheThatCannotBeWrittenIsDoneWithout() throws Exception {
        builder.environment().remove("EMU_JAVA");
        builder.environment().put("EMU_CACHE", image + "/no-directory");
        assertThat(run(0, "-version")).contains("emu");
    }

    @Test
    void statusAndOptionsPassThrough() throws Exception {
        assertThat(run(2, "-no-such-option")).contains("-no-such-option");
        assertThat(run(1, "-kernel", "no such file")).contains("no such file");
    }
}
