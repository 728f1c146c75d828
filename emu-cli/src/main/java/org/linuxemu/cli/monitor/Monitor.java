package org.linuxemu.cli.monitor;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.linuxemu.cli.machine.MachineException;
import org.linuxemu.cli.machine.MachineHandle;
import org.linuxemu.cli.machine.SnapshotControl;
import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.debug.DebugTarget;
import org.linuxemu.core.debug.PageTableDump;
import org.linuxemu.core.debug.ResumeRequest;

/**
 * The commands of the monitor. What it does not know itself it asks the machine's own commands for.
 */
public final class Monitor {
    private static final long ANSWER_SECONDS = 10;

    /** One command for the help and for completion. */
    private record Command(String name, String arguments, String help) {}

    private static final List<Command> COMMANDS =
            List.of(
                    new Command("help", "[COMMAND]", "show this list (also ?)"),
                    new Command("quit", "", "end the emulator (also q)"),
                    new Command("stop", "", "stop the guest"),
                    new Command("cont", "", "let the guest go on (also c)"),
                    new Command("system_reset", "", "reset the machine"),
                    new Command("info status", "", "whether the guest runs"),
                    new Command("info registers", "", "registers of the processor"),
                    new Command(
                            "info mem", "", "mapped ranges of linear addresses and their rights"),
                    new Command("info tlb", "", "each mapped page"),
                    new Command(
                            "x",
                            "/FMT ADDRESS",
                            "memory at a linear address, for example x/4xg $rsp"),
                    new Command("xp", "/FMT ADDRESS", "memory at a physical address"),
                    new Command("print", "EXPRESSION", "value of an expression (also p)"),
                    new Command("gva2gpa", "ADDRESS", "physical address of a linear one"),
                    new Command("snapshot-save", "FILE", "save the whole machine to a file"),
                    new Command("snapshot-load", "FILE", "go on from a saved machine"));

    private final MachineHandle machine;
    private final DebugTarget target;
    private final Runnable quit;

    /**
     * Makes a monitor.
     *
     * @param quit ends the emulator
     */
    public Monitor(MachineHandle machine, Runnable quit) {
        this.machine = machine;
        this.target = machine.target();
        this.quit = quit;
    }

    /** Runs one command line. Any thread but the machine's. */
    public void execute(String line, DebugOutput output) {
        String text = line.trim();
        int end = 0;
        while (end < text.length() && text.charAt(end) != ' ' && text.charAt(end) != '/') {
            end++;
        }
        String command = text.substring(0, end);
        String rest = text.substring(end).trim();
        try {
            switch (command) {
                case "":
                    break;
                case "help":
                case "?":
                    help(rest, output);
                    break;
                case "quit":
                case "q":
                    quit.run();
                    break;
                case "stop":
                    onMachine(target::stop);
                    break;
                case "cont":
                case "c":
                    onMachine(() -> target.resume(ResumeRequest.proceed()));
                    break;
                case "system_reset":
                    onMachine(this::reset);
                    break;
                case "info":
                    info(text, rest, output);
                    break;
                case "x":
                case "xp":
                    memory(rest, command.equals("xp"), output);
                    break;
                case "print":
                case "p":
                    print(rest, output);
                    break;
                case "gva2gpa":
                    translate(rest, output);
                    break;
                case "snapshot-save":
                case "snapshot-load":
                    snapshot(command, rest, output);
                    break;
                default:
                    other(text, output);
                    break;
            }
        } catch (MonitorException e) {
            output.println(e.getMessage());
        }
    }

    /** Completes a command: the line with as much more as is certain, or null. */
    public static String complete(String line) {
        String longest = null;
        for (Command command : COMMANDS) {
            if (command.name.startsWith(line)) {
                longest = longest == null ? command.name : common(longest, command.name);
            }
        }
        return longest == null || longest.length() == line.length() ? null : longest;
    }

    private static String common(String one, String other) {
        int n = 0;
        while (n < one.length() && n < other.length() && one.charAt(n) == other.charAt(n)) {
            n++;
        }
        return one.substring(0, n);
    }

    private void help(String about, DebugOutput output) throws MonitorException {
        boolean found = false;
        for (Command command : COMMANDS) {
            if (about.isEmpty()
                    || command.name.equals(about)
                    || command.name.startsWith(about + " ")) {
                found = true;
                StringBuilder line = new StringBuilder("  ").append(command.name);
                if (!command.arguments.isEmpty()) {
                    line.append(command.arguments.startsWith("/") ? "" : " ")
                            .append(command.arguments);
                }
                while (line.length() < 24) {
                    line.append(' ');
                }
                output.println(line.append(" ").append(command.help).toString());
            }
        }
        if (about.isEmpty()) {
            onMachine(() -> target.monitor().help(output));
        } else if (!found) {
            throw new MonitorException("there is no command '" + about + "'; help lists all");
        }
    }

    private void info(String text, String what, DebugOutput output) throws MonitorException {
        switch (what) {
            case "":
                help("info", output);
                break;
            case "status":
                boolean[] running = new boolean[1];
                onMachine(() -> running[0] = target.running());
                output.println(running[0] ? "the guest runs" : "the guest is stopped");
                break;
            case "registers":
                List<String> dump = new ArrayList<>();
                onMachine(
                        () -> {
                            for (int cpu = 0; cpu < target.cpuCount(); cpu++) {
                                dump.add(RegisterDump.all(machine.cpuState(cpu)));
                            }
                        });
                for (String registers : dump) {
                    output.print(registers);
                }
                break;
            case "mem":
                onMachine(() -> pageTables(output).ranges());
                break;
            case "tlb":
                onMachine(() -> pageTables(output).pages());
                break;
            default:
                other(text, output);
                break;
        }
    }

    private PageTableDump pageTables(DebugOutput output) {
        return new PageTableDump(target.registers(0), target.memory(0), output);
    }

    private void memory(String rest, boolean physical, DebugOutput output) throws MonitorException {
        String format = "";
        String address = rest;
        if (rest.startsWith("/")) {
            int space = rest.indexOf(' ');
            format = space < 0 ? rest.substring(1) : rest.substring(1, space);
            address = space < 0 ? "" : rest.substring(space + 1);
        }
        MemoryDump dump = MemoryDump.parse(format);
        String expression = address;
        onMachine(
                () -> {
                    long start = AddressExpression.evaluate(expression, target.registers(0));
                    if (dump.instructions()) {
                        int codeSize = machine.cpuState(0).codeSize();
                        InstructionDump.print(
                                start, dump.count(), physical, codeSize, target.memory(0), output);
                        return;
                    }
                    dump.print(start, physical, target.memory(0), output);
                });
    }

    private void print(String expression, DebugOutput output) throws MonitorException {
        onMachine(
                () -> {
                    long value = AddressExpression.evaluate(expression, target.registers(0));
                    output.println("0x" + Long.toHexString(value) + " (" + value + ")");
                });
    }

    private void translate(String expression, DebugOutput output) throws MonitorException {
        onMachine(
                () -> {
                    long linear = AddressExpression.evaluate(expression, target.registers(0));
                    long physical = target.memory(0).translate(linear);
                    output.println(
                            physical < 0 ? "not mapped" : "gpa: 0x" + Long.toHexString(physical));
                });
    }

    private void snapshot(String command, String name, DebugOutput output) throws MonitorException {
        if (name.isEmpty()) {
            throw new MonitorException(command + ": name a file");
        }
        onMachine(
                () -> {
                    SnapshotControl snapshots = machine.snapshots();
                    if (snapshots == null) {
                        throw new MonitorException(command + ": this machine cannot do that");
                    }
                    try {
                        if (command.equals("snapshot-save")) {
                            snapshots.save(new File(name));
                            output.println("saved to '" + name + "'");
                        } else {
                            snapshots.load(new File(name));
                        }
                    } catch (MachineException e) {
                        throw new MonitorException(command + ": " + e.getMessage());
                    }
                });
    }

    private void reset() {
        boolean running = target.running();
        target.reset();
        if (running) {
            target.resume(ResumeRequest.proceed());
        }
    }

    private void other(String text, DebugOutput output) throws MonitorException {
        onMachine(
                () -> {
                    if (!target.monitor().execute(text, output)) {
                        throw new MonitorException(
                                "unknown command: '" + text + "'; help lists all");
                    }
                });
    }

    /** What runs on the machine thread. */
    private interface Action {
        void run() throws MonitorException;
    }

    private void onMachine(Action action) throws MonitorException {
        FutureTask<Void> task =
                new FutureTask<>(
                        () -> {
                            action.run();
                            return null;
                        });
        if (!target.post(task)) {
            throw new MonitorException("the machine has ended");
        }
        try {
            task.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MonitorException known) {
                throw known;
            }
            throw new MonitorException("internal error: " + e.getCause());
        } catch (TimeoutException e) {
            throw new MonitorException(
                    "the machine has not answered yet; its output may be held up");
        } catch (CancellationException e) {
            throw new MonitorException("the machine has ended");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MonitorException("interrupted");
        }
    }
}
