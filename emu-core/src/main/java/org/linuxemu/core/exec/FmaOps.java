package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.exec.fp.Binary32;
import org.linuxemu.core.exec.fp.Binary64;
import org.linuxemu.core.exec.fp.FpEnvironment;

/**
 * Fused multiply-add. Opcode bits tell everything: 9x, Ax and Bx give the order 132, 213 or 231,
 * the low digit the signs and whether the operation is scalar, and VEX.W the format (SDM Vol. 2,
 * VFMADD132PD and following).
 */
public final class FmaOps {

    private FmaOps() {}

    /** Executes one instruction of the family by the contract of {@link ExecContext}. */
    public static void execute(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        FpEnvironment e = v.floatBinary(c, i);
        boolean wide = i.has(Instruction.REX_W);
        int kind = i.opcode & 15;
        boolean scalar = kind >= 9 && (kind & 1) != 0;
        if (scalar) {
            long r = wide ? element64(v, e, i, 0) : element32(v, e, i, 0);
            v.check(c);
            // Bits above the scalar stay those of the destination, which is the first operand.
            v.ai = v.d;
            v.commitScalar(i, wide ? 64 : 32, r);
            return;
        }
        for (int k = 0; k < v.lanes; k++) {
            v.result[k] =
                    wide
                            ? element64(v, e, i, k)
                            : SseFloatOps.pair(
                                    element32(v, e, i, 2 * k), element32(v, e, i, 2 * k + 1));
        }
        v.check(c);
        v.commit(i);
    }

    private static boolean negatesProduct(Instruction i) {
        return (i.opcode & 15) >= 0xC;
    }

    /** Whether the addend of element n is subtracted. */
    private static boolean negatesAddend(Instruction i, int n) {
        switch (i.opcode & 15) {
            case 6: // FMADDSUB subtracts in even elements
                return (n & 1) == 0;
            case 7:
                return (n & 1) != 0;
            default:
                return (i.opcode & 2) != 0;
        }
    }

    private static long element64(VectorOperands v, FpEnvironment e, Instruction i, int n) {
        long first = v.dst()[v.d + n];
        long second = v.a()[v.ai + n];
        long third = v.b()[v.bi + n];
        long x;
        long y;
        long z;
        switch (i.opcode >> 4) {
            case 9:
                x = first;
                y = third;
                z = second;
                break;
            case 0xA:
                x = second;
                y = first;
                z = third;
                break;
            default:
                x = second;
                y = third;
                z = first;
                break;
        }
        x = negatesProduct(i) ? Binary64.negateUnlessNan(x) : x;
        z = negatesAddend(i, n) ? Binary64.negateUnlessNan(z) : z;
        return Binary64.fusedMultiplyAdd(e, x, y, z);
    }

    private static int element32(VectorOperands v, FpEnvironment e, Instruction i, int n) {
        int shift = 32 * (n & 1);
        int first = (int) (v.dst()[v.d + (n >> 1)] >>> shift);
        int second = (int) (v.a()[v.ai + (n >> 1)] >>> shift);
        int third = (int) (v.b()[v.bi + (n >> 1)] >>> shift);
        int x;
        int y;
        int z;
        switch (i.opcode >> 4) {
            case 9:
                x = first;
                y = third;
                z = second;
                break;
            case 0xA:
                x = second;
                y = first;
                z = third;
                break;
            default:
                x = second;
                y = third;
                z = first;
                break;
        }
        x = negatesProduct(i) ? Binary32.negateUnlessNan(x) : x;
        z = negatesAddend(i, n) ? Binary32.negateUnlessNan(z) : z;
        return Binary32.fusedMultiplyAdd(e, x, y, z);
    }
}
