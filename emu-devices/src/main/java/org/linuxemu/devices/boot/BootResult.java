package org.linuxemu.devices.boot;

/** What was loaded and where the processor starts: for messages and displays. */
public final class BootResult {
    private final String description;
    private final long entry;
    private final long kernelStart;
    private final long kernelEnd;
    private final long initrdStart;
    private final long initrdSize;

    BootResult(
            String description,
            long entry,
            long kernelStart,
            long kernelEnd,
            long initrdStart,
            long initrdSize) {
        this.description = description;
        this.entry = entry;
        this.kernelStart = kernelStart;
        this.kernelEnd = kernelEnd;
        this.initrdStart = initrdStart;
        this.initrdSize = initrdSize;
    }

    /**
     * The kind of image and the way into it, such as "bzImage, zstd payload unpacked, 64-bit
     * entry".
     */
    public String description() {
        return description;
    }

    /** Physical address of the first instruction. */
    public long entry() {
        return entry;
    }

    /** First physical address of the kernel. */
    public long kernelStart() {
        return kernelStart;
    }

    /** First address behind the memory that the kernel takes at its start. */
    public long kernelEnd() {
        return kernelEnd;
    }

    /** Physical address of the initrd or the first module; 0 if there is none. */
    public long initrdStart() {
        return initrdStart;
    }

    /** Bytes of the initrd, or of all modules with the gaps between them; 0 if there is none. */
    public long initrdSize() {
        return initrdSize;
    }

    @Override
    public String toString() {
        String s =
                description
                        + ": kernel at "
                        + hex(kernelStart)
                        + "-"
                        + hex(kernelEnd)
                        + ", entry "
                        + hex(entry);
        return initrdSize == 0
                ? s
                : s + ", initrd at " + hex(initrdStart) + "-" + hex(initrdStart + initrdSize);
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
