package org.linuxemu.devices.board;

import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.devices.acpi.RootPointer;
import org.linuxemu.devices.boot.E820Map;

/**
 * Every physical address of the board. From low to high:
 *
 * <pre>
 * 0000_0000  real-mode interrupt vectors             0000_0400  BIOS data area
 * 0000_1000  GDT that the boot loader leaves         0000_2000  multiboot information
 * 0000_7000  boot_params, the zero page of Linux     0000_8000  stack at kernel entry (grows down from 9000)
 * 0000_9000  identity-mapping page tables            0000_F000  setup_data nodes
 * 0001_0000  kernel command line                     0002_0000  free base memory
 * 0009_FC00  extended BIOS data area                 000A_0000  VGA window
 * 000C_0000  option ROMs, free                       000E_0000  ACPI tables, 000E_F000 FACS
 * 000F_0000  system BIOS                             0010_0000  RAM: kernel, initrd
 * C000_0000  end of low RAM, PCI memory              FEC0_0000  I/O APIC
 * FED0_0000  HPET                                    FEE0_0000  local APIC
 * 1_0000_0000  RAM that did not fit below C000_0000
 * </pre>
 */
public final class PcMemoryLayout {
    /** 256 real-mode interrupt vectors, offset and segment. */
    public static final int IVT = 0;

    /** BIOS data area, 256 bytes. */
    public static final int BDA = 0x400;

    /** First byte that a kernel may be loaded at. */
    public static final int BASE_MEMORY = 0x500;

    /** The GDT that the loader's segment registers come from. */
    public static final int BOOT_GDT = 0x1000;

    /**
     * Multiboot information structure, memory map, module list and strings, up to {@link
     * #BOOT_PARAMS}.
     */
    public static final int MULTIBOOT_INFO = 0x2000;

    /** struct boot_params, one page. */
    public static final int BOOT_PARAMS = 0x7000;

    /** Initial RSP; the page below it is free. */
    public static final int BOOT_STACK_TOP = 0x9000;

    /** PML4, page-directory-pointer table and four page directories: six pages. */
    public static final int BOOT_PAGE_TABLES = 0x9000;

    /** List of struct setup_data, one page. */
    public static final int SETUP_DATA = 0xF000;

    /** Kernel command line with its terminating zero. */
    public static final int COMMAND_LINE = 0x10000;

    /** Bytes for the command line, the terminating zero included. */
    public static final int COMMAND_LINE_SIZE = 0x10000;

    /** Extended BIOS data area, 1 KiB; also the end of usable base memory (639 KiB). */
    public static final int EBDA = 0x9FC00;

    public static final int VGA_WINDOW = 0xA0000;
    public static final int VGA_WINDOW_SIZE = 0x20000;

    /** Option ROMs; RAM here, all zero. */
    public static final int OPTION_ROM = 0xC0000;

    /**
     * ACPI tables, the RSDP first: here it is looked for. RAM, all zero on a machine without ACPI.
     */
    public static final int ACPI_TABLES = 0xE0000;

    public static final int ACPI_TABLES_SIZE = 0xF000;

    /** The FACS, in a page of its own that the guest must not use. */
    public static final int ACPI_NVS = 0xEF000;

    /** System BIOS, segment F000; RAM here that holds a stub. */
    public static final int BIOS = 0xF0000;

    public static final int HIGH_MEMORY = 0x100000;

    /** Where RAM below 4 GiB ends at the latest: 3 GiB. */
    public static final long PCI_HOLE = 0xC000_0000L;

    public static final long IO_APIC = 0xFEC0_0000L;
    public static final long HPET = 0xFED0_0000L;
    public static final long LOCAL_APIC = 0xFEE0_0000L;
    public static final long FOUR_GIB = 0x1_0000_0000L;

    private PcMemoryLayout() {}

    /** Physical address of the ACPI RSDP, or 0 if the machine has no ACPI. */
    public static long acpiRsdp(PhysicalMemory ram) {
        byte[] page = ram.frame(ACPI_TABLES >>> PhysicalMemory.PAGE_SHIFT);
        return page != null && RootPointer.isAt(page, 0) ? ACPI_TABLES : 0;
    }

    /** What the BIOS of this board answers to INT 15h, AX=E820h. */
    public static E820Map e820(PhysicalMemory ram) {
        E820Map map = new E820Map();
        long low = ram.lowSize();
        map.add(0, Math.min(low, EBDA), E820Map.USABLE);
        map.add(EBDA, VGA_WINDOW - EBDA, E820Map.RESERVED);
        if (acpiRsdp(ram) != 0) {
            map.add(ACPI_TABLES, ACPI_TABLES_SIZE, E820Map.ACPI_RECLAIMABLE);
            map.add(ACPI_NVS, BIOS - ACPI_NVS, E820Map.ACPI_NVS);
        }
        map.add(BIOS, HIGH_MEMORY - BIOS, E820Map.RESERVED);
        if (low > HIGH_MEMORY) {
            map.add(HIGH_MEMORY, low - HIGH_MEMORY, E820Map.USABLE);
        }
        if (ram.highSize() > 0) {
            map.add(FOUR_GIB, ram.highSize(), E820Map.USABLE);
        }
        return map;
    }
}
