package org.linuxemu.devices.boot;

/** The header that makes a file a multiboot kernel (Multiboot Specification 0.6.96, 3.1). */
final class MultibootHeader {
    private static final int MAGIC = 0x1BADB002;
    private static final int SEARCH_SIZE = 8192;

    private static final int FLAG_PAGE_ALIGN = 1;
    private static final int FLAG_MEMORY = 2;
    private static final int FLAG_VIDEO = 4;
    private static final int FLAG_ADDRESSES = 0x10000;

    /** Flags in the low half that a loader must refuse when it does not know them. */
    private static final int UNKNOWN_REQUIREMENTS =
            0xFFFF & ~(FLAG_PAGE_ALIGN | FLAG_MEMORY | FLAG_VIDEO);

    /** Where the header is in the file. */
    final int offset;

    final boolean hasAddresses;

    /**
     * The addresses of the a.out kludge: of the header, of the first and behind the last byte, of
     * BSS's end.
     */
    final long headerAddress;

    final long loadAddress;
    final long loadEndAddress;
    final long bssEndAddress;
    final long entryAddress;

    private MultibootHeader(byte[] head, int offset) throws ImageFormatException {
        this.offset = offset;
        int flags = LittleEndian.i32(head, offset + 4);
        if ((flags & UNKNOWN_REQUIREMENTS) != 0) {
            throw new ImageFormatException(
                    "is a multiboot kernel that needs unknown features (flags 0x"
                            + Integer.toHexString(flags)
                            + ")");
        }
        hasAddresses = (flags & FLAG_ADDRESSES) != 0;
        if (hasAddresses && offset + 32 > head.length) {
            throw new ImageFormatException("is a truncated multiboot kernel");
        }
        headerAddress = hasAddresses ? LittleEndian.u32(head, offset + 12) : 0;
        loadAddress = hasAddresses ? LittleEndian.u32(head, offset + 16) : 0;
        loadEndAddress = hasAddresses ? LittleEndian.u32(head, offset + 20) : 0;
        bssEndAddress = hasAddresses ? LittleEndian.u32(head, offset + 24) : 0;
        entryAddress = hasAddresses ? LittleEndian.u32(head, offset + 28) : 0;
    }

    /** Looks for a header in the first bytes of a file; null if there is none. */
    static MultibootHeader find(byte[] head) throws ImageFormatException {
        int end = Math.min(head.length, SEARCH_SIZE) - 12;
        for (int at = 0; at <= end; at += 4) {
            if (LittleEndian.i32(head, at) == MAGIC
                    && MAGIC + LittleEndian.i32(head, at + 4) + LittleEndian.i32(head, at + 8)
                            == 0) {
                return new MultibootHeader(head, at);
            }
        }
        return null;
    }
}
