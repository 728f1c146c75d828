package org.linuxemu.cli.options;

/**
 * Where a serial port leads to.
 *
 * @param kind of backend
 * @param path for FILE
 * @param endpoint for SOCKET
 */
public record SerialSpec(Kind kind, String path, Endpoint endpoint) {
    /** Kinds of backends. */
    public enum Kind {
        /** Nowhere; output is lost. */
        NULL,
        /** This terminal, or standard input and output. */
        STDIO,
        /** As STDIO, shared with the monitor, with the keys behind Ctrl-a. */
        STDIO_WITH_MONITOR,
        /** Into a file. */
        FILE,
        /** A TCP or Unix-domain socket. */
        SOCKET
    }

    /** A port that leads nowhere. */
    public static final SerialSpec NULL = new SerialSpec(Kind.NULL, null, null);

    /** This terminal. */
    public static final SerialSpec STDIO = new SerialSpec(Kind.STDIO, null, null);

    /** This terminal, shared with the monitor. */
    public static final SerialSpec STDIO_WITH_MONITOR =
            new SerialSpec(Kind.STDIO_WITH_MONITOR, null, null);

    /** True when the port uses standard input and output. */
    public boolean onStdio() {
        return kind == Kind.STDIO || kind == Kind.STDIO_WITH_MONITOR;
    }

    /** Parses the value of a {@code -serial}. */
    static SerialSpec parse(String text) throws UsageException {
        switch (text) {
            case "stdio":
                return STDIO;
            case "mon:stdio":
                return STDIO_WITH_MONITOR;
            case "null":
            case "none":
                return NULL;
            default:
                break;
        }
        if (text.startsWith("file:")) {
            if (text.length() == 5) {
                throw new UsageException("-serial: file: needs a path");
            }
            return new SerialSpec(Kind.FILE, text.substring(5), null);
        }
        if (text.startsWith("tcp:")) {
            return new SerialSpec(
                    Kind.SOCKET, null, Endpoint.parse("-serial", false, text.substring(4)));
        }
        if (text.startsWith("unix:")) {
            return new SerialSpec(
                    Kind.SOCKET, null, Endpoint.parse("-serial", true, text.substring(5)));
        }
        throw new UsageException(
                "-serial: '"
                        + text
                        + "' is not known here; there are stdio, mon:stdio, null, none,"
                        + " file:PATH, tcp:HOST:PORT and unix:PATH");
    }
}
