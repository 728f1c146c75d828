package org.linuxemu.cli.options;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.linuxemu.cli.machine.CpuChoice;
import org.linuxemu.cli.machine.EndActions;
import org.linuxemu.cli.machine.ExitDevice;
import org.linuxemu.cli.machine.LogItem;
import org.linuxemu.cli.machine.MachineConfig;
import org.linuxemu.cli.machine.MachineHandle;
import org.linuxemu.cli.machine.SnapshotChoice;
import org.linuxemu.cli.machine.TranslationChoice;
import org.linuxemu.core.time.HostCalendar;
import org.linuxemu.gdbstub.GdbServerOptions;

/** Gives the options a meaning and finds what is wrong with their values. */
public final class OptionsReader {
    private static final int EXIT_DEVICE_BASE = 0x501;
    private static final int EXIT_DEVICE_SIZE = 2;

    private final RawOptions raw;
    private final List<String> notes = new ArrayList<>();
    private final MachineConfig.Builder machine = MachineConfig.builder();

    private final boolean onTerminal;
    private boolean clockFromHost;
    private DisplaySpec display = DisplaySpec.NONE;

    private OptionsReader(RawOptions raw, boolean onTerminal) {
        this.raw = raw;
        this.onTerminal = onTerminal;
    }

    /**
     * Reads the options.
     *
     * @param onTerminal whether standard input and output are a terminal that can show a screen
     * @throws UsageException for the first thing that cannot be done
     */
    public static Options read(RawOptions raw, boolean onTerminal) throws UsageException {
        return new OptionsReader(raw, onTerminal).read();
    }

    private Options read() throws UsageException {
        if (raw.has(Opt.DAEMONIZE)) {
            throw new UsageException(
                    "-daemonize: a Java program cannot leave its terminal; instead start it with"
                            + " 'nohup java -jar emu.jar ... -display none -serial file:console.log -monitor none &'");
        }
        readMachine();
        readAccepted();
        readDisplay();
        List<SerialSpec> serials = readSerials();
        boolean monitorAlone = readMonitor(serials);
        GdbServerOptions gdb = readGdb();
        if (raw.has(Opt.START_STOPPED)) {
            machine.startStopped(true);
            if (gdb == null
                    && !monitorAlone
                    && !displayMonitor()
                    && !has(serials, SerialSpec.Kind.STDIO_WITH_MONITOR)) {
                notes.add(
                        "warning: -S without gdb and monitor: nothing can start the guest; add -s");
            }
        }
        EndActions actions =
                EndActionsParser.parse(
                        raw.has(Opt.NO_REBOOT), raw.has(Opt.NO_SHUTDOWN), raw.all(Opt.ACTION));
        SnapshotChoice snapshots = SnapshotOptions.read(raw, clockFromHost, notes);
        machine.snapshots(snapshots);
        readImages(serials.get(0), actions, snapshots.load() != null);
        boolean signals = has(serials, SerialSpec.Kind.STDIO) && !raw.has(Opt.NOGRAPHIC);
        return new Options(
                machine,
                name(),
                display,
                displayMonitor(),
                serials,
                monitorAlone,
                signals,
                raw.has(Opt.START_STOPPED),
                gdb,
                actions,
                raw.last(Opt.LOG_FILE),
                raw.last(Opt.PIDFILE),
                notes);
    }

    private void readImages(SerialSpec console, EndActions actions, boolean snapshot)
            throws UsageException {
        String kernel = raw.last(Opt.KERNEL);
        if (kernel == null && snapshot) {
            return;
        }
        if (kernel == null) {
            throw new UsageException(
                    "nothing to boot: name a kernel with -kernel FILE (-h lists all options)");
        }
        machine.kernel(ImageFiles.check("-kernel", kernel));
        String initrd = raw.last(Opt.INITRD);
        if (initrd != null) {
            ImageFiles.checkInitrd(initrd);
            machine.initrd(initrd);
        }
        machine.bootDecompressor(raw.has(Opt.BOOT_DECOMPRESSOR));
        String append = raw.last(Opt.APPEND);
        machine.commandLine(commandLine(append == null ? "" : append, console, actions));
    }

    private String commandLine(String given, SerialSpec console, EndActions actions) {
        String text = given;
        if (!hasWord(text, "console=")
                && display.kind() == DisplaySpec.Kind.NONE
                && console.kind() != SerialSpec.Kind.NULL) {
            text = joined(text, "console=ttyS0");
            notes.add(
                    "the kernel command line names no console and there is no display: added console=ttyS0");
        }
        if (actions.panic() != EndActions.Panic.NONE && !hasWord(text, "panic=")) {
            text = joined(text, "panic=-1");
            notes.add("added panic=-1 to the kernel command line for -action panic=");
        }
        return text;
    }

    private static String joined(String text, String word) {
        return text.isEmpty() ? word : text + " " + word;
    }

    private static boolean hasWord(String text, String start) {
        int at = text.indexOf(start);
        while (at > 0 && !Character.isWhitespace(text.charAt(at - 1))) {
            at = text.indexOf(start, at + 1);
        }
        return at >= 0;
    }

    private void readMachine() throws UsageException {
        if (raw.has(Opt.MEMORY)) {
            machine.memory(MemorySize.parse(raw.last(Opt.MEMORY)));
        }
        if (raw.has(Opt.CPU)) {
            machine.cpu(cpu(raw.last(Opt.CPU)));
        }
        if (raw.has(Opt.SMP)) {
            checkSmp(raw.last(Opt.SMP));
        }
        if (raw.has(Opt.RTC)) {
            readRtc(raw.last(Opt.RTC));
        }
        if (raw.has(Opt.SEED)) {
            Long seed = Numbers.parse(raw.last(Opt.SEED));
            if (seed == null) {
                throw new UsageException(
                        "-seed: '" + raw.last(Opt.SEED) + "' is not a number of 64 bits");
            }
            machine.seed(seed);
        }
        if (raw.has(Opt.NO_ACPI)) {
            machine.acpi(false);
        }
        if (raw.has(Opt.TRANSLATE)) {
            TranslationChoice choice = TranslationChoice.named(raw.last(Opt.TRANSLATE));
            if (choice == null) {
                throw new UsageException(
                        "-translate: '" + raw.last(Opt.TRANSLATE) + "' is not on, off or eager");
            }
            machine.translation(choice);
        }
        for (String device : raw.all(Opt.DEVICE)) {
            machine.exitDevice(exitDevice(device));
        }
        if (raw.has(Opt.LOG_ITEMS)) {
            machine.log(logItems(raw.last(Opt.LOG_ITEMS)));
        }
        if (raw.has(Opt.VMLINUX)) {
            machine.symbols(ImageFiles.check("-vmlinux", raw.last(Opt.VMLINUX)));
        }
    }

    private static CpuChoice cpu(String text) throws UsageException {
        List<String> items = KeyValue.split(text);
        List<String> added = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        String model = items.get(0);
        if (model.isEmpty()
                || model.indexOf('=') >= 0
                || model.startsWith("+")
                || model.startsWith("-")) {
            throw new UsageException("-cpu: a model must come first, for example -cpu max,-smap");
        }
        for (int i = 1; i < items.size(); i++) {
            String item = items.get(i);
            boolean plus = item.startsWith("+");
            if (plus || item.startsWith("-")) {
                String feature = item.substring(1);
                if (feature.isEmpty()) {
                    throw new UsageException("-cpu: no feature after '" + item + "'");
                }
                (plus ? added : removed).add(feature);
                continue;
            }
            KeyValue property = KeyValue.list("-cpu", item, null).get(0);
            if (property.bare()) {
                added.add(item);
            } else {
                (property.isOn("-cpu") ? added : removed).add(property.key());
            }
        }
        return new CpuChoice(model, List.copyOf(added), List.copyOf(removed));
    }

    private static void checkSmp(String text) throws UsageException {
        for (KeyValue property : KeyValue.list("-smp", text, "cpus")) {
            if (Numbers.parse("-smp", property.value(), 0, Integer.MAX_VALUE) != 1) {
                throw new UsageException(
                        "-smp: " + text + ": this machine has one processor; use -smp 1");
            }
        }
    }

    private void readRtc(String text) throws UsageException {
        for (KeyValue property : KeyValue.list("-rtc", text, null)) {
            switch (property.key()) {
                case "base":
                    clockFromHost =
                            property.value().equals("utc") || property.value().equals("localtime");
                    machine.rtcSeconds(
                            RtcBase.seconds(
                                    property.value(),
                                    HostCalendar.seconds(),
                                    ZoneId.systemDefault()));
                    break;
                case "clock":
                    checkRtcClock(property.value());
                    break;
                case "driftfix":
                    break;
                default:
                    throw new UsageException(
                            "-rtc: unknown property '"
                                    + property.word()
                                    + "'; there are base and clock");
            }
        }
    }

    private void checkRtcClock(String value) throws UsageException {
        switch (value) {
            case "vm":
                break;
            case "host":
            case "rt":
                notes.add(
                        "warning: -rtc clock="
                                + value
                                + ": the guest's clocks run on virtual time here, as with"
                                + " clock=vm");
                break;
            default:
                throw new UsageException("-rtc: clock is host, rt or vm, not '" + value + "'");
        }
    }

    private static ExitDevice exitDevice(String text) throws UsageException {
        List<KeyValue> properties = KeyValue.list("-device", text, "driver");
        if (!properties.get(0).value().equals("isa-debug-exit")) {
            throw new UsageException(
                    "-device: '"
                            + properties.get(0).value()
                            + "' is not known here; there is isa-debug-exit");
        }
        int base = EXIT_DEVICE_BASE;
        int size = EXIT_DEVICE_SIZE;
        for (KeyValue property : properties.subList(1, properties.size())) {
            switch (property.key()) {
                case "iobase":
                    base = (int) Numbers.parse("-device iobase", property.value(), 0, 0xFFFF);
                    break;
                case "iosize":
                    size = (int) Numbers.parse("-device iosize", property.value(), 1, 4);
                    break;
                case "id":
                    break;
                default:
                    throw new UsageException(
                            "-device: isa-debug-exit has no property '"
                                    + property.key()
                                    + "'; there are iobase and iosize");
            }
        }
        if (size == 3 || base + size > 0x10000) {
            throw new UsageException(
                    "-device: isa-debug-exit cannot have " + size + " ports at " + base);
        }
        return new ExitDevice(base, size);
    }

    private static Set<LogItem> logItems(String text) throws UsageException {
        Set<LogItem> items = EnumSet.noneOf(LogItem.class);
        for (String key : KeyValue.split(text)) {
            LogItem item = LogItem.named(key);
            if (item == null) {
                throw new UsageException("-d: unknown item '" + key + "'; -d help lists the items");
            }
            items.add(item);
        }
        return items;
    }

    private void readAccepted() throws UsageException {
        readMachineType("-machine", raw.last(Opt.MACHINE));
        readMachineType("-M", raw.last(Opt.MACHINE_SHORT));
        if (raw.has(Opt.ACCEL)) {
            noAccelerator("-accel " + raw.last(Opt.ACCEL));
        }
        if (raw.has(Opt.ENABLE_KVM)) {
            noAccelerator("-enable-kvm");
        }
    }

    private void noAccelerator(String option) {
        notes.add("warning: " + option + " has no effect: the processor is always emulated");
    }

    private void readMachineType(String option, String text) throws UsageException {
        if (text == null) {
            return;
        }
        for (KeyValue property : KeyValue.list(option, text, "type")) {
            if (property.key().equals("acpi")) {
                machine.acpi(property.isOn(option));
            }
        }
        notes.add(
                "warning: "
                        + option
                        + " "
                        + text
                        + ": there is one machine, a small PC; only acpi=on|off is obeyed");
    }

    /** Who has the terminal: the screen, as with QEMU, unless it is asked for by somebody else. */
    private void readDisplay() throws UsageException {
        String given = raw.last(Opt.DISPLAY);
        boolean taken = raw.has(Opt.NOGRAPHIC);
        for (String serial : raw.all(Opt.SERIAL)) {
            taken |= SerialSpec.parse(serial).onStdio();
        }
        if (given != null) {
            display = DisplaySpec.parse(given);
            if (display.kind() == DisplaySpec.Kind.TERMINAL && taken) {
                throw new UsageException(
                        "-display "
                                + given
                                + ": a serial port has this terminal (-nographic, -serial stdio);"
                                + " -display web can be seen beside it");
            }
            if (display.kind() == DisplaySpec.Kind.TERMINAL && !onTerminal) {
                throw new UsageException(
                        "-display "
                                + given
                                + ": standard input and output must be a terminal with cursor"
                                + " addressing; there is also -display web");
            }
            return;
        }
        if (taken || !onTerminal) {
            return;
        }
        if (!raw.has(Opt.SERIAL) && consoleIsSerial()) {
            notes.add(
                    "the kernel's console is the serial port, which is shown here as with"
                            + " -nographic; -display terminal shows the VGA screen");
            return;
        }
        display = DisplaySpec.TERMINAL;
    }

    /** Whether the last console= of the kernel command line, its /dev/console, is a serial port. */
    private boolean consoleIsSerial() {
        String text = raw.last(Opt.APPEND);
        int at = text == null ? -1 : text.lastIndexOf("console=");
        while (at > 0 && !Character.isWhitespace(text.charAt(at - 1))) {
            at = text.lastIndexOf("console=", at - 1);
        }
        return at >= 0 && text.startsWith("ttyS", at + 8);
    }

    /** The monitor is behind the screen on the terminal. */
    private boolean displayMonitor() {
        String monitor = raw.last(Opt.MONITOR);
        return display.kind() == DisplaySpec.Kind.TERMINAL
                && !"none".equals(monitor)
                && !"null".equals(monitor);
    }

    private List<SerialSpec> readSerials() throws UsageException {
        List<String> given = raw.all(Opt.SERIAL);
        if (given.size() > MachineHandle.SERIAL_PORTS) {
            throw new UsageException(
                    "-serial: "
                            + given.size()
                            + " ports are too many; this machine has "
                            + MachineHandle.SERIAL_PORTS);
        }
        List<SerialSpec> serials = new ArrayList<>(MachineHandle.SERIAL_PORTS);
        boolean stdio = false;
        for (String text : given) {
            SerialSpec serial = SerialSpec.parse(text);
            if (serial.onStdio() && stdio) {
                throw new UsageException("-serial: only one port can be on stdio");
            }
            stdio |= serial.onStdio();
            serials.add(serial);
        }
        boolean shown = display.kind() != DisplaySpec.Kind.NONE && !raw.has(Opt.NOGRAPHIC);
        if (given.isEmpty() && !shown) {
            serials.add(
                    "none".equals(raw.last(Opt.MONITOR))
                            ? SerialSpec.STDIO
                            : SerialSpec.STDIO_WITH_MONITOR);
        }
        while (serials.size() < MachineHandle.SERIAL_PORTS) {
            serials.add(SerialSpec.NULL);
        }
        return serials;
    }

    /** By kind: the equals method of a record takes 90 ms of a cold start. */
    private static boolean has(List<SerialSpec> serials, SerialSpec.Kind kind) {
        for (SerialSpec serial : serials) {
            if (serial.kind() == kind) {
                return true;
            }
        }
        return false;
    }

    /** Whether the monitor has standard input and output for itself. */
    private boolean readMonitor(List<SerialSpec> serials) throws UsageException {
        String monitor = raw.last(Opt.MONITOR);
        if (monitor == null) {
            if (!raw.has(Opt.NOGRAPHIC)) {
                return false;
            }
            return !has(serials, SerialSpec.Kind.STDIO)
                    && !has(serials, SerialSpec.Kind.STDIO_WITH_MONITOR);
        }
        switch (monitor) {
            case "none":
            case "null":
                return false;
            case "stdio":
            case "mon:stdio":
                if (display.kind() == DisplaySpec.Kind.TERMINAL) {
                    return false; // it is behind the screen
                }
                if (has(serials, SerialSpec.Kind.STDIO)) {
                    throw new UsageException(
                            "-monitor: stdio is taken by -serial stdio;"
                                    + " -serial mon:stdio shares it between both");
                }
                return !has(serials, SerialSpec.Kind.STDIO_WITH_MONITOR);
            default:
                throw new UsageException(
                        "-monitor: '" + monitor + "' is not known here; there are stdio and none");
        }
    }

    private GdbServerOptions readGdb() throws UsageException {
        String gdb = raw.last(Opt.GDB);
        if (gdb == null) {
            return raw.has(Opt.GDB_DEFAULT) ? GdbServerOptions.standard() : null;
        }
        if (gdb.equals("none")) {
            return null;
        }
        try {
            return GdbServerOptions.parse(gdb);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private String name() {
        String name = raw.last(Opt.NAME);
        if (name == null) {
            return null;
        }
        String first = KeyValue.split(name).get(0);
        return first.startsWith("guest=") ? first.substring(6) : first;
    }
}
