package org.linuxemu.cli.console;

import org.linuxemu.core.debug.DebugOutput;

/** What the console does for its user besides serving the guest. */
public interface ConsoleCommands {
    /** Ends the emulator, because the user asked. */
    void quit();

    /** Runs a monitor command and prints its answer. */
    void execute(String line, DebugOutput output);

    /** Completes the word that the cursor is behind: the whole line so far, or null. */
    String complete(String line);

    /** First line of the monitor. */
    String greeting();
}
