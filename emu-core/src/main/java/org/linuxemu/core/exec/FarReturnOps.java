package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.exception.Descriptors;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/** RETF and IRET in every mode (SDM Vol. 2, RET and IRET). */
final class FarReturnOps {
    private FarReturnOps() {}

    // ---- RETF ----

    static void retf(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int size = i.operandSize;
        int release = i.operand0 == 0 ? 0 : (int) i.immediate & 0xFFFF;
        long offset = FarOps.stackValue(c, 0, size);
        int selector = (int) FarOps.stackValue(c, 1, size) & 0xFFFF;
        if (s.realOrV86()) {
            if (offset > s.cs().limit) {
                throw c.generalProtection(0);
            }
            FarOps.setStackPointer(s, s.regs[CpuState.RSP] + 2L * size + release);
            loadRealCode(s, selector);
            s.rip = offset;
            return;
        }
        long address = codeAddress(c, selector);
        long code = readCode(c, selector, address);
        int cpl = selector & 3;
        if (cpl == s.cpl) {
            long rip = FarOps.checkTarget(c, code, offset);
            Descriptors.setAccessed(c.mmu, address, code);
            long sp = s.regs[CpuState.RSP] + 2L * size + release;
            FarOps.setStackPointer(s, sp);
            Descriptors.load(s, 1, selector, code);
            s.rip = rip;
            return;
        }
        // The outer stack lies behind the parameters, of which the inner stack has a copy.
        long sp = FarOps.stackAt(c, release + 2 * size, size);
        int stack = (int) FarOps.stackAt(c, release + 3 * size, size) & 0xFFFF;
        returnOuter(c, selector, address, code, offset, stack, sp, release);
    }

    private static void loadRealCode(CpuState s, int selector) {
        if (s.protectedMode()) {
            Descriptors.loadVirtual8086(s, 1, selector);
        } else {
            Descriptors.loadReal(s, 1, selector);
        }
    }

    private static long codeAddress(ExecContext c, int selector) {
        if (Descriptors.isNull(selector)) {
            throw c.generalProtection(0);
        }
        long address = Descriptors.address(c.state, selector);
        if (address == Descriptors.OUTSIDE) {
            throw c.generalProtection(selector & 0xFFFC);
        }
        return address;
    }

    /** Reads and checks the code segment that a return goes to. */
    private static long readCode(ExecContext c, int selector, long address) {
        CpuState s = c.state;
        long code = c.mmu.readSystem(address, 8);
        int rpl = selector & 3;
        int dpl = Descriptors.dpl(code);
        if (!Descriptors.isCode(code)
                || rpl < s.cpl
                || (Descriptors.isConforming(code) ? dpl > rpl : dpl != rpl)
                || (s.longMode() && Descriptors.isLong(code) && Descriptors.isBig(code))) {
            throw c.generalProtection(selector & 0xFFFC);
        }
        if (!Descriptors.present(code)) {
            throw c.fault.raise(CpuException.NP, selector & 0xFFFC);
        }
        return code;
    }

    /**
     * Checks the stack segment and the target, then loads CS:RIP and SS:RSP and drops inner data
     * segments.
     */
    private static void returnOuter(
            ExecContext c,
            int selector,
            long address,
            long code,
            long offset,
            int stackSelector,
            long sp,
            int release) {
        CpuState s = c.state;
        int cpl = selector & 3;
        boolean to64 = s.longMode() && Descriptors.isLong(code);
        boolean nullStack = Descriptors.isNull(stackSelector);
        long stack = 0;
        long stackAddress = 0;
        if (nullStack) {
            if (!to64 || cpl == 3 || (stackSelector & 3) != cpl) {
                throw c.generalProtection(0);
            }
        } else {
            int error = stackSelector & 0xFFFC;
            stackAddress = Descriptors.address(s, stackSelector);
            if (stackAddress == Descriptors.OUTSIDE) {
                throw c.generalProtection(error);
            }
            stack = c.mmu.readSystem(stackAddress, 8);
            if ((stackSelector & 3) != cpl
                    || Descriptors.dpl(stack) != cpl
                    || !Descriptors.isWritableData(stack)) {
                throw c.generalProtection(error);
            }
            if (!Descriptors.present(stack)) {
                throw c.fault.raise(CpuException.SS, error);
            }
        }
        long rip = FarOps.checkTarget(c, code, offset);
        Descriptors.setAccessed(c.mmu, address, code);
        if (!nullStack) {
            Descriptors.setAccessed(c.mmu, stackAddress, stack);
        }
        // Nothing faults from here on.
        boolean outer = cpl != s.cpl;
        s.cpl = cpl;
        Descriptors.load(s, 1, selector, code);
        if (nullStack) {
            Descriptors.loadNullStack(s, cpl);
        } else {
            Descriptors.load(s, 2, stackSelector, stack);
        }
        FarOps.setStackPointer(s, sp + release);
        if (outer) {
            Descriptors.dropInnerSegments(s, cpl);
        }
        s.rip = rip;
        c.mmu.updateContext();
    }

    // ---- IRET ----

    static void iret(ExecContext c, Instruction i) {
        CpuState s = c.state;
        s.nmiBlocked = false; // even if it faults (SDM Vol. 3, 6.7.1)
        if (!s.protectedMode()) {
            iretReal(c, i.operandSize);
        } else if (s.virtual8086()) {
            if ((s.systemFlags & Rflags.IOPL) != Rflags.IOPL) {
                throw c.generalProtection(0);
            }
            iretReal(c, i.operandSize);
        } else {
            iretProtected(c, i.operandSize);
        }
    }

    private static void iretReal(ExecContext c, int size) {
        CpuState s = c.state;
        long offset = FarOps.stackValue(c, 0, size);
        int selector = (int) FarOps.stackValue(c, 1, size) & 0xFFFF;
        long flags = FarOps.stackValue(c, 2, size);
        if (offset > s.cs().limit) {
            throw c.generalProtection(0);
        }
        FarOps.setStackPointer(s, s.regs[CpuState.RSP] + 3L * size);
        loadRealCode(s, selector);
        s.rip = offset;
        long keep = Rflags.VM | Rflags.VIF | Rflags.VIP;
        if (s.virtual8086()) {
            keep |= Rflags.IOPL;
        }
        if (size == 2) {
            keep |= 0xFFFF0000L;
        }
        s.setRflags((flags & ~keep) | (s.rflags() & keep));
        c.mmu.updateContext();
    }

    private static void iretProtected(ExecContext c, int size) {
        CpuState s = c.state;
        if ((s.systemFlags & Rflags.NT) != 0) {
            if (!s.longMode()) {
                c.delivery.reportTaskSwitch("IRET with NT set");
            }
            throw c.generalProtection(0);
        }
        long offset = FarOps.stackValue(c, 0, size);
        int selector = (int) FarOps.stackValue(c, 1, size) & 0xFFFF;
        long flags = FarOps.stackValue(c, 2, size);
        if ((flags & Rflags.VM) != 0 && size == 4 && s.cpl == 0 && !s.longMode()) {
            iretToVirtual8086(c, offset, selector, flags);
            return;
        }
        long address = codeAddress(c, selector);
        long code = readCode(c, selector, address);
        long keep = keptFlags(s, size);
        if ((selector & 3) != s.cpl || s.is64Bit()) {
            long sp = FarOps.stackValue(c, 3, size);
            int stack = (int) FarOps.stackValue(c, 4, size) & 0xFFFF;
            returnOuter(c, selector, address, code, offset, stack, sp, 0);
        } else {
            long rip = FarOps.checkTarget(c, code, offset);
            Descriptors.setAccessed(c.mmu, address, code);
            FarOps.setStackPointer(s, s.regs[CpuState.RSP] + 3L * size);
            Descriptors.load(s, 1, selector, code);
            s.rip = rip;
        }
        s.setRflags((flags & ~keep) | (s.rflags() & keep));
        c.mmu.updateContext();
    }

    /** Flags that IRET at the present privilege leaves as they are. */
    private static long keptFlags(CpuState s, int size) {
        long keep = Rflags.VM;
        if (size == 2) {
            keep |= 0xFFFF0000L;
        }
        if (s.cpl > 0) {
            keep |= Rflags.IOPL | Rflags.VIF | Rflags.VIP;
            if (s.cpl > (s.systemFlags & Rflags.IOPL) >> 12) {
                keep |= Rflags.IF;
            }
        }
        return keep;
    }

    private static void iretToVirtual8086(ExecContext c, long offset, int selector, long flags) {
        CpuState s = c.state;
        long sp = FarOps.stackValue(c, 3, 4);
        int ss = (int) FarOps.stackValue(c, 4, 4) & 0xFFFF;
        int es = (int) FarOps.stackValue(c, 5, 4) & 0xFFFF;
        int ds = (int) FarOps.stackValue(c, 6, 4) & 0xFFFF;
        int fs = (int) FarOps.stackValue(c, 7, 4) & 0xFFFF;
        int gs = (int) FarOps.stackValue(c, 8, 4) & 0xFFFF;
        // Nothing faults from here on; an EIP beyond the limit faults at the fetch.
        s.setRflags(flags);
        s.cpl = 3;
        Descriptors.loadVirtual8086(s, 0, es);
        Descriptors.loadVirtual8086(s, 1, selector);
        Descriptors.loadVirtual8086(s, 2, ss);
        Descriptors.loadVirtual8086(s, 3, ds);
        Descriptors.loadVirtual8086(s, 4, fs);
        Descriptors.loadVirtual8086(s, 5, gs);
        s.regs[CpuState.RSP] = sp & 0xFFFFFFFFL;
        s.rip = offset & 0xFFFF;
        c.mmu.updateContext();
    }
}
