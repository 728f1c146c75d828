package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.exception.Descriptors;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.SegmentRegister;

/** Segment registers and descriptor tables (SDM Vol. 3, chapters 3 and 5). */
public final class SegmentOps {
    private SegmentOps() {}

    /** Executes one instruction of the family by the contract of {@link ExecContext}. */
    public static void execute(ExecContext c, Instruction i) {
        switch (i.mnemonic) {
            case LES:
                loadFarPointer(c, i, Instruction.ES);
                break;
            case LDS:
                loadFarPointer(c, i, Instruction.DS);
                break;
            case LSS:
                loadFarPointer(c, i, Instruction.SS);
                break;
            case LFS:
                loadFarPointer(c, i, Instruction.FS);
                break;
            case LGS:
                loadFarPointer(c, i, Instruction.GS);
                break;
            case ARPL:
                arpl(c, i);
                break;
            case LAR:
                DescriptorQueryOps.lar(c, i);
                break;
            case LSL:
                DescriptorQueryOps.lsl(c, i);
                break;
            case VERR:
                DescriptorQueryOps.verify(c, i, false);
                break;
            case VERW:
                DescriptorQueryOps.verify(c, i, true);
                break;
            case SLDT:
                requireProtected(c);
                requireUmip(c);
                Operands.write(c, i, i.operand0, c.state.ldtr.selector);
                break;
            case STR:
                requireProtected(c);
                requireUmip(c);
                Operands.write(c, i, i.operand0, c.state.tr.selector);
                break;
            case LLDT:
                lldt(c, i);
                break;
            case LTR:
                ltr(c, i);
                break;
            case SGDT:
                requireUmip(c);
                storeTable(c, i, c.state.gdtrLimit, c.state.gdtrBase);
                break;
            case SIDT:
                requireUmip(c);
                storeTable(c, i, c.state.idtrLimit, c.state.idtrBase);
                break;
            case LGDT:
            case LIDT:
                loadTable(c, i);
                break;
            case RDFSBASE:
                requireFsGsBase(c);
                Operands.write(c, i, i.operand0, c.state.segments[Instruction.FS].base);
                break;
            case RDGSBASE:
                requireFsGsBase(c);
                Operands.write(c, i, i.operand0, c.state.segments[Instruction.GS].base);
                break;
            case WRFSBASE:
                writeBase(c, i, Instruction.FS);
                break;
            case WRGSBASE:
                writeBase(c, i, Instruction.GS);
                break;
            case SWAPGS:
                swapgs(c);
                break;
            default:
                throw c.invalidOpcode();
        }
    }

    /** MOV r/m, Sreg: operand 0 is the destination, operand 1 the segment register. */
    public static void moveFromSegment(ExecContext c, Instruction i) {
        Operands.write(c, i, i.operand0, c.state.segments[Operand.number(i.operand1)].selector);
    }

    /** MOV Sreg, r/m: operand 0 is the segment register. */
    public static void moveToSegment(ExecContext c, Instruction i) {
        loadSegment(c, Operand.number(i.operand0), (int) Operands.read(c, i, i.operand1) & 0xFFFF);
    }

    /**
     * Loads ES, SS, DS, FS or GS as MOV and POP do, with every check of the mode; after SS the next
     * instruction is shielded from interrupts.
     */
    public static void loadSegment(ExecContext c, int segment, int selector) {
        load(c, segment, selector);
        if (segment == Instruction.SS) {
            c.state.interruptShadow = true;
            c.state.movSsShadow = true;
        }
    }

    private static void load(ExecContext c, int segment, int selector) {
        CpuState s = c.state;
        if (!s.protectedMode()) {
            Descriptors.loadReal(s, segment, selector);
        } else if (s.virtual8086()) {
            Descriptors.loadVirtual8086(s, segment, selector);
        } else if (segment == Instruction.SS) {
            loadStack(c, selector);
        } else {
            loadData(c, segment, selector);
        }
        c.stateChanged = true;
    }

    private static void loadStack(ExecContext c, int selector) {
        CpuState s = c.state;
        if (Descriptors.isNull(selector)) {
            if (!s.is64Bit() || s.cpl == 3 || (selector & 3) != s.cpl) {
                throw c.generalProtection(0);
            }
            Descriptors.loadNullStack(s, s.cpl);
            return;
        }
        long address = Descriptors.address(s, selector);
        if (address == Descriptors.OUTSIDE) {
            throw c.generalProtection(selector & 0xFFFC);
        }
        long d = c.mmu.readSystem(address, 8);
        if ((selector & 3) != s.cpl
                || Descriptors.dpl(d) != s.cpl
                || !Descriptors.isWritableData(d)) {
            throw c.generalProtection(selector & 0xFFFC);
        }
        if (!Descriptors.present(d)) {
            throw c.fault.raise(CpuException.SS, selector & 0xFFFC);
        }
        Descriptors.setAccessed(c.mmu, address, d);
        Descriptors.load(s, Instruction.SS, selector, d);
    }

    private static void loadData(ExecContext c, int segment, int selector) {
        CpuState s = c.state;
        if (Descriptors.isNull(selector)) {
            Descriptors.loadNull(s, segment, selector);
            return;
        }
        long address = Descriptors.address(s, selector);
        if (address == Descriptors.OUTSIDE) {
            throw c.generalProtection(selector & 0xFFFC);
        }
        long d = c.mmu.readSystem(address, 8);
        boolean allowed = Descriptors.isReadable(d);
        if (allowed && !Descriptors.isConforming(d)) {
            allowed = Math.max(selector & 3, s.cpl) <= Descriptors.dpl(d);
        }
        if (!allowed) {
            throw c.generalProtection(selector & 0xFFFC);
        }
        if (!Descriptors.present(d)) {
            throw c.fault.raise(CpuException.NP, selector & 0xFFFC);
        }
        Descriptors.setAccessed(c.mmu, address, d);
        Descriptors.load(s, segment, selector, d);
    }

    private static void loadFarPointer(ExecContext c, Instruction i, int segment) {
        int size = i.operandSize;
        long linear = Operands.address(c, i, size + 2, false);
        long offset = c.mmu.read(linear, size);
        int selector = c.mmu.readShort(Descriptors.wrap(c.state, linear + size));
        load(c, segment, selector);
        Operands.write(c, i, i.operand0, offset);
    }

    private static void arpl(ExecContext c, Instruction i) {
        requireProtected(c);
        CpuState s = c.state;
        long destination = Operands.read(c, i, i.operand0);
        long source = Operands.read(c, i, i.operand1);
        boolean raised = (destination & 3) < (source & 3);
        if (raised) {
            Operands.write(c, i, i.operand0, (destination & ~3L) | (source & 3));
        }
        DescriptorQueryOps.setZero(s, raised);
    }

    private static void lldt(ExecContext c, Instruction i) {
        requireProtected(c);
        c.requireCpl0();
        CpuState s = c.state;
        int selector = (int) Operands.read(c, i, i.operand0) & 0xFFFF;
        if (Descriptors.isNull(selector)) {
            s.ldtr.set(selector, 0, 0, 0);
            return;
        }
        loadSystemSegment(c, s.ldtr, selector, Descriptors.LDT, Descriptors.LDT);
    }

    private static void ltr(ExecContext c, Instruction i) {
        requireProtected(c);
        c.requireCpl0();
        CpuState s = c.state;
        int selector = (int) Operands.read(c, i, i.operand0) & 0xFFFF;
        if (Descriptors.isNull(selector)) {
            throw c.generalProtection(0);
        }
        int small = s.longMode() ? Descriptors.TSS_AVAILABLE : Descriptors.TSS16_AVAILABLE;
        loadSystemSegment(c, s.tr, selector, Descriptors.TSS_AVAILABLE, small);
    }

    /** Loads LDTR or TR from a descriptor of one of two types; a TSS becomes busy. */
    private static void loadSystemSegment(
            ExecContext c, SegmentRegister register, int selector, int type, int otherType) {
        CpuState s = c.state;
        boolean wide = s.longMode();
        long address =
                (selector & 4) != 0
                        ? Descriptors.OUTSIDE
                        : Descriptors.address(s, selector, wide ? 16 : 8);
        if (address == Descriptors.OUTSIDE) {
            throw c.generalProtection(selector & 0xFFFC);
        }
        long d = c.mmu.readSystem(address, 8);
        int found = Descriptors.type(d);
        if (!Descriptors.isSystem(d) || (found != type && found != otherType)) {
            throw c.generalProtection(selector & 0xFFFC);
        }
        if (!Descriptors.present(d)) {
            throw c.fault.raise(CpuException.NP, selector & 0xFFFC);
        }
        long baseHigh = 0;
        if (wide) {
            long upper = c.mmu.readSystem(address + 8, 8);
            baseHigh = upper << 32;
            // Bits 12:8 of the fourth word must be zero, so that it is no descriptor of its own.
            if ((upper >>> 40 & 0x1F) != 0 || baseHigh >> 47 != baseHigh >> 63) {
                throw c.generalProtection(selector & 0xFFFC);
            }
        }
        if (found != Descriptors.LDT) {
            d |= 2L << 40; // busy
            c.mmu.writeSystem(address + 5, 1, d >>> 40 & 0xFF);
        }
        register.loadDescriptor(selector, (int) d, (int) (d >>> 32));
        register.base |= baseHigh;
    }

    private static void storeTable(ExecContext c, Instruction i, int limit, long base) {
        int baseSize = i.codeSize == 8 ? 8 : 4;
        long linear = Operands.address(c, i, baseSize + 2, true);
        c.mmu.checkWrite(linear, baseSize + 2);
        c.mmu.writeShort(linear, limit);
        c.mmu.write(Descriptors.wrap(c.state, linear + 2), baseSize, base);
    }

    private static void loadTable(ExecContext c, Instruction i) {
        c.requireCpl0();
        CpuState s = c.state;
        int baseSize = i.codeSize == 8 ? 8 : 4;
        long linear = Operands.address(c, i, baseSize + 2, false);
        int limit = c.mmu.readShort(linear);
        long base = c.mmu.read(Descriptors.wrap(s, linear + 2), baseSize);
        if (baseSize == 4 && i.operandSize == 2) {
            base &= 0xFFFFFF;
        }
        if (baseSize == 8 && !Descriptors.isCanonical(base)) {
            // As processors do (Linux's KVM, em_lgdt_lidt); SDM Vol. 2 speaks of the operand only.
            throw c.generalProtection(0);
        }
        if (i.mnemonic == Mnemonic.LGDT) {
            s.gdtrLimit = limit;
            s.gdtrBase = base;
        } else {
            s.idtrLimit = limit;
            s.idtrBase = base;
        }
    }

    private static void writeBase(ExecContext c, Instruction i, int segment) {
        requireFsGsBase(c);
        long base = Operands.read(c, i, i.operand0);
        if (!Descriptors.isCanonical(base)) {
            throw c.generalProtection(0);
        }
        c.state.setSegmentBase(segment, base);
    }

    private static void swapgs(ExecContext c) {
        c.requireCpl0();
        CpuState s = c.state;
        long base = s.segments[Instruction.GS].base;
        s.setSegmentBase(Instruction.GS, s.msr.kernelGsBase);
        s.msr.kernelGsBase = base;
    }

    /** Faults with #UD in real-address and virtual-8086 mode. */
    static void requireProtected(ExecContext c) {
        if (c.state.realOrV86()) {
            throw c.invalidOpcode();
        }
    }

    /** Faults with #GP(0) where CR4.UMIP forbids the instruction to programs. */
    static void requireUmip(ExecContext c) {
        if (c.state.cpl != 0 && (c.state.cr4 & ControlRegisters.CR4_UMIP) != 0) {
            throw c.generalProtection(0);
        }
    }

    private static void requireFsGsBase(ExecContext c) {
        if ((c.state.cr4 & ControlRegisters.CR4_FSGSBASE) == 0) {
            throw c.invalidOpcode();
        }
    }
}
