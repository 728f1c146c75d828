package org.linuxemu.devices.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.linuxemu.core.state.CpuState;

/** What a multiboot kernel finds in memory. */
class MultibootTest {
    @TempDir Path directory;

    private final TestMachine machine = new TestMachine(64);

    private BootRequest request(byte[] kernel) {
        return new BootRequest(TestImages.store(directory, "kernel", kernel));
    }

    private int information() {
        return (int) machine.state.regs[CpuState.RBX];
    }

    @Test
    void loadsARawImageAsItsHeaderSays() throws Exception {
        byte[] image = TestImages.multibootRaw();
        BootResult result = machine.load(request(image));

        byte[] loaded = java.util.Arrays.copyOfRange(image, 0x80, 0x2000);
        assertThat(machine.bytes(0x20_0080, loaded.length)).isEqualTo(loaded);
        assertThat(machine.bytes(0x20_2000, 0x1_0000)).containsOnly(0);
        assertThat(machine.state.rip).isEqualTo(0x20_0200);
        assertThat(result.kernelEnd()).isEqualTo(0x21_2000);
    }

    @Test
    void loadsTheRestOfTheFileIfTheHeaderTellsNoEnd() throws Exception {
        byte[] image = TestImages.multibootRaw();
        LittleEndian.put32(image, 0x114, 0);
        LittleEndian.put32(image, 0x118, 0);
        BootResult result = machine.load(request(image));

        assertThat(result.kernelEnd()).isEqualTo(0x20_2000);
    }

    @Test
    void loadsElfSegments() throws Exception {
        machine.load(request(TestImages.multibootElf()));

        assertThat(machine.bytes(TestImages.KERNEL_START, 0x1000))
                .isEqualTo(TestImages.contents(1, 0x1000));
        assertThat(machine.state.rip).isEqualTo(TestImages.ENTRY);
    }

    @Test
    void tellsMemoryCommandLineAndLoader() throws Exception {
        BootRequest request = request(TestImages.multibootElf()).commandLine("debug=1");
        machine.load(request);

        int info = information();
        assertThat(machine.i32(info)).isEqualTo(0x24D);
        assertThat(machine.i32(info + 4)).as("mem_lower").isEqualTo(639);
        assertThat(machine.i32(info + 8)).as("mem_upper").isEqualTo(63 << 10);
        assertThat(machine.string(machine.i32(info + 16))).isEqualTo(request.kernel() + " debug=1");
        assertThat(machine.i32(info + 20)).as("modules").isZero();
        assertThat(machine.string(machine.i32(info + 64))).isEqualTo("linuxemu");
        // The last entry of the memory map: RAM from 1 MiB on.
        int map = machine.i32(info + 48);
        int last = map + machine.i32(info + 44) - 24;
        assertThat(machine.i32(map)).as("size of an entry without this field").isEqualTo(20);
        assertThat(machine.i64(last + 4)).isEqualTo(0x10_0000);
        assertThat(machine.i64(last + 12)).isEqualTo(0x3F0_0000);
        assertThat(machine.i32(last + 20)).isEqualTo(1);
    }

    @Test
    void loadsModulesOnPagesBehindTheKernel() throws Exception {
        String first = TestImages.store(directory, "first", TestImages.contents(11, 5000));
        String second =
                TestImages.store(directory, "second, with comma", TestImages.contents(12, 10));
        String list = first + " root=/dev/ram," + second.replace(",", ",,").replace(" ", "_");
        TestImages.store(directory, "second,_with_comma", TestImages.contents(12, 10));
        BootResult result = machine.load(request(TestImages.multibootRaw()).initrd(list));

        int info = information();
        assertThat(machine.i32(info + 20)).isEqualTo(2);
        int modules = machine.i32(info + 24);
        assertThat(machine.i32(modules)).isEqualTo(0x21_2000);
        assertThat(machine.i32(modules + 4)).isEqualTo(0x21_2000 + 5000);
        assertThat(machine.string(machine.i32(modules + 8))).isEqualTo(first + " root=/dev/ram");
        assertThat(machine.bytes(0x21_2000, 5000)).isEqualTo(TestImages.contents(11, 5000));
        assertThat(machine.i32(modules + 16)).isEqualTo(0x21_4000);
        assertThat(machine.string(machine.i32(modules + 24))).endsWith("second,_with_comma");
        assertThat(machine.bytes(0x21_4000, 10)).isEqualTo(TestImages.contents(12, 10));
        assertThat(result.initrdStart()).isEqualTo(0x21_2000);
        assertThat(result.initrdSize()).isEqualTo(0x2000 + 10);
    }

    @Test
    void keepsTheInformationClearOfAKernelInBaseMemory() throws Exception {
        byte[] image = TestImages.multibootRaw();
        LittleEndian.put32(image, 0x10C, 0x1100);
        LittleEndian.put32(image, 0x110, 0x1080);
        LittleEndian.put32(image, 0x114, 0x3000);
        LittleEndian.put32(image, 0x118, 0x9000);
        LittleEndian.put32(image, 0x11C, 0x1200);
        machine.load(request(image));

        assertThat(information()).isEqualTo(0x10_0000);
        assertThat(machine.bytes(0x1080, 0x1F80))
                .isEqualTo(java.util.Arrays.copyOfRange(image, 0x80, 0x2000));
    }

    @Test
    void refusesWhatItCannotDo() {
        byte[] unknown = TestImages.multibootElf();
        TestImages.multibootHeader(unknown, 0x200, 0x13);
        assertRefused(unknown, "needs unknown features (flags 0x13)");

        byte[] noElf = TestImages.contents(5, 0x1000);
        TestImages.multibootHeader(noElf, 0x40, 3);
        assertRefused(noElf, "is no ELF file");

        byte[] outside = TestImages.multibootRaw();
        LittleEndian.put32(outside, 0x11C, 0x30_0000);
        assertRefused(outside, "damaged addresses");

        byte[] truncated = TestImages.multibootRaw();
        LittleEndian.put32(truncated, 0x114, 0x20_4000);
        assertRefused(truncated, "truncated");

        byte[] overBios = TestImages.multibootRaw();
        LittleEndian.put32(overBios, 0x10C, 0x9_F100);
        LittleEndian.put32(overBios, 0x110, 0x9_F080);
        LittleEndian.put32(overBios, 0x114, 0xA_1000);
        LittleEndian.put32(overBios, 0x11C, 0x9_F200);
        assertRefused(overBios, "over the BIOS or the VGA window");

        byte[] tooHigh = TestImages.multibootRaw();
        LittleEndian.put32(tooHigh, 0x118, 0x500_0000);
        assertRefused(tooHigh, "needs 80 MiB to start, the machine has 64");
    }

    private void assertRefused(byte[] image, String reason) {
        assertThatThrownBy(() -> machine.load(request(image)))
                .isInstanceOf(BootImageException.class)
                .hasMessageContaining("cannot load the kernel")
                .hasMessageContaining(reason);
    }

    @Test
    void refusesModulesThatAreMissingOrTooLarge() {
        assertThatThrownBy(
                        () ->
                                machine.load(
                                        request(TestImages.multibootElf()).initrd("/nonexistent")))
                .isInstanceOf(BootImageException.class)
                .hasMessage("cannot load the module '/nonexistent': no such file");
        String large = TestImages.store(directory, "large", new byte[48 << 20]);
        assertThatThrownBy(() -> machine.load(request(TestImages.multibootElf()).initrd(large)))
                .isInstanceOf(BootImageException.class)
                .hasMessageContaining("does not fit in RAM");
    }
}
