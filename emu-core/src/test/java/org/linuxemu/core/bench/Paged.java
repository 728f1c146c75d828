package org.linuxemu.core.bench;

import org.linuxemu.core.cpu.TestMachine;

/**
 * A machine in 64-bit mode that maps {@link #PAGES} pages of 4 KiB from {@link #LINEAR} on to the
 * RAM from {@link #PHYSICAL} on, by four levels of tables.
 */
final class Paged {
    static final long LINEAR = 0x4000_0000L;
    static final long PHYSICAL = 4 << 20;
    static final int PAGES = 3072;

    private static final long DIRECTORY = 0x100000;
    private static final long TABLES = 0x101000;
    private static final int ACCESSED = 0x20;

    final TestMachine machine = new TestMachine();

    Paged() {
        machine.put64(0x2008, DIRECTORY | 3);
        for (int table = 0; table < PAGES / 512; table++) {
            machine.put64(DIRECTORY + 8 * table, TABLES + 4096L * table | 3);
        }
        for (int page = 0; page < PAGES; page++) {
            machine.put64(TABLES + 8 * page, PHYSICAL + 4096L * page | 3);
        }
    }

    /** Takes the accessed bits off the entries of the last level; TLBs are not flushed. */
    void clearAccessed() {
        for (int page = 0; page < PAGES; page++) {
            long entry = TABLES + 8 * page;
            machine.put64(entry, machine.get64(entry) & ~ACCESSED);
        }
    }

    /** Pages that have been walked to since {@link #clearAccessed}. */
    int accessed() {
        int n = 0;
        for (int page = 0; page < PAGES; page++) {
            n += (machine.get64(TABLES + 8 * page) & ACCESSED) != 0 ? 1 : 0;
        }
        return n;
    }
}
