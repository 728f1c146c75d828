package org.linuxemu.cli.options;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The table of options as a picocli model. Nothing else in the program touches picocli. */
final class PicocliModel {
    private static final String PROGRAM = "java -jar emu.jar";

    private PicocliModel() {}

    /** The parser: each option with one and with two dashes. */
    static CommandLine parser() {
        CommandSpec spec = CommandSpec.create().name("emu");
        for (Opt option : Opt.values()) {
            spec.addOption(builder(option, option.dashed(), "--" + option.bareName()).build());
        }
        return configured(spec);
    }

    /** What help, manual page and completion are made from: grouped, each option with one dash. */
    static CommandLine documentation() {
        CommandSpec spec = CommandSpec.create().name("emu");
        spec.usageMessage()
                .customSynopsis(PROGRAM + " -kernel FILE [-initrd FILE] [-append TEXT] [OPTION...]")
                .description("Boots a Linux kernel on an emulated x86-64 PC.")
                .footer(
                        "On the console: Ctrl-a h for help, Ctrl-a x to quit, Ctrl-a c for the monitor.",
                        "Options may be written with two dashes.",
                        "Exit status: as the guest ends, 1 when the host or the guest fails, 2 for a wrong command"
                                + " line.");
        OptGroup[] groups = OptGroup.values();
        for (int i = 0; i < groups.length; i++) {
            ArgGroupSpec.Builder group =
                    ArgGroupSpec.builder()
                            .validate(false)
                            .exclusive(false)
                            .multiplicity("0..1")
                            .order(i)
                            .heading(groups[i].heading());
            for (Opt option : Opt.values()) {
                if (option.group() == groups[i] && option.description() != null) {
                    group.addArg(
                            builder(option, option.dashed())
                                    .description(option.description())
                                    .order(option.ordinal())
                                    .build());
                }
            }
            spec.addArgGroup(group.build());
        }
        return configured(spec);
    }

    private static OptionSpec.Builder builder(Opt option, String... names) {
        OptionSpec.Builder builder = OptionSpec.builder(names);
        if (!option.takesValue()) {
            return builder.type(boolean.class).arity("0");
        }
        return builder.type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .paramLabel(option.label());
    }

    private static CommandLine configured(CommandSpec spec) {
        CommandLine line = new CommandLine(spec);
        line.setPosixClusteredShortOptionsAllowed(false);
        line.setExpandAtFiles(false);
        line.setSeparator(" ");
        line.setOverwrittenOptionsAllowed(true);
        line.setStopAtUnmatched(false);
        line.setTrimQuotes(false);
        line.setAllowOptionsAsOptionParameters(
                true); // else -append "-single" is taken for a cluster with -s
        line.setEndOfOptionsDelimiter("\0"); // none: a word cannot contain it
        line.setInterpolateVariables(false);
        return line;
    }

    /** Parses a command line the thorough way. */
    static RawOptions parse(String[] words) throws UsageException {
        ParseResult parsed;
        try {
            parsed = parser().parseArgs(words);
        } catch (UnmatchedArgumentException e) {
            throw unmatched(e.getUnmatched().get(0));
        } catch (ParameterException e) {
            throw new UsageException(firstLine(e.getMessage()));
        }
        RawOptions result = new RawOptions();
        for (OptionSpec spec : parsed.matchedOptionsSet()) {
            Opt option = Opt.named(spec.names()[0]);
            if (option.takesValue()) {
                for (String value : spec.originalStringValues()) {
                    result.add(option, value);
                }
            } else {
                result.add(option, "");
            }
        }
        return result;
    }

    private static UsageException unmatched(String word) {
        if (!word.startsWith("-") || word.equals("-") || word.equals("--")) {
            return new UsageException(
                    "unexpected '"
                            + word
                            + "': every word must be an option or the value of one"
                            + " (a kernel is given with -kernel FILE, text with spaces needs quotes)");
        }
        int equals = word.indexOf('=');
        if (equals > 0 && Opt.named(word.substring(0, equals)) != null) {
            return new UsageException(
                    "unknown option '"
                            + word
                            + "': write the value as a separate word, '"
                            + word.substring(0, equals)
                            + " "
                            + word.substring(equals + 1)
                            + "'");
        }
        Opt nearest = Opt.nearest(word);
        return new UsageException(
                "unknown option '"
                        + word
                        + "'"
                        + (nearest == null ? "" : "; did you mean " + nearest.dashed() + "?")
                        + " (-h lists all options)");
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }
}
