package org.linuxemu.cli.snapshot;

import java.io.File;
import java.io.IOException;
import org.linuxemu.cli.machine.MachineException;
import org.linuxemu.cli.machine.SnapshotChoice;
import org.linuxemu.cli.machine.SnapshotControl;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.debug.MonitorCommands;
import org.linuxemu.core.time.TimedEvent;
import org.linuxemu.devices.board.MachineState;
import org.linuxemu.devices.board.PcBoard;
import org.linuxemu.devices.board.snapshot.PromptWatch;
import org.linuxemu.devices.board.snapshot.SnapshotException;
import org.linuxemu.devices.board.snapshot.SnapshotInfo;
import org.linuxemu.devices.board.snapshot.SnapshotReader;
import org.linuxemu.devices.board.snapshot.SnapshotWriter;

/**
 * Saves a running machine: at the points that the command line names and when a command asks for
 * it. Machine thread only. Files are written on a thread of their own while the guest goes on, save
 * those of commands.
 */
public final class SnapshotKeeper
        implements SnapshotControl, MonitorCommands, PromptWatch.Listener {
    /** Serial ports of the machine. */
    static final int PORTS = 4;

    private static final String SAVE = "snapshot-save";
    private static final String LOAD = "snapshot-load";

    private final PcBoard board;
    private final SnapshotStart start;
    private final SnapshotChoice choice;
    private final String version;
    private final String cpu;

    /** The machine is to be kept when it has booted. */
    private final boolean keeping;

    private Thread writer;

    /** The point of {@code -snapshot-save} has come. */
    private boolean taken;

    /** What {@code -snapshot-save} asks for has not happened, or failed. */
    private boolean owing;

    /**
     * A keeper for a machine that is about to run.
     *
     * @param booting whether it boots, so that it may be kept when it has
     */
    public SnapshotKeeper(PcBoard board, SnapshotStart start, String version, boolean booting) {
        this.board = board;
        this.start = start;
        this.choice = start.choice();
        this.version = version;
        this.cpu = start.cpu();
        keeping = booting && start.keptFile() != null;
        owing = choice.save() != null && choice.when() != SnapshotChoice.When.COMMAND;
        boolean prompt = owing && choice.when() == SnapshotChoice.When.PROMPT;
        if (prompt || keeping) {
            PromptWatch.start(board, this);
        }
        if (owing && choice.when() == SnapshotChoice.When.CYCLE) {
            CycleWatch watch = new CycleWatch();
            board.scheduler().register(watch);
            board.scheduler().schedule(watch, choice.cycle());
        }
    }

    private final class CycleWatch extends TimedEvent {
        CycleWatch() {
            super("host.snapshot");
        }

        @Override
        public boolean ofTheMachine() {
            return false;
        }

        @Override
        public void fire(long deadline) {
            saveSoon();
        }
    }

    /** A watch for the bytes of one serial port, or null when none is wanted. */
    public PatternWatch patternWatch() {
        if (choice.save() == null || choice.when() != SnapshotChoice.When.PATTERN) {
            return null;
        }
        return new PatternWatch(
                choice.pattern(),
                new Runnable() {
                    @Override
                    public void run() {
                        saveSoon();
                    }
                });
    }

    private void saveSoon() {
        board.atNextBoundary(
                new Runnable() {
                    @Override
                    public void run() {
                        if (!taken) {
                            taken = true;
                            saveInBackground(capture(), info(""), choice.save(), false);
                        }
                    }
                });
    }

    @Override
    public void waiting() {
        MachineState state = capture();
        if (choice.save() != null && choice.when() == SnapshotChoice.When.PROMPT) {
            taken = true;
            saveInBackground(state, info(""), choice.save(), false);
        }
        if (keeping) {
            saveInBackground(state, info(start.key()), start.keptFile(), true);
        }
    }

    @Override
    public void givenUp() {
        start.messages().say("the guest has not waited for input; nothing was saved");
    }

    private MachineState capture() {
        MachineState state = board.save();
        board.forgetSave();
        return state;
    }

    private SnapshotInfo info(String key) {
        byte[][] lines = new byte[PORTS][];
        for (int i = 0; i < PORTS; i++) {
            lines[i] = board.serial(i).openLine();
        }
        return new SnapshotInfo(
                version,
                key,
                board.ram().size(),
                cpu,
                start.acpi(),
                start.exitPort(),
                start.exitPorts(),
                board.clock().cycles(),
                lines);
    }

    private void saveInBackground(MachineState state, SnapshotInfo info, File file, boolean kept) {
        Thread before = writer;
        writer =
                new Thread("snapshot-writer") {
                    @Override
                    public void run() {
                        await(before);
                        write(state, info, file, kept);
                    }
                };
        writer.setDaemon(true);
        writer.start();
    }

    private void write(MachineState state, SnapshotInfo info, File file, boolean kept) {
        try {
            if (kept) {
                start.cache().prepare();
            }
            SnapshotWriter.write(file, info, state, !kept);
            if (!kept) {
                owing = false;
                start.messages().say("saved the machine to '" + file + "'");
            }
        } catch (IOException e) {
            String option = kept ? "-fast-boot" : "-snapshot-save";
            start.messages().say(option + ": '" + file + "' cannot be written: " + reason(e));
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static void await(Thread thread) {
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * After the end of the machine: waits until files are complete.
     *
     * @return whether all was saved that the command line asked for
     */
    public boolean finish() {
        Thread last = writer;
        await(last);
        if (owing && !taken) {
            start.messages()
                    .say("-snapshot-save: the guest ended before the point at which to save it");
        }
        return !owing;
    }

    @Override
    public void save(File file) throws MachineException {
        try {
            SnapshotWriter.write(file, info(""), capture(), true);
        } catch (IOException e) {
            throw new MachineException("'" + file + "' cannot be written: " + reason(e));
        }
    }

    @Override
    public void load(File file) throws MachineException {
        try {
            SnapshotReader reader = SnapshotReader.open(file);
            if (reader.info().memory() != board.ram().size()) {
                throw new SnapshotException(
                        "has a machine with "
                                + (reader.info().memory() >> 10)
                                + " KiB of memory, not "
                                + (board.ram().size() >> 10)
                                + " KiB");
            }
            board.restore(reader.load());
            board.forgetSave();
        } catch (SnapshotException | StateFormatException e) {
            throw new MachineException("'" + file + "' " + e.getMessage());
        }
    }

    // For gdb, which may touch no file but the one that the user has named.

    @Override
    public boolean execute(String line, DebugOutput output) {
        String command = line.trim();
        boolean save = command.equals(SAVE);
        if (!save && !command.equals(LOAD)) {
            if (!command.startsWith(SAVE + " ") && !command.startsWith(LOAD + " ")) {
                return false;
            }
            output.println(
                    "no file can be named here: it is that of -snapshot-save FILE,at=command");
            return true;
        }
        if (choice.save() == null) {
            output.println("start the emulator with -snapshot-save FILE,at=command for this");
            return true;
        }
        try {
            if (save) {
                save(choice.save());
                output.println("saved the machine to '" + choice.save() + "'");
            } else {
                load(choice.save());
                output.println(
                        "the machine is as it was saved; gdb: type 'maintenance flush"
                                + " register-cache' and 'maintenance flush dcache'");
            }
        } catch (MachineException e) {
            output.println(command + ": " + e.getMessage());
        }
        return true;
    }

    @Override
    public void help(DebugOutput output) {
        output.println(
                "  snapshot-save               (gdb) save the machine to the file of -snapshot-save");
        output.println("  snapshot-load               (gdb) go on from that file");
    }
}
