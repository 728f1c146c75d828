package org.linuxemu.devices.board;

import org.linuxemu.core.irq.IrqLine;

/** One interrupt input that several devices drive: asserted while any of them asserts it. */
final class WiredOr {
    private final IrqLine target;
    private int asserted;

    WiredOr(IrqLine target) {
        this.target = target;
    }

    /** The wire of driver {@code number}, 0 to 31. */
    IrqLine input(int number) {
        int bit = 1 << number;
        return new IrqLine() {
            @Override
            public void set(boolean level) {
                asserted = level ? asserted | bit : asserted & ~bit;
                target.set(asserted != 0);
            }
        };
    }
}
