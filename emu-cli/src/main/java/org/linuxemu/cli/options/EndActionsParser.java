package org.linuxemu.cli.options;

import java.util.List;
import org.linuxemu.cli.machine.EndActions;
import org.linuxemu.cli.machine.EndActions.Panic;

/** The values of {@code -action}, {@code -no-reboot} and {@code -no-shutdown} taken together. */
final class EndActionsParser {
    private EndActionsParser() {}

    static EndActions parse(boolean noReboot, boolean noShutdown, List<String> actions)
            throws UsageException {
        boolean reset = !noReboot;
        boolean exit = !noShutdown;
        Panic panic = EndActions.DEFAULT.panic();
        for (String action : actions) {
            for (KeyValue property : KeyValue.list("-action", action, null)) {
                if (property.bare()) {
                    throw new UsageException(
                            "-action: '" + property.word() + "' is not of the form EVENT=ACTION");
                }
                switch (property.key()) {
                    case "reboot":
                        reset = choose(property, "reset", "shutdown");
                        break;
                    case "shutdown":
                        exit = choose(property, "poweroff", "pause");
                        break;
                    case "panic":
                        panic = panic(property.value());
                        break;
                    default:
                        throw new UsageException(
                                "-action: unknown event '"
                                        + property.key()
                                        + "'; there are reboot, shutdown and panic");
                }
            }
        }
        return new EndActions(reset, exit, panic);
    }

    private static boolean choose(KeyValue property, String first, String second)
            throws UsageException {
        if (property.value().equals(first)) {
            return true;
        }
        if (property.value().equals(second)) {
            return false;
        }
        throw new UsageException(
                "-action: "
                        + property.key()
                        + " is "
                        + first
                        + " or "
                        + second
                        + ", not '"
                        + property.value()
                        + "'");
    }

    private static Panic panic(String value) throws UsageException {
        switch (value) {
            case "none":
                return Panic.NONE;
            case "pause":
                return Panic.PAUSE;
            case "shutdown":
                return Panic.SHUTDOWN;
            case "exit-failure":
                return Panic.EXIT_FAILURE;
            default:
                throw new UsageException(
                        "-action: panic is none, pause, shutdown or exit-failure, not '"
                                + value
                                + "'");
        }
    }
}
