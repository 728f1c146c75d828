package org.linuxemu.devices.board.snapshot;

/**
 * The file format, all numbers big-endian: magic, format number, length of the index, index, chunks
 * in the order of the index, end of file.
 *
 * <p>The index is a saved state of {@code core.bus} with its own checksum: what the snapshot says
 * about itself, the length of the machine's parts, the frame numbers of the pages that are not
 * zero, and of every chunk its length and CRC-32. The first chunk holds the parts, each other one
 * {@link #CHUNK_PAGES} pages, the last one what is left; each is a raw deflate stream, or as it is
 * if its length says so. So every byte of a file is under a checksum, and chunks can be unpacked
 * side by side.
 */
final class SnapshotFormat {
    static final long MAGIC = 0x4C58454D55534E50L; // LXEMUSNP
    static final int FORMAT = 1;
    static final int HEADER_SIZE = 16;
    static final String SECTION = "snapshot";
    static final int CHUNK_PAGES = 64;

    /** More than the index of any machine needs: eight bytes a page and some names. */
    static final int MAX_INDEX = 1 << 28;

    static final int MAX_PARTS = 1 << 26;
    static final int MAX_PORTS = 16;
    static final int MAX_LINE = 4096;

    /** Bytes of RAM. */
    static final long MAX_MEMORY = 1L << 42;

    private SnapshotFormat() {}

    /** Number of chunks for so many pages. */
    static int chunks(int pages) {
        return 1 + (pages + CHUNK_PAGES - 1) / CHUNK_PAGES;
    }
}
