package org.linuxemu.cli.snapshot;

import java.io.File;
import java.io.IOException;
import org.linuxemu.cli.machine.CpuChoice;
import org.linuxemu.cli.machine.ExitDevice;
import org.linuxemu.cli.machine.MachineConfig;
import org.linuxemu.cli.machine.MachineException;
import org.linuxemu.cli.machine.SnapshotChoice;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.devices.board.MachineState;
import org.linuxemu.devices.board.PcBoard;
import org.linuxemu.devices.board.snapshot.SnapshotException;
import org.linuxemu.devices.board.snapshot.SnapshotInfo;
import org.linuxemu.devices.board.snapshot.SnapshotReader;

/**
 * What a run starts from: a file that the user named, a machine kept by an earlier run, or nothing.
 * The file is read on threads of its own while the machine is built.
 */
public final class SnapshotStart {
    /** Tells the user something, in one line. */
    public interface Messages {
        void say(String text);
    }

    private static final String FAST_BOOT = "-fast-boot: ";

    private final MachineConfig config;
    private final SnapshotChoice choice;
    private final Messages messages;
    private FastBootCache cache;
    private String key = "";
    private File keptFile;
    private File file;
    private SnapshotReader reader;
    private Thread thread;
    private MachineState state;
    private SnapshotException failure;

    private SnapshotStart(MachineConfig config, Messages messages) {
        this.config = config;
        this.choice = config.snapshots();
        this.messages = messages;
    }

    /**
     * Looks for what the machine may start from and begins to read it.
     *
     * @param build of the emulator
     * @throws MachineException when a file that the user named is no good
     */
    public static SnapshotStart begin(MachineConfig config, String build, Messages messages)
            throws MachineException {
        SnapshotStart start = new SnapshotStart(config, messages);
        if (start.choice.load() != null) {
            start.open(start.choice.load());
        } else if (start.choice.fastBoot()) {
            start.findKept(build);
        }
        if (start.reader != null) {
            start.read();
        }
        return start;
    }

    /** For a machine that is there already. */
    public static SnapshotStart none(MachineConfig config, Messages messages) {
        return new SnapshotStart(config, messages);
    }

    private void open(File named) throws MachineException {
        file = named;
        try {
            reader = SnapshotReader.open(named);
        } catch (SnapshotException e) {
            throw new MachineException("-snapshot-load: '" + named + "' " + e.getMessage());
        }
        SnapshotInfo info = reader.info();
        SnapshotChoice.Given given = choice.given();
        if (given.memory() && info.memory() != config.memory()) {
            throw refused("-m", (info.memory() >> 10) + " KiB", (config.memory() >> 10) + " KiB");
        }
        if (given.cpu() && !info.cpu().equals(model(config.cpu()))) {
            throw refused("-cpu", info.cpu(), model(config.cpu()));
        }
        if (given.acpi() && info.acpi() != config.acpi()) {
            throw refused("acpi", info.acpi() ? "on" : "off", config.acpi() ? "on" : "off");
        }
        ExitDevice exit = config.exitDevice();
        if (given.exitDevice()
                && (exit.ioBase() != info.exitPort() || exit.ioSize() != info.exitPorts())) {
            throw refused(
                    "-device isa-debug-exit",
                    info.exitPort() < 0
                            ? "none"
                            : "iobase=" + info.exitPort() + ",iosize=" + info.exitPorts(),
                    "iobase=" + exit.ioBase() + ",iosize=" + exit.ioSize());
        }
    }

    private MachineException refused(String what, String saved, String wanted) {
        return new MachineException(
                "-snapshot-load: the machine in '"
                        + file
                        + "' was made with "
                        + what
                        + " "
                        + saved
                        + ", not "
                        + wanted
                        + "; leave the option out to go on with that");
    }

    private void findKept(String build) {
        cache = FastBootCache.ofUser();
        try {
            key = FastBootCache.key(config, build);
        } catch (IOException e) {
            messages.say(FAST_BOOT + e.getMessage() + "; booting as usual");
            return;
        }
        keptFile = cache.file(key);
        if (!keptFile.exists()) {
            return;
        }
        try {
            SnapshotReader found = SnapshotReader.open(keptFile);
            if (!found.info().key().equals(key) || found.info().memory() != config.memory()) {
                messages.say(FAST_BOOT + keptFile + " is of another boot; booting as usual");
                return;
            }
            reader = found;
            file = keptFile;
        } catch (SnapshotException e) {
            messages.say(FAST_BOOT + keptFile + " " + e.getMessage() + "; booting as usual");
        }
    }

    private void read() {
        thread =
                new Thread("snapshot-reader") {
                    @Override
                    public void run() {
                        try {
                            state = reader.load();
                        } catch (SnapshotException e) {
                            failure = e;
                        }
                    }
                };
        thread.setDaemon(true);
        thread.start();
    }

    /** Whether there is something to start from, so that the images need not be loaded. */
    public boolean found() {
        return reader != null;
    }

    /** Bytes of RAM that the machine must have. */
    public long memory() {
        return found() ? reader.info().memory() : config.memory();
    }

    /** Its processor model, as on a command line. */
    public String cpu() {
        return found() ? reader.info().cpu() : model(config.cpu());
    }

    /** Whether it must have ACPI. */
    public boolean acpi() {
        return found() ? reader.info().acpi() : config.acpi();
    }

    /** First port of its isa-debug-exit, or -1. */
    public int exitPort() {
        if (found()) {
            return reader.info().exitPort();
        }
        return config.exitDevice() == null ? -1 : config.exitDevice().ioBase();
    }

    /** Number of these ports. */
    public int exitPorts() {
        if (found()) {
            return reader.info().exitPorts();
        }
        return config.exitDevice() == null ? 0 : config.exitDevice().ioSize();
    }

    private static String model(CpuChoice cpu) {
        StringBuilder text = new StringBuilder(cpu.model());
        for (String feature : cpu.added()) {
            text.append(",+").append(feature);
        }
        for (String feature : cpu.removed()) {
            text.append(",-").append(feature);
        }
        return text.toString();
    }

    /**
     * Puts what was found into the machine, which has been built empty.
     *
     * @return false when a machine must boot after all, and a new one as this is no good any more;
     *     the user has been told why
     * @throws MachineException when a file that the user named is no good
     */
    public boolean restore(PcBoard board) throws MachineException {
        String reason;
        try {
            thread.join();
            reason = failure == null ? null : failure.getMessage();
            if (reason == null) {
                board.adopt(state);
            }
        } catch (StateFormatException e) {
            reason = "cannot be used: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            reason = "was not read: interrupted";
        }
        state = null;
        if (reason == null) {
            if (file == keptFile) {
                file.setLastModified(System.currentTimeMillis()); // used: not the next to go
            }
            return true;
        }
        if (file != keptFile) {
            throw new MachineException("-snapshot-load: '" + file + "' " + reason);
        }
        messages.say(FAST_BOOT + file + " " + reason + "; booting as usual");
        reader = null;
        return false;
    }

    /** Shows the lines that the guest had begun when it was saved, such as its prompt. */
    public void showOpenLines(PcBoard board) {
        byte[][] lines = reader.info().openLines();
        for (int i = 0; i < lines.length && i < SnapshotKeeper.PORTS; i++) {
            board.serial(i).show(lines[i]);
        }
    }

    /** The file in which this boot is to be kept, or null. */
    File keptFile() {
        return keptFile;
    }

    /** Its key, or empty. */
    String key() {
        return key;
    }

    FastBootCache cache() {
        return cache;
    }

    Messages messages() {
        return messages;
    }

    SnapshotChoice choice() {
        return choice;
    }
}
