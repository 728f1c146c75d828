package org.linuxemu.core.debug;

import java.util.Arrays;

/**
 * A small multiset of longs: open addressing, no boxing, order of iteration irrelevant to the
 * guest.
 */
final class LongCounter {
    private long[] keys = new long[16];
    private int[] counts = new int[16];
    private int used;

    boolean isEmpty() {
        return used == 0;
    }

    int size() {
        return used;
    }

    boolean contains(long key) {
        return used != 0 && counts[slot(key)] != 0;
    }

    int add(long key) {
        if (used * 2 >= keys.length) {
            grow();
        }
        int slot = slot(key);
        if (counts[slot] == 0) {
            keys[slot] = key;
            used++;
        }
        return ++counts[slot];
    }

    /** Takes one occurrence away; the key must be present. */
    void remove(long key) {
        int slot = slot(key);
        if (--counts[slot] == 0) {
            used--;
            closeGap(slot);
        }
    }

    void clear() {
        Arrays.fill(counts, 0);
        used = 0;
    }

    long[] sortedKeys() {
        long[] result = new long[used];
        int n = 0;
        for (int i = 0; i < keys.length; i++) {
            if (counts[i] != 0) {
                result[n++] = keys[i];
            }
        }
        Arrays.sort(result);
        return result;
    }

    private int slot(long key) {
        int slot = home(key);
        while (counts[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & (keys.length - 1);
        }
        return slot;
    }

    private int home(long key) {
        long h = key * 0x9E3779B97F4A7C15L;
        return (int) (h >>> 32) & (keys.length - 1);
    }

    /** Moves later entries of the probe sequence back, so that no tombstones are needed. */
    private void closeGap(int gap) {
        int mask = keys.length - 1;
        int next = (gap + 1) & mask;
        while (counts[next] != 0) {
            int distance = (next - home(keys[next])) & mask;
            if (distance >= ((next - gap) & mask)) {
                keys[gap] = keys[next];
                counts[gap] = counts[next];
                counts[next] = 0;
                gap = next;
            }
            next = (next + 1) & mask;
        }
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldCounts = counts;
        keys = new long[oldKeys.length * 2];
        counts = new int[oldKeys.length * 2];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldCounts[i] != 0) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                counts[slot] = oldCounts[i];
            }
        }
    }
}
