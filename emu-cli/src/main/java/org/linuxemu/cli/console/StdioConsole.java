package org.linuxemu.cli.console;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.linuxemu.cli.machine.SerialInput;
import org.linuxemu.cli.machine.SerialLine;
import org.linuxemu.core.debug.DebugOutput;

/**
 * Standard input and output, shared by a serial port and the monitor. On a terminal the guest gets
 * every key, except Ctrl-a; a pipe is passed on likewise. The end of input is not the end of the
 * guest.
 */
public final class StdioConsole {
    /** Who gets what. */
    public enum Sharing {
        /** The serial port alone, with no key taken away. */
        SERIAL,
        /** The serial port, with the keys behind Ctrl-a but no monitor. */
        SERIAL_WITH_KEYS,
        /** The serial port and the monitor. */
        SERIAL_AND_MONITOR,
        /** The monitor alone. */
        MONITOR;

        boolean keys() {
            return this == SERIAL_WITH_KEYS || this == SERIAL_AND_MONITOR;
        }
    }

    /**
     * Bytes typed or pasted ahead of the guest; more are dropped, so that Ctrl-a is always obeyed.
     */
    private static final int TERMINAL_AHEAD = 1 << 20;

    /** Bytes read ahead from a pipe. */
    private static final int STREAM_AHEAD = 1 << 16;

    private static final String PROMPT = "(emu) ";

    private final Sharing sharing;
    private final OutputPump output;
    private final InputQueue queue;
    private final boolean terminal;
    private SerialLine line;
    private ConsoleCommands commands;
    private LineEditor editor;
    private boolean keysAreRaw;

    /** Who has the keys: the monitor or the guest. Input thread. */
    private boolean inMonitor;

    /**
     * Makes a console; nothing is read yet.
     *
     * @param terminal true when standard input is a terminal
     */
    public StdioConsole(Sharing sharing, boolean terminal, OutputPump output) {
        this.sharing = sharing;
        this.terminal = terminal;
        this.output = output;
        this.queue = new InputQueue(terminal ? TERMINAL_AHEAD : STREAM_AHEAD);
    }

    /** Connects a serial port. */
    public void connect(SerialLine serial) {
        line = serial;
    }

    /** Where the port's input comes from. */
    public SerialInput input() {
        return queue;
    }

    /** Starts to read, once the machine is there. */
    public void start(InputStream input, boolean raw, ConsoleCommands target) {
        commands = target;
        keysAreRaw = raw;
        Thread thread = new Reader(input);
        thread.setDaemon(true);
        thread.start();
    }

    /** Standard input without a terminal. */
    public static InputStream plainInput() {
        return new FileInputStream(FileDescriptor.in);
    }

    private void read(InputStream input) {
        EscapeKeys keys = new EscapeKeys(new Keys());
        if (sharing == Sharing.MONITOR) {
            toggleMonitor();
        }
        byte[] buffer = new byte[4096];
        try {
            int n;
            while ((n = input.read(buffer)) >= 0) {
                for (int i = 0; i < n; i++) {
                    if (sharing.keys()) {
                        keys.accept(buffer[i] & 0xFF);
                    } else {
                        key(buffer[i] & 0xFF);
                    }
                }
                if (line != null) {
                    line.inputAvailable();
                }
            }
        } catch (IOException e) {
            // As the end of input: the terminal is gone, the guest need not be.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void key(int value) throws InterruptedException {
        if (inMonitor) {
            editor.accept(value);
            return;
        }
        while (!queue.offer(value)) {
            if (terminal) {
                return;
            }
            line.inputAvailable();
            queue.awaitRoom();
        }
    }

    private void toggleMonitor() {
        if (sharing == Sharing.SERIAL_WITH_KEYS) {
            show("\nthere is no monitor (-monitor none)\n");
            return;
        }
        inMonitor = !inMonitor || sharing == Sharing.MONITOR;
        if (!inMonitor) {
            show("\n");
            return;
        }
        if (sharing != Sharing.MONITOR) {
            show("\n");
        }
        if (editor == null) {
            editor =
                    new LineEditor(
                            PROMPT, keysAreRaw, this::show, this::execute, commands::complete);
            show(commands.greeting() + "\n");
        }
        editor.show();
    }

    private void execute(String text) {
        commands.execute(text, new Answer());
    }

    /** Shows the emulator's own words. */
    private void show(String text) {
        output.print(terminal ? text.replace("\n", "\r\n") : text);
    }

    private void help() {
        StringBuilder text = new StringBuilder("\n");
        text.append("Ctrl-a h    this help\n");
        text.append("Ctrl-a x    quit the emulator\n");
        if (sharing == Sharing.SERIAL_AND_MONITOR) {
            text.append("Ctrl-a c    change between the guest and the monitor\n");
        }
        text.append("Ctrl-a b    send a break (Linux: magic SysRq)\n");
        text.append("Ctrl-a a    send Ctrl-a (or Ctrl-a twice)\n");
        show(text.toString());
        if (inMonitor) {
            editor.show();
        }
    }

    /** The input thread. */
    private final class Reader extends Thread {
        private final InputStream input;

        Reader(InputStream input) {
            super("console-input");
            this.input = input;
        }

        @Override
        public void run() {
            read(input);
        }
    }

    /** What a monitor command prints. */
    private final class Answer implements DebugOutput {
        @Override
        public void print(String text) {
            show(text);
        }
    }

    /** What the keys do. */
    private final class Keys implements EscapeKeys.Target {
        @Override
        public void key(int value) {
            try {
                StdioConsole.this.key(value);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void quit() {
            commands.quit();
        }

        @Override
        public void help() {
            StdioConsole.this.help();
        }

        @Override
        public void toggleMonitor() {
            StdioConsole.this.toggleMonitor();
        }

        @Override
        public void sendBreak() {
            queue.offer(SerialInput.BREAK);
        }
    }
}
