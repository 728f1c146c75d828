package org.linuxemu.devices.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bits flipped in headers thousands of times: every outcome is a message or a loaded machine. */
class BootFuzzTest {
    private static final int ROUNDS = 3000;

    @TempDir Path directory;

    @Test
    void bzImageSetupHeader() throws Exception {
        fuzz(TestImages.bzImage(), 0x1F1, 0x270, false);
    }

    @Test
    void bzImageSetupHeaderWithItsOwnDecompressor() throws Exception {
        fuzz(TestImages.bzImage(), 0x1F1, 0x270, true);
    }

    /**
     * The same with the kernels that images/cloud-kernel.sh has fetched, if any; fewer rounds, as
     * they are large.
     */
    @ParameterizedTest
    @ValueSource(strings = {"cloud-6.1", "cloud-6.12"})
    void debianKernels(String name) throws Exception {
        Path original = cache().resolve(name).resolve("bzImage");
        assumeTrue(Files.exists(original), "images/cloud-kernel.sh has not fetched " + name);
        byte[] image = Files.readAllBytes(original);
        fuzz(image, 0x1F1, 0x270, true, 100, 160);
        fuzz(image, 0x1F1, 0x270, false, 8, 160);
    }

    /** Where images/lib.sh keeps what it has made. */
    private static Path cache() {
        String cache = System.getenv("EMU_CACHE");
        if (cache != null && !cache.isEmpty()) {
            return Path.of(cache);
        }
        String base = System.getenv("XDG_CACHE_HOME");
        Path parent =
                base != null && !base.isEmpty()
                        ? Path.of(base)
                        : Path.of(System.getProperty("user.home"), ".cache");
        return parent.resolve("linuxemu");
    }

    @Test
    void elfInsideABzImage() throws Exception {
        fuzz(
                TestImages.bzImage(TestImages.elf64()),
                5 * 512 + 0x400,
                5 * 512 + 0x400 + 64 + 3 * 56,
                false);
    }

    @Test
    void compressedPayload() throws Exception {
        byte[] image = TestImages.bzImage();
        fuzz(image, 5 * 512 + 0x400, image.length, false);
    }

    @Test
    void elf64() throws Exception {
        fuzz(TestImages.elf64(), 0, 64 + 3 * 56, false);
    }

    @Test
    void elf32() throws Exception {
        fuzz(TestImages.elf32(), 0, 52 + 2 * 32, false);
    }

    @Test
    void multibootElf() throws Exception {
        fuzz(TestImages.multibootElf(), 0, 0x20C, false);
    }

    @Test
    void multibootRaw() throws Exception {
        fuzz(TestImages.multibootRaw(), 0x100, 0x120, false);
    }

    /** Flips one to four bits in a range of an image and loads it, many times over. */
    private void fuzz(byte[] image, int from, int to, boolean bootDecompressor) throws IOException {
        fuzz(image, from, to, bootDecompressor, ROUNDS, 32);
    }

    private void fuzz(
            byte[] image, int from, int to, boolean bootDecompressor, int rounds, int mebibytes)
            throws IOException {
        Random random = new Random(11);
        String kernel = TestImages.store(directory, "kernel", image);
        String initrd = TestImages.store(directory, "initrd", TestImages.contents(1, 3000));
        BootRequest request =
                new BootRequest(kernel)
                        .initrd(initrd)
                        .commandLine("console=ttyS0")
                        .bootDecompressor(bootDecompressor);
        int loaded = 0;
        int refused = 0;
        try (RandomAccessFile file = new RandomAccessFile(kernel, "rw")) {
            for (int round = 0; round < rounds; round++) {
                byte[] damaged = java.util.Arrays.copyOfRange(image, from, to);
                for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                    damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                }
                file.seek(from);
                file.write(damaged);
                TestMachine machine = new TestMachine(mebibytes);
                try {
                    BootResult result = machine.load(request);
                    assertThat(machine.state.rip).isEqualTo(result.entry());
                    assertThat(result.entry())
                            .isBetween(result.kernelStart(), result.kernelEnd() - 1);
                    assertThat(result.kernelEnd()).isLessThanOrEqualTo((long) mebibytes << 20);
                    assertThat(result.initrdStart()).isGreaterThanOrEqualTo(result.kernelEnd());
                    loaded++;
                } catch (BootImageException e) {
                    assertThat(e.getMessage()).startsWith("cannot load the ").doesNotContain("\n");
                    refused++;
                }
            }
        }
        // Both ends of the road are reached, or the test would not test much.
        assertThat(refused).isGreaterThan(rounds / 20);
        assertThat(loaded).isGreaterThan(0);
    }
}
