package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Two runs of one command are the same run, on every JDK: state after every 10 million cycles,
 * console, end.
 */
class DeterminismIT {
    private static String trace(Path java, String translate) throws Exception {
        Process process =
                new ProcessBuilder(
                                java.toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                HashTrace.class.getName(),
                                Images.slim().toString(),
                                Images.busybox().toString(),
                                "10000000",
                                "20000000000",
                                TestGuest.INPUT,
                                translate)
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
        assertThat(text).contains("end HALT");
        return text;
    }

    private static Path ownJava() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    @Test
    void twoRunsAreEqual() throws Exception {
        assertThat(trace(ownJava(), "on")).isEqualTo(trace(ownJava(), "on"));
    }

    @Test
    void anotherJdkAndTheInterpreterAloneRunTheSame() throws Exception {
        Path other = otherJdk();
        assumeTrue(other != null, "no second JDK below /usr/lib/jvm: nothing to compare with");
        assertThat(trace(other, "on")).isEqualTo(trace(ownJava(), "off"));
    }

    /** A JDK 25, or any of another version than the one that runs the tests. */
    private static Path otherJdk() throws IOException {
        Path root = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(root)) {
            return null;
        }
        String own = "JAVA_VERSION=\"" + System.getProperty("java.version");
        Path found = null;
        try (DirectoryStream<Path> homes = Files.newDirectoryStream(root)) {
            for (Path home : homes) {
                Path release = home.resolve("release");
                Path java = home.resolve("bin").resolve("java");
                if (Files.isExecutable(java)
                        && Files.isReadable(release)
                        && !Files.readString(release).contains(own)
                        && (found == null || home.toString().contains("25"))) {
                    found = java;
                }
            }
        }
        return found;
    }
}
