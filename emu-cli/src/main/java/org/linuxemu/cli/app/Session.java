package org.linuxemu.cli.app;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.linuxemu.cli.console.ConsoleCommands;
import org.linuxemu.cli.console.CrlfStream;
import org.linuxemu.cli.console.FailureListener;
import org.linuxemu.cli.console.FileBackend;
import org.linuxemu.cli.console.HostTerminal;
import org.linuxemu.cli.console.NullBackend;
import org.linuxemu.cli.console.OutputPump;
import org.linuxemu.cli.console.SerialBackend;
import org.linuxemu.cli.console.SocketBackend;
import org.linuxemu.cli.console.StandardStream;
import org.linuxemu.cli.console.StdioConsole;
import org.linuxemu.cli.machine.MachineConfig;
import org.linuxemu.cli.machine.MachineException;
import org.linuxemu.cli.machine.MachineFactory;
import org.linuxemu.cli.machine.MachineHandle;
import org.linuxemu.cli.machine.SerialLine;
import org.linuxemu.cli.machine.SerialOutput;
import org.linuxemu.cli.monitor.Monitor;
import org.linuxemu.cli.options.DisplaySpec;
import org.linuxemu.cli.options.Options;
import org.linuxemu.cli.options.SerialSpec;
import org.linuxemu.cli.options.UsageException;
import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.decode.OpcodeMap;
import org.linuxemu.gdbstub.GdbServerOptions;

/**
 * One run: opens what the host gives, builds the machine, connects both, and puts everything back
 * at the end.
 */
final class Session implements GuestEnds.Console, FailureListener {
    private static final long FLUSH_MILLIS = 1000;

    /**
     * How long the machine may take to obey when the user quits, before the process ends without
     * it.
     */
    private static final long QUIT_MILLIS = 3000;

    private final Options options;
    private final MachineFactory machines;
    private final DebugServers debugServers;
    private final SerialBackend[] backends = new SerialBackend[MachineHandle.SERIAL_PORTS];
    private final PrintStream standardError = System.err;
    private OutputPump output;
    private StdioConsole console;
    private HostTerminal terminal;
    private Thread terminalSetup;
    private volatile boolean raw;
    private volatile MachineHandle machine;
    private DebugServers.Running debugServer;
    private Displays displays;

    /** Written by the machine thread, read after its end. */
    private final List<String> lastWords = new ArrayList<>();

    private File pidFile;
    private boolean cleaned;
    private volatile boolean quitting;
    private volatile String failure;

    Session(Options options, MachineFactory machines, DebugServers debugServers) {
        this.options = options;
        this.machines = machines;
        this.debugServers = debugServers;
    }

    /** Runs the guest to its end. Returns the exit status of the process. */
    int run() throws UsageException {
        Task opcodes = new Task(Task.OPCODES);
        opcodes.setDaemon(true);
        opcodes.start();
        Runtime.getRuntime().addShutdownHook(new Task(Task.CLEAN_UP));
        try {
            StandardStream input = StandardStream.of(0);
            openPidFile();
            openBackends(); // may wait for a client, which Ctrl-C must be able to end
            openConsole(input);
            int status = runMachine(input);
            cleanUp();
            if (failure != null) {
                Emulator.say(failure);
                return ExitStatus.FAILURE;
            }
            if (quitting && raw) {
                Emulator.say("terminated");
            }
            return status;
        } catch (MachineException e) {
            cleanUp();
            throw new UsageException(e.getMessage(), ExitStatus.FAILURE);
        } finally {
            cleanUp();
        }
    }

    private int runMachine(StandardStream input) throws MachineException, UsageException {
        GuestEnds ends = new GuestEnds(options.endActions(), backends.length, this);
        MachineConfig config = options.machine().paced(paced(input)).build();
        MachineHandle built = machines.create(config, ends);
        machine = built;
        for (int port = 0; port < backends.length; port++) {
            SerialLine line = built.serial(port);
            if (options.serials().get(port).onStdio()) {
                console.connect(line);
                line.connect(console.input(), ends.watch(port, output));
            } else {
                SerialOutput sink = backends[port].output();
                line.connect(backends[port].input(), ends.watch(port, sink));
                backends[port].start(line);
            }
        }
        if (displays == null && options.display().kind() != DisplaySpec.Kind.NONE) {
            displays = new Displays(options); // in browsers
        }
        awaitTerminal(); // what is said from here on gets the line ends that a raw terminal needs
        if (displays != null) {
            displays.start(built, raw, new Commands());
        }
        startDebugServer(built);
        sayNotes();
        startConsole();
        if (quitting) {
            return ExitStatus.OK;
        }
        int status = built.run();
        if (displays != null) {
            displays.finish();
        }
        return status;
    }

    /** Said only here, so that a command that cannot run ends with one line: why. */
    private void sayNotes() {
        List<String> notes = options.notes();
        for (int i = 0; i < notes.size(); i++) {
            Emulator.say(notes.get(i));
        }
    }

    /** Idle time passes as on a clock when somebody may be there to see it. */
    private boolean paced(StandardStream input) {
        boolean stdio = console != null && input != StandardStream.NOTHING;
        boolean socket = false;
        for (SerialSpec serial : options.serials()) {
            socket |= serial.kind() == SerialSpec.Kind.SOCKET;
        }
        boolean screen = options.display().kind() != DisplaySpec.Kind.NONE;
        return stdio || socket || screen || options.gdb() != null;
    }

    private void openConsole(StandardStream input) {
        if (options.display().kind() == DisplaySpec.Kind.TERMINAL) {
            displays = new Displays(options);
            terminal = displays.terminal();
            setUpTerminal();
            return;
        }
        SerialSpec port = options.stdioPort();
        if (port == null && !options.monitorAlone()) {
            return;
        }
        output = new OutputPump("console-output", new FileOutputStream(FileDescriptor.out), this);
        boolean wantsRaw = input == StandardStream.TERMINAL && port != null;
        StdioConsole.Sharing sharing;
        if (port == null) {
            sharing = StdioConsole.Sharing.MONITOR;
        } else if (port.kind() == SerialSpec.Kind.STDIO_WITH_MONITOR) {
            sharing = StdioConsole.Sharing.SERIAL_AND_MONITOR;
        } else {
            boolean keys = wantsRaw && !options.stdioSignals();
            sharing = keys ? StdioConsole.Sharing.SERIAL_WITH_KEYS : StdioConsole.Sharing.SERIAL;
        }
        console = new StdioConsole(sharing, wantsRaw, output);
        if (wantsRaw) {
            terminal = HostTerminal.system();
            setUpTerminal();
        }
    }

    private void setUpTerminal() {
        terminalSetup = new Task(Task.TERMINAL);
        terminalSetup.setDaemon(true);
        terminalSetup.start();
    }

    /**
     * Takes some tens of milliseconds, so it has a thread of its own beside the loading of the
     * images.
     */
    private void enterRawMode() {
        try {
            terminal.enterRawMode(options.stdioSignals());
            raw = true;
        } catch (IOException e) {
            return; // no terminal after all, or one that cannot be switched: it works line by line
        }
        if (StandardStream.of(2) == StandardStream.TERMINAL) {
            System.setErr(
                    new PrintStream(
                            new CrlfStream(new FileOutputStream(FileDescriptor.err)),
                            true,
                            StandardCharsets.UTF_8));
        }
    }

    private void startConsole() {
        if (console == null) {
            return;
        }
        InputStream input = raw ? terminal.input() : StdioConsole.plainInput();
        console.start(input, raw, new Commands());
    }

    private void awaitTerminal() {
        if (terminalSetup != null) {
            try {
                terminalSetup.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void openBackends() throws UsageException {
        for (int i = 0; i < backends.length; i++) {
            SerialSpec spec = options.serials().get(i);
            if (spec.onStdio()) {
                continue;
            }
            String name = "-serial";
            try {
                switch (spec.kind()) {
                    case FILE:
                        name = "-serial file:" + spec.path();
                        String prefix = name;
                        backends[i] =
                                new FileBackend(
                                        spec.path(), e -> fail(prefix + ": " + Reasons.of(e)));
                        break;
                    case SOCKET:
                        name = "-serial " + spec.endpoint().address();
                        backends[i] = new SocketBackend(spec.endpoint(), Emulator::say);
                        break;
                    default:
                        backends[i] = new NullBackend();
                        break;
                }
                backends[i].open();
            } catch (IOException e) {
                throw new UsageException(name + ": " + Reasons.of(e), ExitStatus.FAILURE);
            }
        }
    }

    private void openPidFile() throws UsageException {
        if (options.pidFile() == null) {
            return;
        }
        File file = new File(options.pidFile());
        try (FileOutputStream out = new FileOutputStream(file)) {
            String line = ProcessHandle.current().pid() + "\n";
            out.write(line.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UsageException(
                    "-pidfile: cannot write '" + options.pidFile() + "': " + Reasons.of(e),
                    ExitStatus.FAILURE);
        }
        pidFile = file;
    }

    private void startDebugServer(MachineHandle built) throws UsageException {
        GdbServerOptions gdb = options.gdb();
        if (gdb == null) {
            return;
        }
        try {
            debugServer = debugServers.start(gdb, built.target());
        } catch (IOException e) {
            throw new UsageException(e.getMessage(), ExitStatus.FAILURE);
        }
        boolean portUnknown = gdb.socketPath() == null && gdb.port() == 0;
        if (portUnknown || options.startStopped()) {
            Emulator.say("waiting for gdb: " + debugServer.connectHint());
        }
    }

    @Override
    public void flushConsole() {
        if (output != null) {
            output.flush(FLUSH_MILLIS);
        }
    }

    @Override
    public void lastWords(String text) {
        if (options.display().kind() == DisplaySpec.Kind.TERMINAL) {
            lastWords.add(text); // the guest's picture has the screen until the end
        } else {
            Emulator.say(text);
        }
    }

    @Override
    public void failed(IOException e) {
        fail("standard output: " + Reasons.of(e));
    }

    /** Ends the run because the host does not let it go on. Any thread. */
    private void fail(String reason) {
        if (failure == null) {
            failure = reason;
        }
        end(ExitStatus.FAILURE);
    }

    private void quit() {
        quitting = true;
        end(ExitStatus.OK);
    }

    private void end(int status) {
        MachineHandle running = machine;
        if (running != null) {
            running.target().post(() -> running.target().quit(status));
        }
        Thread watchdog = new Thread(() -> endAnyway(status), "quit");
        watchdog.setDaemon(true);
        watchdog.start();
    }

    /** The machine may hang in a write that nobody takes; the user must get away all the same. */
    private static void endAnyway(int status) {
        try {
            Thread.sleep(QUIT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.exit(status);
    }

    /** Puts everything back; also on the way out by a signal. */
    private synchronized void cleanUp() {
        if (cleaned) {
            return;
        }
        cleaned = true;
        if (output != null) {
            output.close(FLUSH_MILLIS);
        }
        awaitTerminal();
        if (displays != null) {
            displays.close();
        }
        if (terminal != null) {
            terminal.restore();
            System.setErr(standardError);
        }
        for (int i = 0; i < lastWords.size(); i++) {
            Emulator.say(lastWords.get(i));
        }
        for (SerialBackend backend : backends) {
            if (backend != null) {
                backend.close();
            }
        }
        if (debugServer != null) {
            debugServer.close();
        }
        if (pidFile != null && !pidFile.delete()) {
            Emulator.say("-pidfile: cannot remove " + pidFile);
        }
    }

    /** Threads of the session; a class, as the first lambda costs more of a cold start. */
    private final class Task extends Thread {
        static final String CLEAN_UP = "clean-up";
        static final String TERMINAL = "terminal-setup";

        /** Reads the opcode table, the longest single part of building a machine, beside others. */
        static final String OPCODES = "opcode-table";

        Task(String name) {
            super(name);
        }

        @Override
        public void run() {
            if (getName().equals(CLEAN_UP)) {
                cleanUp();
            } else if (getName().equals(OPCODES)) {
                OpcodeMap.instance();
            } else {
                enterRawMode();
            }
        }
    }

    /** What the console asks for. */
    private final class Commands implements ConsoleCommands {
        private Monitor monitor;

        @Override
        public void quit() {
            Session.this.quit();
        }

        @Override
        public void execute(String line, DebugOutput answer) {
            if (monitor == null) {
                monitor = new Monitor(machine, Session.this::quit);
            }
            monitor.execute(line, answer);
        }

        @Override
        public String complete(String line) {
            return Monitor.complete(line);
        }

        @Override
        public String greeting() {
            return "emu "
                    + Version.text()
                    + " monitor; help lists the commands, Ctrl-a c goes back to the guest";
        }
    }
}
