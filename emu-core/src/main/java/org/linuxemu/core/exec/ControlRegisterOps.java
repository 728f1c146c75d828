package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.mmu.PageWalker;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Efer;
import org.linuxemu.core.state.SegmentRegister;

/**
 * MOV to and from control and debug registers and their relatives (SDM Vol. 3, 2.5, 4.1 and 17.2).
 */
public final class ControlRegisterOps {
    private static final long CR0_DEFINED =
            ControlRegisters.CR0_PE
                    | ControlRegisters.CR0_MP
                    | ControlRegisters.CR0_EM
                    | ControlRegisters.CR0_TS
                    | ControlRegisters.CR0_ET
                    | ControlRegisters.CR0_NE
                    | ControlRegisters.CR0_WP
                    | ControlRegisters.CR0_AM
                    | ControlRegisters.CR0_NW
                    | ControlRegisters.CR0_CD
                    | ControlRegisters.CR0_PG;

    private static final long DR6_FIXED = 0xFFFF0FF0L;
    private static final long DR6_DEFINED = 0xE00F;
    private static final long DR7_FIXED = 0x400;
    private static final long DR7_DEFINED = 0xFFFF23FFL;
    private static final long DR7_GENERAL_DETECT = 0x2000;
    private static final long DR6_ACCESS_DETECTED = 0x2000;

    private ControlRegisterOps() {}

    /** MOV r, CRn: operand 1 is the control register. */
    public static void moveFromControl(ExecContext c, Instruction i) {
        c.requireCpl0();
        CpuState s = c.state;
        long value;
        switch (Operand.number(i.operand1)) {
            case 0:
                value = s.cr0;
                break;
            case 2:
                value = s.cr2;
                break;
            case 3:
                value = s.cr3;
                break;
            case 4:
                value = s.cr4;
                break;
            default:
                value = taskPriority(c);
                break;
        }
        Operands.write(c, i, i.operand0, value);
    }

    /** MOV CRn, r: operand 0 is the control register. */
    public static void moveToControl(ExecContext c, Instruction i) {
        c.requireCpl0();
        CpuState s = c.state;
        long value = Operands.read(c, i, i.operand1);
        switch (Operand.number(i.operand0)) {
            case 0:
                writeCr0(c, value);
                break;
            case 2:
                s.cr2 = value;
                break;
            case 3:
                writeCr3(c, value);
                break;
            case 4:
                writeCr4(c, value);
                break;
            default:
                if ((value & ~15L) != 0) {
                    throw c.generalProtection(0);
                }
                setTaskPriority(c, value);
                break;
        }
        c.stateChanged = true;
    }

    /** CR8, which is the local APIC's task-priority class; without one it is only kept. */
    public static long taskPriority(ExecContext c) {
        return c.localApic != null ? c.localApic.taskPriorityClass() : c.state.cr8;
    }

    /** Sets CR8, 0 to 15. */
    public static void setTaskPriority(ExecContext c, long value) {
        if (c.localApic != null) {
            c.localApic.setTaskPriorityClass((int) value);
        } else {
            c.state.cr8 = value;
        }
    }

    static void writeCr0(ExecContext c, long value) {
        CpuState s = c.state;
        long old = s.cr0;
        boolean paging = (value & ControlRegisters.CR0_PG) != 0;
        boolean wasPaging = (old & ControlRegisters.CR0_PG) != 0;
        if (value >>> 32 != 0
                || (paging && (value & ControlRegisters.CR0_PE) == 0)
                || ((value & ControlRegisters.CR0_NW) != 0
                        && (value & ControlRegisters.CR0_CD) == 0)) {
            throw c.generalProtection(0);
        }
        long cr0 = value & CR0_DEFINED | ControlRegisters.CR0_ET;
        long changed = cr0 ^ old;
        boolean pae = (s.cr4 & ControlRegisters.CR4_PAE) != 0;
        boolean enterLong = paging && !wasPaging && (s.efer & Efer.LME) != 0;
        if (enterLong) {
            // A 64-bit code segment or a 16-bit TSS cannot be taken into long mode (SDM Vol. 3,
            // 9.8.5).
            boolean tss16 = s.tr.usable() && (s.tr.attributes & 8) == 0;
            if (!pae || (s.cs().attributes & SegmentRegister.LONG) != 0 || tss16) {
                throw c.generalProtection(0);
            }
        }
        if (!paging && wasPaging && (s.is64Bit() || (s.cr4 & ControlRegisters.CR4_PCIDE) != 0)) {
            throw c.generalProtection(0);
        }
        long reload = ControlRegisters.CR0_CD | ControlRegisters.CR0_NW | ControlRegisters.CR0_PG;
        if (paging && pae && !enterLong && !s.longMode() && (changed & reload) != 0) {
            loadPdptes(c, s.cr3);
        }
        s.cr0 = cr0;
        if (enterLong) {
            s.efer |= Efer.LMA;
        } else if (!paging) {
            s.efer &= ~Efer.LMA;
        }
        if ((changed
                        & (ControlRegisters.CR0_PG
                                | ControlRegisters.CR0_WP
                                | ControlRegisters.CR0_PE))
                != 0) {
            c.mmu.flushAll();
        }
        c.mmu.updateContext();
        c.stateChanged = true;
    }

    private static void writeCr3(ExecContext c, long value) {
        CpuState s = c.state;
        long cr3 = value;
        if (s.longMode()) {
            if ((s.cr4 & ControlRegisters.CR4_PCIDE) != 0) {
                cr3 &= Long.MAX_VALUE; // bit 63 asks not to flush; it is not kept
            }
            if (cr3 >>> PageWalker.PHYSICAL_BITS != 0) {
                throw c.generalProtection(0);
            }
        } else if ((s.cr0 & ControlRegisters.CR0_PG) != 0
                && (s.cr4 & ControlRegisters.CR4_PAE) != 0) {
            loadPdptes(c, cr3);
        }
        // The TLBs know no PCID: what one address space has left there must not serve another.
        // Without a change, a
        // request not to flush can be granted.
        boolean keep = value < 0 && cr3 == s.cr3;
        s.cr3 = cr3;
        if (!keep) {
            c.mmu.flushLocal();
        }
    }

    private static long definedCr4(CpuModel m) {
        long bits =
                ControlRegisters.CR4_TSD
                        | ControlRegisters.CR4_DE
                        | ControlRegisters.CR4_PSE
                        | ControlRegisters.CR4_PAE
                        | ControlRegisters.CR4_PGE
                        | ControlRegisters.CR4_PCE
                        | ControlRegisters.CR4_OSFXSR
                        | ControlRegisters.CR4_OSXMMEXCPT;
        return bits
                | (m.has("MCE") ? ControlRegisters.CR4_MCE : 0)
                | (m.has("UMIP") ? ControlRegisters.CR4_UMIP : 0)
                | (m.has("FSGSBASE") ? ControlRegisters.CR4_FSGSBASE : 0)
                | (m.has("PCID") ? ControlRegisters.CR4_PCIDE : 0)
                | (m.has("XSAVE") ? ControlRegisters.CR4_OSXSAVE : 0)
                | (m.has("SMEP") ? ControlRegisters.CR4_SMEP : 0)
                | (m.has("SMAP") ? ControlRegisters.CR4_SMAP : 0);
    }

    private static void writeCr4(ExecContext c, long value) {
        CpuState s = c.state;
        long changed = value ^ s.cr4;
        if ((value & ~definedCr4(c.model)) != 0) {
            throw c.generalProtection(0);
        }
        if (s.longMode() && (value & ControlRegisters.CR4_PAE) == 0) {
            throw c.generalProtection(0);
        }
        if ((changed & value & ControlRegisters.CR4_PCIDE) != 0
                && (!s.longMode() || (s.cr3 & 0xFFF) != 0)) {
            throw c.generalProtection(0);
        }
        long paging =
                ControlRegisters.CR4_PAE
                        | ControlRegisters.CR4_PGE
                        | ControlRegisters.CR4_PSE
                        | ControlRegisters.CR4_SMEP;
        if ((changed & paging) != 0
                && (value & ControlRegisters.CR4_PAE) != 0
                && (s.cr0 & ControlRegisters.CR0_PG) != 0
                && !s.longMode()) {
            loadPdptes(c, s.cr3);
        }
        s.cr4 = value;
        if ((changed & (paging | ControlRegisters.CR4_PCIDE | ControlRegisters.CR4_SMAP)) != 0) {
            c.mmu.flushAll();
        }
        c.mmu.updateContext();
    }

    /** Loads the four PDPTE registers of PAE paging, all or none (SDM Vol. 3, 4.4.1). */
    private static void loadPdptes(ExecContext c, long cr3) {
        long table = cr3 & 0xFFFFFFE0L;
        long reserved = 0x1E6 | -1L << PageWalker.PHYSICAL_BITS;
        long e0 = c.mmu.memory().read(table, 8);
        long e1 = c.mmu.memory().read(table + 8, 8);
        long e2 = c.mmu.memory().read(table + 16, 8);
        long e3 = c.mmu.memory().read(table + 24, 8);
        if (isBadPdpte(e0, reserved)
                || isBadPdpte(e1, reserved)
                || isBadPdpte(e2, reserved)
                || isBadPdpte(e3, reserved)) {
            throw c.generalProtection(0);
        }
        long[] pdpte = c.state.pdpte;
        pdpte[0] = e0;
        pdpte[1] = e1;
        pdpte[2] = e2;
        pdpte[3] = e3;
    }

    private static boolean isBadPdpte(long entry, long reserved) {
        return (entry & 1) != 0 && (entry & reserved) != 0;
    }

    static void lmsw(ExecContext c, int value) {
        c.requireCpl0();
        // LMSW can set PE but not clear it.
        writeCr0(c, (c.state.cr0 & ~0xEL) | (value & 0xF));
    }

    static void clts(ExecContext c) {
        c.requireCpl0();
        c.state.cr0 &= ~ControlRegisters.CR0_TS;
        c.stateChanged = true;
    }

    // ---- debug registers ----

    /** MOV r, DRn: operand 1 is the debug register. */
    public static void moveFromDebug(ExecContext c, Instruction i) {
        int n = debugRegister(c, Operand.number(i.operand1));
        Operands.write(c, i, i.operand0, c.state.dr[n]);
    }

    /** MOV DRn, r: operand 0 is the debug register. */
    public static void moveToDebug(ExecContext c, Instruction i) {
        int n = debugRegister(c, Operand.number(i.operand0));
        long value = Operands.read(c, i, i.operand1);
        if (n >= 6) {
            if (value >>> 32 != 0) {
                throw c.generalProtection(0);
            }
            value = n == 6 ? value & DR6_DEFINED | DR6_FIXED : value & DR7_DEFINED | DR7_FIXED;
        }
        c.state.dr[n] = value;
        c.stateChanged = true;
    }

    /**
     * Checks that the access is allowed; returns the number with DR4 and DR5 taken for DR6 and DR7.
     */
    private static int debugRegister(ExecContext c, int number) {
        CpuState s = c.state;
        int n = number;
        if (n == 4 || n == 5) {
            if ((s.cr4 & ControlRegisters.CR4_DE) != 0) {
                throw c.invalidOpcode();
            }
            n += 2;
        }
        c.requireCpl0();
        if ((s.dr[7] & DR7_GENERAL_DETECT) != 0) {
            s.dr[6] |= DR6_ACCESS_DETECTED;
            throw c.fault.raise(CpuException.DB, 0);
        }
        return n;
    }

    // ---- extended control register ----

    /** State components that XCR0 can enable: x87, SSE, AVX. */
    static long supportedXcr0(CpuModel m) {
        return m.has("AVX") ? 7 : 3;
    }

    static void xgetbv(ExecContext c) {
        CpuState s = c.state;
        requireOsxsave(c);
        long index = s.regs[CpuState.RCX] & 0xFFFFFFFFL;
        if (index > 1 || (index == 1 && !c.model.has("XGETBV1"))) {
            throw c.generalProtection(0);
        }
        // Register 1 is XCR0 with the components left out that are in their initial state.
        long value = index == 0 ? s.xcr0 : XsaveOps.inUse(s, (int) s.xcr0);
        s.regs[CpuState.RAX] = value & 0xFFFFFFFFL;
        s.regs[CpuState.RDX] = value >>> 32;
    }

    static void xsetbv(ExecContext c) {
        CpuState s = c.state;
        requireOsxsave(c);
        c.requireCpl0();
        long value = s.regs[CpuState.RDX] << 32 | (s.regs[CpuState.RAX] & 0xFFFFFFFFL);
        boolean bad =
                (s.regs[CpuState.RCX] & 0xFFFFFFFFL) != 0
                        || (value & 1) == 0
                        || (value & ~supportedXcr0(c.model)) != 0
                        || (value & 6) == 4; // AVX needs SSE
        if (bad) {
            throw c.generalProtection(0);
        }
        s.xcr0 = value;
        c.stateChanged = true;
    }

    private static void requireOsxsave(ExecContext c) {
        if ((c.state.cr4 & ControlRegisters.CR4_OSXSAVE) == 0) {
            throw c.invalidOpcode();
        }
    }
}
