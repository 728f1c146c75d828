package org.linuxemu.core.debug;

/**
 * Commands of the machine itself ({@code info pic}, {@code info mtree} ...). Machine thread only.
 */
public interface MonitorCommands {
    /**
     * Runs one command line.
     *
     * @return false when the command is not one of these; nothing has been printed then
     */
    boolean execute(String line, DebugOutput output);

    /** Prints one line for each command, indented by two spaces. */
    void help(DebugOutput output);
}
