package org.linuxemu.devices.boot;

import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.devices.board.PcMemoryLayout;

/**
 * struct boot_params, the zero page (kernel's Documentation/arch/x86/zero-page.rst), and what hangs
 * on it.
 */
final class BootParams {
    private static final int EXT_MEM_K = 0x002;
    private static final int ACPI_RSDP_ADDR = 0x070;
    private static final int ALT_MEM_K = 0x1E0;
    private static final int E820_ENTRIES = 0x1E8;
    private static final int E820_TABLE = 0x2D0;
    private static final int E820_ENTRY_SIZE = 20;

    /** A loader without an assigned number. */
    private static final int UNKNOWN_LOADER = 0xFF;

    private static final int SETUP_RNG_SEED = 9;
    private static final int RNG_SEED_SIZE = 32;

    private final byte[] page = new byte[PhysicalMemory.PAGE_SIZE];

    /**
     * @param header the header of a bzImage, or null for a kernel without one
     */
    BootParams(SetupHeader header) {
        if (header != null) {
            System.arraycopy(
                    header.bytes(),
                    SetupHeader.START,
                    page,
                    SetupHeader.START,
                    header.end() - SetupHeader.START);
        } else {
            LittleEndian.put16(page, SetupHeader.BOOT_FLAG, 0xAA55);
            LittleEndian.put32(page, SetupHeader.MAGIC, SetupHeader.MAGIC_VALUE);
            LittleEndian.put16(page, SetupHeader.VERSION, 0x020F);
            page[SetupHeader.LOADFLAGS] = SetupHeader.LOADED_HIGH;
            LittleEndian.put32(
                    page,
                    SetupHeader.INITRD_ADDR_MAX,
                    (int) LinuxPlacement.DEFAULT_INITRD_ADDRESS_MAX);
            LittleEndian.put32(page, SetupHeader.KERNEL_ALIGNMENT, 0x20_0000);
            LittleEndian.put32(
                    page, SetupHeader.CMDLINE_SIZE, LinuxBootLoader.DEFAULT_COMMAND_LINE_MAX);
        }
        page[SetupHeader.TYPE_OF_LOADER] = (byte) UNKNOWN_LOADER;
        setTextScreen();
    }

    /**
     * screen_info: VGA colour text, mode 3, 80 by 25 characters of 16 lines, cursor in the corner.
     */
    private void setTextScreen() {
        page[0x06] = 3; // orig_video_mode
        page[0x07] = 80; // orig_video_cols
        LittleEndian.put16(page, 0x0A, 3); // orig_video_ega_bx: colour, 256 KiB
        page[0x0E] = 25; // orig_video_lines
        page[0x0F] = 1; // orig_video_isVGA
        LittleEndian.put16(page, 0x10, 16); // orig_video_points
    }

    void setCode32Start(long address) {
        LittleEndian.put32(page, SetupHeader.CODE32_START, (int) address);
    }

    void setInitrd(long address, long size) {
        LittleEndian.put32(page, SetupHeader.RAMDISK_IMAGE, (int) address);
        LittleEndian.put32(page, SetupHeader.RAMDISK_SIZE, (int) size);
        LittleEndian.put32(page, 0x0C0, (int) (address >>> 32)); // ext_ramdisk_image
        LittleEndian.put32(page, 0x0C4, (int) (size >>> 32)); // ext_ramdisk_size
    }

    void setCommandLine(long address) {
        LittleEndian.put32(page, SetupHeader.CMD_LINE_PTR, (int) address);
        LittleEndian.put32(page, 0x0C8, (int) (address >>> 32)); // ext_cmd_line_ptr
    }

    /** Physical address of the RSDP, or 0 (protocol 2.14). */
    void setAcpiRsdp(long address) {
        LittleEndian.put64(page, ACPI_RSDP_ADDR, address);
    }

    /** The memory map, and the sizes that older BIOS calls tell: KiB from 1 MiB on. */
    void setMemoryMap(E820Map map, long lowRamEnd) {
        long kib = Math.max(0, lowRamEnd - PcMemoryLayout.HIGH_MEMORY) >>> 10;
        LittleEndian.put16(page, EXT_MEM_K, (int) Math.min(kib, 0xFC00));
        LittleEndian.put32(page, ALT_MEM_K, (int) kib);
        page[E820_ENTRIES] = (byte) map.count();
        for (int i = 0; i < map.count(); i++) {
            int at = E820_TABLE + i * E820_ENTRY_SIZE;
            LittleEndian.put64(page, at, map.start(i));
            LittleEndian.put64(page, at + 8, map.length(i));
            LittleEndian.put32(page, at + 16, map.type(i));
        }
    }

    /**
     * Hangs a SETUP_RNG_SEED node on the list of setup data (protocol 2.09); kernels that do not
     * know it skip it.
     */
    void addRngSeed(GuestMemory memory, long seed) {
        byte[] node = new byte[16 + RNG_SEED_SIZE];
        LittleEndian.put64(node, 0, LittleEndian.i64(page, SetupHeader.SETUP_DATA));
        LittleEndian.put32(node, 8, SETUP_RNG_SEED);
        LittleEndian.put32(node, 12, RNG_SEED_SIZE);
        // SplitMix64, set apart from what the processor's RDRAND draws from the same seed.
        long x = seed ^ 0x6C696E7578524E47L;
        for (int i = 16; i < node.length; i += 8) {
            x += 0x9E3779B97F4A7C15L;
            long z = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            LittleEndian.put64(node, i, z ^ (z >>> 31));
        }
        memory.write(PcMemoryLayout.SETUP_DATA, node, 0, node.length);
        LittleEndian.put64(page, SetupHeader.SETUP_DATA, PcMemoryLayout.SETUP_DATA);
    }

    void store(GuestMemory memory) {
        memory.write(PcMemoryLayout.BOOT_PARAMS, page, 0, page.length);
    }
}
