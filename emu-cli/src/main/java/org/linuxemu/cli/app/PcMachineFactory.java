package org.linuxemu.cli.app;

import java.io.IOException;
import org.linuxemu.cli.machine.CpuChoice;
import org.linuxemu.cli.machine.EndDecision;
import org.linuxemu.cli.machine.ExitDevice;
import org.linuxemu.cli.machine.GuestEnd;
import org.linuxemu.cli.machine.KeyInput;
import org.linuxemu.cli.machine.MachineConfig;
import org.linuxemu.cli.machine.MachineException;
import org.linuxemu.cli.machine.MachineFactory;
import org.linuxemu.cli.machine.MachineHandle;
import org.linuxemu.cli.machine.MachineHost;
import org.linuxemu.cli.machine.SerialInput;
import org.linuxemu.cli.machine.SerialLine;
import org.linuxemu.cli.machine.SerialOutput;
import org.linuxemu.cli.machine.SnapshotChoice;
import org.linuxemu.cli.machine.SnapshotControl;
import org.linuxemu.cli.machine.VideoOutput;
import org.linuxemu.cli.snapshot.PatternWatch;
import org.linuxemu.cli.snapshot.SnapshotKeeper;
import org.linuxemu.cli.snapshot.SnapshotStart;
import org.linuxemu.cli.symbols.KernelSymbols;
import org.linuxemu.cli.trace.GuestTrace;
import org.linuxemu.core.debug.DebugTarget;
import org.linuxemu.core.debug.MachineRunner;
import org.linuxemu.core.debug.MonitorCommands;
import org.linuxemu.core.exec.CpuModel;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.translate.Translator;
import org.linuxemu.devices.board.KeyboardCable;
import org.linuxemu.devices.board.PcBoard;
import org.linuxemu.devices.board.PcConfig;
import org.linuxemu.devices.board.PcHost;
import org.linuxemu.devices.board.SerialPort;
import org.linuxemu.devices.boot.BootImageException;
import org.linuxemu.devices.boot.BootRequest;
import org.linuxemu.devices.vga.TextScreen;
import org.linuxemu.devices.vga.Vga;

/** Builds the PC and puts it behind the program's interfaces. */
final class PcMachineFactory implements MachineFactory {
    /** System property; src/main/dist/emu sets it. No result depends on it. */
    private static final String THRESHOLD = "linuxemu.translate.threshold";

    @Override
    public MachineHandle create(MachineConfig config, MachineHost host) throws MachineException {
        SnapshotStart start =
                config.snapshots() == SnapshotChoice.NONE
                        ? null
                        : SnapshotStart.begin(config, Version.build(), new Lines());
        PcConfig pc = start == null ? board(config) : board(config, start);
        Host ends = new Host(host);
        boolean restored = start != null && start.found();
        PcBoard board;
        try {
            board = new PcBoard(pc, ends, new Loader(config, restored));
            if (restored && !start.restore(board)) {
                restored = false;
                board = new PcBoard(board(config), ends, new Loader(config, false));
            }
        } catch (BootImageException e) {
            throw new MachineException(e.getMessage());
        }
        ends.board = board;
        ends.config = config;
        if (start != null) {
            ends.keeper = new SnapshotKeeper(board, start, Version.text(), !restored);
        }
        if (!config.log().isEmpty()) {
            trace(config, board);
        }
        switch (config.translation()) {
            case ON:
                board.cpu().translateHotCode(threshold());
                break;
            case EAGER:
                board.cpu().translateEagerly();
                break;
            default:
                break;
        }
        return new Machine(board, config.startStopped(), ends, restored ? start : null);
    }

    /** The launcher, which knows the JVM's options, may have a better one than the default. */
    private static int threshold() {
        Integer given = Integer.getInteger(THRESHOLD);
        return given == null || given < 1 ? Translator.DEFAULT_THRESHOLD : given;
    }

    /** What snapshots have to tell the user. */
    private static final class Lines implements SnapshotStart.Messages {
        @Override
        public void say(String text) {
            Emulator.say(text);
        }
    }

    private static PcConfig board(MachineConfig config) throws MachineException {
        ExitDevice exit = config.exitDevice();
        return new PcConfig(
                config.memory(),
                model(config.cpu()),
                config.rtcSeconds(),
                config.seed(),
                exit == null ? -1 : exit.ioBase(),
                exit == null ? 0 : exit.ioSize(),
                config.paced(),
                config.acpi());
    }

    /** A machine of the parts that a snapshot asks for. */
    private static PcConfig board(MachineConfig config, SnapshotStart start)
            throws MachineException {
        return new PcConfig(
                start.memory(),
                model(start.cpu()),
                config.rtcSeconds(),
                config.seed(),
                start.exitPort(),
                start.exitPorts(),
                config.paced(),
                start.acpi());
    }

    private static void trace(MachineConfig config, PcBoard board) throws MachineException {
        KernelSymbols symbols = null;
        if (config.symbols() != null) {
            try {
                symbols = KernelSymbols.read(config.symbols().toPath());
            } catch (IOException e) {
                throw new MachineException("-vmlinux: " + config.symbols() + " " + Reasons.of(e));
            }
        }
        GuestTrace trace = GuestTrace.of(config.log(), board.clock(), symbols);
        if (trace == null) {
            return;
        }
        if (trace.wantsProcessor()) {
            board.cpu().setTrace(trace);
        }
        if (trace.wantsPorts()) {
            board.ports().setListener(trace);
        }
        if (trace.wantsCode()) {
            board.cpu().blocks().setDecodeListener(trace);
        }
    }

    private static CpuModel model(CpuChoice choice) throws MachineException {
        StringBuilder text = new StringBuilder(choice.model());
        for (String feature : choice.added()) {
            text.append(",+").append(feature);
        }
        for (String feature : choice.removed()) {
            text.append(",-").append(feature);
        }
        return model(text.toString());
    }

    private static CpuModel model(String text) throws MachineException {
        try {
            return CpuModel.parse(text);
        } catch (IllegalArgumentException e) {
            throw new MachineException("-cpu: " + e.getMessage());
        }
    }

    /** Loads the images, at the start and at every reset. */
    private static final class Loader implements PcBoard.Loader {
        private final MachineConfig config;

        /** The first time nothing is loaded: a snapshot takes its place. */
        private boolean skip;

        Loader(MachineConfig config, boolean skip) {
            this.config = config;
            this.skip = skip;
        }

        @Override
        public void load(org.linuxemu.core.memory.PhysicalMemory ram, CpuState state)
                throws BootImageException {
            if (skip) {
                skip = false;
                return;
            }
            if (config.kernel() == null) {
                throw new BootImageException(
                        "the machine was reset, but there is no -kernel to boot again");
            }
            BootRequest request =
                    new BootRequest(config.kernel().getPath())
                            .initrd(config.initrd())
                            .commandLine(config.commandLine())
                            .bootDecompressor(config.bootDecompressor())
                            .rngSeed(config.seed());
            org.linuxemu.devices.boot.BootLoader.load(request, ram, state);
        }
    }

    /** Asks the program what follows an end of the guest. */
    private static final class Host implements PcHost {
        private final MachineHost host;
        private PcBoard board;
        private MachineConfig config;
        private SnapshotKeeper keeper;

        Host(MachineHost host) {
            this.host = host;
        }

        @Override
        public int ended(End end, int value) {
            GuestEnd what = new GuestEnd(kind(end), value, board.vga().remembers(GuestEnd.PANIC));
            EndDecision decision = host.guestEnded(what, board.cpu().state());
            switch (decision.action()) {
                case RESET:
                    return RESET_AND_RUN;
                case PAUSE:
                    return STAY_STOPPED;
                default:
                    return decision.status();
            }
        }

        private static GuestEnd.Kind kind(End end) {
            switch (end) {
                case RESET:
                    return GuestEnd.Kind.REBOOT;
                case POWER_OFF:
                    return GuestEnd.Kind.POWER_OFF;
                case HALT:
                    return GuestEnd.Kind.HALT;
                case DEBUG_EXIT:
                    return GuestEnd.Kind.DEBUG_EXIT;
                default:
                    return GuestEnd.Kind.TRIPLE_FAULT;
            }
        }

        /** What saves and loads; made when it is first needed. Machine thread. */
        SnapshotKeeper keeper() {
            if (keeper == null) {
                SnapshotStart none = SnapshotStart.none(config, new Lines());
                keeper = new SnapshotKeeper(board, none, Version.text(), false);
            }
            return keeper;
        }

        @Override
        public MonitorCommands monitor() {
            return keeper();
        }

        @Override
        public void reloadFailed(String message) {
            Emulator.say(message);
        }
    }

    private static final class Machine implements MachineHandle {
        private final PcBoard board;
        private final MachineRunner runner;
        private final Line[] lines = new Line[SERIAL_PORTS];
        private final Host ends;

        /** What it was restored from, or null. */
        private final SnapshotStart restored;

        Machine(PcBoard board, boolean startStopped, Host ends, SnapshotStart restored) {
            this.ends = ends;
            this.restored = restored;
            this.board = board;
            this.runner = new MachineRunner(board, startStopped);
            runner.mailbox()
                    .onPost(
                            new Runnable() {
                                @Override
                                public void run() {
                                    board.wake();
                                }
                            });
            for (int i = 0; i < lines.length; i++) {
                lines[i] = new Line(runner, board.serial(i));
                if (ends.keeper != null) {
                    lines[i].pattern = ends.keeper.patternWatch();
                }
            }
        }

        @Override
        public SnapshotControl snapshots() {
            return ends.keeper();
        }

        @Override
        public DebugTarget target() {
            return runner;
        }

        @Override
        public SerialLine serial(int port) {
            return lines[port];
        }

        @Override
        public VideoOutput video() {
            return new Video(board.vga());
        }

        @Override
        public KeyInput keyboard() {
            return new Keys(runner, board.keyboard());
        }

        @Override
        public CpuState cpuState(int cpu) {
            return board.cpu().state();
        }

        @Override
        public int run() {
            if (restored != null) {
                restored.showOpenLines(board);
            }
            int status = runner.run();
            SnapshotKeeper keeper = ends.keeper;
            return keeper == null || keeper.finish() || status != ExitStatus.OK
                    ? status
                    : ExitStatus.FAILURE;
        }
    }

    /** The display adapter's plug. */
    private static final class Video implements VideoOutput {
        private final Vga vga;

        Video(Vga vga) {
            this.vga = vga;
        }

        @Override
        public boolean changed() {
            return vga.changed();
        }

        @Override
        public TextScreen screen() {
            return vga.screen();
        }
    }

    /** The keyboard's outer end. */
    private static final class Keys implements KeyInput {
        private final MachineRunner runner;
        private final KeyboardCable cable;

        Keys(MachineRunner runner, KeyboardCable cable) {
            this.runner = runner;
            this.cable = cable;
        }

        @Override
        public void key(int code, boolean down) {
            runner.post(
                    new Runnable() {
                        @Override
                        public void run() {
                            cable.key(code, down);
                        }
                    });
        }
    }

    /** A serial port's outer end, between the program's interface and the board's. */
    private static final class Line implements SerialLine, Runnable {
        private final MachineRunner runner;
        private final SerialPort port;

        /** What looks at the bytes sent, or null. */
        private PatternWatch pattern;

        Line(MachineRunner runner, SerialPort port) {
            this.runner = runner;
            this.port = port;
        }

        @Override
        public void connect(SerialInput input, SerialOutput output) {
            port.connect(
                    new SerialPort.Input() {
                        @Override
                        public int poll() {
                            return input.poll();
                        }
                    },
                    new SerialPort.Output() {
                        @Override
                        public void write(int value) {
                            output.write(value);
                            if (pattern != null) {
                                pattern.accept(value);
                            }
                        }
                    });
        }

        @Override
        public void inputAvailable() {
            runner.post(this);
        }

        @Override
        public void run() {
            port.inputAvailable();
        }
    }
}
