package org.linuxemu.devices.boot;

/**
 * The header of an ELF executable for x86 (System V ABI, chapter 4). Problems are told as the rest
 * of a sentence.
 */
final class ElfHeader {
    /** Bytes of the larger, 64-bit, header. */
    static final int SIZE = 64;

    private static final int EM_386 = 3;
    private static final int EM_X86_64 = 62;

    /** More than any kernel has; keeps the table small. */
    private static final int MAX_SEGMENTS = 256;

    final boolean is64;
    final long entry;
    final long tableOffset;
    final int entrySize;
    final int segments;

    private ElfHeader(boolean is64, long entry, long tableOffset, int entrySize, int segments) {
        this.is64 = is64;
        this.entry = entry;
        this.tableOffset = tableOffset;
        this.entrySize = entrySize;
        this.segments = segments;
    }

    static boolean isElf(byte[] head) {
        return head.length >= 4 && LittleEndian.i32(head, 0) == 0x464C457F;
    }

    /** Parses the first bytes of a file that {@link #isElf} accepts. */
    static ElfHeader parse(byte[] head) throws ImageFormatException {
        if (head.length < 52) {
            throw new ImageFormatException("is a truncated ELF file");
        }
        int fileClass = head[4];
        if (head[5] == 2) {
            // Big-endian: the machine number reads the other way round.
            int machine = LittleEndian.u8(head, 18) << 8 | LittleEndian.u8(head, 19);
            throw new ImageFormatException(
                    "is for " + Architecture.ofElf(machine) + ", not for x86");
        }
        if ((fileClass != 1 && fileClass != 2) || head[5] != 1) {
            throw new ImageFormatException("has a damaged ELF header");
        }
        boolean is64 = fileClass == 2;
        if (is64 && head.length < SIZE) {
            throw new ImageFormatException("is a truncated ELF file");
        }
        int machine = LittleEndian.u16(head, 18);
        if (machine != EM_386 && machine != EM_X86_64) {
            throw new ImageFormatException(
                    "is for " + Architecture.ofElf(machine) + ", not for x86");
        }
        int type = LittleEndian.u16(head, 16);
        if (type != 2) {
            throw new ImageFormatException(
                    type == 1
                            ? "is a relocatable object (a kernel module?), not a kernel"
                            : type == 3
                                    ? "is a shared object or position-independent program, not a kernel"
                                    : "is not an ELF executable");
        }
        int size = LittleEndian.u16(head, is64 ? 54 : 42);
        int count = LittleEndian.u16(head, is64 ? 56 : 44);
        long offset = is64 ? LittleEndian.i64(head, 32) : LittleEndian.u32(head, 28);
        if (count == 0) {
            throw new ImageFormatException("has no program headers");
        }
        if (size != (is64 ? 56 : 32)
                || count > MAX_SEGMENTS
                || offset < (is64 ? 64 : 52)
                || offset > 1L << 40) {
            throw new ImageFormatException("has a damaged ELF header");
        }
        long entry = is64 ? LittleEndian.i64(head, 24) : LittleEndian.u32(head, 24);
        return new ElfHeader(is64, entry, offset, size, count);
    }

    /** Bytes of the program header table. */
    int tableSize() {
        return segments * entrySize;
    }
}
