package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/** Moves, exchanges, conversions, conditional moves and sets, and single-flag instructions. */
public final class DataOps {
    private static final int FIRST_CMOV = Mnemonic.CMOVO.ordinal();
    private static final int LAST_CMOV = Mnemonic.CMOVG.ordinal();
    private static final int FIRST_SET = Mnemonic.SETO.ordinal();
    private static final int LAST_SET = Mnemonic.SETG.ordinal();

    private DataOps() {}

    public static void execute(ExecContext c, Instruction i) {
        CpuState s = c.state;
        switch (i.mnemonic) {
            case MOV:
                move(c, i);
                break;
            case MOVZX:
            case MOVNTI:
                Operands.write(c, i, i.operand0, Operands.read(c, i, i.operand1));
                break;
            case MOVSX:
            case MOVSXD:
                {
                    // MOVSXD with a 16-bit operand size reads only 16 bits' worth of its doubleword
                    // source.
                    int size = Operand.size(i.operand1);
                    Operands.write(
                            c,
                            i,
                            i.operand0,
                            Operands.signExtend(Operands.read(c, i, i.operand1), size));
                    break;
                }
            case MOVBE:
                moveBigEndian(c, i);
                break;
            case LEA:
                Operands.write(c, i, i.operand0, Operands.effectiveAddress(c, i));
                break;
            case XCHG:
                exchange(c, i);
                break;
            case CBW:
                Operands.writeRegister(
                        s,
                        CpuState.RAX,
                        i.operandSize,
                        Operands.signExtend(s.regs[CpuState.RAX], i.operandSize / 2));
                break;
            case CWD:
                Operands.writeRegister(
                        s,
                        CpuState.RDX,
                        i.operandSize,
                        Operands.signExtend(s.regs[CpuState.RAX], i.operandSize) >> 63);
                break;
            case XLAT:
                {
                    int segment = i.segmentOverride >= 0 ? i.segmentOverride : Instruction.DS;
                    long ea = s.regs[CpuState.RBX] + (s.regs[CpuState.RAX] & 0xFF);
                    ea =
                            i.addressSize == 8
                                    ? ea
                                    : i.addressSize == 4 ? ea & 0xFFFFFFFFL : ea & 0xFFFF;
                    int value = c.mmu.readByte(Operands.linear(c, segment, ea, 1, false));
                    Operands.writeRegister(s, CpuState.RAX, 1, value);
                    break;
                }
            case LAHF:
                checkLahf(c, i);
                s.regs[CpuState.RAX] =
                        (s.regs[CpuState.RAX] & ~0xFF00L)
                                | (s.arithmeticFlags() & 0xFF | Rflags.FIXED) << 8;
                break;
            case SAHF:
                checkLahf(c, i);
                s.setArithmeticFlags(
                        (s.arithmeticFlags() & Rflags.OF)
                                | (int) (s.regs[CpuState.RAX] >>> 8) & 0xFF & ~Rflags.OF);
                break;
            case CMC:
                s.setArithmeticFlags(s.arithmeticFlags() ^ Rflags.CF);
                break;
            case CLC:
                s.setArithmeticFlags(s.arithmeticFlags() & ~Rflags.CF);
                break;
            case STC:
                s.setArithmeticFlags(s.arithmeticFlags() | Rflags.CF);
                break;
            case CLD:
                s.systemFlags &= ~Rflags.DF;
                break;
            case STD:
                s.systemFlags |= Rflags.DF;
                break;
            default:
                conditional(c, i);
                break;
        }
    }

    private static void checkLahf(ExecContext c, Instruction i) {
        if (i.codeSize == 8 && !c.model.has("LAHF64")) {
            throw c.invalidOpcode();
        }
    }

    private static void move(ExecContext c, Instruction i) {
        int to = Operand.kind(i.operand0);
        int from = Operand.kind(i.operand1);
        if (to == Operand.SEGMENT) {
            SegmentOps.moveToSegment(c, i);
        } else if (from == Operand.SEGMENT) {
            SegmentOps.moveFromSegment(c, i);
        } else if (to == Operand.CONTROL) {
            ControlRegisterOps.moveToControl(c, i);
        } else if (from == Operand.CONTROL) {
            ControlRegisterOps.moveFromControl(c, i);
        } else if (to == Operand.DEBUG) {
            ControlRegisterOps.moveToDebug(c, i);
        } else if (from == Operand.DEBUG) {
            ControlRegisterOps.moveFromDebug(c, i);
        } else {
            Operands.write(c, i, i.operand0, Operands.read(c, i, i.operand1));
        }
    }

    private static void moveBigEndian(ExecContext c, Instruction i) {
        int size = Operand.size(i.operand0);
        long v = Long.reverseBytes(Operands.read(c, i, i.operand1)) >>> (64 - 8 * size);
        Operands.write(c, i, i.operand0, v);
    }

    private static void exchange(ExecContext c, Instruction i) {
        int size = Operand.size(i.operand0);
        long b = Operands.read(c, i, i.operand1);
        if (Operand.kind(i.operand0) == Operand.MEMORY) {
            long address = Operands.address(c, i, size, true);
            long a = c.mmu.readForWrite(address, size);
            c.mmu.write(address, size, b);
            Operands.write(c, i, i.operand1, a);
        } else {
            long a = Operands.read(c, i, i.operand0);
            Operands.write(c, i, i.operand0, b);
            Operands.write(c, i, i.operand1, a);
        }
    }

    private static void conditional(ExecContext c, Instruction i) {
        int n = i.mnemonic.ordinal();
        if (n >= FIRST_CMOV && n <= LAST_CMOV) {
            // The source is read, and may fault, whatever the condition; a 32-bit destination is
            // always written.
            long value = Operands.read(c, i, i.operand1);
            if (!c.state.condition(n - FIRST_CMOV)) {
                value = Operands.read(c, i, i.operand0);
            }
            Operands.write(c, i, i.operand0, value);
        } else if (n >= FIRST_SET && n <= LAST_SET) {
            Operands.write(c, i, i.operand0, c.state.condition(n - FIRST_SET) ? 1 : 0);
        } else {
            throw c.invalidOpcode();
        }
    }
}
