package org.linuxemu.cli.app;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import org.linuxemu.cli.console.ConsoleCommands;
import org.linuxemu.cli.console.HostTerminal;
import org.linuxemu.cli.display.Display;
import org.linuxemu.cli.display.DisplayPump;
import org.linuxemu.cli.display.TerminalDisplay;
import org.linuxemu.cli.display.web.WebDisplay;
import org.linuxemu.cli.machine.MachineHandle;
import org.linuxemu.cli.options.DisplaySpec;
import org.linuxemu.cli.options.Options;
import org.linuxemu.cli.options.UsageException;

/** The guest's screen and keyboard in one run. Nothing of it is loaded in a run without. */
final class Displays {
    private final Options options;
    private HostTerminal terminal;
    private TerminalDisplay onTerminal;
    private WebDisplay web;
    private DisplayPump pump;

    Displays(Options options) {
        this.options = options;
        if (options.display().kind() == DisplaySpec.Kind.TERMINAL) {
            terminal = HostTerminal.system();
        }
    }

    /** The terminal that is used, not yet in raw mode. */
    HostTerminal terminal() {
        return terminal;
    }

    /**
     * Starts to show the machine's screen.
     *
     * @param raw whether the terminal is in raw mode
     */
    void start(MachineHandle machine, boolean raw, ConsoleCommands commands) throws UsageException {
        Display display;
        if (terminal != null) {
            if (!raw) {
                throw new UsageException(
                        "-display terminal: this terminal cannot be switched to raw mode",
                        ExitStatus.FAILURE);
            }
            onTerminal =
                    new TerminalDisplay(
                            terminal,
                            new FileOutputStream(FileDescriptor.out),
                            terminalCharset(),
                            options.displayMonitor());
            onTerminal.start(machine.keyboard(), commands);
            display = onTerminal;
        } else {
            int port = options.display().port();
            try {
                web = WebDisplay.start(port, options.name(), machine.keyboard());
            } catch (IOException e) {
                throw new UsageException(
                        "-display web: port " + port + ": " + Reasons.of(e), ExitStatus.FAILURE);
            }
            Emulator.say("the screen is at " + web.address());
            display = web;
        }
        pump = new DisplayPump(machine.target(), machine.video(), display);
        pump.start();
    }

    private static Charset terminalCharset() {
        String name = System.getProperty("stdout.encoding", System.getProperty("native.encoding"));
        try {
            return name == null ? StandardCharsets.UTF_8 : Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return StandardCharsets.US_ASCII;
        }
    }

    /** Machine thread, after the guest's last instruction: its last picture is shown. */
    void finish() {
        if (pump != null) {
            pump.finish();
        }
    }

    /** Gives the terminal back; any thread. */
    void close() {
        if (pump != null) {
            pump.close();
        }
        if (onTerminal != null) {
            onTerminal.close();
        }
        if (web != null) {
            web.close();
        }
    }
}
