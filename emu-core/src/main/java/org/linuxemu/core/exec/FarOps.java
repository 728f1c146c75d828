package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.exception.Descriptors;
import org.linuxemu.core.exception.InnerStack;
import org.linuxemu.core.exception.StackFrame;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;
import org.linuxemu.core.state.SegmentRegister;

/**
 * Far transfers, software interrupts and system calls. The processor modelled is Intel's where the
 * vendors differ. A hardware task switch is refused with #GP.
 */
public final class FarOps {
    private FarOps() {}

    /** Executes one instruction by the contract of {@link ExecContext}. */
    public static void execute(ExecContext c, Instruction i) {
        switch (i.mnemonic) {
            case JMPF:
                transfer(c, i, false);
                break;
            case CALLF:
                transfer(c, i, true);
                break;
            case RETF:
                FarReturnOps.retf(c, i);
                break;
            case IRET:
                FarReturnOps.iret(c, i);
                break;
            case INT3:
                c.delivery.deliverSoftware(CpuException.BP);
                break;
            case INT:
                softwareInterrupt(c, (int) i.immediate & 0xFF);
                break;
            case INTO:
                if (c.state.overflow()) {
                    c.delivery.deliverSoftware(CpuException.OF);
                }
                break;
            case INT1:
                c.delivery.deliverInt1();
                break;
            case BOUND:
                bound(c, i);
                return;
            case SYSCALL:
                SystemCallOps.syscall(c);
                break;
            case SYSRET:
                SystemCallOps.sysret(c, i);
                break;
            case SYSENTER:
                SystemCallOps.sysenter(c);
                break;
            case SYSEXIT:
                SystemCallOps.sysexit(c, i);
                break;
            default: // UD0, UD1, UD2
                throw c.invalidOpcode();
        }
        c.stateChanged = true;
    }

    private static void softwareInterrupt(ExecContext c, int vector) {
        CpuState s = c.state;
        if (s.virtual8086() && (s.systemFlags & Rflags.IOPL) != Rflags.IOPL) {
            throw c.generalProtection(0);
        }
        c.delivery.deliverSoftware(vector);
    }

    private static void bound(ExecContext c, Instruction i) {
        int size = i.operandSize;
        long linear = Operands.address(c, i, 2 * size, false);
        long lower = Operands.signExtend(c.mmu.read(linear, size), size);
        long upper =
                Operands.signExtend(
                        c.mmu.read(Descriptors.wrap(c.state, linear + size), size), size);
        long index = Operands.signExtend(Operands.read(c, i, i.operand0), size);
        if (index < lower || index > upper) {
            throw c.fault.raise(CpuException.BR, 0);
        }
    }

    private static void transfer(ExecContext c, Instruction i, boolean call) {
        long offset;
        int selector;
        int size = i.operandSize;
        if (Operand.kind(i.operand0) == Operand.FAR_POINTER) {
            offset = Operands.zeroExtend(i.immediate, size);
            selector = (int) i.immediate2 & 0xFFFF;
        } else {
            long linear = Operands.address(c, i, size + 2, false);
            offset = c.mmu.read(linear, size);
            selector = c.mmu.readShort(Descriptors.wrap(c.state, linear + size));
        }
        if (c.state.realOrV86()) {
            transferReal(c, selector, offset, size, call);
        } else {
            transferProtected(c, selector, offset, size, call);
        }
    }

    private static void transferReal(
            ExecContext c, int selector, long offset, int size, boolean call) {
        CpuState s = c.state;
        if (offset > s.cs().limit) {
            throw c.generalProtection(0);
        }
        if (call) {
            pushReturn(c, size);
        }
        if (s.protectedMode()) {
            Descriptors.loadVirtual8086(s, 1, selector);
        } else {
            Descriptors.loadReal(s, 1, selector);
        }
        s.rip = offset;
    }

    /** Pushes CS and the return address on the current stack. */
    private static void pushReturn(ExecContext c, int size) {
        CpuState s = c.state;
        StackFrame f = c.delivery.frame();
        f.clear();
        f.push(s.cs().selector);
        f.push(s.rip);
        if (s.is64Bit()) {
            s.regs[CpuState.RSP] = f.writeLong(s.regs[CpuState.RSP], size, s.cpl, 0);
        } else {
            setStackPointer(s, f.write(s.ss(), s.regs[CpuState.RSP], size, s.cpl, 0));
        }
    }

    /** Sets as much of RSP as the current stack is wide. */
    static void setStackPointer(CpuState s, long sp) {
        switch (s.stackSize()) {
            case 8:
                s.regs[CpuState.RSP] = sp;
                break;
            case 4:
                s.regs[CpuState.RSP] = sp & 0xFFFFFFFFL;
                break;
            default:
                s.regs[CpuState.RSP] = (s.regs[CpuState.RSP] & ~0xFFFFL) | (sp & 0xFFFF);
                break;
        }
    }

    private static void transferProtected(
            ExecContext c, int selector, long offset, int size, boolean call) {
        CpuState s = c.state;
        if (Descriptors.isNull(selector)) {
            throw c.generalProtection(0);
        }
        int error = selector & 0xFFFC;
        long address = Descriptors.address(s, selector);
        if (address == Descriptors.OUTSIDE) {
            throw c.generalProtection(error);
        }
        long d = c.mmu.readSystem(address, 8);
        if (Descriptors.isSystem(d)) {
            transferBySystemDescriptor(c, selector, address, d, call);
            return;
        }
        boolean conforming = Descriptors.isConforming(d);
        int dpl = Descriptors.dpl(d);
        if (!Descriptors.isCode(d)
                || (conforming ? dpl > s.cpl : (selector & 3) > s.cpl || dpl != s.cpl)
                || (s.longMode() && Descriptors.isLong(d) && Descriptors.isBig(d))) {
            throw c.generalProtection(error);
        }
        if (!Descriptors.present(d)) {
            throw c.fault.raise(CpuException.NP, error);
        }
        long rip = checkTarget(c, d, offset);
        Descriptors.setAccessed(c.mmu, address, d);
        if (call) {
            pushReturn(c, size);
        }
        Descriptors.load(s, 1, error | s.cpl, d);
        s.rip = rip;
    }

    /** Checks that a code segment holds an offset; returns the offset as RIP will hold it. */
    static long checkTarget(ExecContext c, long code, long offset) {
        if (c.state.longMode() && Descriptors.isLong(code)) {
            if (!Descriptors.isCanonical(offset)) {
                throw c.generalProtection(0);
            }
            return offset;
        }
        long eip = offset & 0xFFFFFFFFL;
        if (eip > Descriptors.limit(code)) {
            throw c.generalProtection(0);
        }
        return eip;
    }

    private static void transferBySystemDescriptor(
            ExecContext c, int selector, long address, long d, boolean call) {
        CpuState s = c.state;
        int error = selector & 0xFFFC;
        boolean longMode = s.longMode();
        switch (Descriptors.type(d)) {
            case Descriptors.CALL_GATE:
                break;
            case Descriptors.CALL_GATE16:
                if (longMode) {
                    throw c.generalProtection(error);
                }
                break;
            case Descriptors.TASK_GATE:
            case Descriptors.TSS16_AVAILABLE:
            case Descriptors.TSS_AVAILABLE:
                if (!longMode) {
                    c.delivery.reportTaskSwitch("a far jump or call");
                }
                throw c.generalProtection(error);
            default:
                throw c.generalProtection(error);
        }
        if (Descriptors.dpl(d) < Math.max(s.cpl, selector & 3)) {
            throw c.generalProtection(error);
        }
        if (!Descriptors.present(d)) {
            throw c.fault.raise(CpuException.NP, error);
        }
        if (longMode) {
            // The gate takes two entries; the second has a type field of zero.
            if (Descriptors.address(s, selector, 16) == Descriptors.OUTSIDE) {
                throw c.generalProtection(error);
            }
            long upper = c.mmu.readSystem(address + 8, 8);
            if ((upper >>> 40 & 0x1F) != 0) {
                throw c.generalProtection(error);
            }
            throughGate(c, d, Descriptors.gateOffset(d) | upper << 32, 8, call);
        } else if (Descriptors.type(d) == Descriptors.CALL_GATE) {
            throughGate(c, d, Descriptors.gateOffset(d), 4, call);
        } else {
            throughGate(c, d, Descriptors.gateOffset(d) & 0xFFFF, 2, call);
        }
    }

    private static void throughGate(ExecContext c, long gate, long offset, int size, boolean call) {
        CpuState s = c.state;
        int selector = Descriptors.gateSelector(gate);
        int error = selector & 0xFFFC;
        if (Descriptors.isNull(selector)) {
            throw c.generalProtection(0);
        }
        long address = Descriptors.address(s, selector);
        if (address == Descriptors.OUTSIDE) {
            throw c.generalProtection(error);
        }
        long code = c.mmu.readSystem(address, 8);
        boolean conforming = Descriptors.isConforming(code);
        int dpl = Descriptors.dpl(code);
        if (!Descriptors.isCode(code)
                || dpl > s.cpl
                || (!call && !conforming && dpl != s.cpl)
                || (size == 8 && (!Descriptors.isLong(code) || Descriptors.isBig(code)))) {
            throw c.generalProtection(error);
        }
        if (!Descriptors.present(code)) {
            throw c.fault.raise(CpuException.NP, error);
        }
        long rip = checkTarget(c, code, offset);
        Descriptors.setAccessed(c.mmu, address, code);
        if (call && !conforming && dpl < s.cpl) {
            callInner(c, gate, selector, code, rip, size);
            return;
        }
        if (call) {
            StackFrame f = c.delivery.frame();
            f.clear();
            f.push(s.cs().selector);
            f.push(s.rip);
            if (size == 8) {
                s.regs[CpuState.RSP] = f.writeLong(s.regs[CpuState.RSP], size, s.cpl, 0);
            } else {
                setStackPointer(s, f.write(s.ss(), s.regs[CpuState.RSP], size, s.cpl, 0));
            }
        }
        Descriptors.load(s, 1, error | s.cpl, code);
        s.rip = rip;
    }

    private static void callInner(
            ExecContext c, long gate, int selector, long code, long rip, int size) {
        CpuState s = c.state;
        int cpl = Descriptors.dpl(code);
        InnerStack stack = c.delivery.innerStack();
        StackFrame f = c.delivery.frame();
        f.clear();
        f.push(s.ss().selector);
        f.push(s.regs[CpuState.RSP]);
        long sp;
        if (size == 8) {
            stack.findLong(4 + 8 * cpl, 0);
            f.push(s.cs().selector);
            f.push(s.rip);
            sp = f.writeLong(stack.pointer, size, cpl, 0);
        } else {
            stack.find(cpl, 0);
            int parameters = (int) (gate >>> 32) & 0x1F;
            for (int n = parameters - 1; n >= 0; n--) {
                f.push(stackValue(c, n, size));
            }
            f.push(s.cs().selector);
            f.push(s.rip);
            stack.markAccessed();
            SegmentRegister ss = stack.segment;
            sp = f.write(ss, stack.pointer, size, cpl, ss.selector & 0xFFFC);
        }
        // Nothing faults from here on.
        s.cpl = cpl;
        if (size == 8) {
            Descriptors.loadNullStack(s, cpl);
        } else {
            s.ss().copyFrom(stack.segment);
        }
        s.regs[CpuState.RSP] = sp;
        Descriptors.load(s, 1, (selector & 0xFFFC) | cpl, code);
        s.rip = rip;
        c.mmu.updateContext();
    }

    /** The {@code n}th value of {@code size} bytes on the current stack, zero-extended. */
    static long stackValue(ExecContext c, int n, int size) {
        return stackAt(c, n * size, size);
    }

    /** The value {@code displacement} bytes above the stack pointer, zero-extended. */
    static long stackAt(ExecContext c, int displacement, int size) {
        CpuState s = c.state;
        long at = s.regs[CpuState.RSP] + displacement;
        int width = s.stackSize();
        if (width == 8) {
            if (!Descriptors.isCanonical(at) || !Descriptors.isCanonical(at + size - 1)) {
                throw c.fault.raise(CpuException.SS, 0);
            }
            return c.mmu.read(at, size);
        }
        long offset = at & (width == 4 ? 0xFFFFFFFFL : 0xFFFF);
        return c.mmu.read(Operands.linear(c, Instruction.SS, offset, size, false), size);
    }
}
