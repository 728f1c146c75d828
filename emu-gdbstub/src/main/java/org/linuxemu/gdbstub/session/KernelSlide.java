package org.linuxemu.gdbstub.session;

import org.linuxemu.core.debug.MemoryAccess;

/**
 * How far an x86-64 Linux kernel has moved itself (KASLR), found without its symbols: the kernel's
 * mapping holds nothing below its first byte, which is linked at 16 MB above the start of the
 * mapping.
 */
final class KernelSlide {
    /** Not known: no kernel is mapped yet, or none that looks like Linux. */
    static final long UNKNOWN = -1;

    /** __START_KERNEL_map of Linux. */
    private static final long MAP_START = 0xffff_ffff_8000_0000L;

    private static final long LINKED_AT = MAP_START + 0x100_0000;
    private static final long STEP = 0x20_0000;

    /** KERNEL_IMAGE_SIZE of Linux with KASLR. */
    private static final long MAP_SIZE = 0x4000_0000;

    private KernelSlide() {}

    /** Bytes added to the addresses of vmlinux, or {@link #UNKNOWN}. */
    static long find(MemoryAccess memory) {
        for (long offset = 0; offset < MAP_SIZE; offset += STEP) {
            if (memory.translate(MAP_START + offset) != -1) {
                long slide = MAP_START + offset - LINKED_AT;
                return slide >= 0 ? slide : UNKNOWN;
            }
        }
        return UNKNOWN;
    }
}
