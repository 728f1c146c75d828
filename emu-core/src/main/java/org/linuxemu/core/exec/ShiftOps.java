package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/**
 * Shifts and rotates (SDM Vol. 2, SAL/SAR/SHL/SHR, RCL/RCR/ROL/ROR, SHLD, SHRD and the BMI2 forms).
 */
public final class ShiftOps {
    private ShiftOps() {}

    public static void execute(ExecContext c, Instruction i) {
        switch (i.mnemonic) {
            case SHLX:
            case SARX:
            case SHRX:
            case RORX:
                withoutFlags(c, i);
                break;
            case SHLD:
            case SHRD:
                doubleShift(c, i);
                break;
            default:
                shift(c, i);
                break;
        }
    }

    private static void shift(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int size = Operand.size(i.operand0);
        int count = (int) Operands.read(c, i, i.operand1) & (size == 8 ? 63 : 31);
        boolean memory = Operand.kind(i.operand0) == Operand.MEMORY;
        long address = memory ? Operands.address(c, i, size, true) : 0;
        long a = memory ? c.mmu.readForWrite(address, size) : Operands.read(c, i, i.operand0);
        long r = compute(s, i.mnemonic, a, count, size, false);
        if (memory) {
            c.mmu.write(address, size, r);
        } else {
            Operands.write(c, i, i.operand0, r);
        }
        if (count != 0) {
            compute(s, i.mnemonic, a, count, size, true);
        }
    }

    /**
     * The result (its low {@code size} bytes count) of a shift of a zero-extended value; with
     * {@code commit} the flags are set as well. The count is masked already and may be 0 only
     * without commit.
     */
    static long compute(CpuState s, Mnemonic op, long a, int count, int size, boolean commit) {
        int bits = 8 * size;
        switch (op) {
            case SHL:
                {
                    long r = count >= 64 ? 0 : a << count;
                    if (commit) {
                        boolean carry = count <= bits && (a >>> (bits - count) & 1) != 0;
                        long signed = Operands.signExtend(r, size);
                        shiftFlags(s, signed, carry, (signed < 0) != carry, count == 1);
                    }
                    return r;
                }
            case SHR:
                {
                    long r = a >>> count;
                    if (commit) {
                        boolean carry = (a >>> (count - 1) & 1) != 0;
                        boolean overflow = Operands.signExtend(a, size) < 0;
                        shiftFlags(
                                s,
                                Operands.signExtend(r, size),
                                carry,
                                count == 1 && overflow,
                                count == 1);
                    }
                    return r;
                }
            case SAR:
                {
                    long v = Operands.signExtend(a, size);
                    long r = v >> count;
                    if (commit) {
                        boolean carry = (v >> (count - 1) & 1) != 0;
                        shiftFlags(s, r, carry, false, count == 1);
                    }
                    return r;
                }
            default:
                return rotate(s, op, a, count, size, commit);
        }
    }

    /**
     * OF is undefined for counts other than 1; here it keeps the formula of count 1, as AMD and
     * Intel mostly do.
     */
    private static void shiftFlags(
            CpuState s, long result, boolean carry, boolean overflow, boolean one) {
        int f = carry ? Rflags.CF : 0;
        if (overflow) {
            f |= Rflags.OF;
        }
        if (result == 0) {
            f |= Rflags.ZF;
        }
        if (result < 0) {
            f |= Rflags.SF;
        }
        if (CpuState.evenParity(result)) {
            f |= Rflags.PF;
        }
        s.setArithmeticFlags(f);
    }

    private static long rotate(
            CpuState s, Mnemonic op, long a, int count, int size, boolean commit) {
        int bits = 8 * size;
        int flags = s.arithmeticFlags();
        long mask = size == 8 ? -1L : (1L << bits) - 1;
        boolean carry = (flags & Rflags.CF) != 0;
        long r;
        boolean overflow;
        switch (op) {
            case ROL:
                {
                    int n = count & (bits - 1);
                    r = n == 0 ? a : (a << n | a >>> (bits - n)) & mask;
                    carry = (r & 1) != 0;
                    overflow = ((r >>> (bits - 1) & 1) != 0) != carry;
                    break;
                }
            case ROR:
                {
                    int n = count & (bits - 1);
                    r = n == 0 ? a : (a >>> n | a << (bits - n)) & mask;
                    carry = (r >>> (bits - 1) & 1) != 0;
                    overflow = ((r >>> (bits - 2) & 1) != 0) != carry;
                    break;
                }
            case RCL:
                {
                    int n = count % (bits + 1);
                    r = a;
                    for (int k = 0; k < n; k++) {
                        boolean out = (r >>> (bits - 1) & 1) != 0;
                        r = (r << 1 | (carry ? 1 : 0)) & mask;
                        carry = out;
                    }
                    overflow = ((r >>> (bits - 1) & 1) != 0) != carry;
                    break;
                }
            default: // RCR
                {
                    int n = count % (bits + 1);
                    r = a;
                    for (int k = 0; k < n; k++) {
                        boolean out = (r & 1) != 0;
                        r = r >>> 1 | (carry ? 1L << (bits - 1) : 0);
                        carry = out;
                    }
                    overflow = ((r >>> (bits - 1) ^ r >>> (bits - 2)) & 1) != 0;
                    break;
                }
        }
        if (commit) {
            flags &= ~(Rflags.CF | Rflags.OF);
            s.setArithmeticFlags(flags | (carry ? Rflags.CF : 0) | (overflow ? Rflags.OF : 0));
        }
        return r;
    }

    private static void doubleShift(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int size = Operand.size(i.operand0);
        int bits = 8 * size;
        int count = (int) Operands.read(c, i, i.operand2) & (size == 8 ? 63 : 31);
        boolean memory = Operand.kind(i.operand0) == Operand.MEMORY;
        long address = memory ? Operands.address(c, i, size, true) : 0;
        long a = memory ? c.mmu.readForWrite(address, size) : Operands.read(c, i, i.operand0);
        long b = Operands.read(c, i, i.operand1);
        if (count == 0) {
            if (memory) {
                c.mmu.write(address, size, a);
            } else {
                Operands.write(c, i, i.operand0, a);
            }
            return;
        }
        long r;
        boolean carry;
        if (size == 2) {
            // A count above 16 is undefined; processors shift the 48-bit value a:b:a.
            long wide = i.mnemonic == Mnemonic.SHLD ? a << 32 | b << 16 | a : a << 32 | b << 16 | a;
            if (i.mnemonic == Mnemonic.SHLD) {
                r = (wide << count) >>> 32 & 0xFFFF;
                carry = (wide >>> (48 - count) & 1) != 0;
            } else {
                r = (wide >>> count) & 0xFFFF;
                carry = (wide >>> (count - 1) & 1) != 0;
            }
        } else if (i.mnemonic == Mnemonic.SHLD) {
            r = a << count | b >>> (bits - count);
            carry = (a >>> (bits - count) & 1) != 0;
        } else {
            r = a >>> count | b << (bits - count);
            carry = (a >>> (count - 1) & 1) != 0;
        }
        if (memory) {
            c.mmu.write(address, size, r);
        } else {
            Operands.write(c, i, i.operand0, r);
        }
        long signed = Operands.signExtend(r, size);
        boolean overflow = (signed < 0) != (Operands.signExtend(a, size) < 0);
        shiftFlags(s, signed, carry, overflow, count == 1);
    }

    private static void withoutFlags(ExecContext c, Instruction i) {
        int size = Operand.size(i.operand0);
        long a = Operands.read(c, i, i.operand1);
        int count = (int) Operands.read(c, i, i.operand2) & (8 * size - 1);
        long r;
        switch (i.mnemonic) {
            case SHLX:
                r = a << count;
                break;
            case SHRX:
                r = a >>> count;
                break;
            case SARX:
                r = Operands.signExtend(a, size) >> count;
                break;
            default: // RORX
                r = size == 8 ? Long.rotateRight(a, count) : Integer.rotateRight((int) a, count);
                break;
        }
        Operands.write(c, i, i.operand0, r);
    }
}
