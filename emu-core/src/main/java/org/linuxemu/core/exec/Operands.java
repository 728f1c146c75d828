package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.SegmentRegister;

/** Reads and writes operands and computes effective and linear addresses, in every mode. */
public final class Operands {
    private Operands() {}

    /** Effective address (offset in the segment) of the memory operand, cut to the address size. */
    public static long effectiveAddress(ExecContext c, Instruction i) {
        long[] r = c.state.regs;
        long ea = i.displacement;
        if (i.base == Instruction.RIP) {
            ea += c.instructionRip + i.length;
        } else {
            ea += r[i.base] + (r[i.index] << i.scale);
        }
        return i.addressSize == 8 ? ea : i.addressSize == 4 ? ea & 0xFFFFFFFFL : ea & 0xFFFF;
    }

    /**
     * Linear address of the memory operand for an access of {@code size} bytes, segment checks
     * done.
     */
    public static long address(ExecContext c, Instruction i, int size, boolean write) {
        return linear(c, i.segment, effectiveAddress(c, i), size, write);
    }

    /**
     * Linear address of an offset in a segment (SDM Vol. 3, 5.3 to 5.5). In 64-bit mode only FS and
     * GS have a base and none a limit.
     */
    public static long linear(ExecContext c, int segment, long offset, int size, boolean write) {
        CpuState s = c.state;
        SegmentRegister seg = s.segments[segment];
        if (s.is64Bit()) {
            return segment >= Instruction.FS ? offset + seg.base : offset;
        }
        long last = offset + size - 1;
        int a = seg.attributes;
        boolean bad;
        if ((a & SegmentRegister.PRESENT) == 0) {
            bad = true; // null selector
        } else if ((a & SegmentRegister.CODE) != 0) {
            bad =
                    last > seg.limit
                            || (!s.realOrV86() && (write || (a & SegmentRegister.READABLE) == 0));
        } else if ((a & SegmentRegister.EXPAND_DOWN) != 0) {
            long top = (a & SegmentRegister.DEFAULT_BIG) != 0 ? 0xFFFFFFFFL : 0xFFFF;
            bad = offset <= seg.limit || last > top;
        } else {
            bad = last > seg.limit;
        }
        if (!bad && write && (a & (SegmentRegister.CODE | SegmentRegister.WRITABLE)) == 0) {
            bad = true;
        }
        if (bad) {
            throw c.fault.raise(segment == Instruction.SS ? CpuException.SS : CpuException.GP, 0);
        }
        return (seg.base + offset) & 0xFFFFFFFFL;
    }

    /**
     * Reads an operand of 1, 2, 4 or 8 bytes, zero-extended (immediates as the decoder extended
     * them).
     */
    public static long read(ExecContext c, Instruction i, int operand) {
        switch (Operand.kind(operand)) {
            case Operand.GPR:
                return readRegister(c.state, Operand.number(operand), Operand.size(operand));
            case Operand.GPR_HIGH:
                return (c.state.regs[Operand.number(operand)] >>> 8) & 0xFF;
            case Operand.MEMORY:
                {
                    int size = Operand.size(operand);
                    return c.mmu.read(address(c, i, size, false), size);
                }
            case Operand.IMMEDIATE:
                return i.immediate;
            case Operand.IMMEDIATE2:
                return i.immediate2;
            case Operand.ONE:
                return 1;
            case Operand.SEGMENT:
                return c.state.segments[Operand.number(operand)].selector;
            default:
                throw new IllegalStateException("operand kind " + Operand.kind(operand));
        }
    }

    /** Writes a register or memory operand of 1, 2, 4 or 8 bytes. */
    public static void write(ExecContext c, Instruction i, int operand, long value) {
        switch (Operand.kind(operand)) {
            case Operand.GPR:
                writeRegister(c.state, Operand.number(operand), Operand.size(operand), value);
                break;
            case Operand.GPR_HIGH:
                {
                    long[] r = c.state.regs;
                    int n = Operand.number(operand);
                    r[n] = (r[n] & ~0xFF00L) | (value & 0xFF) << 8;
                    break;
                }
            case Operand.MEMORY:
                {
                    int size = Operand.size(operand);
                    c.mmu.write(address(c, i, size, true), size, value);
                    break;
                }
            default:
                throw new IllegalStateException("operand kind " + Operand.kind(operand));
        }
    }

    /** The low 1, 2, 4 or 8 bytes of a general register, zero-extended. */
    public static long readRegister(CpuState s, int number, int size) {
        long v = s.regs[number];
        switch (size) {
            case 1:
                return v & 0xFF;
            case 2:
                return v & 0xFFFF;
            case 4:
                return v & 0xFFFFFFFFL;
            default:
                return v;
        }
    }

    /** Writes a general register: 1 and 2 bytes keep the rest, 4 bytes zero bits 63:32. */
    public static void writeRegister(CpuState s, int number, int size, long value) {
        long[] r = s.regs;
        switch (size) {
            case 1:
                r[number] = (r[number] & ~0xFFL) | (value & 0xFF);
                break;
            case 2:
                r[number] = (r[number] & ~0xFFFFL) | (value & 0xFFFF);
                break;
            case 4:
                r[number] = value & 0xFFFFFFFFL;
                break;
            default:
                r[number] = value;
                break;
        }
    }

    /** Sign-extends the low 1, 2, 4 or 8 bytes. */
    public static long signExtend(long value, int size) {
        switch (size) {
            case 1:
                return (byte) value;
            case 2:
                return (short) value;
            case 4:
                return (int) value;
            default:
                return value;
        }
    }

    /** Zero-extends the low 1, 2, 4 or 8 bytes. */
    public static long zeroExtend(long value, int size) {
        switch (size) {
            case 1:
                return value & 0xFF;
            case 2:
                return value & 0xFFFF;
            case 4:
                return value & 0xFFFFFFFFL;
            default:
                return value;
        }
    }
}
