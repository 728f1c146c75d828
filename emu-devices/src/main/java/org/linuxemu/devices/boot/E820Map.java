package org.linuxemu.devices.boot;

import java.util.Arrays;

/**
 * The memory map that firmware reports (ACPI specification, 15.1 "INT 15H, E820H"), in the order of
 * addition.
 */
public final class E820Map {
    public static final int USABLE = 1;
    public static final int RESERVED = 2;
    public static final int ACPI_RECLAIMABLE = 3;
    public static final int ACPI_NVS = 4;

    /** What struct boot_params has room for (E820_MAX_ENTRIES_ZEROPAGE). */
    public static final int MAX_ENTRIES = 128;

    private long[] starts = new long[8];
    private long[] lengths = new long[8];
    private int[] types = new int[8];
    private int count;

    /**
     * Adds a range.
     *
     * @throws IllegalStateException if there are {@link #MAX_ENTRIES} already
     */
    public void add(long start, long length, int type) {
        if (count == MAX_ENTRIES) {
            throw new IllegalStateException("more than " + MAX_ENTRIES + " memory ranges");
        }
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
            types = Arrays.copyOf(types, 2 * count);
        }
        starts[count] = start;
        lengths[count] = length;
        types[count] = type;
        count++;
    }

    public int count() {
        return count;
    }

    public long start(int i) {
        return starts[i];
    }

    public long length(int i) {
        return lengths[i];
    }

    public int type(int i) {
        return types[i];
    }
}
