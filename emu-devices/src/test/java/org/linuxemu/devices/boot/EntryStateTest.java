package org.linuxemu.devices.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.SegmentRegister;
import org.linuxemu.devices.board.PcMemoryLayout;

/** The registers at a kernel's first instruction, protocol by protocol. */
class EntryStateTest {
    @TempDir Path directory;

    private final TestMachine machine = new TestMachine(64);
    private final CpuState state = machine.state;

    private void load(byte[] image) throws BootImageException {
        // Nothing of an earlier life of the machine may shine through.
        java.util.Arrays.fill(state.regs, -1);
        state.cr2 = state.cr8 = -1;
        state.halted = true;
        state.setRflags(-1);
        machine.load(new BootRequest(TestImages.store(directory, "kernel", image)));
    }

    private void assertGeneralRegisters(long... expected) {
        long[] actual = java.util.Arrays.copyOf(state.regs, 16);
        long[] all = new long[16];
        System.arraycopy(expected, 0, all, 0, expected.length);
        assertThat(actual).containsExactly(all);
        assertThat(state.regs[CpuState.FS_BASE]).isZero();
        assertThat(state.regs[CpuState.GS_BASE]).isZero();
    }

    private void assertFlatSegments(int codeAttributes) {
        for (int i = 0; i < 6; i++) {
            SegmentRegister segment = state.segments[i];
            boolean code = segment == state.cs();
            assertThat(segment.selector).isEqualTo(code ? 0x10 : 0x18);
            assertThat(segment.base).isZero();
            assertThat(segment.limit).isEqualTo(0xFFFF_FFFFL);
            assertThat(segment.attributes).isEqualTo(code ? codeAttributes : 0xC093);
            // The descriptor that the selector names says the same, so that a reload changes
            // nothing.
            SegmentRegister fromTable = new SegmentRegister();
            long descriptor = machine.i64(state.gdtrBase + segment.selector);
            fromTable.loadDescriptor(segment.selector, (int) descriptor, (int) (descriptor >>> 32));
            assertThat(fromTable).usingRecursiveComparison().isEqualTo(segment);
        }
        assertThat(state.gdtrLimit).isEqualTo(0x1F);
        assertThat(state.idtrLimit).isZero();
        assertThat(state.cpl).isZero();
    }

    private void assertQuiet() {
        assertThat(state.rflags()).as("flags, interrupts off").isEqualTo(2);
        assertThat(state.halted).isFalse();
        assertThat(state.cr2).isZero();
        assertThat(state.cr8).isZero();
    }

    @Test
    void the64BitProtocol() throws Exception {
        load(TestImages.elf64());

        assertThat(state.cr0).isEqualTo(0x80000011L); // PG, ET, PE
        assertThat(state.cr4).isEqualTo(0x20); // PAE
        assertThat(state.efer).isEqualTo(0x500); // LMA, LME
        assertGeneralRegisters(
                0, 0, 0, 0, PcMemoryLayout.BOOT_STACK_TOP, 0, PcMemoryLayout.BOOT_PARAMS);
        assertFlatSegments(0xA09B);
        assertQuiet();
        assertThat(state.rip).isEqualTo(TestImages.ENTRY);
        assertThat(state.codeSize()).isEqualTo(8);
    }

    @Test
    void the64BitProtocolMapsTheLow4GibToThemselves() throws Exception {
        load(TestImages.elf64());

        for (long address :
                new long[] {
                    0, 0x7000, 0x10_0000, TestImages.ENTRY, 0xBFFF_FFFFL, 0xFEE0_0020L, 0xFFFF_FFFFL
                }) {
            assertThat(machine.translate(address)).isEqualTo(address);
        }
        assertThat(machine.translate(0x1_0000_0000L)).isEqualTo(-1);
        assertThat(machine.translate(0xFFFF_FFFF_8100_0000L)).isEqualTo(-1);
    }

    @Test
    void the32BitProtocol() throws Exception {
        load(TestImages.elf32());

        assertThat(state.cr0).isEqualTo(0x11); // ET, PE
        assertThat(state.cr3).isZero();
        assertThat(state.cr4).isZero();
        assertThat(state.efer).isZero();
        assertGeneralRegisters(
                0, 0, 0, 0, PcMemoryLayout.BOOT_STACK_TOP, 0, PcMemoryLayout.BOOT_PARAMS);
        assertFlatSegments(0xC09B);
        assertQuiet();
        assertThat(state.rip).isEqualTo(TestImages.ENTRY);
        assertThat(state.codeSize()).isEqualTo(4);
    }

    @Test
    void theMultibootState() throws Exception {
        load(TestImages.multibootElf());

        assertThat(state.cr0).isEqualTo(0x11);
        assertThat(state.cr4).isZero();
        assertThat(state.efer).isZero();
        assertGeneralRegisters(
                0x2BADB002, 0, 0, PcMemoryLayout.MULTIBOOT_INFO, PcMemoryLayout.BOOT_STACK_TOP);
        assertFlatSegments(0xC09B);
        assertQuiet();
        assertThat(state.rip).isEqualTo(TestImages.ENTRY);
    }
}
