package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.exception.Descriptors;
import org.linuxemu.core.mmu.PageWalker;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Efer;
import org.linuxemu.core.state.MsrState;

/**
 * RDMSR and WRMSR (SDM Vol. 4, chapter 2). An MSR that the model does not have, a reserved bit and
 * an address that is not canonical raise #GP(0).
 */
public final class MsrOps {
    static final int TSC = 0x10;
    static final int PLATFORM_ID = 0x17;
    static final int APIC_BASE = 0x1B;
    static final int CORE_THREAD_COUNT = 0x35;
    static final int FEATURE_CONTROL = 0x3A;
    static final int TSC_ADJUST = 0x3B;
    static final int SPEC_CTRL = 0x48;
    static final int PRED_CMD = 0x49;
    static final int MICROCODE_TRIGGER = 0x79;
    static final int MICROCODE_REVISION = 0x8B;
    static final int PLATFORM_INFO = 0xCE;
    static final int MTRR_CAP = 0xFE;
    static final int ARCH_CAPABILITIES = 0x10A;
    static final int SYSENTER_CS = 0x174;
    static final int SYSENTER_ESP = 0x175;
    static final int SYSENTER_EIP = 0x176;
    static final int MCG_CAP = 0x179;
    static final int MCG_STATUS = 0x17A;
    static final int MISC_ENABLE = 0x1A0;
    static final int DEBUGCTL = 0x1D9;
    static final int MTRR_VARIABLE_FIRST = 0x200;
    static final int MTRR_VARIABLE_LAST = 0x20F;
    static final int MTRR_FIX64K = 0x250;
    static final int MTRR_FIX16K = 0x258;
    static final int MTRR_FIX4K = 0x268;
    static final int PAT = 0x277;
    static final int MTRR_DEF_TYPE = 0x2FF;
    static final int TSC_DEADLINE = 0x6E0;
    static final int XSS = 0xDA0;
    static final int EFER = 0xC0000080;
    static final int STAR = 0xC0000081;
    static final int LSTAR = 0xC0000082;
    static final int CSTAR = 0xC0000083;
    static final int FMASK = 0xC0000084;
    static final int FS_BASE = 0xC0000100;
    static final int GS_BASE = 0xC0000101;
    static final int KERNEL_GS_BASE = 0xC0000102;
    static final int TSC_AUX = 0xC0000103;

    /**
     * ARCH_CAPABILITIES: not affected by any of the speculation vulnerabilities that it can deny,
     * so that guests leave out every workaround, and enhanced IBRS, so that indirect branches need
     * no retpolines.
     */
    static final long ARCH_CAPABILITIES_VALUE =
            1L // RDCL_NO
                    | 1L << 1 // IBRS_ALL
                    | 1L << 3 // SKIP_L1DFL_VMENTRY
                    | 1L << 4 // SSB_NO
                    | 1L << 5 // MDS_NO
                    | 1L << 6 // IF_PSCHANGE_MC_NO
                    | 1L << 8 // TAA_NO
                    | 1L << 13 // SBDR_SSDP_NO
                    | 1L << 14 // FBSDP_NO
                    | 1L << 15 // PSDP_NO
                    | 1L << 20 // BHI_NO
                    | 1L << 24 // PBRSB_NO
                    | 1L << 26 // GDS_NO
                    | 1L << 27 // RFDS_NO
                    | 1L << 62; // ITS_NO

    /**
     * Ratio 10 of a 100 MHz bus: the 1 GHz of the time-stamp counter. No turbo, no CPUID faulting.
     */
    private static final long PLATFORM_INFO_VALUE = 10 << 8 | 10L << 40;

    private static final long MICROCODE_REVISION_VALUE = 1L << 32;

    /** Eight variable ranges, the fixed ones, write-combining. */
    private static final long MTRR_CAP_VALUE = 8 | 1 << 8 | 1 << 10;

    // MISC_ENABLE: fast strings, enhanced SpeedStep, MONITOR, limit CPUID, XD disable; BTS and PEBS
    // unavailable.
    private static final long MISC_ENABLE_WRITABLE = 1 | 1 << 16 | 1 << 18 | 1 << 22 | 1L << 34;
    private static final long MISC_ENABLE_FIXED = 1 << 11 | 1 << 12;

    private static final long APIC_BOOTSTRAP = 1 << 8;
    private static final long APIC_ENABLE = 1 << 11;

    private static final long PHYSICAL = (1L << PageWalker.PHYSICAL_BITS) - 1;

    private MsrOps() {}

    static void rdmsr(ExecContext c) {
        c.requireCpl0();
        CpuState s = c.state;
        long value = read(c, (int) s.regs[CpuState.RCX]);
        s.regs[CpuState.RAX] = value & 0xFFFFFFFFL;
        s.regs[CpuState.RDX] = value >>> 32;
        c.charge(InstructionCosts.MSR);
    }

    static void wrmsr(ExecContext c) {
        c.requireCpl0();
        CpuState s = c.state;
        long value = s.regs[CpuState.RDX] << 32 | (s.regs[CpuState.RAX] & 0xFFFFFFFFL);
        write(c, (int) s.regs[CpuState.RCX], value);
        c.charge(InstructionCosts.MSR);
        c.stateChanged = true;
    }

    /** The value of an MSR. */
    static long read(ExecContext c, int number) {
        CpuState s = c.state;
        MsrState m = s.msr;
        switch (number) {
            case TSC:
                return SystemOps.timeStamp(c);
            case PLATFORM_ID:
            case MCG_CAP:
            case MCG_STATUS:
                return 0;
            case APIC_BASE:
                require(c, "APIC");
                return m.apicBase;
            case CORE_THREAD_COUNT:
                return 0x10001;
            case FEATURE_CONTROL:
                return 1; // locked: no VMX
            case TSC_ADJUST:
                require(c, "TSC_ADJUST");
                return m.tscOffset;
            case SPEC_CTRL:
                require(c, "SPEC_CTRL");
                return m.specCtrl;
            case MICROCODE_REVISION:
                return MICROCODE_REVISION_VALUE;
            case PLATFORM_INFO:
                return PLATFORM_INFO_VALUE;
            case ARCH_CAPABILITIES:
                require(c, "ARCH_CAPABILITIES");
                return ARCH_CAPABILITIES_VALUE;
            case SYSENTER_CS:
                return m.sysenterCs;
            case SYSENTER_ESP:
                return m.sysenterEsp;
            case SYSENTER_EIP:
                return m.sysenterEip;
            case MISC_ENABLE:
                return m.miscEnable | MISC_ENABLE_FIXED;
            case DEBUGCTL:
                return 0;
            case PAT:
                require(c, "PAT");
                return m.pat;
            case TSC_DEADLINE:
                require(c, "TSC_DEADLINE");
                return isDeadlineArmed(c) ? m.tscDeadline : 0;
            case XSS:
                require(c, "XSAVES");
                return m.xss;
            case EFER:
                return s.efer;
            case STAR:
                return m.star;
            case LSTAR:
                return m.lstar;
            case CSTAR:
                return m.cstar;
            case FMASK:
                return m.fmask;
            case FS_BASE:
                return s.segments[Instruction.FS].base;
            case GS_BASE:
                return s.segments[Instruction.GS].base;
            case KERNEL_GS_BASE:
                return m.kernelGsBase;
            case TSC_AUX:
                requireTscAux(c);
                return m.tscAux & 0xFFFFFFFFL;
            default:
                return readMtrr(c, number);
        }
    }

    /** Sets an MSR. */
    static void write(ExecContext c, int number, long value) {
        CpuState s = c.state;
        MsrState m = s.msr;
        switch (number) {
            case TSC:
                setTscOffset(c, value - c.clock.cycles());
                break;
            case APIC_BASE:
                require(c, "APIC");
                writeApicBase(c, value);
                break;
            case TSC_ADJUST:
                require(c, "TSC_ADJUST");
                setTscOffset(c, value);
                break;
            case SPEC_CTRL:
                require(c, "SPEC_CTRL");
                // IBRS, STIBP, BHI_DIS_S: kernels that distrust BHI_NO then need no loop at every
                // entry.
                allow(c, value, c.model.has("BHI_CTRL") ? 0x403 : 3);
                m.specCtrl = value;
                break;
            case PRED_CMD:
                require(c, "SPEC_CTRL");
                allow(c, value, 1);
                break;
            case MICROCODE_TRIGGER:
            case MICROCODE_REVISION:
                break; // the update is taken and changes nothing
            case MCG_STATUS:
                allow(c, value, 0);
                break;
            case SYSENTER_CS:
                m.sysenterCs = value & 0xFFFFFFFFL;
                break;
            case SYSENTER_ESP:
                m.sysenterEsp = canonical(c, value);
                break;
            case SYSENTER_EIP:
                m.sysenterEip = canonical(c, value);
                break;
            case MISC_ENABLE:
                m.miscEnable = value & MISC_ENABLE_WRITABLE;
                break;
            case DEBUGCTL:
                allow(
                        c, value,
                        3); // last-branch record and single-step on branches: accepted, absent
                break;
            case PAT:
                require(c, "PAT");
                writePat(c, value);
                break;
            case TSC_DEADLINE:
                require(c, "TSC_DEADLINE");
                m.tscDeadline = value;
                armDeadline(c);
                break;
            case XSS:
                require(c, "XSAVES");
                allow(c, value, 0);
                m.xss = value;
                break;
            case EFER:
                writeEfer(c, value);
                break;
            case STAR:
                m.star = value;
                break;
            case LSTAR:
                m.lstar = canonical(c, value);
                break;
            case CSTAR:
                m.cstar = canonical(c, value);
                break;
            case FMASK:
                m.fmask = value & 0xFFFFFFFFL;
                break;
            case FS_BASE:
                s.setSegmentBase(Instruction.FS, canonical(c, value));
                break;
            case GS_BASE:
                s.setSegmentBase(Instruction.GS, canonical(c, value));
                break;
            case KERNEL_GS_BASE:
                m.kernelGsBase = canonical(c, value);
                break;
            case TSC_AUX:
                requireTscAux(c);
                allow(c, value, 0xFFFFFFFFL);
                m.tscAux = value;
                break;
            default:
                writeMtrr(c, number, value);
                break;
        }
    }

    private static void require(ExecContext c, String feature) {
        if (!c.model.has(feature)) {
            throw c.generalProtection(0);
        }
    }

    private static void requireTscAux(ExecContext c) {
        if (!c.model.has("RDTSCP") && !c.model.has("RDPID")) {
            throw c.generalProtection(0);
        }
    }

    private static void allow(ExecContext c, long value, long mask) {
        if ((value & ~mask) != 0) {
            throw c.generalProtection(0);
        }
    }

    private static long canonical(ExecContext c, long value) {
        if (!Descriptors.isCanonical(value)) {
            throw c.generalProtection(0);
        }
        return value;
    }

    /** IA32_APIC_BASE: bootstrap processor (read-only), global enable, address; no x2APIC mode. */
    private static void writeApicBase(ExecContext c, long value) {
        allow(c, value, PHYSICAL & ~0x6FFL);
        MsrState m = c.state.msr;
        m.apicBase = (value & ~APIC_BOOTSTRAP) | (m.apicBase & APIC_BOOTSTRAP);
        if (c.localApic != null) {
            c.localApic.setGloballyEnabled((value & APIC_ENABLE) != 0);
        }
    }

    private static boolean isDeadlineArmed(ExecContext c) {
        return c.localApic != null && c.localApic.tscDeadline() != Long.MAX_VALUE;
    }

    /** Changes the counter; a deadline that is armed is one of the counter, so it moves. */
    private static void setTscOffset(ExecContext c, long offset) {
        boolean armed = isDeadlineArmed(c);
        c.state.msr.tscOffset = offset;
        if (armed) {
            armDeadline(c);
        }
    }

    /**
     * Arms the APIC's timer for the MSR's value, unsigned as the counter is. One beyond the end of
     * virtual time is armed for that end.
     */
    private static void armDeadline(ExecContext c) {
        if (c.localApic == null) {
            return;
        }
        MsrState m = c.state.msr;
        long now = c.clock.cycles();
        long counter = now + m.tscOffset;
        long cycle;
        if (m.tscDeadline == 0) {
            cycle = Long.MAX_VALUE;
        } else if (Long.compareUnsigned(m.tscDeadline, counter) <= 0) {
            cycle = now;
        } else {
            long ahead = m.tscDeadline - counter;
            cycle = ahead < 0 || ahead >= Long.MAX_VALUE - now ? Long.MAX_VALUE - 1 : now + ahead;
        }
        c.localApic.setTscDeadline(cycle);
    }

    private static void writeEfer(ExecContext c, long value) {
        CpuState s = c.state;
        long defined = Efer.LME | Efer.LMA;
        if (c.model.has("SYSCALL")) {
            defined |= Efer.SCE;
        }
        if (c.model.has("NX")) {
            defined |= Efer.NXE;
        }
        allow(c, value, defined);
        long changed = value ^ s.efer;
        if ((changed & Efer.LME) != 0 && (s.cr0 & ControlRegisters.CR0_PG) != 0) {
            throw c.generalProtection(0);
        }
        s.efer = (value & ~Efer.LMA) | (s.efer & Efer.LMA);
        if ((changed & Efer.NXE) != 0) {
            c.mmu.flushAll();
        }
    }

    /**
     * Memory types: uncached 0, write-combining 1, write-through 4, write-protected 5, write-back
     * 6.
     */
    private static boolean isMemoryType(int type) {
        return (0x73 >> type & 1) != 0 && type < 7;
    }

    private static void writePat(ExecContext c, long value) {
        for (int i = 0; i < 64; i += 8) {
            int type = (int) (value >>> i) & 0xFF;
            // Here alone 7 is "uncached unless an MTRR says more".
            if (type != 7 && (type > 7 || !isMemoryType(type))) {
                throw c.generalProtection(0);
            }
        }
        c.state.msr.pat = value;
    }

    private static int fixedIndex(int number) {
        if (number == MTRR_FIX64K) {
            return 0;
        }
        if (number == MTRR_FIX16K || number == MTRR_FIX16K + 1) {
            return 1 + number - MTRR_FIX16K;
        }
        return number >= MTRR_FIX4K && number < MTRR_FIX4K + 8 ? 3 + number - MTRR_FIX4K : -1;
    }

    private static long readMtrr(ExecContext c, int number) {
        require(c, "MTRR");
        MsrState m = c.state.msr;
        if (number == MTRR_CAP) {
            return MTRR_CAP_VALUE;
        }
        if (number == MTRR_DEF_TYPE) {
            return m.mtrrDefType;
        }
        if (number >= MTRR_VARIABLE_FIRST && number <= MTRR_VARIABLE_LAST) {
            return m.mtrrVariable[number - MTRR_VARIABLE_FIRST];
        }
        int fixed = fixedIndex(number);
        if (fixed < 0) {
            throw c.generalProtection(0);
        }
        return m.mtrrFixed[fixed];
    }

    private static void writeMtrr(ExecContext c, int number, long value) {
        require(c, "MTRR");
        MsrState m = c.state.msr;
        if (number == MTRR_DEF_TYPE) {
            allow(c, value, 0xCFF);
            checkType(c, (int) value & 0xFF);
            m.mtrrDefType = value;
            return;
        }
        if (number >= MTRR_VARIABLE_FIRST && number <= MTRR_VARIABLE_LAST) {
            if ((number & 1) == 0) {
                allow(c, value, PHYSICAL & ~0xF00L);
                checkType(c, (int) value & 0xFF);
            } else {
                allow(c, value, PHYSICAL & ~0x7FFL);
            }
            m.mtrrVariable[number - MTRR_VARIABLE_FIRST] = value;
            return;
        }
        int fixed = fixedIndex(number);
        if (fixed < 0) {
            throw c.generalProtection(0);
        }
        for (int i = 0; i < 64; i += 8) {
            checkType(c, (int) (value >>> i) & 0xFF);
        }
        m.mtrrFixed[fixed] = value;
    }

    private static void checkType(ExecContext c, int type) {
        if (type > 7 || !isMemoryType(type)) {
            throw c.generalProtection(0);
        }
    }
}
