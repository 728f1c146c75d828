package org.linuxemu.cli.fake;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.linuxemu.cli.machine.EndDecision;
import org.linuxemu.cli.machine.GuestEnd;
import org.linuxemu.cli.machine.MachineConfig;
import org.linuxemu.cli.machine.MachineHandle;
import org.linuxemu.cli.machine.MachineHost;
import org.linuxemu.cli.machine.SerialInput;
import org.linuxemu.cli.machine.SerialLine;
import org.linuxemu.cli.machine.SerialOutput;
import org.linuxemu.core.debug.BreakpointTable;
import org.linuxemu.core.debug.CatchTable;
import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.debug.DebugTarget;
import org.linuxemu.core.debug.DebuggableMachine;
import org.linuxemu.core.debug.MachineMailbox;
import org.linuxemu.core.debug.MachineRunner;
import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.debug.MonitorCommands;
import org.linuxemu.core.debug.RegisterAccess;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.core.state.CpuState;
import org.slf4j.LoggerFactory;

/**
 * A machine without a processor. Its "guest" greets on its first serial port, shows each byte it
 * gets as {@code <1b>}, and obeys lines like {@code poweroff}.
 */
public final class FakeMachine implements MachineHandle, DebuggableMachine, MonitorCommands {
    /** Physical memory; linear addresses are the same. */
    public final byte[] memory = new byte[1 << 16];

    public final CpuState state = new CpuState();
    public final FakeLine[] lines = new FakeLine[SERIAL_PORTS];
    private final BreakpointTable breakpoints = new BreakpointTable();
    private final CatchTable catches = new CatchTable();
    private final MachineRunner runner;
    private final MachineConfig config;
    private final MachineHost host;
    private final StringBuilder line = new StringBuilder();
    private boolean greeted;
    private StopReason end;

    public FakeMachine(MachineConfig config, MachineHost host) {
        this.config = config;
        this.host = host;
        for (int i = 0; i < SERIAL_PORTS; i++) {
            lines[i] = new FakeLine();
        }
        runner = new MachineRunner(this, config.startStopped());
    }

    /** One of its serial ports. */
    public final class FakeLine implements SerialLine {
        SerialInput input;
        SerialOutput output;

        @Override
        public void connect(SerialInput source, SerialOutput sink) {
            input = source;
            output = sink;
        }

        @Override
        public void inputAvailable() {
            runner.post(() -> {});
        }
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
    public CpuState cpuState(int cpu) {
        return state;
    }

    @Override
    public int run() {
        return runner.run();
    }

    @Override
    public StopReason run(MachineMailbox mailbox, boolean overBreakpoint) {
        if (!greeted) {
            greeted = true;
            print(0, "guest started: " + config.commandLine() + "\r\n");
            for (int i = 1; i < SERIAL_PORTS; i++) {
                print(i, "port " + i + "\n");
            }
        }
        for (int i = 0; i < SERIAL_PORTS; i++) {
            int value;
            while (end == null && (value = lines[i].input.poll()) != SerialInput.NONE) {
                take(i, value);
            }
        }
        if (end != null) {
            StopReason reason = end;
            end = null;
            return reason;
        }
        mailbox.awaitPending(20_000_000);
        return null;
    }

    private void take(int port, int value) {
        if (value == SerialInput.BREAK) {
            print(port, "<break>");
        } else if (value < ' ' || value > '~') {
            print(port, "<" + Integer.toHexString(value | 0x100).substring(1) + ">");
        } else {
            lines[port].output.write(value);
        }
        if (value == '\r' || value == '\n') {
            String command = line.toString();
            line.setLength(0);
            obey(command);
        } else if (value >= ' ' && value < 0x7F) {
            line.append((char) value);
        }
    }

    private void obey(String command) {
        String[] words = command.split(" ");
        switch (words[0]) {
            case "poweroff" -> end(GuestEnd.of(GuestEnd.Kind.POWER_OFF));
            case "reboot" -> end(GuestEnd.of(GuestEnd.Kind.REBOOT));
            case "halt" -> end(GuestEnd.of(GuestEnd.Kind.HALT));
            case "triple" -> end(GuestEnd.of(GuestEnd.Kind.TRIPLE_FAULT));
            case "exit" -> end(GuestEnd.debugExit(Integer.parseInt(words[1])));
            case "panic" -> print(0, "Kernel panic - not syncing: VFS\r\n");
            case "log" -> {
                LoggerFactory.getLogger("guest.int").info("int 80h");
                LoggerFactory.getLogger("guest.ioport").info("port 80h");
                LoggerFactory.getLogger("guest.unimp").warn("not there", new IOException("why"));
                LoggerFactory.getLogger("org.linuxemu.x").info("details");
                LoggerFactory.getLogger("org.linuxemu.x").warn("{} is odd", "this");
            }
            case "throw" -> throw new IllegalStateException("the fake machine broke");
            case "memory" -> throw new OutOfMemoryError("Java heap space");
            case "flood" -> {
                for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                    lines[0].output.write('a' + i % 26);
                }
            }
            default -> {}
        }
    }

    private void end(GuestEnd guestEnd) {
        EndDecision decision = host.guestEnded(guestEnd, state);
        switch (decision.action()) {
            case RESET -> reset();
            case PAUSE -> end = StopReason.of(StopReason.Kind.SHUTDOWN, 0);
            case EXIT -> end = StopReason.exited(decision.status());
        }
    }

    private void print(int port, String text) {
        for (byte value : text.getBytes(StandardCharsets.US_ASCII)) {
            lines[port].output.write(value & 0xFF);
        }
    }

    @Override
    public void reset() {
        greeted = false;
    }

    @Override
    public int cpuCount() {
        return 1;
    }

    @Override
    public RegisterAccess registers(int cpu) {
        return new FakeRegisters(state);
    }

    @Override
    public MemoryAccess memory(int cpu) {
        return new FakeMemory(memory);
    }

    @Override
    public BreakpointTable breakpoints() {
        return breakpoints;
    }

    @Override
    public CatchTable catches() {
        return catches;
    }

    @Override
    public MonitorCommands monitor() {
        return this;
    }

    @Override
    public boolean execute(String command, DebugOutput output) {
        if (!command.equals("info pic")) {
            return false;
        }
        output.println("pic0: irr=00 imr=ff isr=00");
        return true;
    }

    @Override
    public void help(DebugOutput output) {
        output.println("  info pic  interrupt controllers");
    }

    @Override
    public StopReason runBriefly(boolean overBreakpoint) {
        return null;
    }

    @Override
    public StopReason step(int cpu, boolean holdInterrupts) {
        return null;
    }
}
