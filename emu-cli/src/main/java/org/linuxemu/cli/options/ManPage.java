package org.linuxemu.cli.options;

import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The manual page, in the man macros of roff, from the picocli model. */
final class ManPage {
    private final StringBuilder text = new StringBuilder();

    private ManPage() {}

    static String text(String version) {
        ManPage page = new ManPage();
        page.write(PicocliModel.documentation().getCommandSpec(), version);
        return page.text.toString();
    }

    private void write(CommandSpec spec, String version) {
        line(".TH EMU 1 \"\" \"emu " + escape(version) + "\" \"User Commands\"");
        line(".SH NAME");
        line("emu \\- boots a Linux kernel on an emulated x86\\-64 PC");
        line(".SH SYNOPSIS");
        for (String synopsis : spec.usageMessage().customSynopsis()) {
            line(".B " + escape(synopsis));
        }
        line(".SH DESCRIPTION");
        for (String paragraph : spec.usageMessage().description()) {
            line(escape(paragraph));
        }
        line(
                "A run is a function of the command line, the images and the input alone: the same command prints the"
                        + " same bytes.");
        line(".SH OPTIONS");
        for (ArgGroupSpec group : spec.argGroups()) {
            line(".SS " + escape(group.heading()));
            for (OptionSpec option : group.options()) {
                line(".TP");
                String name = "\\fB" + escape(option.names()[0]) + "\\fR";
                boolean value = option.arity().max() > 0;
                line(value ? name + " \\fI" + escape(option.paramLabel()) + "\\fR" : name);
                for (String paragraph : option.description()) {
                    line(escape(paragraph));
                }
            }
        }
        line(".SH KEYS AND EXIT STATUS");
        for (String paragraph : spec.usageMessage().footer()) {
            line(escape(paragraph));
            line(".PP");
        }
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private static String escape(String plain) {
        String escaped = plain.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
