package org.linuxemu.cli.app;

import java.io.PrintStream;
import org.linuxemu.cli.console.StandardStream;
import org.linuxemu.cli.display.TerminalDisplay;
import org.linuxemu.cli.machine.LogItem;
import org.linuxemu.cli.machine.MachineFactory;
import org.linuxemu.cli.options.CommandLineParser;
import org.linuxemu.cli.options.Documentation;
import org.linuxemu.cli.options.Opt;
import org.linuxemu.cli.options.Options;
import org.linuxemu.cli.options.OptionsReader;
import org.linuxemu.cli.options.RawOptions;
import org.linuxemu.cli.options.UsageException;

/** The program from its arguments to its exit status. */
public final class Emulator {
    private final MachineFactory machines;
    private final DebugServers debugServers;

    /** A program with the given parts. */
    public Emulator(MachineFactory machines, DebugServers debugServers) {
        this.machines = machines;
        this.debugServers = debugServers;
    }

    /** Runs it. Returns the exit status; never throws. */
    public int run(String[] args) {
        boolean trace = false;
        try {
            RawOptions raw = CommandLineParser.parse(args);
            if (inform(raw)) {
                return ExitStatus.OK;
            }
            Options options = OptionsReader.read(raw, onTerminal());
            String items = raw.last(Opt.LOG_ITEMS);
            trace = items != null && items.contains(LogItem.EMULATOR.key());
            Logging.configure(items, options.logFile());
            return new Session(options, machines, debugServers).run();
        } catch (UsageException e) {
            say(e.getMessage());
            return e.status();
        } catch (OutOfMemoryError e) {
            say(
                    "out of memory: this Java may use "
                            + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MiB; allow more with java -Xmx... -jar emu.jar, or use a smaller -m");
            return ExitStatus.FAILURE;
        } catch (RuntimeException | Error e) {
            say(
                    "internal error: "
                            + e
                            + " (please report this; -d emulator shows where it happened)");
            if (trace) {
                e.printStackTrace();
            }
            return ExitStatus.INTERNAL;
        }
    }

    /** Whether standard input and output are a terminal that can show a screen. */
    private static boolean onTerminal() {
        return StandardStream.of(0) == StandardStream.TERMINAL
                && StandardStream.of(1) == StandardStream.TERMINAL
                && (System.getProperty("os.name", "").startsWith("Windows")
                        || TerminalDisplay.possible(System.getenv("TERM")));
    }

    /** One line for the user. */
    static void say(String text) {
        System.err.println("emu: " + text);
    }

    /** Answers questions that need no machine. Returns false when there is none. */
    private static boolean inform(RawOptions raw) throws UsageException {
        PrintStream out = System.out;
        if (raw.has(Opt.HELP) || raw.has(Opt.HELP_LONG)) {
            out.print(Documentation.help());
        } else if (raw.has(Opt.VERSION)) {
            out.println("emu " + Version.text());
        } else if (raw.has(Opt.GENERATE)) {
            out.print(Documentation.generate(raw.last(Opt.GENERATE), Version.text()));
        } else if ("help".equals(raw.last(Opt.LOG_ITEMS))) {
            out.println("Items for -d, several with commas:");
            for (LogItem item : LogItem.values()) {
                StringBuilder line = new StringBuilder("  ").append(item.key());
                while (line.length() < 16) {
                    line.append(' ');
                }
                out.println(line.append(item.description()));
            }
        } else {
            return false;
        }
        out.flush();
        return true;
    }
}
