package org.linuxemu.devices.boot;

/** What to boot, as the command line says it. Methods that set something return this request. */
public final class BootRequest {
    private final String kernel;
    private String initrd;
    private String commandLine = "";
    private boolean bootDecompressor;
    private long rngSeed;
    private E820Map e820;
    private long acpiRsdp;

    /** A request for a kernel file, with no initrd, an empty command line and the seed 0. */
    public BootRequest(String kernel) {
        this.kernel = kernel;
    }

    public String kernel() {
        return kernel;
    }

    /**
     * The argument of {@code -initrd}, or null for none: for Linux a file; for multiboot a list of
     * modules separated by commas, each a file and, behind a space, its arguments (a comma inside
     * is doubled).
     */
    public BootRequest initrd(String value) {
        initrd = value;
        return this;
    }

    public String initrd() {
        return initrd;
    }

    /** The kernel's command line. */
    public BootRequest commandLine(String value) {
        commandLine = value;
        return this;
    }

    public String commandLine() {
        return commandLine;
    }

    /** Whether a bzImage unpacks itself in the guest instead of being unpacked here. */
    public BootRequest bootDecompressor(boolean value) {
        bootDecompressor = value;
        return this;
    }

    public boolean bootDecompressor() {
        return bootDecompressor;
    }

    /** From which the 32 bytes of SETUP_RNG_SEED are derived. */
    public BootRequest rngSeed(long value) {
        rngSeed = value;
        return this;
    }

    public long rngSeed() {
        return rngSeed;
    }

    /** The memory map to report; null for the board's plain one. */
    public BootRequest e820(E820Map value) {
        e820 = value;
        return this;
    }

    public E820Map e820() {
        return e820;
    }

    /** Physical address of the ACPI RSDP for boot_params, or 0 for that of the board. */
    public BootRequest acpiRsdp(long value) {
        acpiRsdp = value;
        return this;
    }

    public long acpiRsdp() {
        return acpiRsdp;
    }
}
