package org.linuxemu.devices.boot;

import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Efer;
import org.linuxemu.core.state.Rflags;
import org.linuxemu.core.state.SegmentRegister;
import org.linuxemu.devices.board.PcMemoryLayout;

/**
 * The processor as the boot protocols want it at a kernel's first instruction, and the tables that
 * it uses.
 */
final class EntryState {
    /** __BOOT_CS and __BOOT_DS of the Linux boot protocol. */
    static final int CODE_SELECTOR = 0x10;

    static final int DATA_SELECTOR = 0x18;

    private static final int MULTIBOOT_MAGIC = 0x2BADB002;

    // Flat segments of 4 GiB, accessed: code for 64 and for 32 bits, data.
    private static final long CODE64 = 0x00AF9B000000FFFFL;
    private static final long CODE32 = 0x00CF9B000000FFFFL;
    private static final long DATA = 0x00CF93000000FFFFL;
    private static final int GDT_SIZE = 4 * 8;

    // Page table entries: present, writable, accessed; dirty and page size for the large pages.
    private static final int TABLE_FLAGS = 0x23;
    private static final int LARGE_PAGE_FLAGS = 0xE3;

    private EntryState() {}

    /**
     * The 64-bit boot protocol: long mode, the low 4 GiB identity-mapped, flat segments, interrupts
     * off, RSI holds the address of boot_params (The Linux/x86 Boot Protocol, "64-bit Boot
     * Protocol").
     */
    static void linux64(CpuState state, GuestMemory memory, long entry) {
        storePageTables(memory);
        flat(state, memory, CODE64);
        state.cr0 = ControlRegisters.CR0_PG | ControlRegisters.CR0_ET | ControlRegisters.CR0_PE;
        state.cr3 = PcMemoryLayout.BOOT_PAGE_TABLES;
        state.cr4 = ControlRegisters.CR4_PAE;
        state.efer = Efer.LME | Efer.LMA;
        state.regs[CpuState.RSI] = PcMemoryLayout.BOOT_PARAMS;
        state.regs[CpuState.RSP] = PcMemoryLayout.BOOT_STACK_TOP;
        state.rip = entry;
    }

    /**
     * The 32-bit boot protocol: protected mode without paging, flat segments, interrupts off, ESI
     * holds the address of boot_params, EBP, EDI and EBX are zero (The Linux/x86 Boot Protocol,
     * "32-bit Boot Protocol").
     */
    static void linux32(CpuState state, GuestMemory memory, long entry) {
        flat(state, memory, CODE32);
        state.cr0 = ControlRegisters.CR0_ET | ControlRegisters.CR0_PE;
        state.regs[CpuState.RSI] = PcMemoryLayout.BOOT_PARAMS;
        state.regs[CpuState.RSP] = PcMemoryLayout.BOOT_STACK_TOP;
        state.rip = entry;
    }

    /**
     * The multiboot machine state: protected mode without paging, flat segments, interrupts off,
     * EAX holds the magic number and EBX the address of the information structure (Multiboot
     * Specification 0.6.96, 3.2).
     */
    static void multiboot(CpuState state, GuestMemory memory, long entry, long information) {
        flat(state, memory, CODE32);
        state.cr0 = ControlRegisters.CR0_ET | ControlRegisters.CR0_PE;
        state.regs[CpuState.RAX] = MULTIBOOT_MAGIC;
        state.regs[CpuState.RBX] = information;
        state.regs[CpuState.RSP] = PcMemoryLayout.BOOT_STACK_TOP;
        state.rip = entry;
    }

    /** Registers as after reset, but with flat segments from a GDT in low memory and no IDT. */
    private static void flat(CpuState state, GuestMemory memory, long code) {
        state.reset();
        FirmwareMtrrs.apply(state.msr);
        state.regs[CpuState.RDX] = 0;
        state.setRflags(Rflags.FIXED);
        memory.put(PcMemoryLayout.BOOT_GDT + CODE_SELECTOR, 8, code);
        memory.put(PcMemoryLayout.BOOT_GDT + DATA_SELECTOR, 8, DATA);
        state.gdtrBase = PcMemoryLayout.BOOT_GDT;
        state.gdtrLimit = GDT_SIZE - 1;
        state.idtrBase = 0;
        state.idtrLimit = 0;
        for (int i = 0; i < state.segments.length; i++) {
            SegmentRegister segment = state.segments[i];
            if (segment == state.cs()) {
                segment.loadDescriptor(CODE_SELECTOR, (int) code, (int) (code >>> 32));
            } else {
                segment.loadDescriptor(DATA_SELECTOR, (int) DATA, (int) (DATA >>> 32));
            }
            state.setSegmentBase(i, 0);
        }
    }

    /** Maps the low 4 GiB to themselves in pages of 2 MiB. */
    private static void storePageTables(GuestMemory memory) {
        int pml4 = PcMemoryLayout.BOOT_PAGE_TABLES;
        int pointers = pml4 + 0x1000;
        int directories = pointers + 0x1000;
        memory.put(pml4, 8, pointers | TABLE_FLAGS);
        for (int gib = 0; gib < 4; gib++) {
            memory.put(pointers + 8 * gib, 8, directories + 0x1000 * gib | TABLE_FLAGS);
        }
        for (int i = 0; i < 4 * 512; i++) {
            memory.put(directories + 8 * i, 8, (long) i << 21 | LARGE_PAGE_FLAGS);
        }
    }
}
