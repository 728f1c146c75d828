package org.linuxemu.devices.board;

import java.util.ArrayList;
import java.util.List;
import org.linuxemu.core.bus.IoPortBus;
import org.linuxemu.core.bus.Resettable;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;
import org.linuxemu.core.cpu.Cpu;
import org.linuxemu.core.debug.BreakpointTable;
import org.linuxemu.core.debug.CatchTable;
import org.linuxemu.core.debug.DebuggableMachine;
import org.linuxemu.core.debug.MachineMailbox;
import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.debug.MonitorCommands;
import org.linuxemu.core.debug.RegisterAccess;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.core.exec.RandomSource;
import org.linuxemu.core.irq.IrqLine;
import org.linuxemu.core.memory.AddressSpace;
import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.time.EventScheduler;
import org.linuxemu.core.time.HostPacer;
import org.linuxemu.core.time.RealTimePacer;
import org.linuxemu.core.time.VirtualClock;
import org.linuxemu.devices.acpi.AcpiPowerManagement;
import org.linuxemu.devices.boot.BootImageException;
import org.linuxemu.devices.hpet.Hpet;
import org.linuxemu.devices.misc.DebugConsole;
import org.linuxemu.devices.misc.DiagnosticPort;
import org.linuxemu.devices.misc.IsaDebugExit;
import org.linuxemu.devices.misc.MachineControl;
import org.linuxemu.devices.misc.ResetControl;
import org.linuxemu.devices.misc.SystemControlPortA;
import org.linuxemu.devices.misc.TimeState;
import org.linuxemu.devices.pic.PicPair;
import org.linuxemu.devices.pit.Pit8254;
import org.linuxemu.devices.pit.SystemControlPortB;
import org.linuxemu.devices.ps2.I8042;
import org.linuxemu.devices.rtc.Mc146818Rtc;
import org.linuxemu.devices.uart.NullSerialBackend;
import org.linuxemu.devices.uart.Uart16550;
import org.linuxemu.devices.vga.Vga;

/** The whole PC: processor, RAM and devices, wired. Machine thread only, save where said. */
public final class PcBoard implements DebuggableMachine, MachineControl {
    /** Guest time in which a debugger's stop often comes: some milliseconds of the host at most. */
    private static final long BRIEF_CYCLES = 50_000;

    /** Puts a guest into RAM and the registers, at power-on and again at every reset. */
    public interface Loader {
        void load(PhysicalMemory ram, CpuState state) throws BootImageException;
    }

    /** First ports of COM1 to COM4. */
    static final int[] SERIAL_PORTS = {0x3F8, 0x2F8, 0x3E8, 0x2E8};

    /** Their interrupts: COM1 and COM3 share one, COM2 and COM4 the other, as on every PC. */
    static final int[] SERIAL_IRQS = {4, 3, 4, 3};

    /** First port of the ACPI fixed hardware. */
    static final int ACPI_PORTS = 0x600;

    private final PcHost host;
    private final Loader loader;
    private final VirtualClock clock = new VirtualClock();
    private final EventScheduler scheduler = new EventScheduler();
    private final IoPortBus ports = new IoPortBus();
    private final PhysicalMemory ram;
    private final AddressSpace memory;
    private final RandomSource random;
    private final Cpu cpu;
    private final PcInterrupts interrupts;
    private final Pit8254 pit;
    private final Mc146818Rtc rtc;
    private final I8042 keyboard;
    private final KeyboardCable keyboardCable;
    private final Vga vga;
    private final SerialPort[] serial = new SerialPort[SERIAL_PORTS.length];
    private final Uart16550[] uarts = new Uart16550[SERIAL_PORTS.length];
    private final HostPacer pacer;
    private final boolean hasApic;

    /** The ACPI fixed hardware, or null. */
    private final AcpiPowerManagement powerManagement;

    /** Everything that is reset with the machine, beside processor and interrupt controllers. */
    private final List<Resettable> devices = new ArrayList<>();

    /** All that is saved beside RAM, in the order of saving and loading. */
    private final List<Stateful> parts = new ArrayList<>();

    private final MonitorCommands monitor;

    /** To be done between two instructions; null for nothing. */
    private Runnable pendingAction;

    private PcHost.End pendingEnd;
    private int pendingValue;

    /**
     * Builds the machine and loads the guest.
     *
     * @throws BootImageException when an image is no good or does not fit
     */
    public PcBoard(PcConfig config, PcHost host, Loader loader) throws BootImageException {
        this.host = host;
        this.loader = loader;
        ram = new PhysicalMemory(config.memory(), PcMemoryLayout.PCI_HOLE);
        memory = new AddressSpace(ram);
        random = new RandomSource(config.seed());
        cpu = new Cpu(memory, ports, clock, scheduler, config.model(), random);
        boolean apic = config.model().has("APIC");
        interrupts = new PcInterrupts(cpu, clock, scheduler, memory, ports, apic);
        pacer = config.paced() ? new RealTimePacer() : HostPacer.UNPACED;
        cpu.setPacer(pacer);
        cpu.onHaltForever(
                new Runnable() {
                    @Override
                    public void run() {
                        end(PcHost.End.HALT, 0);
                    }
                });
        cpu.onTripleFault(
                new Runnable() {
                    @Override
                    public void run() {
                        // Kernels force a reset by an IDT without entries.
                        end(
                                cpu.state().idtrLimit == 0
                                        ? PcHost.End.RESET
                                        : PcHost.End.TRIPLE_FAULT,
                                0);
                    }
                });

        Hpet hpet = null;
        AcpiPowerManagement power = null;
        IrqLine timerLine = interrupts.isa(0);
        IrqLine clockLine = interrupts.isa(8);
        if (config.acpi()) {
            IrqLine[] inputs = interrupts.ioApicInputs();
            hpet = new Hpet(clock, scheduler, inputs, timerLine, clockLine);
            memory.register(PcMemoryLayout.HPET, Hpet.WINDOW_SIZE, hpet);
            timerLine = hpet.pitInput();
            clockLine = hpet.rtcInput();
            IrqLine sci = interrupts.isa(PcAcpiTables.SCI);
            power = new AcpiPowerManagement(clock, scheduler, sci, this);
            ports.register(ACPI_PORTS, AcpiPowerManagement.PORT_COUNT, power);
        }
        powerManagement = power;
        hasApic = apic;
        pit = new Pit8254(clock, scheduler, timerLine);
        ports.register(0x40, 4, pit);
        SystemControlPortB portB = new SystemControlPortB(pit);
        ports.register(0x61, 1, portB);
        rtc = new Mc146818Rtc(clock, scheduler, clockLine, config.rtcSeconds());
        rtc.setMemorySize(ram.lowSize(), ram.highSize());
        ports.register(0x70, 2, rtc);
        keyboard = new I8042(this, interrupts.isa(1), interrupts.isa(12), false);
        ports.register(0x60, 1, keyboard.dataPort());
        ports.register(0x64, 1, keyboard.commandPort());
        keyboardCable = new KeyboardCable(clock, scheduler, keyboard);
        vga = new Vga(clock);
        memory.register(PcMemoryLayout.VGA_WINDOW, PcMemoryLayout.VGA_WINDOW_SIZE, vga.window());
        ports.register(Vga.FIRST_PORT, Vga.PORT_COUNT, vga);
        SystemControlPortA portA = new SystemControlPortA(this);
        ports.register(0x92, 1, portA);
        ResetControl resetControl = new ResetControl(this);
        ports.register(ResetControl.FIRST_PORT, ResetControl.PORT_COUNT, resetControl);
        DiagnosticPort diagnostic = new DiagnosticPort();
        ports.register(0x80, 1, diagnostic);
        ports.register(0xE9, 1, new DebugConsole(new NullSerialBackend()));
        if (config.exitPort() >= 0) {
            ports.register(config.exitPort(), config.exitPorts(), new IsaDebugExit(this));
        }
        WiredOr[] shared = {
            new WiredOr("irq4", interrupts.isa(4)), new WiredOr("irq3", interrupts.isa(3))
        };
        for (int i = 0; i < uarts.length; i++) {
            String name = "uart" + i;
            serial[i] = new SerialPort(name, clock, scheduler);
            uarts[i] = new Uart16550(name, clock, scheduler, shared[i & 1].input(i), serial[i]);
            serial[i].attach(uarts[i]);
            ports.register(SERIAL_PORTS[i], 8, uarts[i]);
        }
        devices.add(pit);
        devices.add(portB);
        devices.add(rtc);
        if (hpet != null) {
            devices.add(hpet);
            devices.add(power);
        }
        devices.add(keyboard);
        devices.add(vga);
        devices.add(portA);
        devices.add(resetControl);
        devices.add(diagnostic);
        for (Uart16550 uart : uarts) {
            devices.add(uart);
        }
        parts.add(new BoardIdentity(config));
        parts.add(new TimeState(clock, scheduler));
        parts.add(cpu.savedState());
        parts.add(random);
        interrupts.addTo(parts);
        for (Resettable device : devices) {
            parts.add((Stateful) device);
        }
        for (WiredOr wire : shared) {
            parts.add(wire);
        }
        parts.add(keyboardCable);
        monitor = new PcMonitor(this, host);
        powerOn();
    }

    public Cpu cpu() {
        return cpu;
    }

    public PhysicalMemory ram() {
        return ram;
    }

    public AddressSpace memory() {
        return memory;
    }

    public IoPortBus ports() {
        return ports;
    }

    public VirtualClock clock() {
        return clock;
    }

    public EventScheduler scheduler() {
        return scheduler;
    }

    /** The interrupt controllers and their wires. */
    PcInterrupts interrupts() {
        return interrupts;
    }

    public PicPair pic() {
        return interrupts.pic();
    }

    /** Serial port 0 to 3: ttyS0 to ttyS3. */
    public SerialPort serial(int port) {
        return serial[port];
    }

    /** The text screen. */
    public Vga vga() {
        return vga;
    }

    /** Where keys are pressed. */
    public KeyboardCable keyboard() {
        return keyboardCable;
    }

    /**
     * Presses the power button: the guest may power off, if it listens. Returns false when there is
     * none, without ACPI.
     */
    public boolean pressPowerButton() {
        if (powerManagement == null) {
            return false;
        }
        powerManagement.pressPowerButton();
        return true;
    }

    /** Ends an idle wait, from any thread: something was posted to the machine. */
    public void wake() {
        pacer.wake();
    }

    @Override
    public void requestReset() {
        end(PcHost.End.RESET, 0);
    }

    @Override
    public void requestExit(int status) {
        end(PcHost.End.DEBUG_EXIT, status);
    }

    @Override
    public void requestPowerOff() {
        end(PcHost.End.POWER_OFF, 0);
    }

    private void end(PcHost.End end, int value) {
        if (pendingEnd == null) {
            pendingEnd = end;
            pendingValue = value;
        }
        cpu.leave();
    }

    // ---- DebuggableMachine ----

    @Override
    public int cpuCount() {
        return 1;
    }

    @Override
    public RegisterAccess registers(int number) {
        return cpu.registers();
    }

    @Override
    public MemoryAccess memory(int number) {
        return cpu.debugMemory();
    }

    @Override
    public BreakpointTable breakpoints() {
        return cpu.breakpoints();
    }

    @Override
    public CatchTable catches() {
        return cpu.catches();
    }

    @Override
    public MonitorCommands monitor() {
        return monitor;
    }

    @Override
    public StopReason runBriefly(boolean overBreakpoint) {
        if (pendingEnd != null || pendingAction != null) {
            return null; // the machine's own thread answers
        }
        return cpu.runBriefly(overBreakpoint, clock.cycles() + BRIEF_CYCLES);
    }

    @Override
    public StopReason run(MachineMailbox mailbox, boolean overBreakpoint) {
        if (pendingEnd != null) {
            StopReason reason = answerEnd();
            if (reason != null) {
                return reason;
            }
        }
        act(); // a brief run may have left one
        boolean over = overBreakpoint;
        while (true) {
            StopReason reason = cpu.run(mailbox, over, Long.MAX_VALUE);
            over = false;
            if (reason != null) {
                return reason;
            }
            if (pendingAction != null) {
                act();
                continue;
            }
            if (pendingEnd == null) {
                return null;
            }
            reason = answerEnd();
            if (reason != null) {
                return reason;
            }
        }
    }

    /**
     * Has something done after the present instruction, or now if none is being executed. Called by
     * events and by the host's side of devices, on the machine thread.
     */
    public void atNextBoundary(Runnable action) {
        Runnable before = pendingAction;
        pendingAction =
                before == null
                        ? action
                        : new Runnable() {
                            @Override
                            public void run() {
                                before.run();
                                action.run();
                            }
                        };
        cpu.leave();
    }

    private void act() {
        Runnable action = pendingAction;
        if (action != null) {
            pendingAction = null;
            action.run();
        }
    }

    /** Asks the host what to do with the end that is pending; null to run on. */
    private StopReason answerEnd() {
        PcHost.End end = pendingEnd;
        pendingEnd = null;
        int answer = host.ended(end, pendingValue);
        if (answer == PcHost.RESET_AND_RUN) {
            reset();
            return null;
        }
        if (answer == PcHost.STAY_STOPPED) {
            return StopReason.of(StopReason.Kind.SHUTDOWN, 0);
        }
        return StopReason.exited(answer);
    }

    @Override
    public StopReason step(int number, boolean holdInterrupts) {
        if (pendingEnd != null) {
            return answerEnd();
        }
        StopReason reason = cpu.step(holdInterrupts);
        act();
        return reason == null && pendingEnd != null ? answerEnd() : reason;
    }

    /**
     * Runs without a debugger up to a cycle, for tests and measurements. Returns why it ended, or
     * null at the limit.
     */
    public StopReason runUntil(long cycle) {
        while (clock.cycles() < cycle) {
            StopReason reason = cpu.run(null, false, cycle);
            act();
            if (reason == null && pendingEnd != null) {
                reason = answerEnd();
            }
            if (reason != null) {
                return reason;
            }
        }
        return null;
    }

    /**
     * The whole machine as it is now, between two instructions. Costs time for the pages of RAM
     * that were written since the last save or restore; the guest does not notice.
     */
    public MachineState save() {
        StateWriter writer = new StateWriter();
        for (Stateful part : parts) {
            part.saveState(writer);
        }
        MachineState state = new MachineState(writer.toByteArray(), ram.capture());
        cpu.mmu().slowWrites();
        return state;
    }

    /** The next save copies all of RAM again; what the last one shares with it can be freed. */
    public void forgetSave() {
        ram.forgetCapture();
    }

    /**
     * Goes on from a state of this machine or of one that is made of the same. What was written
     * since the last save or restore is undone; cached code stays where RAM is the same. Debugger's
     * breakpoints stay. Input that waits on the host's side is not part of a state.
     *
     * @throws StateFormatException when the state is damaged or of another machine, with the
     *     difference; the machine must then be {@linkplain #reset() reset}
     */
    public void restore(MachineState state) throws StateFormatException {
        restore(state, false);
    }

    /**
     * As {@link #restore}, for a machine that has not run yet: it takes the state's RAM for its
     * own, and the state must not be used any more.
     */
    public void adopt(MachineState state) throws StateFormatException {
        restore(state, true);
    }

    private void restore(MachineState state, boolean adopt) throws StateFormatException {
        StateReader reader = new StateReader(state.parts());
        if (state.memory().size() != ram.size()) {
            throw new StateFormatException(
                    "the saved machine has memory "
                            + (state.memory().size() >> 10)
                            + " KiB, this one "
                            + (ram.size() >> 10)
                            + " KiB");
        }
        parts.get(0).loadState(reader); // the identity, before anything is changed
        if (adopt) {
            cpu.stateReplaced();
            memory.adoptRam(state.memory());
        } else {
            memory.restoreRam(state.memory());
        }
        for (int i = 1; i < parts.size(); i++) {
            parts.get(i).loadState(reader);
        }
        if (!reader.atEnd()) {
            throw new StateFormatException("the saved machine has more devices");
        }
        pendingEnd = null;
        cpu.stateRestored();
    }

    @Override
    public void reset() {
        try {
            powerOn();
        } catch (BootImageException e) {
            // The files were good when the machine was built, so somebody has changed them since.
            host.reloadFailed(e.getMessage());
            end(PcHost.End.DEBUG_EXIT, 1);
        }
    }

    private void powerOn() throws BootImageException {
        pendingEnd = null;
        interrupts.powerOn(powerManagement != null ? 1 << PcAcpiTables.SCI : 0);
        for (Resettable device : devices) {
            device.reset();
        }
        ram.clear();
        if (powerManagement != null) {
            PcAcpiTables.store(ram, hasApic);
        }
        cpu.reset();
        loader.load(ram, cpu.state());
        cpu.stateReplaced();
    }
}
