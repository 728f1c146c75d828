package org.linuxemu.cli.options;

import picocli.AutoComplete;

/** Texts made from the table of options. */
public final class Documentation {
    private Documentation() {}

    /** What {@code -h} prints. */
    public static String help() {
        return PicocliModel.documentation().getUsageMessage(picocli.CommandLine.Help.Ansi.OFF);
    }

    /**
     * A manual page ({@code man}) or a completion script for bash ({@code completion}).
     *
     * @throws UsageException for anything else
     */
    public static String generate(String what, String version) throws UsageException {
        switch (what) {
            case "man":
                return ManPage.text(version);
            case "completion":
                return AutoComplete.bash("emu", PicocliModel.documentation());
            default:
                throw new UsageException("-generate: '" + what + "' is neither man nor completion");
        }
    }
}
