package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/**
 * Binary integer arithmetic and logic: one implementation for all operand sizes, on sign-extended
 * values.
 */
public final class ArithmeticOps {
    private ArithmeticOps() {}

    public static void execute(ExecContext c, Instruction i) {
        switch (i.mnemonic) {
            case CMP:
                {
                    int size = Operand.size(i.operand0);
                    long a = Operands.signExtend(Operands.read(c, i, i.operand0), size);
                    long b = Operands.signExtend(Operands.read(c, i, i.operand1), size);
                    setFlags(c.state, CpuState.FLAGS_SUB, a, b, Operands.signExtend(a - b, size));
                    break;
                }
            case TEST:
                {
                    int size = Operand.size(i.operand0);
                    long r = Operands.read(c, i, i.operand0) & Operands.read(c, i, i.operand1);
                    setFlags(c.state, CpuState.FLAGS_LOGIC, 0, 0, Operands.signExtend(r, size));
                    break;
                }
            case ADD:
            case OR:
            case ADC:
            case SBB:
            case AND:
            case SUB:
            case XOR:
                binary(c, i);
                break;
            case INC:
            case DEC:
            case NOT:
            case NEG:
                unary(c, i);
                break;
            case XADD:
                xadd(c, i);
                break;
            case CMPXCHG:
                cmpxchg(c, i);
                break;
            case CMPXCHG8B:
                cmpxchg8b(c, i);
                break;
            case ADCX:
            case ADOX:
                addWithFlag(c, i);
                break;
            default:
                MultiplyDivideOps.execute(c, i);
                break;
        }
    }

    static void setFlags(CpuState s, int kind, long a, long b, long result) {
        s.flagsKind = kind;
        s.flagsA = a;
        s.flagsB = b;
        s.flagsResult = result;
    }

    /** Two-operand operation whose first operand is also the destination. */
    private static void binary(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int size = Operand.size(i.operand0);
        long b = Operands.signExtend(Operands.read(c, i, i.operand1), size);
        boolean memory = Operand.kind(i.operand0) == Operand.MEMORY;
        long address = memory ? Operands.address(c, i, size, true) : 0;
        long a =
                Operands.signExtend(
                        memory
                                ? c.mmu.readForWrite(address, size)
                                : Operands.read(c, i, i.operand0),
                        size);
        long r;
        int kind;
        switch (i.mnemonic) {
            case ADD:
                r = a + b;
                kind = CpuState.FLAGS_ADD;
                break;
            case ADC:
                r = a + b + (s.carry() ? 1 : 0);
                kind = CpuState.FLAGS_ADD;
                break;
            case SBB:
                r = a - b - (s.carry() ? 1 : 0);
                kind = CpuState.FLAGS_SUB;
                break;
            case SUB:
                r = a - b;
                kind = CpuState.FLAGS_SUB;
                break;
            case OR:
                r = a | b;
                kind = CpuState.FLAGS_LOGIC;
                break;
            case AND:
                r = a & b;
                kind = CpuState.FLAGS_LOGIC;
                break;
            default:
                r = a ^ b;
                kind = CpuState.FLAGS_LOGIC;
                break;
        }
        r = Operands.signExtend(r, size);
        if (memory) {
            c.mmu.write(address, size, r);
        } else {
            Operands.write(c, i, i.operand0, r);
        }
        setFlags(s, kind, a, b, r);
    }

    private static void unary(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int size = Operand.size(i.operand0);
        boolean memory = Operand.kind(i.operand0) == Operand.MEMORY;
        long address = memory ? Operands.address(c, i, size, true) : 0;
        long a =
                Operands.signExtend(
                        memory
                                ? c.mmu.readForWrite(address, size)
                                : Operands.read(c, i, i.operand0),
                        size);
        long r;
        switch (i.mnemonic) {
            case INC:
                r = a + 1;
                break;
            case DEC:
                r = a - 1;
                break;
            case NOT:
                r = ~a;
                break;
            default:
                r = -a;
                break;
        }
        r = Operands.signExtend(r, size);
        if (memory) {
            c.mmu.write(address, size, r);
        } else {
            Operands.write(c, i, i.operand0, r);
        }
        switch (i.mnemonic) {
            case INC:
                incrementFlags(s, CpuState.FLAGS_ADD, a, r);
                break;
            case DEC:
                incrementFlags(s, CpuState.FLAGS_SUB, a, r);
                break;
            case NEG:
                setFlags(s, CpuState.FLAGS_SUB, 0, a, r);
                break;
            default:
                break;
        }
    }

    /** Flags of INC (kind ADD) and DEC (kind SUB): all but CF, which stays. */
    public static void incrementFlags(CpuState s, int kind, long a, long r) {
        boolean carry = s.carry();
        setFlags(s, kind, a, 1, r);
        s.setArithmeticFlags((s.arithmeticFlags() & ~Rflags.CF) | (carry ? Rflags.CF : 0));
    }

    private static void xadd(ExecContext c, Instruction i) {
        int size = Operand.size(i.operand0);
        boolean memory = Operand.kind(i.operand0) == Operand.MEMORY;
        long address = memory ? Operands.address(c, i, size, true) : 0;
        long a =
                Operands.signExtend(
                        memory
                                ? c.mmu.readForWrite(address, size)
                                : Operands.read(c, i, i.operand0),
                        size);
        long b = Operands.signExtend(Operands.read(c, i, i.operand1), size);
        long r = Operands.signExtend(a + b, size);
        if (memory) {
            c.mmu.write(address, size, r);
            Operands.write(c, i, i.operand1, a);
        } else {
            Operands.write(c, i, i.operand1, a);
            Operands.write(c, i, i.operand0, r);
        }
        setFlags(c.state, CpuState.FLAGS_ADD, a, b, r);
    }

    private static void cmpxchg(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int size = Operand.size(i.operand0);
        boolean memory = Operand.kind(i.operand0) == Operand.MEMORY;
        long address = memory ? Operands.address(c, i, size, true) : 0;
        // The destination is always written, so it must be writable even if the comparison fails.
        long old = memory ? c.mmu.readForWrite(address, size) : Operands.read(c, i, i.operand0);
        long accumulator = Operands.readRegister(s, CpuState.RAX, size);
        long a = Operands.signExtend(accumulator, size);
        long b = Operands.signExtend(old, size);
        long r = Operands.signExtend(a - b, size);
        if (r == 0) {
            long value = Operands.read(c, i, i.operand1);
            if (memory) {
                c.mmu.write(address, size, value);
            } else {
                Operands.write(c, i, i.operand0, value);
            }
        } else {
            if (memory) {
                c.mmu.write(address, size, old);
            } // a destination register is not written, not even its upper half
            Operands.writeRegister(s, CpuState.RAX, size, old);
        }
        setFlags(s, CpuState.FLAGS_SUB, a, b, r);
    }

    private static void cmpxchg8b(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int size = Operand.size(i.operand0);
        int half = size / 2;
        long address = Operands.address(c, i, size, true);
        if (size == 16) {
            if (!c.model.has("CX16")) {
                throw c.invalidOpcode();
            }
            if ((address & 15) != 0) {
                throw c.generalProtection(0);
            }
        }
        c.mmu.checkWrite(address, size);
        long low = c.mmu.read(address, half);
        long high = c.mmu.read(address + half, half);
        boolean equal =
                low == Operands.readRegister(s, CpuState.RAX, half)
                        && high == Operands.readRegister(s, CpuState.RDX, half);
        if (equal) {
            c.mmu.write(address, half, s.regs[CpuState.RBX]);
            c.mmu.write(address + half, half, s.regs[CpuState.RCX]);
        } else {
            c.mmu.write(address, half, low);
            c.mmu.write(address + half, half, high);
            Operands.writeRegister(s, CpuState.RAX, half, low);
            Operands.writeRegister(s, CpuState.RDX, half, high);
        }
        s.setArithmeticFlags((s.arithmeticFlags() & ~Rflags.ZF) | (equal ? Rflags.ZF : 0));
    }

    /** ADCX and ADOX: add with carry through CF or OF alone. */
    private static void addWithFlag(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int size = Operand.size(i.operand0);
        int flag = i.mnemonic == org.linuxemu.core.decode.Mnemonic.ADCX ? Rflags.CF : Rflags.OF;
        long a = Operands.read(c, i, i.operand0);
        long b = Operands.read(c, i, i.operand1);
        int flags = s.arithmeticFlags();
        long r = a + b + ((flags & flag) != 0 ? 1 : 0);
        boolean carry = size == 8 ? ((a & b) | ((a | b) & ~r)) < 0 : r >>> 32 != 0;
        Operands.write(c, i, i.operand0, r);
        s.setArithmeticFlags(carry ? flags | flag : flags & ~flag);
    }

    static CpuException divideError(ExecContext c) {
        return c.fault.raise(CpuException.DE, 0);
    }
}
