package org.linuxemu.core.mmu;

import java.util.Arrays;
import org.linuxemu.core.memory.PhysicalMemory;

/**
 * All translations of a processor as numbers: for each table the number of its entries, then for
 * each entry its linear page, with bit 0 set if it is global, and the index of its frame; then
 * where large pages have been.
 */
final class SavedTranslations {
    private static final int PAGE_MASK = 0xFFF;

    private final PhysicalMemory ram;
    private final Tlb[] tables;
    private final long[][] executeTags;
    private final int[][] executeFrames;
    private final boolean[][] executeGlobal;
    private final LargePages largePages;
    private final int count;

    SavedTranslations(
            PhysicalMemory ram,
            Tlb[] tables,
            long[][] executeTags,
            int[][] executeFrames,
            boolean[][] executeGlobal,
            LargePages largePages) {
        this.ram = ram;
        this.tables = tables;
        this.executeTags = executeTags;
        this.executeFrames = executeFrames;
        this.executeGlobal = executeGlobal;
        this.largePages = largePages;
        this.count = tables.length + executeTags.length;
    }

    long[] save() {
        long[] saved = new long[count + 2 * count * Tlb.SIZE + LargePages.WORDS];
        int n = count;
        for (int t = 0; t < count; t++) {
            int start = n;
            int e = t - tables.length;
            for (int i = 0; i < Tlb.SIZE; i++) {
                long page = e < 0 ? tables[t].pages[i] : executeTags[e][i];
                if (page != -1) {
                    boolean global = e < 0 ? tables[t].global[i] : executeGlobal[e][i];
                    saved[n++] = page | (global ? 1 : 0);
                    saved[n++] = e < 0 ? tables[t].indices[i] : executeFrames[e][i];
                }
            }
            saved[t] = (n - start) / 2;
        }
        System.arraycopy(largePages.words, 0, saved, n, LargePages.WORDS);
        return Arrays.copyOf(saved, n + LargePages.WORDS);
    }

    /** Fills the tables, which are empty. Returns false if the numbers make no sense. */
    boolean load(long[] saved) {
        if (saved.length < count) {
            return false;
        }
        int n = count;
        for (int t = 0; t < count; t++) {
            if (saved[t] < 0 || saved[t] > Tlb.SIZE || n + 2 * saved[t] > saved.length) {
                return false;
            }
            for (int k = 0; k < saved[t]; k++, n += 2) {
                if (!put(t, saved[n], saved[n + 1])) {
                    return false;
                }
            }
        }
        if (n + LargePages.WORDS != saved.length) {
            return false;
        }
        System.arraycopy(saved, n, largePages.words, 0, LargePages.WORDS);
        return true;
    }

    private boolean put(int t, long entry, long frame) {
        if ((entry & PAGE_MASK & ~1) != 0 || frame < 0 || frame >= ram.frameCount()) {
            return false;
        }
        long page = entry & ~(long) PAGE_MASK;
        boolean global = (entry & 1) != 0;
        int index = (int) frame;
        byte[] bytes = ram.frame(ram.pageNumber(index));
        if (bytes == null) {
            return false; // the window of a device
        }
        if (t < tables.length) {
            // Whether accesses may take the fast way shows at the first one.
            tables[t].put(page, bytes, index, global, false);
            return true;
        }
        int i = (int) (page >>> 12) & Tlb.MASK;
        executeTags[t - tables.length][i] = page;
        executeFrames[t - tables.length][i] = index;
        executeGlobal[t - tables.length][i] = global;
        return true;
    }
}
