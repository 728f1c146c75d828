package org.linuxemu.core.exec;

import org.linuxemu.core.block.BasicBlock;
import org.linuxemu.core.block.Translation;
import org.linuxemu.core.debug.BreakpointTable;

/**
 * Where code has to stop for breakpoints, which have linear addresses, while decoded and translated
 * code is known by its physical one and may run at several.
 */
final class BreakpointGuard {
    private final BreakpointTable breakpoints;

    BreakpointGuard(BreakpointTable breakpoints) {
        this.breakpoints = breakpoints;
    }

    /**
     * How many of the first instructions may run before one with a breakpoint.
     *
     * @param n of so many, at least 1
     * @param linear address of the block
     */
    int upToBreakpoint(BasicBlock b, int n, long linear) {
        if (breakpoints.mayBeIn(linear, b.offsets[n])) {
            for (int i = 0; i < n; i++) {
                if (breakpoints.contains(linear + b.offsets[i])) {
                    return i;
                }
            }
        }
        return n;
    }

    /**
     * Whether any instruction of a translation has a breakpoint if its page is at this address. It
     * must not be run there then, since it stops at none.
     */
    boolean isInside(Translation t, long page) {
        if (t.checkedGeneration != breakpoints.generation() || t.checkedPage != page) {
            t.checkedGeneration = breakpoints.generation();
            t.checkedPage = page;
            t.hasBreakpoint = false;
            for (BasicBlock b : t.blocks) {
                t.hasBreakpoint |= upToBreakpoint(b, b.count, page + b.startOffset()) < b.count;
            }
        }
        return t.hasBreakpoint;
    }
}
