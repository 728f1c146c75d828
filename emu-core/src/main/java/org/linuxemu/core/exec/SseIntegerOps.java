package org.linuxemu.core.exec;

import static org.linuxemu.core.exec.PackedInteger.H16;
import static org.linuxemu.core.exec.PackedInteger.H32;
import static org.linuxemu.core.exec.PackedInteger.H8;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/**
 * Packed integer arithmetic, comparison, logic (also of floating-point registers) and shifts, MMX
 * to AVX2.
 */
public final class SseIntegerOps {
    private SseIntegerOps() {}

    /** Executes one instruction of the family by the contract of {@link ExecContext}. */
    public static void execute(ExecContext c, Instruction i) {
        switch (i.mnemonic) {
            case PSRLW:
            case PSRAW:
            case PSLLW:
            case PSRLD:
            case PSRAD:
            case PSLLD:
            case PSRLQ:
            case PSLLQ:
                shift(c, i);
                break;
            case PABSB:
            case PABSW:
            case PABSD:
                absolute(c, i);
                break;
            case PHADDW:
            case PHADDD:
            case PHADDSW:
            case PHSUBW:
            case PHSUBD:
            case PHSUBSW:
                horizontal(c, i);
                break;
            case PTEST:
                test(c, i);
                break;
            case PHMINPOSUW:
                minimumPosition(c, i);
                break;
            case MPSADBW:
                multipleSumsOfDifferences(c, i);
                break;
            default:
                {
                    VectorOperands v = c.vector;
                    v.binary(c, i);
                    Mnemonic m = i.mnemonic;
                    long[] dst = v.dst();
                    long[] a = v.a();
                    long[] b = v.b();
                    for (int k = 0; k < v.lanes; k++) {
                        dst[v.d + k] = lane(m, a[v.ai + k], b[v.bi + k]);
                    }
                    break;
                }
        }
    }

    /**
     * The operations that look at one 64-bit lane at a time; a is the first source, b the second.
     */
    static long lane(Mnemonic m, long a, long b) {
        switch (m) {
            case PXOR:
            case XORPS:
            case XORPD:
                return a ^ b;
            case PAND:
            case ANDPS:
            case ANDPD:
                return a & b;
            case POR:
            case ORPS:
            case ORPD:
                return a | b;
            case PANDN:
            case ANDNPS:
            case ANDNPD:
                return ~a & b;
            case PCMPEQB:
                return PackedInteger.equal(a, b, H8);
            case PCMPEQW:
                return PackedInteger.equal(a, b, H16);
            case PCMPEQD:
                return PackedInteger.equal(a, b, H32);
            case PCMPEQQ:
                return PackedInteger.equal64(a, b);
            case PCMPGTB:
                return PackedInteger.greater(a, b, H8);
            case PCMPGTW:
                return PackedInteger.greater(a, b, H16);
            case PCMPGTD:
                return PackedInteger.greater(a, b, H32);
            case PCMPGTQ:
                return PackedInteger.greater64(a, b);
            case PMINUB:
                return PackedInteger.minimumUnsigned(a, b, H8);
            case PMINUW:
                return PackedInteger.minimumUnsigned(a, b, H16);
            case PMINUD:
                return PackedInteger.minimumUnsigned(a, b, H32);
            case PMAXUB:
                return PackedInteger.maximumUnsigned(a, b, H8);
            case PMAXUW:
                return PackedInteger.maximumUnsigned(a, b, H16);
            case PMAXUD:
                return PackedInteger.maximumUnsigned(a, b, H32);
            case PMINSB:
                return PackedInteger.minimum(a, b, H8);
            case PMINSW:
                return PackedInteger.minimum(a, b, H16);
            case PMINSD:
                return PackedInteger.minimum(a, b, H32);
            case PMAXSB:
                return PackedInteger.maximum(a, b, H8);
            case PMAXSW:
                return PackedInteger.maximum(a, b, H16);
            case PMAXSD:
                return PackedInteger.maximum(a, b, H32);
            default:
                return arithmetic(m, a, b);
        }
    }

    private static long arithmetic(Mnemonic m, long a, long b) {
        switch (m) {
            case PADDB:
                return PackedInteger.add(a, b, H8);
            case PADDW:
                return PackedInteger.add(a, b, H16);
            case PADDD:
                return PackedInteger.add(a, b, H32);
            case PADDQ:
                return a + b;
            case PSUBB:
                return PackedInteger.subtract(a, b, H8);
            case PSUBW:
                return PackedInteger.subtract(a, b, H16);
            case PSUBD:
                return PackedInteger.subtract(a, b, H32);
            case PSUBQ:
                return a - b;
            case PADDUSB:
                return PackedInteger.addSaturatedUnsigned(a, b, H8);
            case PADDUSW:
                return PackedInteger.addSaturatedUnsigned(a, b, H16);
            case PSUBUSB:
                return PackedInteger.subtractSaturatedUnsigned(a, b, H8);
            case PSUBUSW:
                return PackedInteger.subtractSaturatedUnsigned(a, b, H16);
            case PADDSB:
                return PackedInteger.addSaturated(a, b, H8);
            case PADDSW:
                return PackedInteger.addSaturated(a, b, H16);
            case PSUBSB:
                return PackedInteger.subtractSaturated(a, b, H8);
            case PSUBSW:
                return PackedInteger.subtractSaturated(a, b, H16);
            case PAVGB:
                return PackedInteger.average(a, b, H8);
            case PAVGW:
                return PackedInteger.average(a, b, H16);
            case PSIGNB:
                return PackedInteger.sign(a, b, H8);
            case PSIGNW:
                return PackedInteger.sign(a, b, H16);
            case PSIGND:
                return PackedInteger.sign(a, b, H32);
            case PMULLW:
                return PackedInteger.multiplyLow16(a, b);
            case PMULHW:
                return PackedInteger.multiplyHigh16(a, b);
            case PMULHUW:
                return PackedInteger.multiplyHighUnsigned16(a, b);
            case PMULHRSW:
                return PackedInteger.multiplyHighRounded16(a, b);
            case PMULLD:
                return PackedInteger.multiplyLow32(a, b);
            case PMULUDQ:
                return PackedInteger.multiplyUnsigned32(a, b);
            case PMULDQ:
                return PackedInteger.multiplySigned32(a, b);
            case PMADDWD:
                return PackedInteger.multiplyAdd16(a, b);
            case PMADDUBSW:
                return PackedInteger.multiplyAddBytes(a, b);
            case PSADBW:
                return PackedInteger.sumOfDifferences(a, b);
            default:
                throw new IllegalStateException(m.name());
        }
    }

    /** All elements by one count: an immediate, or the low 64 bits of the second source. */
    private static void shift(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        long count;
        int last = i.has(Instruction.VEX) ? i.operand2 : i.operand1;
        if (Operand.kind(last) == Operand.IMMEDIATE) {
            shiftByImmediate(c, i, i.immediate);
            return;
        }
        v.binary(c, i);
        count = v.b()[v.bi];
        shiftLanes(i.mnemonic, v, count);
    }

    /**
     * (U,I), (N,I) or, with VEX, (H,U,I): the destination comes first, the source second or is the
     * same.
     */
    private static void shiftByImmediate(ExecContext c, Instruction i, long count) {
        VectorOperands v = c.vector;
        v.unaryOrSelf(c, i);
        shiftLanes(i.mnemonic, v, count);
    }

    private static void shiftLanes(Mnemonic m, VectorOperands v, long count) {
        for (int k = 0; k < v.lanes; k++) {
            v.dst()[v.d + k] = shiftLane(m, v.a()[v.ai + k], count);
        }
    }

    static long shiftLane(Mnemonic m, long a, long count) {
        switch (m) {
            case PSLLW:
                return PackedInteger.shiftLeft16(a, count);
            case PSLLD:
                return PackedInteger.shiftLeft32(a, count);
            case PSLLQ:
                return PackedInteger.shiftLeft64(a, count);
            case PSRLW:
                return PackedInteger.shiftRight16(a, count);
            case PSRLD:
                return PackedInteger.shiftRight32(a, count);
            case PSRLQ:
                return PackedInteger.shiftRight64(a, count);
            case PSRAW:
                return PackedInteger.shiftRightSigned16(a, count);
            default:
                return PackedInteger.shiftRightSigned32(a, count);
        }
    }

    private static void absolute(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        v.unary(c, i);
        long h = i.mnemonic == Mnemonic.PABSB ? H8 : i.mnemonic == Mnemonic.PABSW ? H16 : H32;
        for (int k = 0; k < v.lanes; k++) {
            v.dst()[v.d + k] = PackedInteger.absolute(v.b()[v.bi + k], h);
        }
    }

    private static void horizontal(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        v.binary(c, i);
        Mnemonic m = i.mnemonic;
        if (v.lanes == 1) {
            v.dst()[v.d] = neighbours(m, v.a()[v.ai], v.b()[v.bi]);
            return;
        }
        for (int k = 0; k < v.lanes; k += 2) {
            long low = neighbours(m, v.a()[v.ai + k], v.a()[v.ai + k + 1]);
            v.dst()[v.d + k + 1] = neighbours(m, v.b()[v.bi + k], v.b()[v.bi + k + 1]);
            v.dst()[v.d + k] = low;
        }
    }

    private static long neighbours(Mnemonic m, long low, long high) {
        switch (m) {
            case PHADDW:
                return PackedInteger.addNeighbours16(low, high);
            case PHADDD:
                return PackedInteger.addNeighbours32(low, high);
            case PHADDSW:
                return PackedInteger.addNeighboursSaturated16(low, high);
            case PHSUBW:
                return PackedInteger.subtractNeighbours16(low, high);
            case PHSUBD:
                return PackedInteger.subtractNeighbours32(low, high);
            default:
                return PackedInteger.subtractNeighboursSaturated16(low, high);
        }
    }

    private static void test(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        VectorOperands.require(c, i);
        v.source(c, i, i.operand1);
        CpuState s = c.state;
        int n = Operand.number(i.operand0) << 2;
        long and = 0;
        long andNot = 0;
        for (int k = 0; k < Operand.size(i.operand0) >> 3; k++) {
            long b = v.b()[v.bi + k];
            and |= s.vectors[n + k] & b;
            andNot |= ~s.vectors[n + k] & b;
        }
        s.setArithmeticFlags((and == 0 ? Rflags.ZF : 0) | (andNot == 0 ? Rflags.CF : 0));
    }

    private static void minimumPosition(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        v.unary(c, i);
        long minimum = 0xFFFF;
        long position = 0;
        for (int k = 7; k >= 0; k--) {
            long w = v.b()[v.bi + (k >> 2)] >>> 16 * (k & 3) & 0xFFFF;
            if (w <= minimum) {
                minimum = w;
                position = k;
            }
        }
        v.dst()[v.d] = minimum | position << 16;
        v.dst()[v.d + 1] = 0;
    }

    /** MPSADBW: eight sums of differences of four bytes each, per 128-bit half. */
    private static void multipleSumsOfDifferences(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        v.binary(c, i);
        for (int k = 0; k < v.lanes; k += 2) {
            int control = (int) i.immediate >> (k == 0 ? 0 : 3);
            long a0 = v.a()[v.ai + k];
            long a1 = v.a()[v.ai + k + 1];
            if ((control & 4) != 0) {
                a0 = a0 >>> 32 | a1 << 32;
                a1 >>>= 32;
            }
            long b = v.b()[v.bi + k + (control >> 1 & 1)] >>> 32 * (control & 1);
            long low = 0;
            long high = 0;
            for (int n = 0; n < 4; n++) {
                low |= differences4(n == 0 ? a0 : a0 >>> 8 * n, b) << 16 * n;
                long shifted = n == 0 ? a0 >>> 32 | a1 << 32 : a0 >>> 32 + 8 * n | a1 << 32 - 8 * n;
                high |= differences4(shifted, b) << 16 * n;
            }
            v.dst()[v.d + k] = low;
            v.dst()[v.d + k + 1] = high;
        }
    }

    private static long differences4(long a, long b) {
        return PackedInteger.sumOfDifferences(a & 0xFFFFFFFFL, b & 0xFFFFFFFFL);
    }
}
