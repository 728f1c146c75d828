package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.exception.Descriptors;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Efer;
import org.linuxemu.core.state.Rflags;
import org.linuxemu.core.state.SegmentRegister;

/**
 * SYSCALL, SYSRET, SYSENTER and SYSEXIT as on Intel's processors: SYSCALL only in 64-bit mode,
 * SYSENTER in every protected mode, and SYSRET to a non-canonical address faults before the
 * privilege changes.
 */
final class SystemCallOps {
    private static final int CODE64 = 0xA09B; // G, L, present, DPL 0, execute/read, accessed
    private static final int CODE32 = 0xC09B; // G, D
    private static final int DATA = 0xC093; // G, B, read/write
    private static final int DPL3 = 3 << SegmentRegister.DPL_SHIFT;
    private static final long FLAT = 0xFFFFFFFFL;

    /** Flags that SYSRET takes from R11. */
    private static final long SYSRET_FLAGS = 0x3C7FD7;

    private SystemCallOps() {}

    static void syscall(ExecContext c) {
        CpuState s = c.state;
        if (!s.is64Bit() || (s.efer & Efer.SCE) == 0) {
            throw c.invalidOpcode();
        }
        long flags = s.rflags();
        s.regs[CpuState.RCX] = s.rip;
        s.regs[11] = flags & ~(long) Rflags.RF;
        s.rip = s.msr.lstar;
        s.setRflags(flags & ~s.msr.fmask & ~(long) Rflags.RF);
        int selector = (int) (s.msr.star >>> 32) & 0xFFFC;
        setCode(s, selector, CODE64);
        setStack(s, selector + 8, DATA);
        s.cpl = 0;
        c.mmu.updateContext();
    }

    static void sysret(ExecContext c, Instruction i) {
        CpuState s = c.state;
        if (!s.is64Bit() || (s.efer & Efer.SCE) == 0) {
            throw c.invalidOpcode();
        }
        c.requireCpl0();
        int selector = (int) (s.msr.star >>> 48) | 3;
        long target = s.regs[CpuState.RCX];
        if (i.operandSize == 8) {
            if (!Descriptors.isCanonical(target)) {
                throw c.generalProtection(0);
            }
            setCode(s, selector + 16, CODE64 | DPL3);
            s.rip = target;
        } else {
            setCode(s, selector, CODE32 | DPL3);
            s.rip = target & 0xFFFFFFFFL;
        }
        setStack(s, selector + 8, DATA | DPL3);
        s.setRflags(s.regs[11] & SYSRET_FLAGS);
        s.cpl = 3;
        c.mmu.updateContext();
    }

    static void sysenter(ExecContext c) {
        CpuState s = c.state;
        int selector = (int) s.msr.sysenterCs & 0xFFFC;
        if (!s.protectedMode() || selector == 0) {
            throw c.generalProtection(0);
        }
        boolean longMode = s.longMode();
        s.systemFlags &= ~(Rflags.VM | Rflags.IF | Rflags.RF);
        setCode(s, selector, longMode ? CODE64 : CODE32);
        setStack(s, selector + 8, DATA);
        s.regs[CpuState.RSP] = longMode ? s.msr.sysenterEsp : s.msr.sysenterEsp & 0xFFFFFFFFL;
        s.rip = longMode ? s.msr.sysenterEip : s.msr.sysenterEip & 0xFFFFFFFFL;
        s.cpl = 0;
        c.mmu.updateContext();
    }

    static void sysexit(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int selector = (int) s.msr.sysenterCs & 0xFFFC;
        if (!s.protectedMode() || selector == 0) {
            throw c.generalProtection(0);
        }
        c.requireCpl0();
        long rip = s.regs[CpuState.RDX];
        long rsp = s.regs[CpuState.RCX];
        if (i.operandSize == 8) {
            if (!Descriptors.isCanonical(rip) || !Descriptors.isCanonical(rsp)) {
                throw c.generalProtection(0);
            }
            setCode(s, (selector + 32) | 3, CODE64 | DPL3);
            setStack(s, (selector + 40) | 3, DATA | DPL3);
        } else {
            rip &= 0xFFFFFFFFL;
            rsp &= 0xFFFFFFFFL;
            setCode(s, (selector + 16) | 3, CODE32 | DPL3);
            setStack(s, (selector + 24) | 3, DATA | DPL3);
        }
        s.regs[CpuState.RSP] = rsp;
        s.rip = rip;
        s.cpl = 3;
        c.mmu.updateContext();
    }

    private static void setCode(CpuState s, int selector, int attributes) {
        s.cs().set(selector & 0xFFFF, 0, FLAT, attributes);
    }

    private static void setStack(CpuState s, int selector, int attributes) {
        s.ss().set(selector & 0xFFFF, 0, FLAT, attributes);
    }
}
