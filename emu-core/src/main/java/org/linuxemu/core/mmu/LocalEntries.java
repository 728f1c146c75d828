package org.linuxemu.core.mmu;

/**
 * The entries of a table of translations that became non-global since its last flush, so that a
 * write of CR3 visits those few instead of the whole table. More than {@link #LIMIT} are not
 * listed. An entry may be listed twice, or have become global since.
 */
final class LocalEntries {
    private static final int LIMIT = 96;

    private final int[] entries = new int[LIMIT];
    private int count;

    void add(int entry) {
        if (count < LIMIT) {
            entries[count++] = entry;
        } else {
            addUnknown();
        }
    }

    /** Entries were made that have not been added. */
    void addUnknown() {
        count = LIMIT + 1;
    }

    /** Drops the entries that are not global from the tables, which share their indices. */
    void flush(boolean[] global, long[] table, long[] otherTable) {
        boolean all = count > LIMIT;
        int n = all ? global.length : count;
        for (int k = 0; k < n; k++) {
            int i = all ? k : entries[k];
            if (!global[i]) {
                table[i] = -1;
                otherTable[i] = -1;
            }
        }
        count = 0;
    }

    /** The tables were emptied. */
    void clear() {
        count = 0;
    }
}
