package org.linuxemu.cli.console;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;

/** What a standard stream of the process is connected to. */
public enum StandardStream {
    /** A terminal, as far as can be told without trying. */
    TERMINAL,
    /** A pipe, file or socket. */
    STREAM,
    /** The null device. */
    NOTHING;

    /**
     * Finds out, without starting a process or loading a library.
     *
     * @param descriptor 0, 1 or 2
     */
    public static StandardStream of(int descriptor) {
        File link = new File("/proc/self/fd/" + descriptor);
        try {
            return ofLinuxName(Files.readSymbolicLink(link.toPath()).toString());
        } catch (IOException | UnsupportedOperationException | SecurityException e) {
            // Not Linux: the attempt to switch it tells.
            return new File("/proc/self/fd").exists() ? STREAM : TERMINAL;
        }
    }

    /** By the name that Linux shows for an open file. */
    static StandardStream ofLinuxName(String name) {
        if (name.equals("/dev/null")) {
            return NOTHING;
        }
        if (name.startsWith("/dev/pts/")) {
            return TERMINAL;
        }
        boolean device = name.startsWith("/dev/") && name.indexOf('/', 5) < 0;
        return device && !name.equals("/dev/zero") && !name.endsWith("random") ? TERMINAL : STREAM;
    }
}
