package org.linuxemu.core.exception;

import org.linuxemu.core.mmu.Mmu;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.SegmentRegister;

/**
 * Segment and gate descriptors in the guest's tables (SDM Vol. 3, 3.4.5 and 3.5). A descriptor is
 * handled as the {@code long} of its eight bytes; accesses to tables have supervisor privilege
 * whatever CPL is.
 */
public final class Descriptors {
    /** System descriptor types (SDM Vol. 3, table 3-2). */
    public static final int TSS16_AVAILABLE = 1;

    public static final int LDT = 2;
    public static final int TSS16_BUSY = 3;
    public static final int CALL_GATE16 = 4;
    public static final int TASK_GATE = 5;
    public static final int INTERRUPT_GATE16 = 6;
    public static final int TRAP_GATE16 = 7;
    public static final int TSS_AVAILABLE = 9;
    public static final int TSS_BUSY = 11;
    public static final int CALL_GATE = 12;
    public static final int INTERRUPT_GATE = 14;
    public static final int TRAP_GATE = 15;

    /** Result of {@link #address} for a selector outside its table. */
    public static final long OUTSIDE = -1;

    private Descriptors() {}

    /** A null selector: index 0 of the GDT, whatever the RPL. */
    public static boolean isNull(int selector) {
        return (selector & 0xFFFC) == 0;
    }

    /** Linear address of the 8-byte descriptor that a selector names, or {@link #OUTSIDE}. */
    public static long address(CpuState s, int selector) {
        return address(s, selector, 8);
    }

    /** As {@link #address(CpuState, int)} for a descriptor of 8 or 16 bytes. */
    public static long address(CpuState s, int selector, int bytes) {
        int offset = selector & 0xFFF8;
        long base;
        if ((selector & 4) != 0) {
            if (!s.ldtr.usable() || offset + bytes - 1 > s.ldtr.limit) {
                return OUTSIDE;
            }
            base = s.ldtr.base;
        } else {
            if (offset + bytes - 1 > s.gdtrLimit) {
                return OUTSIDE;
            }
            base = s.gdtrBase;
        }
        return wrap(s, base + offset);
    }

    /** Cuts a linear address to the 32 bits that it has outside long mode. */
    public static long wrap(CpuState s, long linear) {
        return s.longMode() ? linear : linear & 0xFFFFFFFFL;
    }

    public static boolean isCanonical(long address) {
        return address << 16 >> 16 == address;
    }

    public static int type(long descriptor) {
        return (int) (descriptor >>> 40) & 15;
    }

    public static int dpl(long descriptor) {
        return (int) (descriptor >>> 45) & 3;
    }

    public static boolean present(long descriptor) {
        return (descriptor >>> 47 & 1) != 0;
    }

    /** A system segment or gate: the S bit is clear. */
    public static boolean isSystem(long descriptor) {
        return (descriptor >>> 44 & 1) == 0;
    }

    public static boolean isCode(long descriptor) {
        return (descriptor >>> 43 & 3) == 3;
    }

    public static boolean isConforming(long descriptor) {
        return (descriptor >>> 42 & 7) == 7;
    }

    public static boolean isWritableData(long descriptor) {
        return (descriptor >>> 41 & 0xD) == 9;
    }

    /** Data, or code that may be read. */
    public static boolean isReadable(long descriptor) {
        return !isSystem(descriptor) && (!isCode(descriptor) || (descriptor >>> 41 & 1) != 0);
    }

    /** The L bit: a 64-bit code segment. */
    public static boolean isLong(long descriptor) {
        return (descriptor >>> 53 & 1) != 0;
    }

    /** The D/B bit. */
    public static boolean isBig(long descriptor) {
        return (descriptor >>> 54 & 1) != 0;
    }

    /** Limit in bytes, granularity applied. */
    public static long limit(long descriptor) {
        long raw = (descriptor & 0xFFFF) | (descriptor >>> 32 & 0xF0000);
        return (descriptor >>> 55 & 1) != 0 ? raw << 12 | 0xFFF : raw;
    }

    /** Code segment selector of a gate. */
    public static int gateSelector(long gate) {
        return (int) (gate >>> 16) & 0xFFFF;
    }

    /** Offset of a gate, bits 31:0. */
    public static long gateOffset(long gate) {
        return (gate & 0xFFFF) | (gate >>> 32 & 0xFFFF0000L);
    }

    /** Sets the accessed bit of a code or data descriptor in memory unless it is set; may fault. */
    public static void setAccessed(Mmu mmu, long address, long descriptor) {
        if ((descriptor >>> 40 & SegmentRegister.ACCESSED) == 0) {
            mmu.writeSystem(address + 5, 1, (descriptor >>> 40 & 0xFF) | SegmentRegister.ACCESSED);
        }
    }

    /**
     * Loads a segment register with a code or data descriptor; the accessed bit is taken as set.
     */
    public static void load(CpuState s, int segment, int selector, long descriptor) {
        SegmentRegister r = s.segments[segment];
        r.loadDescriptor(selector, (int) descriptor, (int) (descriptor >>> 32));
        r.attributes |= SegmentRegister.ACCESSED;
        boolean flat = segment == 1 && s.is64Bit(); // a 64-bit code segment has no base
        s.setSegmentBase(segment, flat ? 0 : r.base);
    }

    /** Makes a segment register null: unusable, base zero as Intel's processors have it. */
    public static void loadNull(CpuState s, int segment, int selector) {
        s.segments[segment].set(selector, 0, 0, 0);
        s.setSegmentBase(segment, 0);
    }

    /**
     * The stack segment after a switch of privilege in long mode: null with the new CPL, yet
     * usable.
     */
    public static void loadNullStack(CpuState s, int cpl) {
        s.segments[2].set(cpl, 0, 0xFFFFFFFFL, 0xC093 | cpl << SegmentRegister.DPL_SHIFT);
    }

    /** Loads a segment register in virtual-8086 mode. */
    public static void loadVirtual8086(CpuState s, int segment, int selector) {
        s.segments[segment].set(selector, 0, 0xFFFF, 0xF3);
        s.setSegmentBase(segment, (long) selector << 4);
    }

    /**
     * Loads a segment register in real-address mode: limit and sizes stay as they were (SDM Vol. 3,
     * 9.9).
     */
    public static void loadReal(CpuState s, int segment, int selector) {
        SegmentRegister r = s.segments[segment];
        int sizes =
                SegmentRegister.GRANULARITY
                        | SegmentRegister.DEFAULT_BIG
                        | SegmentRegister.AVAILABLE;
        r.selector = selector;
        r.attributes = (r.attributes & sizes) | (segment == 1 ? 0x9B : 0x93);
        s.setSegmentBase(segment, (long) selector << 4);
    }

    /**
     * Makes the data segments null that code of an outer level may not keep (SDM Vol. 2, RET and
     * IRET). State only; cannot fault.
     */
    public static void dropInnerSegments(CpuState s, int newCpl) {
        for (int i = 0; i < 6; i++) {
            SegmentRegister r = s.segments[i];
            if (i == 1 || i == 2 || !r.usable() || r.dpl() >= newCpl) {
                continue;
            }
            boolean conforming = r.isCode() && (r.attributes & SegmentRegister.CONFORMING) != 0;
            if (!conforming) {
                r.selector = 0;
                r.attributes = 0;
            }
        }
    }
}
