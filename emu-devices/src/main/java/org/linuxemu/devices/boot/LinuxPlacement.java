package org.linuxemu.devices.boot;

import org.linuxemu.devices.board.PcMemoryLayout;

/** Where kernel and initrd go in RAM below 4 GiB. */
final class LinuxPlacement {
    /** What kernels without a setup header accept, as those with one say. */
    static final long DEFAULT_INITRD_ADDRESS_MAX = 0x7FFF_FFFFL;

    private LinuxPlacement() {}

    /** Checks that RAM reaches to the end of what a kernel needs. */
    static void checkFits(long end, long ramEnd) throws ImageFormatException {
        if (end <= ramEnd) {
            return;
        }
        if (end > PcMemoryLayout.PCI_HOLE) {
            throw new ImageFormatException(
                    "wants memory up to 0x"
                            + Long.toHexString(end)
                            + ", where this machine has no RAM");
        }
        throw new ImageFormatException(
                "does not fit in RAM: it needs "
                        + ((end + 0xF_FFFF) >>> 20)
                        + " MiB to start, the machine has "
                        + (ramEnd >>> 20));
    }

    static void checkAboveFirstMegabyte(ElfSegments segments) throws ImageFormatException {
        if (segments.lowest < PcMemoryLayout.HIGH_MEMORY) {
            throw new ImageFormatException(
                    "wants to be loaded below 1 MiB, at 0x" + Long.toHexString(segments.lowest));
        }
    }

    /**
     * The address for an initrd: page aligned and as high as RAM, the kernel's limit and a {@code
     * mem=} option of the command line allow.
     *
     * @param file the opened initrd
     * @param addressMax highest address that its bytes may have
     * @param kernelEnd first address behind the memory of the kernel
     */
    static long initrd(
            BootFile file, long addressMax, long ramEnd, String commandLine, long kernelEnd)
            throws BootImageException {
        long top = Math.min(Math.min(addressMax + 1, ramEnd), memoryOption(commandLine));
        long address = (top - file.length()) & -0x1000L;
        if (file.length() > top || address < kernelEnd) {
            throw file.error(
                    "does not fit in RAM: it has "
                            + file.length()
                            + " bytes, and "
                            + Math.max(0, top - kernelEnd)
                            + " bytes of RAM are left behind the kernel");
        }
        return address;
    }

    /** The end of memory that {@code mem=} tells the kernel to assume, if any. */
    static long memoryOption(String commandLine) {
        long end = Long.MAX_VALUE;
        int from = 0;
        int at;
        while ((at = commandLine.indexOf("mem=", from)) >= 0) {
            from = at + 4;
            if (at == 0 || commandLine.charAt(at - 1) == ' ') {
                long size = parseSize(commandLine, from);
                if (size > PcMemoryLayout.HIGH_MEMORY) {
                    end = Math.min(end, size);
                }
            }
        }
        return end;
    }

    /** A decimal or 0x number with an optional suffix K, M, G or T; -1 if it is something else. */
    private static long parseSize(String text, int at) {
        int end = at;
        while (end < text.length() && text.charAt(end) != ' ') {
            end++;
        }
        int radix = 10;
        if (text.startsWith("0x", at)) {
            radix = 16;
            at += 2;
        }
        long value = 0;
        int digits = 0;
        for (; at < end && Character.digit(text.charAt(at), radix) >= 0; at++) {
            value = value * radix + Character.digit(text.charAt(at), radix);
            if (++digits > 12) {
                return -1;
            }
        }
        if (digits == 0 || end - at > 1) {
            return -1;
        }
        switch (at == end ? 'B' : Character.toUpperCase(text.charAt(at))) {
            case 'B':
                return value;
            case 'K':
                return value << 10;
            case 'M':
                return value << 20;
            case 'G':
                return value << 30;
            case 'T':
                return value << 40;
            default:
                return -1;
        }
    }
}
