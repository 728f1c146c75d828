package org.linuxemu.cli.display;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import org.linuxemu.cli.console.ConsoleCommands;
import org.linuxemu.cli.console.EscapeKeys;
import org.linuxemu.cli.console.HostTerminal;
import org.linuxemu.cli.console.LineEditor;
import org.linuxemu.cli.machine.KeyInput;
import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.devices.vga.TextScreen;

/**
 * The guest's screen and keyboard on the terminal that the emulator was started on. The screen is
 * shown on the terminal's alternate screen; at the end its last text is left on the ordinary one.
 */
public final class TerminalDisplay implements Display {
    private static final String ENTER = "\033[?1049h\033[0m\033[2J";
    private static final String LEAVE = "\033[0m\033[?25h\033[?1049l";

    /** How long the rest of an escape sequence may take. */
    private static final long SEQUENCE_MILLIS = 40;

    private static final String PROMPT = "(emu) ";

    private final HostTerminal terminal;
    private final OutputStream out;
    private final TerminalPainter painter;
    private final TerminalPainter.Colors colors;
    private final Charset charset;
    private final boolean withMonitor;
    private ConsoleCommands commands;
    private Typist typist;
    private LineEditor editor;
    private TextScreen last;
    private boolean active;
    private boolean inMonitor;
    private boolean sysRq;

    /**
     * Makes it; nothing is read or shown yet.
     *
     * @param out the terminal, each call of its write method one system call
     * @param charset of the terminal
     * @param withMonitor whether Ctrl-a c leads to the monitor
     */
    public TerminalDisplay(
            HostTerminal terminal, OutputStream out, Charset charset, boolean withMonitor) {
        this.terminal = terminal;
        this.out = out;
        this.charset = charset;
        this.withMonitor = withMonitor;
        boolean windows = System.getProperty("os.name", "").startsWith("Windows");
        colors =
                windows
                        ? TerminalPainter.Colors.MANY
                        : TerminalPainter.Colors.of(
                                System.getenv("TERM"),
                                System.getenv("COLORTERM"),
                                System.getenv("NO_COLOR"));
        painter = new TerminalPainter(colors, charset);
    }

    /** Whether a terminal of this name (TERM, may be null) can show a screen at all. */
    public static boolean possible(String term) {
        return term != null && !term.isEmpty() && !term.equals("dumb");
    }

    /** Takes the terminal, which is in raw mode, once the machine is there. */
    public void start(KeyInput keyboard, ConsoleCommands target) {
        commands = target;
        typist = new Typist(keyboard);
        synchronized (this) {
            active = true;
            write(ENTER);
        }
        resized();
        terminal.onResize(this::resized);
        Thread thread = new Thread(this::read, "console-input");
        thread.setDaemon(true);
        thread.start();
    }

    private void resized() {
        int[] size = terminal.size();
        synchronized (this) {
            if (size != null) {
                painter.resize(size[0], size[1]);
            } else {
                painter.forget();
            }
            repaint();
        }
    }

    @Override
    public synchronized void show(TextScreen screen) {
        last = screen;
        repaint();
    }

    private void repaint() {
        if (active && !inMonitor && last != null) {
            write(painter.paint(last));
        }
    }

    private void write(String text) {
        try {
            out.write(text.getBytes(charset));
            out.flush();
        } catch (IOException e) {
            active = false; // the terminal is gone; the guest need not be
        }
    }

    /** Gives the terminal back, with the last picture's text on its ordinary screen. Any thread. */
    public synchronized void close() {
        if (!active) {
            return;
        }
        active = false;
        String shape = colors == TerminalPainter.Colors.MANY ? "\033[0 q" : "";
        if (inMonitor) {
            write("\033[0m" + shape + "\r\n");
        } else {
            write(shape + LEAVE + (last == null ? "" : painter.plain(last)));
        }
    }

    private void read() {
        TerminalKeys keys = new TerminalKeys(typist);
        EscapeKeys escapes = new EscapeKeys(new Keys(keys));
        InputStream input = terminal.input();
        byte[] buffer = new byte[4096];
        try {
            int n;
            while ((n = input.read(buffer)) >= 0) {
                for (int i = 0; i < n; i++) {
                    escapes.accept(buffer[i] & 0xFF);
                }
                if (keys.pending()) {
                    Thread.sleep(SEQUENCE_MILLIS);
                    if (input.available() == 0) {
                        keys.flush();
                    }
                }
            }
        } catch (IOException e) {
            return; // as the end of input
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void toggleMonitor() {
        if (!withMonitor) {
            return;
        }
        inMonitor = !inMonitor;
        if (!inMonitor) {
            write(ENTER);
            painter.forget();
            repaint();
            return;
        }
        write(LEAVE);
        if (editor == null) {
            editor = new LineEditor(PROMPT, true, this::say, this::execute, commands::complete);
            say(commands.greeting() + "\n");
        }
        editor.show();
    }

    private void execute(String text) {
        commands.execute(text, new Answer());
    }

    private void say(String text) {
        write(text.replace("\n", "\r\n"));
    }

    private synchronized void help() {
        if (!inMonitor) {
            write(LEAVE);
        }
        say("\nCtrl-a h    this help\n");
        say("Ctrl-a x    quit the emulator\n");
        if (withMonitor) {
            say("Ctrl-a c    change between the guest's screen and the monitor\n");
        }
        say("Ctrl-a d    press Ctrl-Alt-Del\n");
        say("Ctrl-a b    press SysRq with the key typed next\n");
        say("Ctrl-a a    press Ctrl-a (or Ctrl-a twice)\n");
        if (inMonitor) {
            editor.show();
            return;
        }
        say("Any key goes back to the guest's screen.\n");
        helpShown = true;
        inMonitor = true;
    }

    /** The help covers the screen until the next key. */
    private boolean helpShown;

    /** What a monitor command prints. */
    private final class Answer implements DebugOutput {
        @Override
        public void print(String text) {
            say(text);
        }
    }

    /** What the keys do. */
    private final class Keys implements EscapeKeys.Target {
        private final TerminalKeys keys;

        Keys(TerminalKeys keys) {
            this.keys = keys;
        }

        @Override
        public void key(int value) {
            if (helpShown) {
                helpShown = false;
                inMonitor = false;
                synchronized (TerminalDisplay.this) {
                    write(ENTER);
                    painter.forget();
                    repaint();
                }
            } else if (inMonitor) {
                editor.accept(value);
            } else if (sysRq) {
                sysRq = false;
                typist.sysRq(value);
            } else {
                keys.accept(value);
            }
        }

        @Override
        public void quit() {
            commands.quit();
        }

        @Override
        public void help() {
            TerminalDisplay.this.help();
        }

        @Override
        public void toggleMonitor() {
            if (helpShown) {
                helpShown = false;
                inMonitor = false;
            }
            TerminalDisplay.this.toggleMonitor();
        }

        @Override
        public void sendBreak() {
            sysRq = true;
        }

        @Override
        public void other(int value) {
            if (value == 'd') {
                typist.controlAltDelete();
            }
        }
    }
}
