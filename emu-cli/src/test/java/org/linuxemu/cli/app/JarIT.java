package org.linuxemu.cli.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as users get it. */
class JarIT {
    @TempDir Path directory;

    private final String jar = System.getProperty("emu.jar");
    private String output;

    /** Runs {@code java JVM... -jar emu.jar ARGS...}, both outputs together. */
    private int run(List<String> jvm, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(jvm);
        command.add("-jar");
        command.add(jar);
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"))
                        .start();
        output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor();
    }

    @Test
    void answersQuestions() throws Exception {
        assertThat(run(List.of(), "-version")).isZero();
        assertThat(output).matches("emu [0-9]+\\.[0-9]+\\.[0-9]+.*\n");
        assertThat(run(List.of(), "-h")).isZero();
        assertThat(output)
                .startsWith("Usage: java -jar emu.jar -kernel FILE")
                .contains("-nographic");
    }

    @Test
    void mistakesAreOneLine() throws Exception {
        assertThat(run(List.of(), "-kernal", "x")).isEqualTo(2);
        assertThat(output)
                .isEqualTo(
                        "emu: unknown option '-kernal'; did you mean -kernel? (-h lists all options)\n");
        assertThat(run(List.of(), "@x")).isEqualTo(2);
        assertThat(output).startsWith("emu: unexpected '@x'").hasLineCount(1);
        assertThat(run(List.of(), "-kernel", directory.toString())).isEqualTo(1);
        assertThat(output).isEqualTo("emu: -kernel: '" + directory + "' is a directory\n");
    }

    /** The build leaves both beside the jar, which prints them as well. */
    @Test
    void theManualPageIsOneForMan() throws Exception {
        assertThat(run(List.of(), "-generate", "man")).isZero();
        assertThat(Path.of(jar).resolveSibling("emu.1")).hasContent(output);
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/man")),
                "no man: its rendering of the manual page is not looked at");
        Path page = Files.writeString(directory.resolve("emu.1"), output);
        ProcessBuilder man =
                new ProcessBuilder("/usr/bin/man", "--warnings", "-l", page.toString());
        man.environment().put("MANWIDTH", "100");
        man.environment().put("LC_ALL", "C");
        assertThat(shown(man.redirectErrorStream(true)))
                .startsWith("EMU(1)")
                .contains("NAME\n")
                .contains("-kernel FILE")
                .contains("-nographic\n")
                .contains("The machine\n")
                .doesNotContain("warning");
    }

    @Test
    void bashCompletesOptionsAndFiles() throws Exception {
        assertThat(run(List.of(), "-generate", "completion")).isZero();
        assertThat(Path.of(jar).resolveSibling("emu.bash")).hasContent(output);
        Path script = Files.writeString(directory.resolve("emu.bash"), output);
        assertThat(completed(script, "-no")).contains("-nographic", "-no-reboot", "-no-acpi");
        assertThat(completed(script, "-ker")).containsExactly("-kernel");
    }

    /** What the completion proposes for this beginning of the first word. */
    private static String[] completed(Path script, String word) throws Exception {
        String line =
                "compopt() { :; }; source '"
                        + script
                        + "'; set -- $(complete -p emu); while [ \"$1\" != -F ]; do shift; done;"
                        + " COMP_WORDS=(emu '"
                        + word
                        + "'); COMP_CWORD=1; COMP_LINE='emu "
                        + word
                        + "'; COMP_POINT=${#COMP_LINE}; $2 emu '"
                        + word
                        + "' emu; printf '%s\\n' \"${COMPREPLY[@]}\"";
        return shown(new ProcessBuilder("bash", "-c", line).redirectErrorStream(true)).split("\n");
    }

    private static String shown(ProcessBuilder builder) throws Exception {
        Process process = builder.start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
        return text.replaceAll(".\b", "").replaceAll("\33\\[[0-9;]*m", "");
    }

    /**
     * The start is fast because what it does not need is not loaded: picocli alone is 0.2 s of
     * processor time.
     */
    @Test
    void theWayToTheKernelLoadsNoLibrary() throws Exception {
        Path kernel = directory.resolve("kernel");
        Files.writeString(kernel, "not a kernel");
        run(
                List.of("-Xlog:class+load:file=" + directory.resolve("classes")),
                "-kernel",
                kernel.toString(),
                "-nographic",
                "-append",
                "console=ttyS0",
                "-m",
                "256M");
        assertThat(Files.readString(directory.resolve("classes")))
                .contains("org.linuxemu.cli.options.OptionsReader")
                .doesNotContain("picocli.")
                .doesNotContain("ch.qos.logback.")
                .doesNotContain("org.jline.")
                .doesNotContain("io.netty.")
                .doesNotContain("java.lang.runtime.ObjectMethods ");
    }

    @Test
    void holdsTheLibrariesOnce() throws IOException {
        try (JarFile file = new JarFile(jar)) {
            assertThat(file.getManifest().getMainAttributes().getValue("Main-Class"))
                    .isEqualTo(Main.class.getName());
            assertThat(file.stream().map(entry -> entry.getName()))
                    .contains("META-INF/services/ch.qos.logback.classic.spi.Configurator")
                    .doesNotHaveDuplicates()
                    .noneMatch(name -> name.equals("module-info.class") || name.endsWith(".SF"));
        }
    }
}
