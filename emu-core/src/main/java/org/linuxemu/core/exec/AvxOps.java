package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/**
 * Operations that exist only under VEX: broadcasts, permutations, 128-bit halves, shifts by
 * element, VZEROUPPER.
 */
public final class AvxOps {
    private AvxOps() {}

    /** Executes one instruction of the family by the contract of {@link ExecContext}. */
    public static void execute(ExecContext c, Instruction i) {
        switch (i.mnemonic) {
            case VZEROUPPER:
            case VZEROALL:
                zero(c, i);
                break;
            case VBROADCASTSS:
            case VBROADCASTSD:
            case VBROADCASTF128:
            case VBROADCASTI128:
            case VPBROADCASTB:
            case VPBROADCASTW:
            case VPBROADCASTD:
            case VPBROADCASTQ:
                broadcast(c, i);
                break;
            case VTESTPS:
            case VTESTPD:
                testSigns(c, i);
                break;
            case VPERMILPS:
            case VPERMILPD:
                permuteInHalves(c, i);
                break;
            case VPERMD:
            case VPERMPS:
                permuteDwords(c, i);
                break;
            case VPERMQ:
            case VPERMPD:
                permuteQwords(c, i);
                break;
            case VPERM2F128:
            case VPERM2I128:
                permuteHalves(c, i);
                break;
            case VINSERTF128:
            case VINSERTI128:
                insertHalf(c, i);
                break;
            case VEXTRACTF128:
            case VEXTRACTI128:
                extractHalf(c, i);
                break;
            case VPBLENDD:
                blend(c, i);
                break;
            default: // VPSLLVD, VPSLLVQ, VPSRLVD, VPSRLVQ, VPSRAVD
                shift(c, i);
                break;
        }
    }

    private static void zero(ExecContext c, Instruction i) {
        VectorOperands.require(c, i);
        CpuState s = c.state;
        int registers = FpStateOps.xmmCount(s);
        for (int n = 0; n < registers; n++) {
            if (i.mnemonic == Mnemonic.VZEROALL) {
                s.vectors[4 * n] = 0;
                s.vectors[4 * n + 1] = 0;
            }
            s.vectors[4 * n + 2] = 0;
            s.vectors[4 * n + 3] = 0;
        }
    }

    private static void broadcast(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        v.unary(c, i);
        long low = v.b()[v.bi];
        long high = low;
        switch (Operand.size(i.operand1)) {
            case 1:
                low = (low & 0xFF) * 0x0101010101010101L;
                high = low;
                break;
            case 2:
                low = (low & 0xFFFF) * 0x0001000100010001L;
                high = low;
                break;
            case 4:
                low = (low & 0xFFFFFFFFL) * 0x0000000100000001L;
                high = low;
                break;
            case 8:
                break;
            default:
                high = v.b()[v.bi + 1];
                break;
        }
        for (int k = 0; k < v.lanes; k += 2) {
            v.dst()[v.d + k] = low;
            v.dst()[v.d + k + 1] = high;
        }
    }

    /** As PTEST, looking only at the sign bits of the elements. */
    private static void testSigns(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        VectorOperands.require(c, i);
        v.source(c, i, i.operand1);
        CpuState s = c.state;
        long signs = i.mnemonic == Mnemonic.VTESTPS ? PackedInteger.H32 : Long.MIN_VALUE;
        int n = Operand.number(i.operand0) << 2;
        long and = 0;
        long andNot = 0;
        for (int k = 0; k < Operand.size(i.operand0) >> 3; k++) {
            long b = v.b()[v.bi + k] & signs;
            and |= s.vectors[n + k] & b;
            andNot |= ~s.vectors[n + k] & b;
        }
        s.setArithmeticFlags((and == 0 ? Rflags.ZF : 0) | (andNot == 0 ? Rflags.CF : 0));
    }

    /** VPERMILPx: within 128-bit halves, by an immediate or by a vector of selectors. */
    private static void permuteInHalves(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        boolean immediate = Operand.kind(i.operand2) == Operand.IMMEDIATE;
        if (immediate) {
            v.unary(c, i);
        } else {
            v.binary(c, i);
        }
        long[] data = immediate ? v.b() : v.a();
        int from = immediate ? v.bi : v.ai;
        int control = (int) i.immediate;
        for (int k = 0; k < v.lanes; k++) {
            long low = data[from + (k & 2)];
            long high = data[from + (k & 2) + 1];
            if (i.mnemonic == Mnemonic.VPERMILPD) {
                boolean upper = immediate ? (control >> k & 1) != 0 : (v.b()[v.bi + k] & 2) != 0;
                v.result[k] = upper ? high : low;
            } else {
                int first = immediate ? control >> 4 * (k & 1) : (int) v.b()[v.bi + k];
                int second =
                        immediate ? control >> 4 * (k & 1) + 2 : (int) (v.b()[v.bi + k] >>> 32);
                v.result[k] =
                        SseShuffleOps.dword(low, high, first)
                                | SseShuffleOps.dword(low, high, second) << 32;
            }
        }
        v.commit(i);
    }

    /** The first source holds indexes, the second the data. */
    private static void permuteDwords(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        v.binary(c, i);
        for (int k = 0; k < 4; k++) {
            long selectors = v.a()[v.ai + k];
            v.result[k] = dword(v, (int) selectors) | dword(v, (int) (selectors >>> 32)) << 32;
        }
        v.commit(i);
    }

    private static long dword(VectorOperands v, int selector) {
        return v.b()[v.bi + (selector >> 1 & 3)] >>> 32 * (selector & 1) & 0xFFFFFFFFL;
    }

    private static void permuteQwords(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        v.unary(c, i);
        for (int k = 0; k < 4; k++) {
            v.result[k] = v.b()[v.bi + ((int) i.immediate >> 2 * k & 3)];
        }
        v.commit(i);
    }

    private static void permuteHalves(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        v.binary(c, i);
        for (int k = 0; k < 4; k++) {
            int control = (int) i.immediate >> 4 * (k >> 1);
            int lane = 2 * (control & 1) + (k & 1);
            long x = (control & 2) != 0 ? v.b()[v.bi + lane] : v.a()[v.ai + lane];
            v.result[k] = (control & 8) != 0 ? 0 : x;
        }
        v.commit(i);
    }

    private static void insertHalf(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        v.binary(c, i);
        long b0 = v.b()[v.bi];
        long b1 = v.b()[v.bi + 1];
        System.arraycopy(v.a(), v.ai, v.result, 0, 4);
        int at = 2 * ((int) i.immediate & 1);
        v.result[at] = b0;
        v.result[at + 1] = b1;
        v.commit(i);
    }

    private static void extractHalf(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        VectorOperands.require(c, i);
        long[] r = c.state.vectors;
        int from = (Operand.number(i.operand1) << 2) + 2 * ((int) i.immediate & 1);
        if (Operand.kind(i.operand0) == Operand.MEMORY) {
            VectorOperands.store(c, i, 16, r, from, true);
            return;
        }
        v.result[0] = r[from];
        v.result[1] = r[from + 1];
        v.destination(i.operand0);
        v.commit(i);
    }

    private static void blend(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        v.binary(c, i);
        for (int k = 0; k < v.lanes; k++) {
            int control = (int) i.immediate >> 2 * k;
            long m = ((control & 1) != 0 ? 0xFFFFFFFFL : 0) | ((control & 2) != 0 ? -1L << 32 : 0);
            v.dst()[v.d + k] = (v.a()[v.ai + k] & ~m) | (v.b()[v.bi + k] & m);
        }
    }

    /** Every element by its own count, which is unsigned. */
    private static void shift(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        v.binary(c, i);
        for (int k = 0; k < v.lanes; k++) {
            long a = v.a()[v.ai + k];
            long b = v.b()[v.bi + k];
            long r;
            if (i.mnemonic == Mnemonic.VPSLLVQ) {
                r = PackedInteger.shiftLeft64(a, b);
            } else if (i.mnemonic == Mnemonic.VPSRLVQ) {
                r = PackedInteger.shiftRight64(a, b);
            } else {
                r =
                        SseFloatOps.pair(
                                shift32(i, (int) a, (int) b),
                                shift32(i, (int) (a >>> 32), (int) (b >>> 32)));
            }
            v.dst()[v.d + k] = r;
        }
    }

    private static int shift32(Instruction i, int a, int count) {
        boolean out = count >>> 5 != 0;
        switch (i.mnemonic) {
            case VPSLLVD:
                return out ? 0 : a << count;
            case VPSRLVD:
                return out ? 0 : a >>> count;
            default:
                return a >> (out ? 31 : count);
        }
    }
}
