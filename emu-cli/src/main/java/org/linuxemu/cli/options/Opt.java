package org.linuxemu.cli.options;

/**
 * Every option, once. The parser, the help, the manual page and the shell completion are made from
 * this table. Each name is written with one or two dashes.
 */
public enum Opt {
    KERNEL(
            OptGroup.BOOT,
            "kernel",
            "FILE",
            "Linux bzImage, ELF64 vmlinux or multiboot-1 image to boot"),
    INITRD(
            OptGroup.BOOT,
            "initrd",
            "FILE",
            "initial RAM disk, passed on as it is; for a multiboot image its modules: FILE [TEXT],FILE [TEXT],..."),
    APPEND(OptGroup.BOOT, "append", "TEXT", "kernel command line"),
    BOOT_DECOMPRESSOR(
            OptGroup.BOOT,
            "boot-decompressor",
            null,
            "let a bzImage unpack itself inside the guest, as a boot loader would; otherwise the emulator unpacks it"),

    MEMORY(
            OptGroup.MACHINE,
            "m",
            "[size=]N[K|M|G]",
            "guest memory, in MiB if there is no letter (default: 128M)"),
    CPU(
            OptGroup.MACHINE,
            "cpu",
            "MODEL[,+F][,-F]",
            "processor model, with features F added or taken away"),
    TRANSLATE(
            OptGroup.MACHINE,
            "translate",
            "WHEN",
            "translate guest code that runs often into host code: on, off or eager"
                    + " (nearly all code, for tests). The guest cannot tell (default: on)"),
    SMP(OptGroup.MACHINE, "smp", "1", "number of processors; this machine has one"),
    RTC(
            OptGroup.MACHINE,
            "rtc",
            "base=B",
            "what the guest's clock shows at the start: utc, localtime or YYYY-MM-DD[THH:MM:SS]"
                    + " (default: 2026-01-01T00:00:00, so that equal runs are equal)"),
    SEED(
            OptGroup.MACHINE,
            "seed",
            "N",
            "seed of RDRAND, RDSEED and the kernel's random numbers (default: 0)"),
    NO_ACPI(OptGroup.MACHINE, "no-acpi", null, "leave the ACPI tables and registers out"),
    DEVICE(
            OptGroup.MACHINE,
            "device",
            "DEVICE[,K=V]",
            true,
            "add a device; there is isa-debug-exit[,iobase=0x501][,iosize=2]:"
                    + " when the guest writes V there, the emulator ends with status 2*V+1"),
    NAME(OptGroup.MACHINE, "name", "TEXT", "name of the guest, for titles and messages"),

    SNAPSHOT_SAVE(
            OptGroup.SNAPSHOTS,
            "snapshot-save",
            "FILE[,WHEN]",
            "save the whole machine to FILE at one point: at=prompt (when the guest first waits for"
                    + " input, the default), cycle=N (nanoseconds of guest time), pattern=TEXT (when it"
                    + " has sent TEXT from a serial port) or at=command (gdb's monitor snapshot-save)"),
    SNAPSHOT_LOAD(
            OptGroup.SNAPSHOTS,
            "snapshot-load",
            "FILE",
            "go on from a saved machine; -kernel is only needed for a reset then"),
    FAST_BOOT(
            OptGroup.SNAPSHOTS,
            "fast-boot",
            null,
            "keep the machine as it was when it first waited for input, in the user's cache"
                    + " directory, and go on from there when it is started again with the same files"
                    + " and options"),

    NOGRAPHIC(
            OptGroup.CONSOLE,
            "nographic",
            null,
            "no display; first serial port and monitor on this terminal"),
    DISPLAY(
            OptGroup.CONSOLE,
            "display",
            "TYPE",
            "where the VGA text screen is shown: terminal, web[=PORT] (in browsers on this machine) or none"
                    + " (default: terminal if there is one and no serial port has it)"),
    SERIAL(
            OptGroup.CONSOLE,
            "serial",
            "BACKEND",
            true,
            "where the next serial port leads to: stdio, mon:stdio, null, none, file:PATH,"
                    + " tcp:[HOST]:PORT[,server=on][,wait=off] or unix:PATH[,server=on][,wait=off]."
                    + " The first -serial is ttyS0, the second ttyS1, up to four"),
    MONITOR(OptGroup.CONSOLE, "monitor", "BACKEND", "where the monitor is: stdio or none"),

    GDB(
            OptGroup.DEBUG,
            "gdb",
            "BACKEND",
            "serve gdb at tcp:[HOST]:PORT, unix:PATH, or not at all: none"),
    GDB_DEFAULT(OptGroup.DEBUG, "s", null, "short for -gdb tcp::1234"),
    START_STOPPED(
            OptGroup.DEBUG,
            "S",
            null,
            "wait for gdb, or the monitor's cont, before the first instruction"),

    NO_REBOOT(
            OptGroup.ENDS,
            "no-reboot",
            null,
            "short for -action reboot=shutdown: end when the guest reboots"),
    NO_SHUTDOWN(
            OptGroup.ENDS,
            "no-shutdown",
            null,
            "short for -action shutdown=pause: stay when it powers off"),
    ACTION(
            OptGroup.ENDS,
            "action",
            "EVENT=ACTION",
            true,
            "reboot=reset|shutdown, shutdown=poweroff|pause, panic=none|pause|shutdown|exit-failure;"
                    + " several with commas"),

    LOG_ITEMS(OptGroup.DIAGNOSTICS, "d", "ITEM[,ITEM]", "log these things; -d help lists them"),
    LOG_FILE(OptGroup.DIAGNOSTICS, "D", "FILE", "write the log to FILE instead of standard error"),
    VMLINUX(
            OptGroup.DIAGNOSTICS,
            "vmlinux",
            "FILE",
            "the kernel with its symbols: names for -d in_asm, pid and name of each process for -d syscall"),
    PIDFILE(
            OptGroup.DIAGNOSTICS,
            "pidfile",
            "FILE",
            "write the number of this process to FILE while it runs"),
    DAEMONIZE(
            OptGroup.DIAGNOSTICS,
            "daemonize",
            null,
            "refused, with advice: Java programs cannot leave a terminal"),

    MACHINE(
            OptGroup.ACCEPTED,
            "machine",
            "TYPE[,K=V]",
            "machine type; of its properties acpi=on|off is obeyed"),
    MACHINE_SHORT(OptGroup.ACCEPTED, "M", "TYPE[,K=V]", "short for -machine"),
    ACCEL(OptGroup.ACCEPTED, "accel", "NAME", "accelerator"),
    ENABLE_KVM(OptGroup.ACCEPTED, "enable-kvm", null, "use KVM"),

    HELP(OptGroup.INFORMATION, "h", null, "show this help (also -help)"),
    HELP_LONG(OptGroup.INFORMATION, "help", null, null),
    VERSION(OptGroup.INFORMATION, "version", null, "show the version"),
    GENERATE(
            OptGroup.INFORMATION,
            "generate",
            "WHAT",
            "print the man page (man) or bash completion (completion)");

    private static final Opt[] ALL = values();

    private final OptGroup group;
    private final String name;
    private final String label;
    private final boolean repeatable;
    private final String description;

    Opt(OptGroup group, String name, String label, String description) {
        this(group, name, label, false, description);
    }

    Opt(OptGroup group, String name, String label, boolean repeatable, String description) {
        this.group = group;
        this.name = name;
        this.label = label;
        this.repeatable = repeatable;
        this.description = description;
    }

    /** Group in the help. */
    public OptGroup group() {
        return group;
    }

    /** Name without dashes. */
    public String bareName() {
        return name;
    }

    /** Name as messages show it, with one dash. */
    public String dashed() {
        return "-" + name;
    }

    /** What the value is called in the help; null for an option without a value. */
    public String label() {
        return label;
    }

    /** True when a value follows. */
    public boolean takesValue() {
        return label != null;
    }

    /** True when every occurrence counts; otherwise the last one does. */
    public boolean repeatable() {
        return repeatable;
    }

    /** Text for the help; null for one that the help does not show. */
    public String description() {
        return description;
    }

    /** Number of options. */
    static int count() {
        return ALL.length;
    }

    /**
     * The option that a word of the command line names, such as {@code -m} or {@code --m}; null if
     * none.
     */
    static Opt named(String word) {
        int length = word.length();
        if (length < 2 || word.charAt(0) != '-') {
            return null;
        }
        int start = word.charAt(1) == '-' ? 2 : 1;
        for (Opt option : ALL) {
            String name = option.name;
            if (name.length() == length - start && word.startsWith(name, start)) {
                return option;
            }
        }
        return null;
    }

    /**
     * The option with a valid name that differs least from this word, or null when none is near.
     */
    static Opt nearest(String word) {
        String wanted = withoutDashes(word);
        Opt best = null;
        int bestDistance = Integer.MAX_VALUE;
        for (Opt option : ALL) {
            int distance = EditDistance.between(wanted, option.name);
            if (distance < bestDistance) {
                bestDistance = distance;
                best = option;
            }
        }
        int limit = Math.max(1, wanted.length() / 2);
        return wanted.isEmpty() || bestDistance > limit ? null : best;
    }

    private static String withoutDashes(String word) {
        int start = 0;
        while (start < 2 && start < word.length() && word.charAt(start) == '-') {
            start++;
        }
        int end = word.indexOf('=');
        return end < start ? word.substring(start) : word.substring(start, end);
    }
}
