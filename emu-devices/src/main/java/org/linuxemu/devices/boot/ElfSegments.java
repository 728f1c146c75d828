package org.linuxemu.devices.boot;

/** The loadable segments of an ELF executable, at their physical addresses. */
final class ElfSegments {
    private static final int PT_LOAD = 1;

    final int count;
    final long[] fileStart;
    final long[] fileSize;
    final long[] start;
    final long[] memorySize;

    /** Lowest physical address, and the first behind the highest. */
    final long lowest;

    final long highest;

    /** End of the last segment in the file. */
    final long fileEnd;

    /** Physical address of the entry point. */
    final long entry;

    /**
     * Checks and takes over the program header table.
     *
     * @param table holds the table at an offset
     * @param ramEnd end of the RAM that a segment may lie in; also bounds offsets in the file
     */
    ElfSegments(ElfHeader header, byte[] table, int offset, long ramEnd)
            throws ImageFormatException {
        fileStart = new long[header.segments];
        fileSize = new long[header.segments];
        start = new long[header.segments];
        memorySize = new long[header.segments];
        long min = Long.MAX_VALUE;
        long max = 0;
        long end = 0;
        long entryPoint = header.entry;
        boolean entryFound = false;
        int n = 0;
        for (int i = 0; i < header.segments; i++) {
            int at = offset + i * header.entrySize;
            if (LittleEndian.i32(table, at) != PT_LOAD) {
                continue;
            }
            boolean wide = header.is64;
            long inFile = wide ? LittleEndian.i64(table, at + 8) : LittleEndian.u32(table, at + 4);
            long virtual =
                    wide ? LittleEndian.i64(table, at + 16) : LittleEndian.u32(table, at + 8);
            long physical =
                    wide ? LittleEndian.i64(table, at + 24) : LittleEndian.u32(table, at + 12);
            long filled =
                    wide ? LittleEndian.i64(table, at + 32) : LittleEndian.u32(table, at + 16);
            long size = wide ? LittleEndian.i64(table, at + 40) : LittleEndian.u32(table, at + 20);
            if (size == 0) {
                continue;
            }
            if (filled < 0 || size < 0 || filled > size || inFile < 0 || inFile + filled < 0) {
                throw new ImageFormatException("has a damaged program header");
            }
            if (physical < 0 || physical + size < 0) {
                throw new ImageFormatException("has a damaged program header");
            }
            if (header.entry >= physical && header.entry < physical + size) {
                entryPoint = header.entry;
                entryFound = true;
            } else if (!entryFound
                    && header.entry - virtual >= 0
                    && header.entry - virtual < size) {
                entryPoint = header.entry - virtual + physical;
                entryFound = true;
            }
            fileStart[n] = inFile;
            fileSize[n] = filled;
            start[n] = physical;
            memorySize[n] = size;
            n++;
            min = Math.min(min, physical);
            max = Math.max(max, physical + size);
            end = filled == 0 ? end : Math.max(end, inFile + filled);
        }
        if (n == 0) {
            throw new ImageFormatException("has no loadable segments");
        }
        LinuxPlacement.checkFits(max, ramEnd);
        if (!entryFound) {
            throw new ImageFormatException("has its entry point outside its segments");
        }
        count = n;
        lowest = min;
        highest = max;
        fileEnd = end;
        entry = entryPoint;
    }

    /** Whether a segment has bytes in {@code [from, to)}. */
    boolean overlaps(long from, long to) {
        for (int i = 0; i < count; i++) {
            if (start[i] < to && from < start[i] + memorySize[i]) {
                return true;
            }
        }
        return false;
    }
}
