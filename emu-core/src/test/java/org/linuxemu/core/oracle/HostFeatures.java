package org.linuxemu.core.oracle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the processor below the test can do, as Linux says. */
public final class HostFeatures {
    /** Features whose name in {@code /proc/cpuinfo} is not the opcode table's in small letters. */
    private static final Map<String, String> NAMES =
            Map.of(
                    "CX16", "cx16",
                    "SSE3", "pni",
                    "SSE4.1", "sse4_1",
                    "SSE4.2", "sse4_2",
                    "LZCNT", "abm",
                    "SHA", "sha_ni",
                    "PREFETCHW", "3dnowprefetch",
                    "CLFSH", "clflush");

    private static final Set<String> FLAGS = read();

    private HostFeatures() {}

    private static Set<String> read() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
                if (line.startsWith("flags")) {
                    List<String> flags =
                            Arrays.asList(line.substring(line.indexOf(':') + 1).trim().split(" "));
                    return new TreeSet<>(flags);
                }
            }
            return Set.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean has(String flag) {
        return FLAGS.contains(flag);
    }

    /** Whether the host has a feature named as in the opcode table. */
    public static boolean hasFeature(String feature) {
        return feature == null
                || has(NAMES.getOrDefault(feature, feature.toLowerCase(Locale.ROOT)));
    }

    static String model() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
            if (line.startsWith("model name")) {
                return line.substring(line.indexOf(':') + 1).trim();
            }
        }
        return "unknown";
    }
}
