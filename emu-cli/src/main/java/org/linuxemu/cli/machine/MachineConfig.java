package org.linuxemu.cli.machine;

import java.io.File;
import java.util.EnumSet;
import java.util.Set;

/** All that the machine has to know of the command line. Immutable. */
public final class MachineConfig {
    /** Guest memory in bytes when the user does not say. */
    public static final long DEFAULT_MEMORY = 128L << 20;

    /**
     * Start of the guest's clock when the user does not say: 2026-01-01T00:00:00, in seconds since
     * 1970.
     */
    public static final long DEFAULT_RTC_SECONDS = 1_767_225_600L;

    private final Builder values;

    private MachineConfig(Builder values) {
        this.values = values;
    }

    /** Begins a configuration with all defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * File to boot: exists and is not a directory, or so it was a moment ago. Null if there is only
     * a snapshot to go on from.
     */
    public File kernel() {
        return values.kernel;
    }

    /**
     * Initial RAM disk as given, or null. For a Linux kernel it is one file name; for a multiboot
     * image a list of {@code FILE [TEXT]} with commas between (a comma in a name is doubled).
     */
    public String initrd() {
        return values.initrd;
    }

    /** Kernel command line, console already added; may be empty. */
    public String commandLine() {
        return values.commandLine;
    }

    /** True to start a bzImage at its own decompressor. */
    public boolean bootDecompressor() {
        return values.bootDecompressor;
    }

    /** Guest memory in bytes, a multiple of 4096. */
    public long memory() {
        return values.memory;
    }

    /** Processor model. */
    public CpuChoice cpu() {
        return values.cpu;
    }

    /** When guest code is translated. */
    public TranslationChoice translation() {
        return values.translation;
    }

    /**
     * What the CMOS clock shows at the start, as if it were UTC, in seconds since
     * 1970-01-01T00:00:00.
     */
    public long rtcSeconds() {
        return values.rtcSeconds;
    }

    /** Seed of all random numbers that the guest is given. */
    public long seed() {
        return values.seed;
    }

    /** False to leave ACPI out. */
    public boolean acpi() {
        return values.acpi;
    }

    /** The isa-debug-exit device, or null. */
    public ExitDevice exitDevice() {
        return values.exitDevice;
    }

    /** True to wait for a debugger or the monitor before the first instruction. */
    public boolean startStopped() {
        return values.startStopped;
    }

    /** True when somebody may be watching, so that idle time has to pass as on a clock. */
    public boolean paced() {
        return values.paced;
    }

    /** What to do with snapshots. */
    public SnapshotChoice snapshots() {
        return values.snapshots;
    }

    /** What to log. */
    public Set<LogItem> log() {
        return values.log;
    }

    /** The kernel's vmlinux for the log's names, or null. */
    public File symbols() {
        return values.symbols;
    }

    /** Collects the values. */
    public static final class Builder {
        private File kernel;
        private String initrd;
        private String commandLine = "";
        private boolean bootDecompressor;
        private long memory = DEFAULT_MEMORY;
        private CpuChoice cpu = CpuChoice.DEFAULT;
        private long rtcSeconds = DEFAULT_RTC_SECONDS;
        private long seed;
        private TranslationChoice translation = TranslationChoice.ON;
        private boolean acpi = true;
        private ExitDevice exitDevice;
        private boolean startStopped;
        private boolean paced;
        private Set<LogItem> log = EnumSet.noneOf(LogItem.class);
        private File symbols;
        private SnapshotChoice snapshots = SnapshotChoice.NONE;
        private boolean built;

        private Builder() {}

        /** See {@link MachineConfig#kernel}. */
        public Builder kernel(File value) {
            kernel = value;
            return this;
        }

        /** See {@link MachineConfig#initrd}. */
        public Builder initrd(String value) {
            initrd = value;
            return this;
        }

        /** See {@link MachineConfig#commandLine}. */
        public Builder commandLine(String value) {
            commandLine = value;
            return this;
        }

        /** See {@link MachineConfig#bootDecompressor}. */
        public Builder bootDecompressor(boolean value) {
            bootDecompressor = value;
            return this;
        }

        /** See {@link MachineConfig#memory}. */
        public Builder memory(long value) {
            memory = value;
            return this;
        }

        /** See {@link MachineConfig#cpu}. */
        public Builder cpu(CpuChoice value) {
            cpu = value;
            return this;
        }

        /** See {@link MachineConfig#rtcSeconds}. */
        public Builder rtcSeconds(long value) {
            rtcSeconds = value;
            return this;
        }

        /** See {@link MachineConfig#seed}. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** See {@link MachineConfig#translation}. */
        public Builder translation(TranslationChoice value) {
            translation = value;
            return this;
        }

        /** See {@link MachineConfig#acpi}. */
        public Builder acpi(boolean value) {
            acpi = value;
            return this;
        }

        /** See {@link MachineConfig#exitDevice}. */
        public Builder exitDevice(ExitDevice value) {
            exitDevice = value;
            return this;
        }

        /** See {@link MachineConfig#startStopped}. */
        public Builder startStopped(boolean value) {
            startStopped = value;
            return this;
        }

        /** See {@link MachineConfig#paced}. */
        public Builder paced(boolean value) {
            paced = value;
            return this;
        }

        /** See {@link MachineConfig#snapshots}. */
        public Builder snapshots(SnapshotChoice value) {
            snapshots = value;
            return this;
        }

        /** See {@link MachineConfig#log}. */
        public Builder log(Set<LogItem> value) {
            log = value;
            return this;
        }

        /** See {@link MachineConfig#symbols}. */
        public Builder symbols(File value) {
            symbols = value;
            return this;
        }

        /** Ends the collection; the builder must not be used again. */
        public MachineConfig build() {
            if (built) {
                throw new IllegalStateException("built already");
            }
            built = true;
            return new MachineConfig(this);
        }
    }
}
