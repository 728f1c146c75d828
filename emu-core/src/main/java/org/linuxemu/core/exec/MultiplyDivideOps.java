package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/** Multiplication, division, and the decimal adjustments of 16- and 32-bit code. */
public final class MultiplyDivideOps {
    private MultiplyDivideOps() {}

    static void execute(ExecContext c, Instruction i) {
        switch (i.mnemonic) {
            case MUL:
                multiply(c, i, false);
                break;
            case IMUL:
                if (i.operand1 == 0) {
                    multiply(c, i, true);
                } else {
                    imulTruncating(c, i);
                }
                break;
            case MULX:
                mulx(c, i);
                break;
            case DIV:
                divide(c, i, false);
                break;
            case IDIV:
                divide(c, i, true);
                break;
            default:
                decimal(c, i);
                break;
        }
    }

    /**
     * Flags of a multiplication: CF and OF as given; SF, ZF, AF and PF are undefined and here
     * follow the low half, as processors of both vendors mostly do for SF and PF.
     */
    static void multiplyFlags(CpuState s, boolean overflow, long low) {
        int f = overflow ? Rflags.CF | Rflags.OF : 0;
        if (low < 0) {
            f |= Rflags.SF;
        }
        if (CpuState.evenParity(low)) {
            f |= Rflags.PF;
        }
        s.setArithmeticFlags(f);
    }

    private static void multiply(ExecContext c, Instruction i, boolean signed) {
        CpuState s = c.state;
        int size = Operand.size(i.operand0);
        long b = Operands.read(c, i, i.operand0);
        long a = Operands.readRegister(s, CpuState.RAX, size);
        if (signed) {
            a = Operands.signExtend(a, size);
            b = Operands.signExtend(b, size);
        }
        long low;
        long high;
        if (size == 8) {
            low = a * b;
            high = signed ? Math.multiplyHigh(a, b) : unsignedMultiplyHigh(a, b);
            s.regs[CpuState.RAX] = low;
            s.regs[CpuState.RDX] = high;
            multiplyFlags(s, signed ? high != low >> 63 : high != 0, low);
            return;
        }
        long product = a * b;
        low = Operands.signExtend(product, size);
        if (size == 1) {
            Operands.writeRegister(s, CpuState.RAX, 2, product);
        } else {
            Operands.writeRegister(s, CpuState.RAX, size, product);
            Operands.writeRegister(s, CpuState.RDX, size, product >> (8 * size));
        }
        boolean overflow = signed ? product != low : product >>> (8 * size) != 0;
        multiplyFlags(s, overflow, low);
    }

    /** High 64 bits of an unsigned 64 by 64 bit product. */
    public static long unsignedMultiplyHigh(long a, long b) {
        return Math.multiplyHigh(a, b) + ((a >> 63) & b) + ((b >> 63) & a);
    }

    private static void imulTruncating(ExecContext c, Instruction i) {
        int size = Operand.size(i.operand0);
        int first = i.operand2 == 0 ? i.operand0 : i.operand1;
        int second = i.operand2 == 0 ? i.operand1 : i.operand2;
        long a = Operands.signExtend(Operands.read(c, i, first), size);
        long b = Operands.signExtend(Operands.read(c, i, second), size);
        long product = a * b;
        long r = Operands.signExtend(product, size);
        boolean overflow = size == 8 ? Math.multiplyHigh(a, b) != product >> 63 : r != product;
        Operands.write(c, i, i.operand0, r);
        multiplyFlags(c.state, overflow, r);
    }

    private static void mulx(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int size = Operand.size(i.operand0);
        long a = Operands.readRegister(s, CpuState.RDX, size);
        long b = Operands.read(c, i, i.operand2);
        long low = a * b;
        long high = size == 8 ? unsignedMultiplyHigh(a, b) : low >>> 32;
        // If both destinations are one register it gets the high half.
        Operands.write(c, i, i.operand1, low);
        Operands.write(c, i, i.operand0, high);
    }

    private static void divide(ExecContext c, Instruction i, boolean signed) {
        CpuState s = c.state;
        int size = Operand.size(i.operand0);
        long divisor = Operands.read(c, i, i.operand0);
        if (size == 8) {
            long low = s.regs[CpuState.RAX];
            long quotient = quotient128(c, s.regs[CpuState.RDX], low, divisor, signed);
            s.regs[CpuState.RAX] = quotient;
            s.regs[CpuState.RDX] = low - quotient * divisor;
            return;
        }
        long dividend =
                size == 1
                        ? s.regs[CpuState.RAX] & 0xFFFF
                        : Operands.readRegister(s, CpuState.RDX, size) << (8 * size)
                                | Operands.readRegister(s, CpuState.RAX, size);
        if (size == 4) {
            long d = signed ? (int) divisor : divisor;
            long quotient = quotient64(c, dividend, d, signed);
            Operands.writeRegister(s, CpuState.RAX, size, quotient);
            Operands.writeRegister(s, CpuState.RDX, size, dividend - quotient * d);
            return;
        }
        if (divisor == 0) {
            throw ArithmeticOps.divideError(c);
        }
        long d = signed ? Operands.signExtend(divisor, size) : divisor;
        long n = signed ? Operands.signExtend(dividend, 2 * size) : dividend;
        long quotient = n / d;
        long remainder = n % d;
        if (signed
                ? Operands.signExtend(quotient, size) != quotient
                : quotient >>> (8 * size) != 0) {
            throw ArithmeticOps.divideError(c);
        }
        if (size == 1) {
            Operands.writeRegister(s, CpuState.RAX, 2, (remainder & 0xFF) << 8 | quotient & 0xFF);
        } else {
            Operands.writeRegister(s, CpuState.RAX, size, quotient);
            Operands.writeRegister(s, CpuState.RDX, size, remainder);
        }
    }

    /**
     * The quotient of 64 by 32 bits; the remainder is what is missing.
     *
     * @param divisor sign- or zero-extended
     * @throws org.linuxemu.core.exception.CpuException #DE
     */
    public static long quotient64(ExecContext c, long dividend, long divisor, boolean signed) {
        if (divisor == 0) {
            throw ArithmeticOps.divideError(c);
        }
        long quotient;
        if (signed) {
            if (dividend == Long.MIN_VALUE && divisor == -1) {
                throw ArithmeticOps.divideError(c);
            }
            quotient = dividend / divisor;
            if ((int) quotient != quotient) {
                throw ArithmeticOps.divideError(c);
            }
        } else {
            quotient = Long.divideUnsigned(dividend, divisor);
            if (quotient >>> 32 != 0) {
                throw ArithmeticOps.divideError(c);
            }
        }
        return quotient;
    }

    /**
     * The quotient of 128 by 64 bits; the remainder is what is missing.
     *
     * @throws org.linuxemu.core.exception.CpuException #DE
     */
    public static long quotient128(
            ExecContext c, long high, long low, long divisor, boolean signed) {
        if (divisor == 0) {
            throw ArithmeticOps.divideError(c);
        }
        if (!signed && high == 0) {
            return Long.divideUnsigned(low, divisor);
        }
        if (signed && high == low >> 63 && low != Long.MIN_VALUE) {
            return low / divisor;
        }
        return longQuotient(c, high, low, divisor, signed);
    }

    private static long longQuotient(
            ExecContext c, long high, long low, long divisor, boolean signed) {
        boolean negativeDividend = signed && high < 0;
        boolean negativeDivisor = signed && divisor < 0;
        if (negativeDividend) {
            high = ~high;
            low = -low;
            if (low == 0) {
                high++;
            }
        }
        long d = negativeDivisor ? -divisor : divisor;
        if (Long.compareUnsigned(high, d) >= 0) {
            throw ArithmeticOps.divideError(c);
        }
        long quotient;
        if (high == 0) {
            quotient = Long.divideUnsigned(low, d);
        } else {
            // Schoolbook, one bit at a time would be slow: two steps of 32 bits on the normalised
            // divisor.
            int shift = Long.numberOfLeadingZeros(d);
            long dn = d << shift;
            long n1 = shift == 0 ? high : high << shift | low >>> (64 - shift);
            long n0 = low << shift;
            long q1 = divideStep(n1, n0 >>> 32, dn);
            long r1 = (n1 << 32 | n0 >>> 32) - q1 * dn;
            quotient = q1 << 32 | divideStep(r1, n0 & 0xFFFFFFFFL, dn);
        }
        if (signed) {
            boolean negativeQuotient = negativeDividend != negativeDivisor;
            if (negativeQuotient ? quotient < 0 && quotient != Long.MIN_VALUE : quotient < 0) {
                throw ArithmeticOps.divideError(c);
            }
            if (negativeQuotient) {
                quotient = -quotient;
            }
        }
        return quotient;
    }

    /**
     * One digit (32 bits) of (n1:digit) / d for a d with its top bit set and n1 below d. Knuth's
     * algorithm D.
     */
    private static long divideStep(long n1, long digit, long d) {
        long dHigh = d >>> 32;
        long dLow = d & 0xFFFFFFFFL;
        long q = Long.divideUnsigned(n1, dHigh);
        long r = n1 - q * dHigh;
        while (q >>> 32 != 0 || Long.compareUnsigned(q * dLow, r << 32 | digit) > 0) {
            q--;
            r += dHigh;
            if (r >>> 32 != 0) {
                break;
            }
        }
        return q;
    }

    /** DAA DAS AAA AAS AAM AAD and the undocumented SALC (SDM Vol. 2). */
    private static void decimal(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int al = (int) s.regs[CpuState.RAX] & 0xFF;
        int ah = (int) (s.regs[CpuState.RAX] >>> 8) & 0xFF;
        boolean af = s.adjust();
        boolean cf = s.carry();
        int flags;
        switch (i.mnemonic) {
            case DAA:
            case DAS:
                {
                    int sign = i.mnemonic == org.linuxemu.core.decode.Mnemonic.DAA ? 1 : -1;
                    int old = al;
                    boolean carry = false;
                    boolean adjust = (old & 15) > 9 || af;
                    if (adjust) {
                        al += sign * 6;
                        carry = cf || (al & ~0xFF) != 0;
                    }
                    if (old > 0x99 || cf) {
                        al += sign * 0x60;
                        carry = true;
                    }
                    al &= 0xFF;
                    Operands.writeRegister(s, CpuState.RAX, 1, al);
                    flags = (carry ? Rflags.CF : 0) | (adjust ? Rflags.AF : 0);
                    break;
                }
            case AAA:
            case AAS:
                {
                    boolean adjust = (al & 15) > 9 || af;
                    int ax = ah << 8 | al;
                    if (adjust) {
                        ax =
                                i.mnemonic == org.linuxemu.core.decode.Mnemonic.AAA
                                        ? ax + 0x106
                                        : ax - 0x106;
                    }
                    al = ax & 15;
                    Operands.writeRegister(s, CpuState.RAX, 2, ax & 0xFF00 | al);
                    flags = adjust ? Rflags.CF | Rflags.AF : 0;
                    break;
                }
            case AAM:
                {
                    int base = (int) i.immediate;
                    if (base == 0) {
                        throw ArithmeticOps.divideError(c);
                    }
                    Operands.writeRegister(s, CpuState.RAX, 2, (al / base) << 8 | al % base);
                    al %= base;
                    flags = 0;
                    break;
                }
            case AAD:
                al = (al + ah * (int) i.immediate) & 0xFF;
                Operands.writeRegister(s, CpuState.RAX, 2, al);
                flags = 0;
                break;
            case SALC:
                Operands.writeRegister(s, CpuState.RAX, 1, cf ? 0xFF : 0);
                return;
            default:
                throw c.invalidOpcode();
        }
        if (al == 0) {
            flags |= Rflags.ZF;
        }
        if ((al & 0x80) != 0) {
            flags |= Rflags.SF;
        }
        if (CpuState.evenParity(al)) {
            flags |= Rflags.PF;
        }
        s.setArithmeticFlags(flags);
    }
}
