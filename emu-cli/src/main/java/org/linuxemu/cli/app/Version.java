package org.linuxemu.cli.app;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The version, as the build has written it. */
final class Version {
    private Version() {}

    /** Such as {@code 0.1.0}. */
    static String text() {
        try (InputStream in = Version.class.getResourceAsStream("/org/linuxemu/cli/version.txt")) {
            return in == null
                    ? "unknown"
                    : new String(in.readAllBytes(), StandardCharsets.UTF_8).trim();
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** The version with what tells builds of it apart: size and time of the program's file. */
    static String build() {
        String path = System.getProperty("java.class.path", "");
        int end = path.indexOf(File.pathSeparatorChar);
        File file = new File(end < 0 ? path : path.substring(0, end));
        return text() + " " + file.length() + " " + file.lastModified();
    }
}
