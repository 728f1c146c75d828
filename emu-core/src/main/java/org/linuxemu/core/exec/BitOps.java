package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/** Bit tests, scans and counts, BMI1, BMI2, BSWAP and CRC32. */
public final class BitOps {
    private static final int CRC32C = 0x82F63B78;

    private BitOps() {}

    public static void execute(ExecContext c, Instruction i) {
        switch (i.mnemonic) {
            case BT:
            case BTS:
            case BTR:
            case BTC:
                bitTest(c, i);
                break;
            case BSF:
            case BSR:
                scan(c, i);
                break;
            case TZCNT:
            case LZCNT:
            case POPCNT:
                count(c, i);
                break;
            case BSWAP:
                byteSwap(c, i);
                break;
            case CRC32:
                crc(c, i);
                break;
            default:
                bmi(c, i);
                break;
        }
    }

    private static void bitTest(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int size = Operand.size(i.operand0);
        boolean write = i.mnemonic != Mnemonic.BT;
        long offset = Operands.signExtend(Operands.read(c, i, i.operand1), size);
        int bit = (int) offset & (8 * size - 1);
        long a;
        long address = 0;
        boolean memory = Operand.kind(i.operand0) == Operand.MEMORY;
        if (memory) {
            long ea = Operands.effectiveAddress(c, i);
            if (Operand.kind(i.operand1) == Operand.GPR) {
                // The bit offset of a register operand reaches beyond the addressed unit, in either
                // direction.
                ea += (offset >> (size == 8 ? 6 : size == 4 ? 5 : 4)) * size;
                ea = i.addressSize == 8 ? ea : i.addressSize == 4 ? ea & 0xFFFFFFFFL : ea & 0xFFFF;
            }
            address = Operands.linear(c, i.segment, ea, size, write);
            a = write ? c.mmu.readForWrite(address, size) : c.mmu.read(address, size);
        } else {
            a = Operands.read(c, i, i.operand0);
        }
        boolean carry = (a >>> bit & 1) != 0;
        if (write) {
            long m = 1L << bit;
            long r =
                    i.mnemonic == Mnemonic.BTS
                            ? a | m
                            : i.mnemonic == Mnemonic.BTR ? a & ~m : a ^ m;
            if (memory) {
                c.mmu.write(address, size, r);
            } else {
                Operands.write(c, i, i.operand0, r);
            }
        }
        s.setArithmeticFlags((s.arithmeticFlags() & ~Rflags.CF) | (carry ? Rflags.CF : 0));
    }

    private static void scan(ExecContext c, Instruction i) {
        CpuState s = c.state;
        long a = Operands.read(c, i, i.operand1);
        int f = s.arithmeticFlags();
        if (a == 0) {
            // The destination keeps its value (SDM: undefined; AMD and Intel both keep it, 32-bit
            // forms included).
            s.setArithmeticFlags(f | Rflags.ZF);
            return;
        }
        int r =
                i.mnemonic == Mnemonic.BSF
                        ? Long.numberOfTrailingZeros(a)
                        : 63 - Long.numberOfLeadingZeros(a);
        Operands.write(c, i, i.operand0, r);
        s.setArithmeticFlags(f & ~Rflags.ZF);
    }

    private static void count(ExecContext c, Instruction i) {
        int size = Operand.size(i.operand1);
        long a = Operands.read(c, i, i.operand1);
        int r;
        int flags = 0;
        if (i.mnemonic == Mnemonic.POPCNT) {
            r = Long.bitCount(a);
            flags = a == 0 ? Rflags.ZF : 0;
        } else {
            if (i.mnemonic == Mnemonic.TZCNT) {
                r = a == 0 ? 8 * size : Long.numberOfTrailingZeros(a);
            } else {
                r = Long.numberOfLeadingZeros(a) - (64 - 8 * size);
            }
            flags = (a == 0 ? Rflags.CF : 0) | (r == 0 ? Rflags.ZF : 0);
        }
        Operands.write(c, i, i.operand0, r);
        c.state.setArithmeticFlags(flags);
    }

    private static void byteSwap(ExecContext c, Instruction i) {
        int n = Operand.number(i.operand0);
        long a = c.state.regs[n];
        switch (Operand.size(i.operand0)) {
            case 8:
                c.state.regs[n] = Long.reverseBytes(a);
                break;
            case 4:
                c.state.regs[n] = Integer.reverseBytes((int) a) & 0xFFFFFFFFL;
                break;
            default:
                // Undefined; processors of both vendors clear the word.
                Operands.writeRegister(c.state, n, 2, 0);
                break;
        }
    }

    private static void crc(ExecContext c, Instruction i) {
        int size = Operand.size(i.operand1);
        long data = Operands.read(c, i, i.operand1);
        int crc = (int) Operands.read(c, i, i.operand0);
        for (int k = 0; k < size; k++) {
            crc ^= (int) (data >>> (8 * k)) & 0xFF;
            for (int b = 0; b < 8; b++) {
                crc = crc >>> 1 ^ (CRC32C & -(crc & 1));
            }
        }
        Operands.write(c, i, i.operand0, crc & 0xFFFFFFFFL);
    }

    private static void bmi(ExecContext c, Instruction i) {
        if (c.state.realOrV86()) {
            throw c.invalidOpcode(); // VEX needs protected mode
        }
        int size = Operand.size(i.operand0);
        int bits = 8 * size;
        long mask = size == 8 ? -1L : 0xFFFFFFFFL;
        long r;
        boolean carry = false;
        switch (i.mnemonic) {
            case ANDN:
                r = ~Operands.read(c, i, i.operand1) & Operands.read(c, i, i.operand2) & mask;
                break;
            case BLSR:
            case BLSMSK:
            case BLSI:
                {
                    long a = Operands.read(c, i, i.operand1);
                    carry = (a == 0) != (i.mnemonic == Mnemonic.BLSI);
                    r =
                            (i.mnemonic == Mnemonic.BLSR
                                            ? a & (a - 1)
                                            : i.mnemonic == Mnemonic.BLSI ? a & -a : a ^ (a - 1))
                                    & mask;
                    break;
                }
            case BZHI:
                {
                    long a = Operands.read(c, i, i.operand1);
                    int n = (int) Operands.read(c, i, i.operand2) & 0xFF;
                    carry = n >= bits;
                    r = carry ? a : a & ((1L << n) - 1);
                    break;
                }
            case BEXTR:
                {
                    long a = Operands.read(c, i, i.operand1);
                    long control = Operands.read(c, i, i.operand2);
                    int start = (int) control & 0xFF;
                    int length = (int) (control >>> 8) & 0xFF;
                    r = start >= bits ? 0 : a >>> start;
                    r = length >= 64 ? r : r & ((1L << length) - 1);
                    break;
                }
            case PEXT:
            case PDEP:
                {
                    long a = Operands.read(c, i, i.operand1);
                    long m = Operands.read(c, i, i.operand2);
                    r = i.mnemonic == Mnemonic.PEXT ? extract(a, m) : deposit(a, m);
                    Operands.write(c, i, i.operand0, r);
                    return;
                }
            default:
                throw c.invalidOpcode();
        }
        Operands.write(c, i, i.operand0, r);
        long signed = Operands.signExtend(r, size);
        // AF and PF are undefined; processors leave them clear.
        int f = (carry ? Rflags.CF : 0) | (r == 0 ? Rflags.ZF : 0);
        if (signed < 0 && i.mnemonic != Mnemonic.BEXTR) {
            f |= Rflags.SF;
        }
        c.state.setArithmeticFlags(f);
    }

    private static long extract(long a, long mask) {
        long r = 0;
        for (int k = 0; mask != 0; k++) {
            long low = mask & -mask;
            if ((a & low) != 0) {
                r |= 1L << k;
            }
            mask ^= low;
        }
        return r;
    }

    private static long deposit(long a, long mask) {
        long r = 0;
        for (int k = 0; mask != 0; k++) {
            long low = mask & -mask;
            if ((a >>> k & 1) != 0) {
                r |= low;
            }
            mask ^= low;
        }
        return r;
    }
}
