package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/** PCMPESTRI, PCMPESTRM, PCMPISTRI and PCMPISTRM (SDM Vol. 2, 4.1). */
public final class SseStringOps {
    private SseStringOps() {}

    /** Executes one instruction of the family by the contract of {@link ExecContext}. */
    public static void execute(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        CpuState s = c.state;
        VectorOperands.require(c, i);
        v.source(c, i, i.operand1);
        int control = (int) i.immediate;
        int elementBits = (control & 1) != 0 ? 16 : 8;
        int count = 128 / elementBits;
        int first = Operand.number(i.operand0) << 2;
        long a0 = s.vectors[first];
        long a1 = s.vectors[first + 1];
        long b0 = v.b()[v.bi];
        long b1 = v.b()[v.bi + 1];
        int length1;
        int length2;
        if (i.mnemonic == Mnemonic.PCMPESTRI || i.mnemonic == Mnemonic.PCMPESTRM) {
            boolean wide = i.operandSize == 8;
            length1 = explicitLength(s.regs[CpuState.RAX], wide, count);
            length2 = explicitLength(s.regs[CpuState.RDX], wide, count);
        } else {
            length1 = implicitLength(a0, a1, elementBits);
            length2 = implicitLength(b0, b1, elementBits);
        }
        int all = (1 << count) - 1;
        int result = aggregate(control, a0, a1, length1, b0, b1, length2, elementBits);
        switch (control >> 4 & 3) {
            case 1:
                result = ~result & all;
                break;
            case 3:
                result ^= (1 << length2) - 1;
                break;
            default:
                break;
        }
        int flags = result != 0 ? Rflags.CF : 0;
        flags |= length2 < count ? Rflags.ZF : 0;
        flags |= length1 < count ? Rflags.SF : 0;
        flags |= (result & 1) != 0 ? Rflags.OF : 0;
        s.setArithmeticFlags(flags);
        boolean high = (control & 0x40) != 0;
        if (i.mnemonic == Mnemonic.PCMPESTRI || i.mnemonic == Mnemonic.PCMPISTRI) {
            int index = count;
            if (result != 0) {
                index =
                        high
                                ? 31 - Integer.numberOfLeadingZeros(result)
                                : Integer.numberOfTrailingZeros(result);
            }
            s.regs[CpuState.RCX] = index;
        } else {
            s.vectors[0] = high ? spread(result, elementBits) : result;
            s.vectors[1] = high ? spread(result >> count / 2, elementBits) : 0;
            if (i.has(Instruction.VEX)) {
                s.vectors[2] = 0;
                s.vectors[3] = 0;
            }
        }
    }

    /** Magnitude of RAX or EAX (RDX, EDX), at most the number of elements. */
    private static int explicitLength(long register, boolean wide, int count) {
        long n = wide ? register : (int) register;
        return n >= count || n <= -count ? count : (int) Math.abs(n);
    }

    /** Elements before the first that is zero. */
    private static int implicitLength(long low, long high, int bits) {
        long h = bits == 8 ? PackedInteger.H8 : PackedInteger.H16;
        long zero = PackedInteger.equal(low, 0, h);
        if (zero != 0) {
            return Long.numberOfTrailingZeros(zero) / bits;
        }
        zero = PackedInteger.equal(high, 0, h);
        return (64 + Long.numberOfTrailingZeros(zero)) / bits;
    }

    /** Element n, sign- or zero-extended as the format says. */
    private static int element(long low, long high, int n, int control) {
        if ((control & 1) != 0) {
            int w = (int) ((n < 4 ? low : high) >>> 16 * (n & 3));
            return (control & 2) != 0 ? (short) w : w & 0xFFFF;
        }
        int b = (int) ((n < 8 ? low : high) >>> 8 * (n & 7));
        return (control & 2) != 0 ? (byte) b : b & 0xFF;
    }

    /** IntRes1: a bit per element. */
    private static int aggregate(
            int control,
            long a0,
            long a1,
            int length1,
            long b0,
            long b1,
            int length2,
            int elementBits) {
        int count = 128 / elementBits;
        int result = 0;
        switch (control >> 2 & 3) {
            case 0: // equal any
                for (int j = 0; j < length2; j++) {
                    int b = element(b0, b1, j, control);
                    for (int n = 0; n < length1; n++) {
                        result |= element(a0, a1, n, control) == b ? 1 << j : 0;
                    }
                }
                break;
            case 1: // ranges: pairs of lower and upper bound
                for (int j = 0; j < length2; j++) {
                    int b = element(b0, b1, j, control);
                    for (int n = 0; n + 1 < length1; n += 2) {
                        boolean in =
                                b >= element(a0, a1, n, control)
                                        && b <= element(a0, a1, n + 1, control);
                        result |= in ? 1 << j : 0;
                    }
                }
                break;
            case 2: // equal each: equal where both have ended
                for (int j = 0; j < count; j++) {
                    boolean equal = element(a0, a1, j, control) == element(b0, b1, j, control);
                    boolean end1 = j >= length1;
                    boolean end2 = j >= length2;
                    result |= (end1 || end2 ? end1 && end2 : equal) ? 1 << j : 0;
                }
                break;
            default: // equal ordered: the first string begins here, as far as the register reaches
                for (int j = 0; j < count; j++) {
                    boolean match = true;
                    for (int n = 0; n < length1 && j + n < count; n++) {
                        match &=
                                j + n < length2
                                        && element(a0, a1, n, control)
                                                == element(b0, b1, j + n, control);
                    }
                    result |= match ? 1 << j : 0;
                }
                break;
        }
        return result;
    }

    /** Every one of the low bits of a mask becomes an element of ones, in one lane. */
    private static long spread(int mask, int elementBits) {
        long r = 0;
        long ones = elementBits == 8 ? 0xFF : 0xFFFF;
        for (int n = 0; n < 64 / elementBits; n++) {
            r |= (mask >> n & 1) != 0 ? ones << n * elementBits : 0;
        }
        return r;
    }
}
