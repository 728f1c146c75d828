package org.linuxemu.devices.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.linuxemu.devices.board.PcMemoryLayout;

/** What a Linux kernel finds in memory at its first instruction. */
class LinuxBootTest {
    private static final int ZERO_PAGE = PcMemoryLayout.BOOT_PARAMS;

    @TempDir Path directory;

    private final TestMachine machine = new TestMachine(64);

    private BootRequest request(byte[] kernel) {
        return new BootRequest(TestImages.store(directory, "kernel", kernel));
    }

    private String initrd(int size) {
        return TestImages.store(directory, "initrd", TestImages.contents(9, size));
    }

    private void assertKernelIsUnpacked() {
        assertThat(machine.bytes(TestImages.KERNEL_START, 0x1000))
                .isEqualTo(TestImages.contents(1, 0x1000));
        assertThat(machine.bytes(TestImages.DATA_START, 0x1000))
                .isEqualTo(TestImages.contents(2, 0x1000));
        assertThat(machine.bytes(TestImages.DATA_START + 0x1000, 0x1000)).containsOnly(0);
    }

    @Test
    void unpacksABzImageToItsLinkAddressAndPassesTheRelocationsOver() throws Exception {
        BootResult result = machine.load(request(TestImages.bzImage()));

        assertKernelIsUnpacked();
        assertThat(result.entry()).isEqualTo(TestImages.ENTRY);
        assertThat(machine.state.rip).isEqualTo(TestImages.ENTRY);
        assertThat(machine.state.is64Bit()).isTrue();
        assertThat(result.kernelStart()).isEqualTo(TestImages.KERNEL_START);
        assertThat(result.kernelEnd()).isEqualTo(TestImages.KERNEL_END);
        assertThat(result.description())
                .isEqualTo("Linux 6.1.0-test, bzImage, gzip payload unpacked, 64-bit entry");
    }

    @Test
    void entersAVmlinuxInTheSameWay() throws Exception {
        machine.load(request(TestImages.elf64()));

        assertKernelIsUnpacked();
        assertThat(machine.state.rip).isEqualTo(TestImages.ENTRY);
        assertThat(machine.state.is64Bit()).isTrue();
        assertThat(machine.i32(ZERO_PAGE + 0x202)).isEqualTo(0x53726448);
        assertThat(machine.u16(ZERO_PAGE + 0x206)).isEqualTo(0x20F);
        assertThat(machine.u8(ZERO_PAGE + 0x211)).isEqualTo(1);
    }

    @Test
    void enters32BitKernelsInProtectedModeAtThePhysicalEntry() throws Exception {
        machine.load(request(TestImages.bzImage(TestImages.gzip(TestImages.elf32()))));

        assertKernelIsUnpacked();
        assertThat(machine.state.rip).isEqualTo(TestImages.ENTRY);
        assertThat(machine.state.longMode()).isFalse();
        assertThat(machine.state.codeSize()).isEqualTo(4);
    }

    @Test
    void entersTheDecompressorAtThePreferredAddress() throws Exception {
        byte[] image = TestImages.bzImage();
        BootResult result = machine.load(request(image).bootDecompressor(true));

        byte[] kernel = java.util.Arrays.copyOfRange(image, 5 * 512, image.length);
        assertThat(machine.bytes(0x100_0000, kernel.length)).isEqualTo(kernel);
        assertThat(machine.state.rip).isEqualTo(0x100_0200);
        assertThat(machine.state.is64Bit()).isTrue();
        assertThat(machine.i32(ZERO_PAGE + 0x214)).isEqualTo(0x100_0000);
        assertThat(result.kernelEnd()).isEqualTo(0x140_0000); // init_size
    }

    @Test
    void entersTheDecompressorIn32BitsWhenItOffersNothingElse() throws Exception {
        byte[] image = TestImages.bzImage();
        LittleEndian.put16(image, 0x236, 0);
        machine.load(request(image).bootDecompressor(true));

        assertThat(machine.state.rip).isEqualTo(0x100_0000);
        assertThat(machine.state.longMode()).isFalse();
    }

    @Test
    void loadsAKernelThatCannotBeMovedAtOneMebibyte() throws Exception {
        byte[] image = TestImages.bzImage();
        image[0x234] = 0;
        BootResult result = machine.load(request(image).bootDecompressor(true));

        assertThat(machine.state.rip).isEqualTo(0x10_0200);
        assertThat(machine.bytes(0x10_0000, 16)).isEqualTo(TestImages.contents(3, 16));
        // It unpacks itself at the preferred address all the same.
        assertThat(result.kernelEnd()).isEqualTo(0x140_0000);
    }

    @Test
    void alignsAPreferredAddressAsTheKernelAsks() throws Exception {
        byte[] image = TestImages.bzImage();
        LittleEndian.put64(image, 0x258, 0x101_0000);
        machine.load(request(image).bootDecompressor(true));

        assertThat(machine.state.rip).isEqualTo(0x120_0200);
    }

    @Test
    void fallsBackToTheDecompressorForAnUnknownCompression() throws Exception {
        BootResult result =
                machine.load(request(TestImages.bzImage(TestImages.contents(0x33, 500))));

        assertThat(result.description())
                .contains("unknown format")
                .contains("its own decompressor");
        assertThat(machine.state.rip).isEqualTo(0x100_0200);
    }

    @Test
    void usesTheDecompressorOfKernelsThatDoNotTellTheirPayload() throws Exception {
        byte[] image = TestImages.bzImage();
        LittleEndian.put16(image, 0x206, 0x206);
        image[0x234] = 0;
        machine.load(request(image));

        assertThat(machine.state.rip).isEqualTo(0x10_0000);
        assertThat(machine.state.longMode()).isFalse();
    }

    @Test
    void copiesTheHeaderAndOnlyTheHeaderToTheZeroPage() throws Exception {
        byte[] image = TestImages.bzImage();
        machine.load(request(image));

        assertThat(machine.u8(ZERO_PAGE + 0x1EF)).as("sentinel").isZero();
        assertThat(machine.u8(ZERO_PAGE + 0x1F1)).isEqualTo(4);
        assertThat(machine.u16(ZERO_PAGE + 0x206)).isEqualTo(0x20F);
        assertThat(machine.u8(ZERO_PAGE + 0x210)).as("type_of_loader").isEqualTo(0xFF);
        assertThat(machine.i32(ZERO_PAGE + 0x268)).as("kernel_info_offset").isEqualTo(0x1234);
        assertThat(machine.bytes(ZERO_PAGE + 0x26C, 0x290 - 0x26C)).containsOnly(0);
    }

    @Test
    void tellsOfColourTextModeWith80By25Characters() throws Exception {
        machine.load(request(TestImages.bzImage()));

        assertThat(machine.u8(ZERO_PAGE + 0x06)).isEqualTo(3);
        assertThat(machine.u8(ZERO_PAGE + 0x07)).isEqualTo(80);
        assertThat(machine.u8(ZERO_PAGE + 0x0E)).isEqualTo(25);
        assertThat(machine.u8(ZERO_PAGE + 0x0F)).isEqualTo(1);
        assertThat(machine.u16(ZERO_PAGE + 0x10)).isEqualTo(16);
    }

    @Test
    void reportsTheMemoryMapOfAPc() throws Exception {
        machine.load(request(TestImages.bzImage()));

        assertThat(memoryMap(machine))
                .isEqualTo("0+9fc00:1 9fc00+400:2 f0000+10000:2 100000+3f00000:1 ");
        assertThat(machine.i32(ZERO_PAGE + 0x1E0)).as("KiB above 1 MiB").isEqualTo(63 << 10);
    }

    @Test
    void reportsRamBeyondThePciHoleAbove4Gib() throws Exception {
        TestMachine large = new TestMachine(4096);
        large.load(request(TestImages.bzImage()));

        assertThat(memoryMap(large)).endsWith("100000+bff00000:1 100000000+40000000:1 ");
    }

    @Test
    void reportsAMemoryMapThatTheBoardHasExtended() throws Exception {
        E820Map map = PcMemoryLayout.e820(machine.ram);
        map.add(0xE0000, 0x1000, E820Map.ACPI_RECLAIMABLE);
        machine.load(request(TestImages.bzImage()).e820(map).acpiRsdp(0xE0000));

        assertThat(memoryMap(machine)).endsWith("e0000+1000:3 ");
        assertThat(machine.i64(ZERO_PAGE + 0x70)).isEqualTo(0xE0000);
    }

    private static String memoryMap(TestMachine machine) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < machine.u8(ZERO_PAGE + 0x1E8); i++) {
            int at = ZERO_PAGE + 0x2D0 + 20 * i;
            text.append(Long.toHexString(machine.i64(at)))
                    .append('+')
                    .append(Long.toHexString(machine.i64(at + 8)));
            text.append(':').append(machine.i32(at + 16)).append(' ');
        }
        return text.toString();
    }

    @Test
    void passesTheCommandLine() throws Exception {
        machine.load(request(TestImages.bzImage()).commandLine("console=ttyS0 panic=-1"));

        assertThat(machine.string(machine.i32(ZERO_PAGE + 0x228)))
                .isEqualTo("console=ttyS0 panic=-1");
    }

    @Test
    void refusesACommandLineThatTheKernelWouldCutOff() throws Exception {
        BootRequest longest = request(TestImages.bzImage()).commandLine("x".repeat(2047));
        machine.load(longest);
        assertThat(machine.string(machine.i32(ZERO_PAGE + 0x228))).hasSize(2047);

        assertThatThrownBy(() -> new TestMachine(64).load(longest.commandLine("x".repeat(2048))))
                .isInstanceOf(BootImageException.class)
                .hasMessage(
                        "the kernel command line has 2048 bytes; this kernel takes 2047 at most");
    }

    @Test
    void placesTheInitrdAtTheTopOfRam() throws Exception {
        BootResult result = machine.load(request(TestImages.bzImage()).initrd(initrd(5000)));

        assertThat(result.initrdStart()).isEqualTo(0x400_0000 - 0x2000);
        assertThat(machine.i32(ZERO_PAGE + 0x218)).isEqualTo(0x400_0000 - 0x2000);
        assertThat(machine.i32(ZERO_PAGE + 0x21C)).isEqualTo(5000);
        assertThat(machine.bytes(result.initrdStart(), 5000))
                .isEqualTo(TestImages.contents(9, 5000));
        assertThat(machine.bytes(result.initrdStart() + 5000, 0x2000 - 5000)).containsOnly(0);
    }

    @Test
    void placesTheInitrdWhereTheKernelCanReachIt() throws Exception {
        byte[] image = TestImages.bzImage();
        LittleEndian.put32(image, 0x22C, 0x37F_FFFF);
        BootResult result = machine.load(request(image).initrd(initrd(0x1000)));
        assertThat(result.initrdStart()).isEqualTo(0x37F_F000);

        TestMachine large = new TestMachine(3072);
        result = large.load(request(TestImages.bzImage()).initrd(initrd(0x1000)));
        assertThat(result.initrdStart()).isEqualTo(0x7FFF_F000);
    }

    @Test
    void keepsTheInitrdBelowTheEndOfMemoryThatTheCommandLineTells() throws Exception {
        for (String option :
                new String[] {
                    "mem=48M", "quiet mem=0x3000000", "mem=49152K mem=nopentium x_mem=20M"
                }) {
            TestMachine fresh = new TestMachine(64);
            BootResult result =
                    fresh.load(
                            request(TestImages.bzImage())
                                    .initrd(initrd(0x1000))
                                    .commandLine(option));
            assertThat(result.initrdStart()).as(option).isEqualTo(0x2FF_F000);
        }
    }

    @Test
    void refusesAnInitrdThatDoesNotFitBehindTheKernel() throws Exception {
        int free = 0x400_0000 - TestImages.KERNEL_END;
        BootRequest fits = request(TestImages.bzImage()).initrd(initrd(free));
        assertThat(machine.load(fits).initrdStart()).isEqualTo(TestImages.KERNEL_END);

        BootRequest tooLarge = request(TestImages.bzImage()).initrd(initrd(free + 1));
        assertThatThrownBy(() -> new TestMachine(64).load(tooLarge))
                .isInstanceOf(BootImageException.class)
                .hasMessageContaining("cannot load the initrd")
                .hasMessageContaining("does not fit in RAM");
        // The decompressor wants more memory than the kernel.
        assertThatThrownBy(() -> new TestMachine(64).load(fits.bootDecompressor(true)))
                .isInstanceOf(BootImageException.class)
                .hasMessageContaining("does not fit in RAM");
    }

    @Test
    void seedsTheKernelsRandomNumbersAsTheOptionSays() throws Exception {
        machine.load(request(TestImages.bzImage()).rngSeed(1));
        TestMachine same = new TestMachine(64);
        same.load(request(TestImages.bzImage()).rngSeed(1));
        TestMachine other = new TestMachine(64);
        other.load(request(TestImages.bzImage()).rngSeed(2));

        long node = machine.i64(ZERO_PAGE + 0x250);
        assertThat(machine.i64(node)).as("next").isZero();
        assertThat(machine.i32(node + 8)).as("SETUP_RNG_SEED").isEqualTo(9);
        assertThat(machine.i32(node + 12)).isEqualTo(32);
        byte[] seed = machine.bytes(node + 16, 32);
        assertThat(seed)
                .isEqualTo(same.bytes(node + 16, 32))
                .isNotEqualTo(other.bytes(node + 16, 32));
        assertThat(machine.bytes(node + 48, 16)).containsOnly(0);
    }

    @Test
    void givesOlderKernelsNoSetupData() throws Exception {
        byte[] image = TestImages.bzImage();
        LittleEndian.put16(image, 0x206, 0x208);
        machine.load(request(image));

        assertThat(machine.i64(ZERO_PAGE + 0x250)).isZero();
    }

    @Test
    void leavesWhatABiosLeaves() throws Exception {
        machine.load(request(TestImages.bzImage()));

        assertThat(machine.u16(0x400)).as("COM1").isEqualTo(0x3F8);
        assertThat(machine.u16(0x406)).as("COM4").isEqualTo(0x2E8);
        assertThat(machine.u16(0x40E) << 4).as("EBDA").isEqualTo(0x9FC00);
        assertThat(machine.u16(0x410)).as("equipment").isEqualTo(0x0822);
        assertThat(machine.u16(0x413)).as("base memory").isEqualTo(639);
        assertThat(machine.u8(0x449)).as("video mode").isEqualTo(3);
        // An interrupt in real mode returns at once.
        int vector = machine.i32(4 * 0x10);
        assertThat(machine.u8((vector >>> 16 << 4) + (vector & 0xFFFF))).as("IRET").isEqualTo(0xCF);
        assertThat(machine.u8(0xFFFF0)).as("far jump at the reset vector").isEqualTo(0xEA);
    }
}
