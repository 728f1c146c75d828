package org.linuxemu.cli.symbols;

import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.state.CpuState;

/**
 * Reads the kernel's memory while user code runs on page tables without the kernel: with page-table
 * isolation Linux keeps two tables side by side, the kernel's in the lower page of the pair.
 */
final class KernelPages {
    private static final long USER_TABLE = 1L << 12;
    private static final long FRAME = 0x000F_FFFF_FFFF_F000L;
    private static final long PRESENT = 1;
    private static final long LARGE = 1L << 7;
    private static final int LEVELS = 4;

    private KernelPages() {}

    /** Whether these may be the page tables of user code alone. */
    static boolean isolated(CpuState state) {
        return (state.cr3 & USER_TABLE) != 0;
    }

    /** Reads bytes by the kernel's page tables; whether all could be read. */
    static boolean read(CpuState state, MemoryAccess memory, long linear, byte[] to, int length) {
        byte[] entry = new byte[8];
        for (int done = 0; done < length; ) {
            long address = linear + done;
            long physical = translate(state.cr3 & FRAME & ~USER_TABLE, memory, address, entry);
            int part = (int) Math.min(length - done, 0x1000 - (address & 0xFFF));
            if (physical == -1 || memory.readPhysical(physical, to, done, part) < part) {
                return false;
            }
            done += part;
        }
        return true;
    }

    /** Physical address by 4-level tables (SDM Vol. 3, 4.5), or -1. */
    private static long translate(long table, MemoryAccess memory, long linear, byte[] entry) {
        for (int level = LEVELS - 1; level >= 0; level--) {
            int shift = 12 + 9 * level;
            long at = table + (linear >>> shift & 511) * 8;
            if (memory.readPhysical(at, entry, 0, 8) < 8) {
                return -1;
            }
            long value = 0;
            for (int i = 7; i >= 0; i--) {
                value = value << 8 | entry[i] & 0xFF;
            }
            if ((value & PRESENT) == 0) {
                return -1;
            }
            table = value & FRAME;
            if (level == 0 || level < LEVELS - 1 && (value & LARGE) != 0) {
                long inside = (1L << shift) - 1;
                return table & ~inside | linear & inside;
            }
        }
        return -1;
    }
}
