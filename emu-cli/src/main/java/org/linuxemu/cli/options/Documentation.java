package org.linuxemu.cli.options;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Texts made from the table of options. */
public final class Documentation {
    private static final int NAME_WIDTH = 28;
    private static final int TEXT_WIDTH = 72;

    private Documentation() {}

    /** What {@code -h} prints. */
    public static String help() {
        CommandSpec spec = PicocliModel.documentation().getCommandSpec();
        StringBuilder text = new StringBuilder(8192);
        text.append("Usage: ").append(spec.usageMessage().customSynopsis()[0]).append('\n');
        text.append(spec.usageMessage().description()[0]).append('\n');
        for (ArgGroupSpec group : spec.argGroups()) {
            text.append('\n').append(group.heading()).append(":\n");
            TextTable table =
                    TextTable.forColumns(
                            CommandLine.Help.defaultColorScheme(Ansi.OFF),
                            new Column(NAME_WIDTH, 2, Column.Overflow.SPAN),
                            new Column(TEXT_WIDTH, 2, Column.Overflow.WRAP));
            for (OptionSpec option : group.options()) {
                String name = option.names()[0];
                String left = option.arity().max() > 0 ? name + " " + option.paramLabel() : name;
                table.addRowValues(left, option.description()[0]);
            }
            text.append(table);
        }
        text.append('\n');
        for (String line : spec.usageMessage().footer()) {
            text.append(line).append('\n');
        }
        return text.toString();
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
