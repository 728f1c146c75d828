package org.linuxemu.core.debug;

import java.util.Arrays;

/**
 * Walks the whole page tables of a processor, as they are in memory (SDM Vol. 3, chapter 4), for
 * {@code info mem} and {@code info tlb}. Nothing of the guest is changed. Machine thread only.
 */
public final class PageTableDump {
    private static final long CR0_PG = 1L << 31;
    private static final long CR4_PSE = 1 << 4;
    private static final long CR4_PAE = 1 << 5;
    private static final long CR4_LA57 = 1 << 12;
    private static final long EFER_LMA = 1 << 10;

    private static final long PRESENT = 1;
    private static final long WRITE = 1 << 1;
    private static final long USER = 1 << 2;
    private static final long LARGE = 1 << 7;
    private static final long NO_EXECUTE = 1L << 63;
    private static final long FRAME = 0x000F_FFFF_FFFF_F000L;

    /**
     * Tables read at most: a guest may build some that contain themselves. Enough for 128 GiB in
     * small pages.
     */
    private static final int MAX_TABLES = 1 << 16;

    /** Takes one mapped page. */
    private interface Visitor {
        void page(long linear, long physical, long size, long entry, long rights);
    }

    private final RegisterAccess registers;
    private final MemoryAccess memory;
    private final DebugOutput output;
    private final byte[][] tables = new byte[6][4096];
    private int tablesRead;
    private boolean compact;

    /** Prepares a dump to {@code output}. */
    public PageTableDump(RegisterAccess registers, MemoryAccess memory, DebugOutput output) {
        this.registers = registers;
        this.memory = memory;
        this.output = output;
    }

    /**
     * One line for each mapped page: linear and physical address, size, and the bits of its entry.
     */
    public void pages() {
        walk(
                (linear, physical, size, entry, rights) -> {
                    StringBuilder line = new StringBuilder(64);
                    address(line, linear).append(": ");
                    digits(line, physical, 16).append(' ');
                    line.append(sizeName(size)).append(' ');
                    bit(line, entry, NO_EXECUTE, 'X');
                    bit(line, entry, 1 << 8, 'G');
                    bit(line, size > 4096 ? LARGE : 0, LARGE, 'P');
                    bit(line, entry, 1 << 6, 'D');
                    bit(line, entry, 1 << 5, 'A');
                    bit(line, entry, 1 << 4, 'C');
                    bit(line, entry, 1 << 3, 'T');
                    bit(line, entry, USER, 'U');
                    bit(line, entry, WRITE, 'W');
                    output.println(line.toString());
                });
    }

    /**
     * One line for each range with the same rights: first and last address, size, user, read,
     * write, execute.
     */
    public void ranges() {
        Ranges ranges = new Ranges();
        walk(ranges);
        ranges.end();
    }

    private void walk(Visitor visitor) {
        if ((registers.read(DebugRegister.CR0) & CR0_PG) == 0) {
            output.println("paging is off");
            return;
        }
        long cr3 = registers.read(DebugRegister.CR3);
        long cr4 = registers.read(DebugRegister.CR4);
        long all = WRITE | USER | NO_EXECUTE;
        if ((registers.read(DebugRegister.EFER) & EFER_LMA) != 0) {
            int levels = (cr4 & CR4_LA57) != 0 ? 5 : 4;
            table(cr3 & FRAME, levels, 512, 0, all, visitor);
        } else if ((cr4 & CR4_PAE) != 0) {
            compact = true;
            table(cr3 & 0xFFFF_FFE0L, 3, 4, 0, all, visitor);
        } else {
            compact = true;
            table32(cr3 & 0xFFFF_F000L, (cr4 & CR4_PSE) != 0, visitor);
        }
    }

    /**
     * A table of 8-byte entries; level 1 maps pages. Rights are those of all levels above together.
     */
    private void table(
            long base, int level, int entries, long linear, long rights, Visitor visitor) {
        int shift = 12 + 9 * (level - 1);
        byte[] data = read(base, level, entries * 8);
        for (int i = 0; i < entries && !ended(); i++) {
            long entry = little(data, 8 * i, 8);
            if ((entry & PRESENT) == 0) {
                continue;
            }
            long address = linear + ((long) i << shift);
            if (level >= 4 && i >= 256 && linear == 0) {
                address |= -1L << (shift + 8);
            }
            boolean pointer = level == 3 && entries == 4; // PAE: these have no rights of their own
            long both = pointer ? rights : combine(rights, entry);
            boolean leaf = level == 1 || !pointer && level <= 3 && (entry & LARGE) != 0;
            if (leaf) {
                long size = 1L << shift;
                visitor.page(address, entry & FRAME & -size, size, entry, both);
            } else {
                table(entry & FRAME, level - 1, 512, address, both, visitor);
            }
        }
    }

    private void table32(long base, boolean largePages, Visitor visitor) {
        long all = WRITE | USER | NO_EXECUTE;
        byte[] directories = read(base, 2, 4096);
        for (int i = 0; i < 1024 && !ended(); i++) {
            long directory = little(directories, 4 * i, 4);
            if ((directory & PRESENT) == 0) {
                continue;
            }
            long rights = combine(all, directory);
            long linear = (long) i << 22;
            if (largePages && (directory & LARGE) != 0) {
                long high = (directory >> 13 & 0xFF) << 32; // PSE-36
                visitor.page(linear, directory & 0xFFC0_0000L | high, 1 << 22, directory, rights);
                continue;
            }
            byte[] data = read(directory & 0xFFFF_F000L, 1, 4096);
            for (int j = 0; j < 1024; j++) {
                long entry = little(data, 4 * j, 4);
                if ((entry & PRESENT) != 0) {
                    visitor.page(
                            linear | (long) j << 12,
                            entry & 0xFFFF_F000L,
                            4096,
                            entry,
                            combine(rights, entry));
                }
            }
        }
    }

    /**
     * Write and user need every level; no-execute is enough on one. The result has NO_EXECUTE when
     * it may execute.
     */
    private static long combine(long rights, long entry) {
        return rights & (entry ^ NO_EXECUTE) & (WRITE | USER | NO_EXECUTE);
    }

    /** Reads a table into the buffer of its level; what is not memory reads as not present. */
    private byte[] read(long physical, int level, int length) {
        byte[] data = tables[level];
        if (ended()) {
            Arrays.fill(data, 0, length, (byte) 0);
            return data;
        }
        if (++tablesRead > MAX_TABLES) {
            output.println("given up after " + MAX_TABLES + " page tables");
        }
        int n = memory.readPhysical(physical, data, 0, length);
        Arrays.fill(data, n, length, (byte) 0);
        return data;
    }

    private static long little(byte[] data, int offset, int size) {
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | data[offset + i] & 0xFF;
        }
        return value;
    }

    private boolean ended() {
        return tablesRead > MAX_TABLES || output.cancelled();
    }

    private StringBuilder address(StringBuilder line, long linear) {
        return digits(line, linear, compact ? 8 : 16);
    }

    private static StringBuilder digits(StringBuilder line, long value, int count) {
        for (int i = count - 1; i >= 0; i--) {
            line.append(Character.forDigit((int) (value >>> (4 * i)) & 15, 16));
        }
        return line;
    }

    private static String sizeName(long size) {
        if (size >= 1 << 30) {
            return "1G";
        }
        return size > 4096 ? (size >> 20) + "M" : "4K";
    }

    private static void bit(StringBuilder line, long entry, long mask, char letter) {
        line.append((entry & mask) != 0 ? letter : '-');
    }

    /** Joins neighbouring pages with equal rights. */
    private final class Ranges implements Visitor {
        private long start;
        private long end;
        private long rights;
        private boolean open;

        @Override
        public void page(long linear, long physical, long size, long entry, long pageRights) {
            if (open && linear == end && pageRights == rights) {
                end += size;
                return;
            }
            end();
            open = true;
            start = linear;
            end = linear + size;
            rights = pageRights;
        }

        void end() {
            if (!open) {
                return;
            }
            open = false;
            StringBuilder line = new StringBuilder(64);
            address(line, start).append('-');
            address(line, end).append(' ');
            address(line, end - start).append(' ');
            bit(line, rights, USER, 'u');
            line.append('r');
            bit(line, rights, WRITE, 'w');
            bit(line, rights, NO_EXECUTE, 'x');
            output.println(line.toString());
        }
    }
}
