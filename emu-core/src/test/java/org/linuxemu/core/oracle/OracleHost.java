package org.linuxemu.core.oracle;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What every comparison with the real processor needs of the host. */
public final class OracleHost {
    private OracleHost() {}

    /** Reports the calling test as skipped where there is no such processor or compiler. */
    public static void assumeUsable() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "");
        assumeTrue(
                os.equals("linux") && (arch.equals("amd64") || arch.equals("x86_64")),
                "comparison with the real processor needs x86-64 Linux, this is "
                        + os
                        + " on "
                        + arch);
        assumeTrue(
                hasGcc(), "comparison with the real processor needs gcc, which is not installed");
    }

    private static boolean hasGcc() {
        String path = System.getenv("PATH");
        for (String dir : path == null ? new String[0] : path.split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(dir, "gcc"))) {
                return true;
            }
        }
        return false;
    }
}
