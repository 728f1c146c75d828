package org.linuxemu.devices.boot;

import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.devices.board.PcMemoryLayout;

/** Loads a kernel of any kind that this machine boots: bzImage, ELF vmlinux, multiboot. */
public final class BootLoader {
    /** Bytes of the kernel file that tell its kind: a multiboot header lies in the first 8 KiB. */
    private static final int HEAD_SIZE = 32 << 10;

    private BootLoader() {}

    /**
     * Prepares a machine at its power-on state: writes kernel, initrd, boot tables and what a BIOS
     * leaves to RAM and sets the registers for the kernel's first instruction.
     *
     * @param ram all zero; device windows need not be there yet
     * @throws BootImageException with one line for the user if that cannot be done; RAM and
     *     registers are then in any state
     */
    public static BootResult load(BootRequest request, PhysicalMemory ram, CpuState state)
            throws BootImageException {
        try (BootFile kernel = BootFile.open("kernel", request.kernel())) {
            if (ram.lowSize() <= PcMemoryLayout.HIGH_MEMORY) {
                throw kernel.error("does not fit in RAM: kernels need more than 1 MiB");
            }
            try {
                return load(request, kernel, new GuestMemory(ram), state);
            } catch (ImageFormatException e) {
                throw kernel.error(e.getMessage());
            } catch (OutOfMemoryError e) {
                throw kernel.error(
                        "the Java heap is too small for it; a larger one is set with java -Xmx");
            }
        }
    }

    private static BootResult load(
            BootRequest request, BootFile kernel, GuestMemory memory, CpuState state)
            throws BootImageException, ImageFormatException {
        byte[] head = kernel.head(HEAD_SIZE);
        BiosArea.store(memory);
        if (SetupHeader.isPresent(head)) {
            SetupHeader header = SetupHeader.parse(head, kernel.length());
            return new LinuxBootLoader(request, kernel, memory, state).loadBzImage(header);
        }
        MultibootHeader multiboot = MultibootHeader.find(head);
        if (multiboot != null) {
            return new MultibootLoader(request, kernel, memory, state).load(multiboot, head);
        }
        if (ElfHeader.isElf(head)) {
            return new LinuxBootLoader(request, kernel, memory, state).loadElf(head);
        }
        throw new ImageFormatException(Architecture.describe(head));
    }
}
