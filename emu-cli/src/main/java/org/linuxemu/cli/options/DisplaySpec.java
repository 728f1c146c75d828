package org.linuxemu.cli.options;

/**
 * Where the guest's screen is shown.
 *
 * @param kind of display
 * @param port for WEB: TCP port on loopback, 0 for any that is free
 */
public record DisplaySpec(Kind kind, int port) {
    /** Kinds of displays. */
    public enum Kind {
        /** Nowhere. */
        NONE,
        /** On the terminal that the emulator was started on. */
        TERMINAL,
        /** In browsers on this machine. */
        WEB
    }

    /** Nowhere. */
    public static final DisplaySpec NONE = new DisplaySpec(Kind.NONE, 0);

    /** On the terminal. */
    public static final DisplaySpec TERMINAL = new DisplaySpec(Kind.TERMINAL, 0);

    /** Parses the value of {@code -display}; properties behind a comma are ignored, as QEMU's. */
    static DisplaySpec parse(String text) throws UsageException {
        int comma = text.indexOf(',');
        String type = comma < 0 ? text : text.substring(0, comma);
        switch (type) {
            case "none":
                return NONE;
            case "terminal":
            case "curses":
                return TERMINAL;
            case "web":
                return new DisplaySpec(Kind.WEB, 0);
            default:
                break;
        }
        if (type.startsWith("web=")) {
            int port = (int) Numbers.parse("-display web", type.substring(4), 0, 65535);
            return new DisplaySpec(Kind.WEB, port);
        }
        throw new UsageException(
                "-display: '"
                        + text
                        + "' is not available here; there are terminal, web[=PORT] and none");
    }
}
