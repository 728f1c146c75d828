package org.linuxemu.devices.boot;

import java.util.List;
import org.linuxemu.devices.board.PcMemoryLayout;

/**
 * The multiboot information structure and everything that it points to, as one block (specification
 * 3.3).
 */
final class MultibootInformation {
    private static final int STRUCTURE_SIZE = 120;
    private static final int MODULE_SIZE = 16;
    private static final int RANGE_SIZE = 24;

    // Which parts of the structure are valid.
    private static final int HAS_MEMORY = 1;
    private static final int HAS_COMMAND_LINE = 4;
    private static final int HAS_MODULES = 8;
    private static final int HAS_MEMORY_MAP = 0x40;
    private static final int HAS_LOADER_NAME = 0x200;

    private final byte[] commandLine;
    private final byte[] loaderName;
    private final E820Map map;
    private final long lowRamEnd;
    private final long[] moduleStarts;
    private final long[] moduleEnds;
    private final byte[][] moduleStrings;

    MultibootInformation(
            String commandLine,
            String loaderName,
            E820Map map,
            long lowRamEnd,
            long[] moduleStarts,
            long[] moduleEnds,
            List<String> moduleStrings) {
        this.commandLine = MultibootLoader.zeroTerminated(commandLine);
        this.loaderName = MultibootLoader.zeroTerminated(loaderName);
        this.map = map;
        this.lowRamEnd = lowRamEnd;
        this.moduleStarts = moduleStarts;
        this.moduleEnds = moduleEnds;
        this.moduleStrings = new byte[moduleStrings.size()][];
        for (int i = 0; i < this.moduleStrings.length; i++) {
            this.moduleStrings[i] = MultibootLoader.zeroTerminated(moduleStrings.get(i));
        }
    }

    /** Bytes of the block. */
    int size() {
        int size = STRUCTURE_SIZE + MODULE_SIZE * moduleStarts.length + RANGE_SIZE * map.count();
        for (byte[] string : moduleStrings) {
            size += string.length;
        }
        return size + commandLine.length + loaderName.length;
    }

    /** The block for a physical address; the structure is at its beginning. */
    byte[] at(int address) {
        byte[] b = new byte[size()];
        LittleEndian.put32(
                b,
                0,
                HAS_MEMORY | HAS_COMMAND_LINE | HAS_MODULES | HAS_MEMORY_MAP | HAS_LOADER_NAME);
        LittleEndian.put32(b, 4, PcMemoryLayout.EBDA >>> 10); // mem_lower and mem_upper in KiB
        LittleEndian.put32(b, 8, (int) ((lowRamEnd - PcMemoryLayout.HIGH_MEMORY) >>> 10));

        int next = STRUCTURE_SIZE;
        LittleEndian.put32(b, 20, moduleStarts.length);
        LittleEndian.put32(b, 24, address + next);
        int strings = next + MODULE_SIZE * moduleStarts.length + RANGE_SIZE * map.count();
        for (int i = 0; i < moduleStarts.length; i++) {
            LittleEndian.put32(b, next, (int) moduleStarts[i]);
            LittleEndian.put32(b, next + 4, (int) moduleEnds[i]);
            LittleEndian.put32(b, next + 8, address + strings);
            strings = append(b, strings, moduleStrings[i]);
            next += MODULE_SIZE;
        }

        LittleEndian.put32(b, 44, RANGE_SIZE * map.count());
        LittleEndian.put32(b, 48, address + next);
        for (int i = 0; i < map.count(); i++) {
            LittleEndian.put32(b, next, RANGE_SIZE - 4); // the size field does not count itself
            LittleEndian.put64(b, next + 4, map.start(i));
            LittleEndian.put64(b, next + 12, map.length(i));
            LittleEndian.put32(b, next + 20, map.type(i));
            next += RANGE_SIZE;
        }

        LittleEndian.put32(b, 16, address + strings);
        strings = append(b, strings, commandLine);
        LittleEndian.put32(b, 64, address + strings);
        append(b, strings, loaderName);
        return b;
    }

    private static int append(byte[] b, int at, byte[] string) {
        System.arraycopy(string, 0, b, at, string.length);
        return at + string.length;
    }
}
