package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.exec.fp.Binary32;
import org.linuxemu.core.exec.fp.Binary64;
import org.linuxemu.core.exec.fp.FpEnvironment;

/** Floating-point arithmetic and comparison, packed and scalar, SSE to AVX. */
public final class SseFloatOps {
    /**
     * Which results of a comparison satisfy predicates 0-15 (SDM Vol. 2, CMPPD): bit 0 less, 1
     * equal, 2 greater, 3 unordered. Predicates 16-31 are the same with the opposite behaviour on
     * quiet NaNs.
     */
    private static final int[] PREDICATES = {2, 1, 3, 8, 13, 14, 12, 7, 10, 9, 11, 0, 5, 6, 4, 15};

    /** Predicates 0-15 that raise IE on quiet NaNs, as bits. */
    private static final int SIGNALING = 0x6666;

    private SseFloatOps() {}

    /** Executes one instruction of the family by the contract of {@link ExecContext}. */
    public static void execute(ExecContext c, Instruction i) {
        switch (i.mnemonic) {
            case ADDSD:
            case SUBSD:
            case MULSD:
            case DIVSD:
            case MINSD:
            case MAXSD:
            case SQRTSD:
            case CMPSD:
                scalar64(c, i);
                break;
            case ADDSS:
            case SUBSS:
            case MULSS:
            case DIVSS:
            case MINSS:
            case MAXSS:
            case SQRTSS:
            case CMPSS:
            case RCPSS:
            case RSQRTSS:
                scalar32(c, i);
                break;
            case ADDPD:
            case SUBPD:
            case MULPD:
            case DIVPD:
            case MINPD:
            case MAXPD:
            case CMPPD:
            case ADDSUBPD:
                packed64(c, i, false);
                break;
            case SQRTPD:
                packed64(c, i, true);
                break;
            case ADDPS:
            case SUBPS:
            case MULPS:
            case DIVPS:
            case MINPS:
            case MAXPS:
            case CMPPS:
            case ADDSUBPS:
                packed32(c, i, false);
                break;
            case SQRTPS:
            case RCPPS:
            case RSQRTPS:
                packed32(c, i, true);
                break;
            case UCOMISS:
            case COMISS:
            case UCOMISD:
            case COMISD:
                compareToFlags(c, i);
                break;
            case HADDPD:
            case HSUBPD:
                horizontal64(c, i);
                break;
            case HADDPS:
            case HSUBPS:
                horizontal32(c, i);
                break;
            case DPPD:
                dotProduct64(c, i);
                break;
            default: // DPPS
                dotProduct32(c, i);
                break;
        }
    }

    private static void scalar64(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        FpEnvironment e = v.floatBinary(c, i);
        long r = element64(i, e, v.a()[v.ai], v.b()[v.bi]);
        v.check(c);
        v.commitScalar(i, 64, r);
    }

    private static void scalar32(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        FpEnvironment e = v.floatBinary(c, i);
        int r = element32(i, e, (int) v.a()[v.ai], (int) v.b()[v.bi]);
        v.check(c);
        v.commitScalar(i, 32, r);
    }

    private static void packed64(ExecContext c, Instruction i, boolean unary) {
        VectorOperands v = c.vector;
        FpEnvironment e = unary ? v.floatUnary(c, i) : v.floatBinary(c, i);
        for (int k = 0; k < v.lanes; k++) {
            long b = v.b()[v.bi + k];
            long a = unary ? b : v.a()[v.ai + k];
            if (i.mnemonic == Mnemonic.ADDSUBPD) {
                v.result[k] = (k & 1) == 0 ? Binary64.subtract(e, a, b) : Binary64.add(e, a, b);
            } else {
                v.result[k] = element64(i, e, a, b);
            }
        }
        v.check(c);
        v.commit(i);
    }

    private static void packed32(ExecContext c, Instruction i, boolean unary) {
        VectorOperands v = c.vector;
        FpEnvironment e = unary ? v.floatUnary(c, i) : v.floatBinary(c, i);
        for (int k = 0; k < v.lanes; k++) {
            long b = v.b()[v.bi + k];
            long a = unary ? b : v.a()[v.ai + k];
            int low;
            int high;
            if (i.mnemonic == Mnemonic.ADDSUBPS) {
                low = Binary32.subtract(e, (int) a, (int) b);
                high = Binary32.add(e, (int) (a >>> 32), (int) (b >>> 32));
            } else {
                low = element32(i, e, (int) a, (int) b);
                high = element32(i, e, (int) (a >>> 32), (int) (b >>> 32));
            }
            v.result[k] = pair(low, high);
        }
        v.check(c);
        v.commit(i);
    }

    static long pair(int low, int high) {
        return (low & 0xFFFFFFFFL) | (long) high << 32;
    }

    /** One element; operations of one operand use b. */
    private static long element64(Instruction i, FpEnvironment e, long a, long b) {
        switch (i.mnemonic) {
            case ADDSD:
            case ADDPD:
                return Binary64.add(e, a, b);
            case SUBSD:
            case SUBPD:
                return Binary64.subtract(e, a, b);
            case MULSD:
            case MULPD:
                return Binary64.multiply(e, a, b);
            case DIVSD:
            case DIVPD:
                return Binary64.divide(e, a, b);
            case MINSD:
            case MINPD:
                return Binary64.minimum(e, a, b);
            case MAXSD:
            case MAXPD:
                return Binary64.maximum(e, a, b);
            case SQRTSD:
            case SQRTPD:
                return Binary64.squareRoot(e, b);
            default: // CMPSD, CMPPD
                {
                    int predicate = predicate(i);
                    return holds(predicate, Binary64.compare(e, a, b, signals(predicate))) ? -1 : 0;
                }
        }
    }

    private static int element32(Instruction i, FpEnvironment e, int a, int b) {
        switch (i.mnemonic) {
            case ADDSS:
            case ADDPS:
                return Binary32.add(e, a, b);
            case SUBSS:
            case SUBPS:
                return Binary32.subtract(e, a, b);
            case MULSS:
            case MULPS:
                return Binary32.multiply(e, a, b);
            case DIVSS:
            case DIVPS:
                return Binary32.divide(e, a, b);
            case MINSS:
            case MINPS:
                return Binary32.minimum(e, a, b);
            case MAXSS:
            case MAXPS:
                return Binary32.maximum(e, a, b);
            case SQRTSS:
            case SQRTPS:
                return Binary32.squareRoot(e, b);
            case RCPSS:
            case RCPPS:
                return Approximations.reciprocal(b);
            case RSQRTSS:
            case RSQRTPS:
                return Approximations.reciprocalSquareRoot(b);
            default: // CMPSS, CMPPS
                {
                    int predicate = predicate(i);
                    return holds(predicate, Binary32.compare(e, a, b, signals(predicate))) ? -1 : 0;
                }
        }
    }

    /** Legacy encodings know eight predicates, VEX 32. */
    private static int predicate(Instruction i) {
        return (int) i.immediate & (i.has(Instruction.VEX) ? 31 : 7);
    }

    private static boolean signals(int predicate) {
        return (SIGNALING >> (predicate & 15) & 1) != predicate >> 4;
    }

    private static boolean holds(int predicate, int order) {
        return (PREDICATES[predicate & 15] >> order + 1 & 1) != 0;
    }

    private static void compareToFlags(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        VectorOperands.require(c, i);
        v.source(c, i, i.operand1);
        FpEnvironment e = v.begin(c);
        long a = c.state.vectors[Operand.number(i.operand0) << 2];
        long b = v.b()[v.bi];
        int order;
        switch (i.mnemonic) {
            case UCOMISS:
                order = Binary32.compare(e, (int) a, (int) b, false);
                break;
            case COMISS:
                order = Binary32.compare(e, (int) a, (int) b, true);
                break;
            case UCOMISD:
                order = Binary64.compare(e, a, b, false);
                break;
            default:
                order = Binary64.compare(e, a, b, true);
                break;
        }
        v.check(c);
        c.state.setArithmeticFlags(FloatLanes.flags(order));
    }

    private static void horizontal64(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        FpEnvironment e = v.floatBinary(c, i);
        boolean add = i.mnemonic == Mnemonic.HADDPD;
        for (int k = 0; k < v.lanes; k += 2) {
            long a0 = v.a()[v.ai + k];
            long a1 = v.a()[v.ai + k + 1];
            long b0 = v.b()[v.bi + k];
            long b1 = v.b()[v.bi + k + 1];
            v.result[k] = add ? Binary64.add(e, a0, a1) : Binary64.subtract(e, a0, a1);
            v.result[k + 1] = add ? Binary64.add(e, b0, b1) : Binary64.subtract(e, b0, b1);
        }
        v.check(c);
        v.commit(i);
    }

    private static void horizontal32(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        FpEnvironment e = v.floatBinary(c, i);
        boolean add = i.mnemonic == Mnemonic.HADDPS;
        for (int k = 0; k < v.lanes; k += 2) {
            v.result[k] =
                    pair(
                            neighbours(e, v.a()[v.ai + k], add),
                            neighbours(e, v.a()[v.ai + k + 1], add));
            v.result[k + 1] =
                    pair(
                            neighbours(e, v.b()[v.bi + k], add),
                            neighbours(e, v.b()[v.bi + k + 1], add));
        }
        v.check(c);
        v.commit(i);
    }

    private static int neighbours(FpEnvironment e, long x, boolean add) {
        int low = (int) x;
        int high = (int) (x >>> 32);
        return add ? Binary32.add(e, low, high) : Binary32.subtract(e, low, high);
    }

    private static void dotProduct64(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        FpEnvironment e = v.floatBinary(c, i);
        int control = (int) i.immediate;
        long p0 = (control & 0x10) != 0 ? Binary64.multiply(e, v.a()[v.ai], v.b()[v.bi]) : 0;
        long p1 =
                (control & 0x20) != 0 ? Binary64.multiply(e, v.a()[v.ai + 1], v.b()[v.bi + 1]) : 0;
        // Each stage reports its own exceptions (SDM Vol. 2, DPPD).
        v.check(c);
        v.begin(c);
        long sum = Binary64.add(e, p0, p1);
        v.check(c);
        v.result[0] = (control & 1) != 0 ? sum : 0;
        v.result[1] = (control & 2) != 0 ? sum : 0;
        v.commit(i);
    }

    private static void dotProduct32(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        FpEnvironment e = v.floatBinary(c, i);
        int control = (int) i.immediate;
        int[] products = v.products;
        for (int n = 0; n < 2 * v.lanes; n++) {
            int a = (int) (v.a()[v.ai + (n >> 1)] >>> 32 * (n & 1));
            int b = (int) (v.b()[v.bi + (n >> 1)] >>> 32 * (n & 1));
            products[n] = (control & 0x10 << (n & 3)) != 0 ? Binary32.multiply(e, a, b) : 0;
        }
        v.check(c);
        v.begin(c);
        for (int n = 0; n < 2 * v.lanes; n += 2) {
            products[n] = Binary32.add(e, products[n], products[n + 1]);
        }
        v.check(c);
        v.begin(c);
        for (int k = 0; k < v.lanes; k += 2) {
            int sum = Binary32.add(e, products[2 * k], products[2 * k + 2]);
            v.result[k] = pair((control & 1) != 0 ? sum : 0, (control & 2) != 0 ? sum : 0);
            v.result[k + 1] = pair((control & 4) != 0 ? sum : 0, (control & 8) != 0 ? sum : 0);
        }
        v.check(c);
        v.commit(i);
    }
}
