package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;

/**
 * Moves between vector registers, MMX registers, general registers and memory; masks; single
 * elements in and out.
 */
public final class SseMoveOps {
    private SseMoveOps() {}

    /** Executes one instruction of the family by the contract of {@link ExecContext}. */
    public static void execute(ExecContext c, Instruction i) {
        switch (i.mnemonic) {
            case MOVUPS:
            case MOVUPD:
            case MOVDQU:
            case LDDQU:
                moveWhole(c, i, true);
                break;
            case MOVAPS:
            case MOVAPD:
            case MOVDQA:
            case MOVNTPS:
            case MOVNTPD:
            case MOVNTDQ:
            case MOVNTDQA:
                moveWhole(c, i, false);
                break;
            case MOVSS:
            case MOVSD:
                moveScalar(c, i);
                break;
            case MOVLPS:
            case MOVLPD:
            case MOVHPS:
            case MOVHPD:
            case MOVHLPS:
            case MOVLHPS:
                moveHalf(c, i);
                break;
            case MOVD:
            case MOVQ:
            case MOVNTQ:
            case MOVQ2DQ:
            case MOVDQ2Q:
                moveQuad(c, i);
                break;
            case MOVMSKPS:
            case MOVMSKPD:
            case PMOVMSKB:
                moveMask(c, i);
                break;
            case MASKMOVQ:
            case MASKMOVDQU:
                maskedStore(c, i);
                break;
            case PINSRB:
            case PINSRW:
            case PINSRD:
            case PINSRQ:
            case INSERTPS:
                insert(c, i);
                break;
            default: // PEXTRB, PEXTRW, PEXTRD, PEXTRQ, EXTRACTPS
                extract(c, i);
                break;
        }
    }

    private static void moveWhole(ExecContext c, Instruction i, boolean unaligned) {
        VectorOperands.require(c, i);
        CpuState s = c.state;
        long[] r = s.vectors;
        int op0 = i.operand0;
        if (Operand.kind(op0) == Operand.MEMORY) {
            VectorOperands.store(
                    c, i, Operand.size(op0), r, Operand.number(i.operand1) << 2, unaligned);
            return;
        }
        int d = Operand.number(op0) << 2;
        int lanes = Operand.size(op0) >> 3;
        if (Operand.kind(i.operand1) == Operand.VECTOR) {
            int b = Operand.number(i.operand1) << 2;
            for (int k = 0; k < lanes; k++) {
                r[d + k] = r[b + k];
            }
        } else {
            VectorOperands v = c.vector;
            v.load(c, i, 8 * lanes, unaligned);
            for (int k = 0; k < lanes; k++) {
                r[d + k] = v.memory[k];
            }
        }
        zeroUpper(s, i, d, lanes);
    }

    /** A VEX destination loses its lanes from {@code lanes} on. */
    private static void zeroUpper(CpuState s, Instruction i, int d, int lanes) {
        if (i.has(Instruction.VEX)) {
            for (int k = lanes; k < 4; k++) {
                s.vectors[d + k] = 0;
            }
        }
    }

    /**
     * From memory the rest of XMM becomes zero; between registers it is kept (VEX: taken from the
     * first source).
     */
    private static void moveScalar(ExecContext c, Instruction i) {
        VectorOperands.require(c, i);
        CpuState s = c.state;
        long[] r = s.vectors;
        int size = i.mnemonic == Mnemonic.MOVSS ? 4 : 8;
        int op0 = i.operand0;
        if (Operand.kind(op0) == Operand.MEMORY) {
            VectorOperands.store(c, i, size, r, Operand.number(i.operand1) << 2, true);
            return;
        }
        int d = Operand.number(op0) << 2;
        if (Operand.kind(i.operand1) == Operand.MEMORY) {
            r[d] = c.mmu.read(Operands.address(c, i, size, false), size);
            r[d + 1] = 0;
        } else {
            boolean vex = i.has(Instruction.VEX);
            int a = vex ? Operand.number(i.operand1) << 2 : d;
            int b = Operand.number(vex ? i.operand2 : i.operand1) << 2;
            long low = r[b];
            r[d] = size == 4 ? (r[a] & ~0xFFFFFFFFL) | (low & 0xFFFFFFFFL) : low;
            r[d + 1] = r[a + 1];
        }
        zeroUpper(s, i, d, 2);
    }

    private static void moveHalf(ExecContext c, Instruction i) {
        VectorOperands.require(c, i);
        CpuState s = c.state;
        long[] r = s.vectors;
        boolean high =
                i.mnemonic == Mnemonic.MOVHPS
                        || i.mnemonic == Mnemonic.MOVHPD
                        || i.mnemonic == Mnemonic.MOVLHPS;
        int op0 = i.operand0;
        if (Operand.kind(op0) == Operand.MEMORY) {
            c.mmu.writeLong(
                    Operands.address(c, i, 8, true),
                    r[(Operand.number(i.operand1) << 2) + (high ? 1 : 0)]);
            return;
        }
        boolean vex = i.has(Instruction.VEX);
        int d = Operand.number(op0) << 2;
        int a = vex ? Operand.number(i.operand1) << 2 : d;
        int last = vex ? i.operand2 : i.operand1;
        long value;
        if (Operand.kind(last) == Operand.MEMORY) {
            value = c.mmu.readLong(Operands.address(c, i, 8, false));
        } else {
            // MOVHLPS takes the high half, MOVLHPS the low one.
            value = r[(Operand.number(last) << 2) + (high ? 0 : 1)];
        }
        long kept = r[a + (high ? 0 : 1)];
        r[d] = high ? kept : value;
        r[d + 1] = high ? value : kept;
        zeroUpper(s, i, d, 2);
    }

    /** MOVD and MOVQ in all directions: 4 or 8 bytes, zero-extended into a register. */
    private static void moveQuad(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int from = i.operand1;
        int to = i.operand0;
        boolean mmx = Operand.kind(from) == Operand.MMX || Operand.kind(to) == Operand.MMX;
        if (mmx) {
            VectorOperands.requireMmx(c);
        } else {
            VectorOperands.require(c, i);
        }
        long value;
        switch (Operand.kind(from)) {
            case Operand.VECTOR:
                value = s.vectors[Operand.number(from) << 2];
                break;
            case Operand.MMX:
                value = s.fpSignificand[Operand.number(from)];
                break;
            default:
                value = Operands.read(c, i, from);
                break;
        }
        switch (Operand.kind(to)) {
            case Operand.VECTOR:
                {
                    int d = Operand.number(to) << 2;
                    s.vectors[d] = value;
                    s.vectors[d + 1] = 0;
                    zeroUpper(s, i, d, 2);
                    break;
                }
            case Operand.MMX:
                VectorOperands.writeMmx(s, Operand.number(to), value);
                break;
            default:
                Operands.write(c, i, to, value);
                break;
        }
        if (mmx) {
            VectorOperands.enterMmx(s);
        }
    }

    private static void moveMask(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int n = Operand.number(i.operand1);
        long mask = 0;
        if (Operand.kind(i.operand1) == Operand.MMX) {
            VectorOperands.requireMmx(c);
            VectorOperands.enterMmx(s);
            mask = PackedInteger.signMask8(s.fpSignificand[n]);
        } else {
            VectorOperands.require(c, i);
            int lanes = Operand.size(i.operand1) >> 3;
            for (int k = 0; k < lanes; k++) {
                long x = s.vectors[(n << 2) + k];
                switch (i.mnemonic) {
                    case PMOVMSKB:
                        mask |= (long) PackedInteger.signMask8(x) << 8 * k;
                        break;
                    case MOVMSKPS:
                        mask |= (x >>> 31 & 1 | x >>> 62 & 2) << 2 * k;
                        break;
                    default:
                        mask |= (x >>> 63) << k;
                        break;
                }
            }
        }
        s.regs[Operand.number(i.operand0)] = mask;
    }

    /** Bytes of the first operand to DS:rDI where the second has its top bit set. */
    private static void maskedStore(ExecContext c, Instruction i) {
        CpuState s = c.state;
        boolean mmx = i.mnemonic == Mnemonic.MASKMOVQ;
        int size = mmx ? 8 : 16;
        if (mmx) {
            VectorOperands.requireMmx(c);
            VectorOperands.enterMmx(s); // also when a page fault follows, as processors do
        } else {
            VectorOperands.require(c, i);
        }
        long offset = s.regs[CpuState.RDI];
        offset =
                i.addressSize == 8
                        ? offset
                        : i.addressSize == 4 ? offset & 0xFFFFFFFFL : offset & 0xFFFF;
        int segment = i.segmentOverride >= 0 ? i.segmentOverride : Instruction.DS;
        long address = Operands.linear(c, segment, offset, size, true);
        int from = Operand.number(i.operand0);
        int by = Operand.number(i.operand1);
        int mask = 0;
        for (int k = 0; k < size >> 3; k++) {
            long m = mmx ? s.fpSignificand[by] : s.vectors[(by << 2) + k];
            mask |= PackedInteger.signMask8(m) << 8 * k;
        }
        // Faults are those of the whole operand, whatever the mask (SDM leaves that to the
        // processor).
        c.mmu.checkWrite(address, size);
        for (int n = 0; n < size; n++) {
            if ((mask >> n & 1) != 0) {
                long x = mmx ? s.fpSignificand[from] : s.vectors[(from << 2) + (n >> 3)];
                c.mmu.writeByte(VectorOperands.wrap(c, address + n), (int) (x >>> 8 * (n & 7)));
            }
        }
    }

    private static void insert(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int op0 = i.operand0;
        int control = (int) i.immediate;
        if (Operand.kind(op0) == Operand.MMX) {
            VectorOperands.requireMmx(c);
            long x = Operands.read(c, i, i.operand1);
            int d = Operand.number(op0);
            VectorOperands.writeMmx(s, d, replace(s.fpSignificand[d], 16, control & 3, x));
            VectorOperands.enterMmx(s);
            return;
        }
        VectorOperands.require(c, i);
        boolean vex = i.has(Instruction.VEX);
        long[] r = s.vectors;
        int d = Operand.number(op0) << 2;
        int a = vex ? Operand.number(i.operand1) << 2 : d;
        int last = vex ? i.operand2 : i.operand1;
        long x;
        if (Operand.kind(last) == Operand.VECTOR) {
            int b = Operand.number(last) << 2;
            x = SseShuffleOps.dword(r[b], r[b + 1], control >> 6);
        } else {
            x = Operands.read(c, i, last);
        }
        long low = r[a];
        long high = r[a + 1];
        int bits;
        int index;
        switch (i.mnemonic) {
            case PINSRB:
                bits = 8;
                index = control & 15;
                break;
            case PINSRW:
                bits = 16;
                index = control & 7;
                break;
            case PINSRD:
                bits = 32;
                index = control & 3;
                break;
            case PINSRQ:
                bits = 64;
                index = control & 1;
                break;
            default: // INSERTPS
                bits = 32;
                index = control >> 4 & 3;
                break;
        }
        int perLane = 64 / bits;
        if (index < perLane) {
            low = replace(low, bits, index, x);
        } else {
            high = replace(high, bits, index - perLane, x);
        }
        if (i.mnemonic == Mnemonic.INSERTPS) {
            low &= ~(((control & 1) != 0 ? 0xFFFFFFFFL : 0) | ((control & 2) != 0 ? -1L << 32 : 0));
            high &=
                    ~(((control & 4) != 0 ? 0xFFFFFFFFL : 0)
                            | ((control & 8) != 0 ? -1L << 32 : 0));
        }
        r[d] = low;
        r[d + 1] = high;
        zeroUpper(s, i, d, 2);
    }

    private static long replace(long lane, int bits, int index, long value) {
        if (bits == 64) {
            return value;
        }
        long mask = (1L << bits) - 1 << bits * index;
        return (lane & ~mask) | (value << bits * index & mask);
    }

    private static void extract(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int control = (int) i.immediate;
        int from = Operand.number(i.operand1);
        long x;
        if (Operand.kind(i.operand1) == Operand.MMX) {
            VectorOperands.requireMmx(c);
            VectorOperands.enterMmx(s);
            x = s.fpSignificand[from] >>> 16 * (control & 3) & 0xFFFF;
        } else {
            VectorOperands.require(c, i);
            int shift; // in bits, of the whole register
            long mask;
            switch (i.mnemonic) {
                case PEXTRB:
                    shift = 8 * (control & 15);
                    mask = 0xFF;
                    break;
                case PEXTRW:
                    shift = 16 * (control & 7);
                    mask = 0xFFFF;
                    break;
                case PEXTRQ:
                    shift = 64 * (control & 1);
                    mask = -1L;
                    break;
                default: // PEXTRD, EXTRACTPS
                    shift = 32 * (control & 3);
                    mask = 0xFFFFFFFFL;
                    break;
            }
            x = s.vectors[(from << 2) + (shift >> 6)] >>> (shift & 63) & mask;
        }
        Operands.write(c, i, i.operand0, x);
    }
}
