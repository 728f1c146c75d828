package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script src/main/dist/emu, started as a user does. */
class LauncherIT {
    /** mov dx,0xf4; mov al,5; out dx,al; 1: jmp 1b: exit status 11. */
    private static final String EXIT_11 = "66BAF400 B005 EE EBFE";

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

    @Test
    void theFirstMachineLeavesAnArchiveOfClassesForTheNextOnes() throws Exception {
        run(0, "-version");
        assertThat(runImage()).isEmpty();
        Path start = directory.resolve("cache").resolve("start");
        try (var archives = Files.list(start)) {
            assertThat(archives).hasSize(1).allMatch(p -> p.toString().endsWith(".jsa"));
        }
        builder.environment().put("EMU_JAVA_OPTS", "-Xlog:class+load:file=" + directory + "/log");
        assertThat(runImage()).isEmpty();
        assertThat(Files.readString(directory.resolve("log")))
                .contains("org.linuxemu.cli.app.Main source: shared objects file (top)");
    }

    @Test
    void aDamagedArchiveIsNotUsed() throws Exception {
        runImage();
        try (var archives = Files.list(directory.resolve("cache").resolve("start"))) {
            for (Path p : (Iterable<Path>) archives::iterator) {
                p.toFile().setWritable(true);
                Files.write(p, new byte[5000]);
            }
        }
        assertThat(runImage()).isEmpty();
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
