package org.linuxemu.devices.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no kernel: each one line that says why. */
class BadImageTest {
    @TempDir Path directory;

    private void assertRefused(byte[] image, String reason) {
        assertRefused(64, image, reason);
    }

    private void assertRefused(long mebibytes, byte[] image, String reason) {
        String name = TestImages.store(directory, "kernel", image);
        assertFileRefused(mebibytes, name, reason);
    }

    private static void assertFileRefused(long mebibytes, String name, String reason) {
        assertThatThrownBy(() -> new TestMachine(mebibytes).load(new BootRequest(name)))
                .isInstanceOf(BootImageException.class)
                .hasMessage("cannot load the kernel '" + name + "': " + reason);
    }

    @Test
    void filesThatCannotBeRead() {
        assertFileRefused(64, directory.resolve("missing").toString(), "no such file");
        assertFileRefused(64, directory.toString(), "is a directory");
        assertRefused(new byte[0], "is empty");
        assertThatThrownBy(() -> new TestMachine(64).load(new BootRequest("no\nsuch\0file")))
                .isInstanceOf(BootImageException.class)
                .hasMessage("cannot load the kernel 'no?such?file': no such file");
    }

    @Test
    void garbage() {
        byte[] noise = new byte[100_000];
        new Random(3).nextBytes(noise);
        String reason = "is not a kernel (neither bzImage nor ELF nor multiboot)";
        assertRefused(noise, reason);
        assertRefused(new byte[] {1}, reason);
        assertRefused(new byte[100_000], reason);
    }

    @Test
    void filesOfAnotherKind() {
        assertRefused(TestImages.gzip(new byte[100]), "is a compressed file; unpack it first");
        byte[] cpio =
                Arrays.copyOf("070701".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 512);
        assertRefused(cpio, "is a cpio archive, perhaps the initrd");
        byte[] disk = new byte[1024];
        disk[510] = 0x55;
        disk[511] = (byte) 0xAA;
        assertRefused(
                disk,
                "is a disk image or boot sector, or a kernel without a boot protocol header, not a bzImage");
        assertRefused(new byte[] {'M', 'Z', 0, 0}, "is an EFI or DOS program, not a bzImage");
    }

    @Test
    void kernelsForOtherArchitectures() {
        byte[] arm = new byte[128];
        LittleEndian.put32(arm, 0x38, 0x644D5241);
        assertRefused(arm, "is a kernel for 64-bit Arm, not for x86");

        byte[] elf = TestImages.elf64();
        LittleEndian.put16(elf, 18, 183);
        assertRefused(elf, "is for 64-bit Arm, not for x86");
        LittleEndian.put16(elf, 18, 243);
        assertRefused(elf, "is for RISC-V, not for x86");
        LittleEndian.put16(elf, 18, 999);
        assertRefused(elf, "is for another architecture (ELF machine 999), not for x86");
        elf[5] = 2;
        elf[18] = 0;
        elf[19] = 22;
        assertRefused(elf, "is for S/390, not for x86");
    }

    @Test
    void elfFilesThatAreNoKernel() {
        byte[] elf = TestImages.elf64();
        LittleEndian.put16(elf, 16, 3);
        assertRefused(elf, "is a shared object or position-independent program, not a kernel");
        LittleEndian.put16(elf, 16, 1);
        assertRefused(elf, "is a relocatable object (a kernel module?), not a kernel");
        LittleEndian.put16(elf, 16, 4);
        assertRefused(elf, "is not an ELF executable");
    }

    @Test
    void damagedElfFiles() {
        byte[] elf = TestImages.elf64();
        assertRefused(Arrays.copyOf(elf, 40), "is a truncated ELF file");
        assertRefused(Arrays.copyOf(elf, 60), "is a truncated ELF file");
        assertRefused(Arrays.copyOf(elf, 100), "is a truncated ELF file");
        assertRefused(
                Arrays.copyOf(elf, 0x2800),
                "is a truncated ELF file: its segments end at byte 12288, the file has 10240");

        byte[] noSegments = elf.clone();
        LittleEndian.put16(noSegments, 56, 0);
        assertRefused(noSegments, "has no program headers");

        byte[] noLoad = elf.clone();
        LittleEndian.put16(noLoad, 56, 2);
        LittleEndian.put32(noLoad, 64, 4);
        assertRefused(noLoad, "has no loadable segments");

        byte[] wrongEntry = elf.clone();
        LittleEndian.put64(wrongEntry, 24, 0x900_0000);
        assertRefused(wrongEntry, "has its entry point outside its segments");

        byte[] tooManyBytes = elf.clone();
        TestImages.programHeader64(tooManyBytes, 0, 1, 0x1000, 0, 0x100_0000, 0x1001, 0x1000);
        assertRefused(tooManyBytes, "has a damaged program header");
    }

    @Test
    void kernelsThatDoNotFit() {
        assertRefused(
                16,
                TestImages.elf64(),
                "does not fit in RAM: it needs 18 MiB to start, the machine has 16");
        assertRefused(
                16,
                TestImages.bzImage(),
                "does not fit in RAM: it needs 18 MiB to start, the machine has 16");
        assertRefused(1, TestImages.bzImage(), "does not fit in RAM: kernels need more than 1 MiB");

        byte[] high = TestImages.elf64();
        TestImages.programHeader64(high, 0, 1, 0x1000, 0, 0x1_0000_0000L, 0x1000, 0x1000);
        assertRefused(high, "wants memory up to 0x100001000, where this machine has no RAM");

        byte[] low = TestImages.elf64();
        TestImages.programHeader64(low, 0, 1, 0x1000, 0, 0x8000, 0x1000, 0x1000);
        LittleEndian.put64(low, 24, 0x8000);
        assertRefused(low, "wants to be loaded below 1 MiB, at 0x8000");
        TestImages.programHeader64(low, 0, 1, 0x1000, 0, 0xA0000, 0x1000, 0x1000);
        LittleEndian.put64(low, 24, 0xA0000);
        assertRefused(low, "wants to be loaded over the BIOS or the VGA window");
    }

    @Test
    void theDecompressorNeedsItsInitialMemory() throws Exception {
        String name = TestImages.store(directory, "kernel", TestImages.bzImage());
        BootRequest request = new BootRequest(name).bootDecompressor(true);
        assertThatThrownBy(() -> new TestMachine(19).load(request))
                .isInstanceOf(BootImageException.class)
                .hasMessageEndingWith(
                        "does not fit in RAM: it needs 20 MiB to start, the machine has 19");
        assertThat(new TestMachine(20).load(request).kernelEnd()).isEqualTo(20 << 20);
    }

    @Test
    void bzImagesOfTheWrongSortOrSize() {
        byte[] old = TestImages.bzImage();
        LittleEndian.put16(old, 0x206, 0x204);
        assertRefused(old, "uses boot protocol 2.04; 2.06 (Linux 2.6.22) or later is needed");

        byte[] zImage = TestImages.bzImage();
        zImage[0x211] = 0;
        assertRefused(zImage, "is a zImage, which loads low; only bzImages can be booted");

        byte[] image = TestImages.bzImage();
        assertRefused(
                Arrays.copyOf(image, image.length - 16),
                "is truncated: its header announces "
                        + image.length
                        + " bytes, the file has "
                        + (image.length - 16));
        assertRefused(
                Arrays.copyOf(image, 1000),
                "is truncated: its header announces " + image.length + " bytes, the file has 1000");

        LittleEndian.put32(image, 0x24C, 0x1000_0000);
        assertRefused(image, "is damaged: its payload lies outside the file");
    }

    @Test
    void payloadsThatAreNoKernel() {
        byte[] image = TestImages.bzImage();
        image[image.length - 100] ^= 1;
        assertRefused(image, "cannot be unpacked: damaged gzip data");
        assertRefused(
                TestImages.bzImage(TestImages.gzip(new byte[10_000])),
                "cannot be unpacked: it does not unpack to an ELF file");
        assertRefused(
                TestImages.bzImage(TestImages.gzip(Arrays.copyOf(TestImages.elf64(), 0x2FFF))),
                "cannot be unpacked: it unpacks to a truncated ELF file");
        byte[] arm = TestImages.elf64();
        LittleEndian.put16(arm, 18, 183);
        assertRefused(TestImages.bzImage(TestImages.gzip(arm)), "is for 64-bit Arm, not for x86");
    }

    @Test
    void payloadsThatUnpackToMoreThanRam() {
        byte[] bomb = Arrays.copyOf(TestImages.elf64(), 100 << 20);
        assertRefused(
                24,
                TestImages.bzImage(TestImages.gzip(bomb)),
                "cannot be unpacked: unpacks to more than "
                        + (88 << 20)
                        + " bytes, more than RAM holds");
    }

    @Test
    void initrdsThatCannotBeRead() throws Exception {
        String kernel = TestImages.store(directory, "kernel", TestImages.bzImage());
        Path empty = Files.createFile(directory.resolve("empty"));
        String[][] cases = {
            {directory.resolve("missing").toString(), "no such file"},
            {directory.toString(), "is a directory"},
            {empty.toString(), "is empty"},
        };
        for (String[] c : cases) {
            assertThatThrownBy(() -> new TestMachine(64).load(new BootRequest(kernel).initrd(c[0])))
                    .isInstanceOf(BootImageException.class)
                    .hasMessage("cannot load the initrd '" + c[0] + "': " + c[1]);
        }
    }
}
