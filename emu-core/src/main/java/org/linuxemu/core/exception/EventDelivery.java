package org.linuxemu.core.exception;

import org.linuxemu.core.mmu.Mmu;
import org.linuxemu.core.state.CpuState;

/** Delivers exceptions and interrupts through the IVT, IDT and TSS (SDM Vol. 3, chapter 6). */
public final class EventDelivery {
    private final CpuState state;
    private final Mmu mmu;

    public EventDelivery(CpuState state, Mmu mmu) {
        this.state = state;
        this.mmu = mmu;
    }
}
