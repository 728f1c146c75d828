package org.linuxemu.devices.boot;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Small kernel images in which every byte is known. */
final class TestImages {
    static final int ENTRY = 0x100_0040;
    static final int KERNEL_START = 0x100_0000;
    static final int DATA_START = 0x110_0000;
    static final int KERNEL_END = 0x111_0000;

    private TestImages() {}

    /** A segment's contents: bytes that tell their segment and position. */
    static byte[] contents(int seed, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (seed + i * 7 + (i >> 8));
        }
        return bytes;
    }

    /**
     * An executable with text at 16 MiB, data at 17 MiB, BSS behind it, a note, and relocations
     * after the segments.
     */
    static byte[] elf64() {
        byte[] elf = new byte[0x3100];
        elfIdentity(elf, 2, 62);
        LittleEndian.put64(elf, 24, ENTRY);
        LittleEndian.put64(elf, 32, 64);
        LittleEndian.put16(elf, 54, 56);
        LittleEndian.put16(elf, 56, 3);
        programHeader64(elf, 0, 1, 0x1000, 0xFFFFFFFF81000000L, KERNEL_START, 0x1000, 0x1000);
        programHeader64(elf, 1, 4, 0x1100, 0, 0, 0x20, 0x20);
        programHeader64(
                elf,
                2,
                1,
                0x2000,
                0xFFFFFFFF81100000L,
                DATA_START,
                0x1000,
                KERNEL_END - DATA_START);
        System.arraycopy(contents(1, 0x1000), 0, elf, 0x1000, 0x1000);
        System.arraycopy(contents(2, 0x1000), 0, elf, 0x2000, 0x1000);
        java.util.Arrays.fill(elf, 0x3000, 0x3100, (byte) 0xEE);
        return elf;
    }

    /** The same kernel as an executable for 32-bit x86, entered by a virtual address. */
    static byte[] elf32() {
        byte[] elf = new byte[0x3000];
        elfIdentity(elf, 1, 3);
        LittleEndian.put32(elf, 24, 0xC1000040);
        LittleEndian.put32(elf, 28, 52);
        LittleEndian.put16(elf, 42, 32);
        LittleEndian.put16(elf, 44, 2);
        programHeader32(elf, 0, 0x1000, 0xC1000000, KERNEL_START, 0x1000, 0x1000);
        programHeader32(elf, 1, 0x2000, 0xC1100000, DATA_START, 0x1000, KERNEL_END - DATA_START);
        System.arraycopy(contents(1, 0x1000), 0, elf, 0x1000, 0x1000);
        System.arraycopy(contents(2, 0x1000), 0, elf, 0x2000, 0x1000);
        return elf;
    }

    private static void elfIdentity(byte[] elf, int fileClass, int machine) {
        LittleEndian.put32(elf, 0, 0x464C457F);
        elf[4] = (byte) fileClass;
        elf[5] = 1;
        elf[6] = 1;
        LittleEndian.put16(elf, 16, 2);
        LittleEndian.put16(elf, 18, machine);
        LittleEndian.put32(elf, 20, 1);
    }

    static void programHeader64(
            byte[] elf,
            int index,
            int type,
            long offset,
            long virtual,
            long physical,
            long fileSize,
            long size) {
        int at = 64 + 56 * index;
        LittleEndian.put32(elf, at, type);
        LittleEndian.put64(elf, at + 8, offset);
        LittleEndian.put64(elf, at + 16, virtual);
        LittleEndian.put64(elf, at + 24, physical);
        LittleEndian.put64(elf, at + 32, fileSize);
        LittleEndian.put64(elf, at + 40, size);
    }

    private static void programHeader32(
            byte[] elf, int index, int offset, int virtual, int physical, int fileSize, int size) {
        int at = 52 + 32 * index;
        LittleEndian.put32(elf, at, 1);
        LittleEndian.put32(elf, at + 4, offset);
        LittleEndian.put32(elf, at + 8, virtual);
        LittleEndian.put32(elf, at + 12, physical);
        LittleEndian.put32(elf, at + 16, fileSize);
        LittleEndian.put32(elf, at + 20, size);
    }

    static byte[] gzip(byte[] data) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(data);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return packed.toByteArray();
    }

    /**
     * A bzImage of protocol 2.15 with 4 setup sectors: relocatable, 64-bit entry, preferred address
     * 16 MiB, 4 MiB of initial memory, initrd below 2 GiB, command line of 2047 characters.
     */
    static byte[] bzImage(byte[] payload) {
        int kernelOffset = 5 * 512;
        int payloadOffset = 0x400;
        int kernelSize = (payloadOffset + payload.length + 15) / 16 * 16;
        byte[] image = new byte[kernelOffset + kernelSize];
        image[0x1EF] = (byte) 0xFF; // the sentinel that a loader must not copy
        image[0x1F1] = 4;
        LittleEndian.put32(image, 0x1F4, kernelSize / 16);
        LittleEndian.put16(image, 0x1FE, 0xAA55);
        LittleEndian.put16(image, 0x200, 0x6AEB);
        LittleEndian.put32(image, 0x202, 0x53726448);
        LittleEndian.put16(image, 0x206, 0x20F);
        LittleEndian.put16(image, 0x20E, 0x300 - 0x200);
        image[0x211] = 1;
        LittleEndian.put32(image, 0x214, 0x10_0000);
        LittleEndian.put32(image, 0x22C, 0x7FFF_FFFF);
        LittleEndian.put32(image, 0x230, 0x20_0000);
        image[0x234] = 1;
        image[0x235] = 21;
        LittleEndian.put16(image, 0x236, 3);
        LittleEndian.put32(image, 0x238, 2047);
        LittleEndian.put32(image, 0x248, payloadOffset);
        LittleEndian.put32(image, 0x24C, payload.length);
        LittleEndian.put64(image, 0x258, 0x100_0000);
        LittleEndian.put32(image, 0x260, 0x40_0000);
        LittleEndian.put32(image, 0x268, 0x1234);
        byte[] version = {'6', '.', '1', '.', '0', '-', 't', 'e', 's', 't', ' ', '('};
        System.arraycopy(version, 0, image, 0x300, version.length);
        System.arraycopy(contents(3, payloadOffset), 0, image, kernelOffset, payloadOffset);
        System.arraycopy(payload, 0, image, kernelOffset + payloadOffset, payload.length);
        return image;
    }

    static byte[] bzImage() {
        return bzImage(gzip(elf64()));
    }

    /**
     * A multiboot header at 0x100 of the file with the addresses of a raw image at 2 MiB that has
     * 64 KiB of BSS.
     */
    static byte[] multibootRaw() {
        byte[] image = contents(5, 0x2000);
        multibootHeader(image, 0x100, 0x10003);
        LittleEndian.put32(image, 0x10C, 0x20_0100); // header_addr
        LittleEndian.put32(image, 0x110, 0x20_0080); // load_addr
        LittleEndian.put32(image, 0x114, 0x20_2000); // load_end_addr
        LittleEndian.put32(image, 0x118, 0x21_2000); // bss_end_addr
        LittleEndian.put32(image, 0x11C, 0x20_0200); // entry_addr
        return image;
    }

    static byte[] multibootElf() {
        byte[] image = elf32();
        multibootHeader(image, 0x200, 3);
        return image;
    }

    static void multibootHeader(byte[] image, int at, int flags) {
        LittleEndian.put32(image, at, 0x1BADB002);
        LittleEndian.put32(image, at + 4, flags);
        LittleEndian.put32(image, at + 8, -(0x1BADB002 + flags));
    }

    static String store(Path directory, String name, byte[] contents) {
        try {
            return Files.write(directory.resolve(name), contents).toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
