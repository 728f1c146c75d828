package org.linuxemu.cli.options;

/**
 * Splits a command line into options. picocli knows the model and finds what is wrong; but loading
 * it takes about 0.2 s of processor time on a cold JVM, so a line on which every word is plainly an
 * option or its value is split here. A test holds the two ways together.
 */
public final class CommandLineParser {
    private CommandLineParser() {}

    /**
     * Parses a command line.
     *
     * @throws UsageException for an unknown option, a missing value or a stray word
     */
    public static RawOptions parse(String[] words) throws UsageException {
        RawOptions plain = scan(words);
        return plain != null ? plain : PicocliModel.parse(words);
    }

    /**
     * The options of a line, or null when a word is no option. A value is anything but the exact
     * name of an option: who forgets a value is told so.
     */
    static RawOptions scan(String[] words) throws UsageException {
        RawOptions result = new RawOptions();
        for (int i = 0; i < words.length; i++) {
            Opt option = Opt.named(words[i]);
            if (option == null) {
                return null;
            }
            if (!option.takesValue()) {
                result.add(option, "");
                continue;
            }
            i++;
            if (i == words.length || Opt.named(words[i]) != null) {
                throw new UsageException(
                        option.dashed()
                                + " needs a value: "
                                + option.dashed()
                                + " "
                                + option.label());
            }
            result.add(option, words[i]);
        }
        return result;
    }
}
