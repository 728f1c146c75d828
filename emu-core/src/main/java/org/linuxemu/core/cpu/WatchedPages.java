package org.linuxemu.core.cpu;

import java.util.Arrays;
import org.linuxemu.core.debug.BreakpointTable;
import org.linuxemu.core.debug.Watchpoint;
import org.linuxemu.core.mmu.Mmu;

/**
 * Keeps the MMU's list of watched pages equal to what the debugger and the guest's debug registers
 * watch.
 */
final class WatchedPages implements BreakpointTable.Listener {
    private final Mmu mmu;
    private final BreakpointTable breakpoints;
    private final DebugRegisters debugRegisters;

    WatchedPages(Mmu mmu, BreakpointTable breakpoints, DebugRegisters debugRegisters) {
        this.mmu = mmu;
        this.breakpoints = breakpoints;
        this.debugRegisters = debugRegisters;
    }

    @Override
    public void breakpointChanged(long linear) {
        // Breakpoints are looked up at block heads; nothing is cached from them.
    }

    @Override
    public void watchpointChanged(long linear, int length) {
        refresh();
    }

    /** Called after DR0-DR3 or DR7 changed. */
    void refresh() {
        long[] pages = debugRegisters.watchedPages();
        int n = pages.length;
        for (Watchpoint w : breakpoints.watchpoints()) {
            long first = w.address() & ~0xFFFL;
            int count = (int) (((w.address() + w.length() - 1) - first) >>> 12) + 1;
            if (n + count > pages.length) {
                pages = Arrays.copyOf(pages, Math.max(n + count, 2 * pages.length));
            }
            for (int i = 0; i < count; i++) {
                pages[n++] = first + 4096L * i;
            }
        }
        mmu.setWatchedPages(Arrays.copyOf(pages, n));
    }
}
