package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;

/**
 * VMASKMOV, VPMASKMOV and the gathers: memory is touched only where the mask's element has its top
 * bit set.
 */
public final class AvxMaskedOps {
    private AvxMaskedOps() {}

    /** Executes one instruction of the family by the contract of {@link ExecContext}. */
    public static void execute(ExecContext c, Instruction i) {
        VectorOperands.require(c, i);
        switch (i.mnemonic) {
            case VMASKMOVPS:
            case VPMASKMOVD:
                move(c, i, 4);
                break;
            case VMASKMOVPD:
            case VPMASKMOVQ:
                move(c, i, 8);
                break;
            case VGATHERDPS:
            case VPGATHERDD:
                gather(c, i, 4, 4);
                break;
            case VGATHERDPD:
            case VPGATHERDQ:
                gather(c, i, 4, 8);
                break;
            case VGATHERQPS:
            case VPGATHERQD:
                gather(c, i, 8, 4);
                break;
            default: // VGATHERQPD, VPGATHERQQ
                gather(c, i, 8, 8);
                break;
        }
    }

    /** Element n of a register, zero-extended. */
    private static long element(CpuState s, int register, int n, int size) {
        if (size == 8) {
            return s.vectors[(register << 2) + n];
        }
        return s.vectors[(register << 2) + (n >> 1)] >>> 32 * (n & 1) & 0xFFFFFFFFL;
    }

    private static void setElement(long[] lanes, int first, int n, int size, long value) {
        if (size == 8) {
            lanes[first + n] = value;
        } else {
            int k = first + (n >> 1);
            int shift = 32 * (n & 1);
            lanes[k] = lanes[k] & ~(0xFFFFFFFFL << shift) | (value & 0xFFFFFFFFL) << shift;
        }
    }

    private static boolean selected(CpuState s, int mask, int n, int size) {
        return element(s, mask, n, size) >>> 8 * size - 1 != 0;
    }

    /** Linear address of an element, whose offset wraps at the address size as any other does. */
    private static long linear(ExecContext c, Instruction i, long offset, int size, boolean write) {
        long wrapped = offset & -1L >>> 64 - 8 * i.addressSize;
        return Operands.linear(c, i.segment, wrapped, size, write);
    }

    private static void move(ExecContext c, Instruction i, int size) {
        CpuState s = c.state;
        boolean store = Operand.kind(i.operand0) == Operand.MEMORY;
        int bytes = Operand.size(i.operand0);
        int elements = bytes / size;
        int mask = Operand.number(i.operand1);
        long offset = Operands.effectiveAddress(c, i);
        if (store) {
            int from = Operand.number(i.operand2);
            // All writes or none.
            for (int n = 0; n < elements; n++) {
                if (selected(s, mask, n, size)) {
                    c.mmu.checkWrite(linear(c, i, offset + n * size, size, true), size);
                }
            }
            for (int n = 0; n < elements; n++) {
                if (selected(s, mask, n, size)) {
                    long at = linear(c, i, offset + n * size, size, true);
                    c.mmu.write(at, size, element(s, from, n, size));
                }
            }
            return;
        }
        VectorOperands v = c.vector;
        for (int n = 0; n < elements; n++) {
            long x = 0;
            if (selected(s, mask, n, size)) {
                x = c.mmu.read(linear(c, i, offset + n * size, size, false), size);
            }
            setElement(v.result, 0, n, size, x);
        }
        v.destination(i.operand0);
        v.commit(i);
    }

    /**
     * Elements are loaded in order; a fault leaves those before it loaded and their mask cleared,
     * so that the instruction goes on from there when it is restarted (SDM Vol. 2, VGATHERDPS).
     */
    private static void gather(ExecContext c, Instruction i, int indexSize, int size) {
        CpuState s = c.state;
        int destination = Operand.number(i.operand0);
        int mask = Operand.number(i.operand2);
        if (destination == mask || destination == i.index || mask == i.index) {
            throw c.invalidOpcode();
        }
        long[] r = s.vectors;
        int elements = i.vectorSize / Math.max(indexSize, size);
        for (int n = 0; n < elements; n++) {
            if (selected(s, mask, n, size)) {
                long index = element(s, i.index, n, indexSize);
                index = indexSize == 4 ? (int) index : index;
                long offset = s.regs[i.base] + i.displacement + (index << i.scale);
                long x = c.mmu.read(linear(c, i, offset, size, false), size);
                setElement(r, destination << 2, n, size, x);
            }
            setElement(r, mask << 2, n, size, 0);
        }
        int lanes = elements * size >> 3;
        for (int k = lanes; k < 4; k++) {
            r[(destination << 2) + k] = 0;
        }
        java.util.Arrays.fill(r, mask << 2, (mask << 2) + 4, 0);
    }
}
