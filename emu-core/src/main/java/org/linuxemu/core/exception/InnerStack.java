package org.linuxemu.core.exception;

import org.linuxemu.core.mmu.Mmu;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.SegmentRegister;

/**
 * The stack of an inner privilege level as the TSS names it (SDM Vol. 3, 6.12.1, 6.14.4 and 7.2).
 */
public final class InnerStack {
    private final CpuState state;
    private final Mmu mmu;

    /** SS as it will be loaded; only outside long mode. */
    public final SegmentRegister segment = new SegmentRegister();

    /** Stack pointer found. */
    public long pointer;

    private long descriptor;
    private long descriptorAddress;

    InnerStack(CpuState state, Mmu mmu) {
        this.state = state;
        this.mmu = mmu;
    }

    /**
     * Finds the stack for a switch to {@code cpl} outside long mode and checks its segment.
     *
     * @param cpl the new level, 0-2
     * @param ext the EXT bit of error codes, 0 or 1
     */
    public void find(int cpl, int ext) {
        SegmentRegister tr = state.tr;
        CpuException fault = mmu.fault();
        boolean wide = (tr.attributes & 8) != 0;
        int offset = wide ? 4 + 8 * cpl : 2 + 4 * cpl;
        if (!tr.usable() || offset + (wide ? 5 : 3) > tr.limit) {
            throw fault.raise(CpuException.TS, (tr.selector & 0xFFFC) | ext);
        }
        int selector;
        if (wide) {
            pointer = mmu.readSystem(Descriptors.wrap(state, tr.base + offset), 4);
            selector = (int) mmu.readSystem(Descriptors.wrap(state, tr.base + offset + 4), 2);
        } else {
            pointer = mmu.readSystem(Descriptors.wrap(state, tr.base + offset), 2);
            selector = (int) mmu.readSystem(Descriptors.wrap(state, tr.base + offset + 2), 2);
        }
        if (Descriptors.isNull(selector)) {
            throw fault.raise(CpuException.TS, ext);
        }
        int code = (selector & 0xFFFC) | ext;
        descriptorAddress = Descriptors.address(state, selector);
        if (descriptorAddress == Descriptors.OUTSIDE) {
            throw fault.raise(CpuException.TS, code);
        }
        descriptor = mmu.readSystem(descriptorAddress, 8);
        if ((selector & 3) != cpl
                || Descriptors.dpl(descriptor) != cpl
                || !Descriptors.isWritableData(descriptor)) {
            throw fault.raise(CpuException.TS, code);
        }
        if (!Descriptors.present(descriptor)) {
            throw fault.raise(CpuException.SS, code);
        }
        segment.loadDescriptor(selector, (int) descriptor, (int) (descriptor >>> 32));
        segment.attributes |= SegmentRegister.ACCESSED;
    }

    /**
     * Sets the accessed bit of the segment found; may fault, and is the last thing that may before
     * the frame.
     */
    public void markAccessed() {
        Descriptors.setAccessed(mmu, descriptorAddress, descriptor);
    }

    /**
     * Finds the stack pointer in the 64-bit TSS.
     *
     * @param slot byte offset in the TSS: 4 + 8 * CPL, or 28 + 8 * IST
     * @param ext the EXT bit of error codes, 0 or 1
     */
    public void findLong(int slot, int ext) {
        SegmentRegister tr = state.tr;
        if (!tr.usable() || slot + 7 > tr.limit) {
            throw mmu.fault().raise(CpuException.TS, (tr.selector & 0xFFFC) | ext);
        }
        pointer = mmu.readSystem(tr.base + slot, 8);
        if (!Descriptors.isCanonical(pointer)) {
            throw mmu.fault().raise(CpuException.SS, ext);
        }
    }
}
