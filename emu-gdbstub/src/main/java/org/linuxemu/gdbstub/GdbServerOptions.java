package org.linuxemu.gdbstub;

import java.nio.file.Path;
import org.linuxemu.gdbstub.target.TargetDescription;

/**
 * Where the stub listens and how it behaves.
 *
 * @param host address to bind, or null for the loopback one
 * @param port TCP port, 0 for any free one; ignored when there is a path
 * @param socketPath path of a Unix domain socket, or null for TCP
 * @param stopOnClose true to keep the guest stopped when a debugger goes away; else it runs on
 * @param arch register layout of the first connection
 */
public record GdbServerOptions(
        String host, int port, Path socketPath, boolean stopOnClose, TargetDescription.Arch arch) {
    /** Port of {@code -s}. */
    public static final int DEFAULT_PORT = 1234;

    /** What {@code -s} means: TCP port 1234 on the loopback address. */
    public static GdbServerOptions standard() {
        return new GdbServerOptions(null, DEFAULT_PORT, null, false, TargetDescription.Arch.X86_64);
    }

    /** Any free TCP port on the loopback address. */
    public static GdbServerOptions anyPort() {
        return new GdbServerOptions(null, 0, null, false, TargetDescription.Arch.X86_64);
    }

    /**
     * Parses the argument of {@code -gdb}: {@code tcp:[host]:port} or {@code unix:path}, followed
     * by options: {@code onclose=run|stop}, {@code arch=i8086|i386:x86-64}, and those of QEMU,
     * which change nothing here: {@code server[=on]}, {@code nowait}, {@code wait=off}, {@code
     * nodelay[=on]}. An IPv6 host is written in brackets.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static GdbServerOptions parse(String text) {
        int comma = optionsStart(text);
        String place = text.substring(0, comma);
        boolean stopOnClose = false;
        TargetDescription.Arch arch = TargetDescription.Arch.X86_64;
        int at = comma;
        while (at < text.length()) {
            int end = text.indexOf(',', at + 1);
            if (end < 0) {
                end = text.length();
            }
            String option = text.substring(at + 1, end);
            switch (option) {
                case "onclose=run" -> stopOnClose = false;
                case "onclose=stop" -> stopOnClose = true;
                case "arch=i8086" -> arch = TargetDescription.Arch.I8086;
                case "arch=i386:x86-64" -> arch = TargetDescription.Arch.X86_64;
                case "server", "server=on", "nowait", "wait=off", "nodelay", "nodelay=on" -> {
                    // What the stub does anyway.
                }
                default -> throw bad(text, "unknown option \"" + option + "\"");
            }
            at = end;
        }
        if (place.startsWith("unix:")) {
            if (place.length() == 5) {
                throw bad(text, "a path is missing");
            }
            return new GdbServerOptions(null, 0, Path.of(place.substring(5)), stopOnClose, arch);
        }
        if (!place.startsWith("tcp:")) {
            throw bad(text, "it starts neither with tcp: nor with unix:");
        }
        int colon = place.lastIndexOf(':');
        String host = colon < 4 ? "" : place.substring(4, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw bad(text, "an IPv6 address needs brackets");
        }
        return new GdbServerOptions(
                host.isEmpty() ? null : host,
                port(text, place.substring(colon + 1)),
                null,
                stopOnClose,
                arch);
    }

    private static int optionsStart(String text) {
        int comma = text.indexOf(',');
        return comma < 0 ? text.length() : comma;
    }

    private static int port(String text, String digits) {
        try {
            int port = Integer.parseInt(digits);
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        throw bad(text, "the port is not a number from 0 to 65535");
    }

    private static IllegalArgumentException bad(String text, String why) {
        return new IllegalArgumentException("-gdb " + text + ": " + why);
    }
}
