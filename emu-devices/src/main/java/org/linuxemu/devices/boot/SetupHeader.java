package org.linuxemu.devices.boot;

/**
 * The setup header of a bzImage (The Linux/x86 Boot Protocol, "The Real-Mode Kernel Header").
 * Fields that the image's version of the protocol does not have read as the protocol tells loaders
 * to assume.
 */
final class SetupHeader {
    /** Bytes of the file that hold the whole header in any version. */
    static final int HEAD_SIZE = 0x290;

    static final int START = 0x1F1;
    static final int BOOT_FLAG = 0x1FE;
    static final int MAGIC = 0x202;
    static final int VERSION = 0x206;
    static final int TYPE_OF_LOADER = 0x210;
    static final int LOADFLAGS = 0x211;
    static final int CODE32_START = 0x214;
    static final int RAMDISK_IMAGE = 0x218;
    static final int RAMDISK_SIZE = 0x21C;
    static final int CMD_LINE_PTR = 0x228;
    static final int INITRD_ADDR_MAX = 0x22C;
    static final int KERNEL_ALIGNMENT = 0x230;
    static final int CMDLINE_SIZE = 0x238;
    static final int SETUP_DATA = 0x250;

    /** "HdrS". */
    static final int MAGIC_VALUE = 0x53726448;

    static final int LOADED_HIGH = 1;
    private static final int XLF_KERNEL_64 = 1;

    private final byte[] head;
    final int version;

    /** Offset in the file of the protected-mode kernel. */
    final int kernelOffset;

    /** Bytes of the protected-mode kernel. */
    final int kernelSize;

    private SetupHeader(byte[] head, long fileLength) throws ImageFormatException {
        this.head = head;
        version = LittleEndian.u16(head, VERSION);
        if (version < 0x206) {
            throw new ImageFormatException(
                    "uses boot protocol "
                            + versionText(version)
                            + "; 2.06 (Linux 2.6.22) or later is needed");
        }
        if ((head[LOADFLAGS] & LOADED_HIGH) == 0) {
            throw new ImageFormatException(
                    "is a zImage, which loads low; only bzImages can be booted");
        }
        int sectors = LittleEndian.u8(head, START);
        kernelOffset = ((sectors == 0 ? 4 : sectors) + 1) * 512;
        long declared = LittleEndian.u32(head, 0x1F4) * 16;
        long present = fileLength - kernelOffset;
        // The build rounds the size up to paragraphs without padding the file.
        if (present <= 0 || declared > present + 15) {
            throw new ImageFormatException(
                    "is truncated: its header announces "
                            + (kernelOffset + declared)
                            + " bytes, the file has "
                            + fileLength);
        }
        long size = declared == 0 ? present : Math.min(declared, present);
        if (size > Integer.MAX_VALUE - 64) {
            throw new ImageFormatException("has 2 GiB or more");
        }
        kernelSize = (int) size;
    }

    /** Whether these first bytes of a file are those of a kernel with a setup header. */
    static boolean isPresent(byte[] head) {
        return head.length >= HEAD_SIZE
                && LittleEndian.u16(head, BOOT_FLAG) == 0xAA55
                && LittleEndian.i32(head, MAGIC) == MAGIC_VALUE;
    }

    /**
     * Parses the first {@link #HEAD_SIZE} bytes or more of a file that {@link #isPresent} accepts.
     */
    static SetupHeader parse(byte[] head, long fileLength) throws ImageFormatException {
        return new SetupHeader(head, fileLength);
    }

    private static String versionText(int version) {
        int minor = version & 0xFF;
        return (version >>> 8) + (minor < 10 ? ".0" : ".") + minor;
    }

    /** End of the header in the file and in boot_params: the target of the jump at 0x200. */
    int end() {
        return Math.min(Math.max(0x202 + LittleEndian.u8(head, 0x201), 0x23C), HEAD_SIZE);
    }

    byte[] bytes() {
        return head;
    }

    long code32Start() {
        return LittleEndian.u32(head, CODE32_START);
    }

    /** Highest address that a byte of the initrd may have. */
    long initrdAddressMax() {
        return LittleEndian.u32(head, INITRD_ADDR_MAX);
    }

    /** The longest command line, without its terminating zero. */
    long commandLineMax() {
        return LittleEndian.u32(head, CMDLINE_SIZE);
    }

    boolean relocatable() {
        return head[0x234] != 0;
    }

    /** Alignment for relocatable kernels: a power of two, at least a page. */
    long alignment() {
        long value = LittleEndian.u32(head, KERNEL_ALIGNMENT);
        return value < 0x1000 || (value & (value - 1)) != 0 ? 0x20_0000 : value;
    }

    boolean has64BitEntry() {
        return version >= 0x20C && (LittleEndian.u16(head, 0x236) & XLF_KERNEL_64) != 0;
    }

    /** Offset of the compressed kernel in the file, or -1 if the header does not tell. */
    long payloadOffset() throws ImageFormatException {
        if (version < 0x208) {
            return -1;
        }
        long offset = LittleEndian.u32(head, 0x248);
        long length = payloadLength();
        if (offset == 0 || length == 0) {
            return -1;
        }
        if (offset + length > kernelSize) {
            throw new ImageFormatException("is damaged: its payload lies outside the file");
        }
        return kernelOffset + offset;
    }

    long payloadLength() {
        return version < 0x208 ? 0 : LittleEndian.u32(head, 0x24C);
    }

    /** Where the kernel wants to run; before 2.10, where bzImages are loaded. */
    long preferredAddress() {
        return version < 0x20A ? 0x10_0000 : LittleEndian.i64(head, 0x258);
    }

    /**
     * Memory the kernel takes from its load or preferred address on until it has read the memory
     * map.
     */
    long initSize() {
        // Before 2.10 nothing tells; kernels of that time unpack to less than five times their
        // size.
        return version < 0x20A
                ? 5L * kernelSize
                : Math.max(LittleEndian.u32(head, 0x260), kernelSize);
    }

    /** The release and build of the kernel as the image tells it, or an empty string. */
    String kernelVersion() {
        int at = LittleEndian.u16(head, 0x20E);
        if (at == 0) {
            return "";
        }
        at += 0x200;
        StringBuilder text = new StringBuilder();
        for (; at < head.length && head[at] > ' ' && head[at] < 0x7F; at++) {
            text.append((char) head[at]);
        }
        return text.toString();
    }
}
