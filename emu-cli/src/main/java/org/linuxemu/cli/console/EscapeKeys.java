package org.linuxemu.cli.console;

/**
 * The keys behind Ctrl-a, as QEMU has them: finds them in the stream of bytes from the terminal.
 */
public final class EscapeKeys {
    /** What the keys do, and where all other bytes go. */
    public interface Target {
        /** An ordinary byte, 0 to 255. */
        void key(int value);

        /** Ctrl-a x. */
        void quit();

        /** Ctrl-a h. */
        void help();

        /** Ctrl-a c. */
        void toggleMonitor();

        /** Ctrl-a b. */
        void sendBreak();

        /** Ctrl-a and a key that is none of these. */
        default void other(int value) {
            // Not every console has more keys.
        }
    }

    private static final int CTRL_A = 1;

    private final Target target;
    private boolean escaped;

    /** Passes on to a target what it finds. */
    public EscapeKeys(Target target) {
        this.target = target;
    }

    /** Takes the next byte, 0 to 255. */
    public void accept(int value) {
        if (!escaped) {
            if (value == CTRL_A) {
                escaped = true;
            } else {
                target.key(value);
            }
            return;
        }
        escaped = false;
        switch (value) {
            case CTRL_A:
            case 'a':
                target.key(CTRL_A);
                break;
            case 'x':
                target.quit();
                break;
            case 'h':
            case '?':
                target.help();
                break;
            case 'c':
                target.toggleMonitor();
                break;
            case 'b':
                target.sendBreak();
                break;
            default:
                target.other(value);
                break;
        }
    }
}
