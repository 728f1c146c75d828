package org.linuxemu.devices.boot;

import java.util.Arrays;
import org.linuxemu.core.state.MsrState;
import org.linuxemu.devices.board.PcMemoryLayout;

/**
 * The memory type range registers as a PC's firmware leaves them (SDM Vol. 3A, 12.11): enabled,
 * write-back by default, uncached from the video memory to 1 MiB and in the hole for devices below
 * 4 GiB. Without them Linux reports MTRRs "disabled by BIOS" and does without the page attribute
 * table.
 */
final class FirmwareMtrrs {
    private static final long ENABLED = 1 << 11;
    private static final long FIXED_ENABLED = 1 << 10;
    private static final long VALID = 1 << 11;
    private static final long UNCACHED = 0;
    private static final long WRITE_BACK = 6;
    private static final long ALL_WRITE_BACK = 0x0606060606060606L;

    /** Every address bit that CPUID leaf 80000008h announces. */
    private static final long PHYSICAL_MASK = (1L << 40) - 1;

    private FirmwareMtrrs() {}

    static void apply(MsrState msr) {
        Arrays.fill(msr.mtrrFixed, UNCACHED);
        msr.mtrrFixed[0] = ALL_WRITE_BACK; // 00000 to 7FFFF
        msr.mtrrFixed[1] = ALL_WRITE_BACK; // 80000 to 9FFFF
        Arrays.fill(msr.mtrrVariable, 0);
        msr.mtrrVariable[0] = PcMemoryLayout.PCI_HOLE | UNCACHED;
        msr.mtrrVariable[1] =
                -(PcMemoryLayout.FOUR_GIB - PcMemoryLayout.PCI_HOLE) & PHYSICAL_MASK | VALID;
        msr.mtrrDefType = ENABLED | FIXED_ENABLED | WRITE_BACK;
    }
}
