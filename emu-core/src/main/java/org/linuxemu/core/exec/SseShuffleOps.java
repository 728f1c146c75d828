package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;

/** Shuffles, interleaving, packing, blending, widening and byte shifts, MMX to AVX2. */
public final class SseShuffleOps {
    private SseShuffleOps() {}

    /** Executes one instruction of the family by the contract of {@link ExecContext}. */
    public static void execute(ExecContext c, Instruction i) {
        switch (i.mnemonic) {
            case PSHUFW:
            case PSHUFD:
            case PSHUFHW:
            case PSHUFLW:
            case MOVSLDUP:
            case MOVSHDUP:
            case MOVDDUP:
                shuffleOne(c, i);
                break;
            case PSLLDQ:
            case PSRLDQ:
                shiftBytes(c, i);
                break;
            case PALIGNR:
                align(c, i);
                break;
            case PSHUFB:
                shuffleBytes(c, i);
                break;
            case PBLENDVB:
            case BLENDVPS:
            case BLENDVPD:
                blendVariable(c, i);
                break;
            case BLENDPS:
            case BLENDPD:
            case PBLENDW:
                blend(c, i);
                break;
            case PMOVSXBW:
            case PMOVSXBD:
            case PMOVSXBQ:
            case PMOVSXWD:
            case PMOVSXWQ:
            case PMOVSXDQ:
            case PMOVZXBW:
            case PMOVZXBD:
            case PMOVZXBQ:
            case PMOVZXWD:
            case PMOVZXWQ:
            case PMOVZXDQ:
                widen(c, i);
                break;
            default:
                combine(c, i);
                break;
        }
    }

    /** Operations that make each 128-bit half of the result from the same half of two sources. */
    private static void combine(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        v.binary(c, i);
        if (v.lanes == 1) {
            v.dst()[v.d] = combineMmx(i.mnemonic, v.a()[v.ai], v.b()[v.bi]);
            return;
        }
        int control = (int) i.immediate;
        for (int k = 0; k < v.lanes; k += 2) {
            long a0 = v.a()[v.ai + k];
            long a1 = v.a()[v.ai + k + 1];
            long b0 = v.b()[v.bi + k];
            long b1 = v.b()[v.bi + k + 1];
            v.dst()[v.d + k] = combineLow(i.mnemonic, a0, a1, b0, b1, control);
            v.dst()[v.d + k + 1] = combineHigh(i.mnemonic, a0, a1, b0, b1, control);
            if (i.mnemonic == Mnemonic.SHUFPD) {
                control >>= 2;
            }
        }
    }

    private static long combineMmx(Mnemonic m, long a, long b) {
        switch (m) {
            case PUNPCKLBW:
                return PackedInteger.interleaveLow8(a, b);
            case PUNPCKLWD:
                return PackedInteger.interleaveLow16(a, b);
            case PUNPCKLDQ:
                return PackedInteger.interleaveLow32(a, b);
            case PUNPCKHBW:
                return PackedInteger.interleaveHigh8(a, b);
            case PUNPCKHWD:
                return PackedInteger.interleaveHigh16(a, b);
            case PUNPCKHDQ:
                return PackedInteger.interleaveHigh32(a, b);
            case PACKSSWB:
                return PackedInteger.packSigned16(a, b);
            case PACKUSWB:
                return PackedInteger.packUnsigned16(a, b);
            default:
                return PackedInteger.packSigned32(a, b);
        }
    }

    private static long combineLow(Mnemonic m, long a0, long a1, long b0, long b1, int control) {
        switch (m) {
            case PUNPCKLBW:
                return PackedInteger.interleaveLow8(a0, b0);
            case PUNPCKLWD:
                return PackedInteger.interleaveLow16(a0, b0);
            case PUNPCKLDQ:
            case UNPCKLPS:
                return PackedInteger.interleaveLow32(a0, b0);
            case PUNPCKLQDQ:
            case UNPCKLPD:
                return a0;
            case PUNPCKHBW:
                return PackedInteger.interleaveLow8(a1, b1);
            case PUNPCKHWD:
                return PackedInteger.interleaveLow16(a1, b1);
            case PUNPCKHDQ:
            case UNPCKHPS:
                return PackedInteger.interleaveLow32(a1, b1);
            case PUNPCKHQDQ:
            case UNPCKHPD:
                return a1;
            case PACKSSWB:
                return PackedInteger.packSigned16(a0, a1);
            case PACKUSWB:
                return PackedInteger.packUnsigned16(a0, a1);
            case PACKSSDW:
                return PackedInteger.packSigned32(a0, a1);
            case PACKUSDW:
                return PackedInteger.packUnsigned32(a0, a1);
            case SHUFPS:
                return dword(a0, a1, control) | dword(a0, a1, control >> 2) << 32;
            default: // SHUFPD
                return (control & 1) != 0 ? a1 : a0;
        }
    }

    private static long combineHigh(Mnemonic m, long a0, long a1, long b0, long b1, int control) {
        switch (m) {
            case PUNPCKLBW:
                return PackedInteger.interleaveHigh8(a0, b0);
            case PUNPCKLWD:
                return PackedInteger.interleaveHigh16(a0, b0);
            case PUNPCKLDQ:
            case UNPCKLPS:
                return PackedInteger.interleaveHigh32(a0, b0);
            case PUNPCKLQDQ:
            case UNPCKLPD:
                return b0;
            case PUNPCKHBW:
                return PackedInteger.interleaveHigh8(a1, b1);
            case PUNPCKHWD:
                return PackedInteger.interleaveHigh16(a1, b1);
            case PUNPCKHDQ:
            case UNPCKHPS:
                return PackedInteger.interleaveHigh32(a1, b1);
            case PUNPCKHQDQ:
            case UNPCKHPD:
                return b1;
            case PACKSSWB:
                return PackedInteger.packSigned16(b0, b1);
            case PACKUSWB:
                return PackedInteger.packUnsigned16(b0, b1);
            case PACKSSDW:
                return PackedInteger.packSigned32(b0, b1);
            case PACKUSDW:
                return PackedInteger.packUnsigned32(b0, b1);
            case SHUFPS:
                return dword(b0, b1, control >> 4) | dword(b0, b1, control >> 6) << 32;
            default: // SHUFPD
                return (control & 2) != 0 ? b1 : b0;
        }
    }

    /** Doubleword 0-3 of a 128-bit half, by the low two bits of the selector. */
    public static long dword(long low, long high, int selector) {
        return ((selector & 2) != 0 ? high : low) >>> 32 * (selector & 1) & 0xFFFFFFFFL;
    }

    private static void shuffleOne(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        v.unary(c, i);
        int control = (int) i.immediate;
        if (v.lanes == 1) {
            v.dst()[v.d] = PackedInteger.shuffleWords(v.b()[v.bi], control);
            return;
        }
        for (int k = 0; k < v.lanes; k += 2) {
            long b0 = v.b()[v.bi + k];
            long b1 = v.b()[v.bi + k + 1];
            long low = b0;
            long high = b1;
            switch (i.mnemonic) {
                case PSHUFD:
                    low = dword(b0, b1, control) | dword(b0, b1, control >> 2) << 32;
                    high = dword(b0, b1, control >> 4) | dword(b0, b1, control >> 6) << 32;
                    break;
                case PSHUFLW:
                    low = PackedInteger.shuffleWords(b0, control);
                    break;
                case PSHUFHW:
                    high = PackedInteger.shuffleWords(b1, control);
                    break;
                case MOVSLDUP:
                    low = PackedInteger.interleaveLow32(b0, b0);
                    high = PackedInteger.interleaveLow32(b1, b1);
                    break;
                case MOVSHDUP:
                    low = PackedInteger.interleaveHigh32(b0, b0);
                    high = PackedInteger.interleaveHigh32(b1, b1);
                    break;
                default: // MOVDDUP
                    high = b0;
                    break;
            }
            v.dst()[v.d + k] = low;
            v.dst()[v.d + k + 1] = high;
        }
    }

    private static void shiftBytes(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        v.unaryOrSelf(c, i);
        int n = (int) Math.min(i.immediate, 16);
        for (int k = 0; k < v.lanes; k += 2) {
            long a0 = v.a()[v.ai + k];
            long a1 = v.a()[v.ai + k + 1];
            if (i.mnemonic == Mnemonic.PSRLDQ) {
                v.dst()[v.d + k] = extract(a0, a1, 0, 0, n);
                v.dst()[v.d + k + 1] = extract(a0, a1, 0, 0, n + 8);
            } else {
                v.dst()[v.d + k] = extract(0, 0, a0, a1, 16 - n);
                v.dst()[v.d + k + 1] = extract(0, 0, a0, a1, 24 - n);
            }
        }
    }

    /** Eight bytes from byte n (0-39) of the 32 bytes x3:x2:x1:x0 followed by zeros. */
    private static long extract(long x0, long x1, long x2, long x3, int n) {
        long low;
        long high;
        switch (n >> 3) {
            case 0:
                low = x0;
                high = x1;
                break;
            case 1:
                low = x1;
                high = x2;
                break;
            case 2:
                low = x2;
                high = x3;
                break;
            case 3:
                low = x3;
                high = 0;
                break;
            default:
                return 0;
        }
        int bits = 8 * (n & 7);
        return bits == 0 ? low : low >>> bits | high << 64 - bits;
    }

    private static void align(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        v.binary(c, i);
        int n = (int) i.immediate;
        if (v.lanes == 1) {
            v.dst()[v.d] = n >= 16 ? 0 : extract(v.b()[v.bi], v.a()[v.ai], 0, 0, n);
            return;
        }
        n = Math.min(n, 32);
        for (int k = 0; k < v.lanes; k += 2) {
            long a0 = v.a()[v.ai + k];
            long a1 = v.a()[v.ai + k + 1];
            long b0 = v.b()[v.bi + k];
            long b1 = v.b()[v.bi + k + 1];
            v.dst()[v.d + k] = extract(b0, b1, a0, a1, n);
            v.dst()[v.d + k + 1] = extract(b0, b1, a0, a1, n + 8);
        }
    }

    private static void shuffleBytes(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        v.binary(c, i);
        if (v.lanes == 1) {
            v.dst()[v.d] = pick(v.a()[v.ai], v.a()[v.ai], v.b()[v.bi] & 0x8787878787878787L);
            return;
        }
        for (int k = 0; k < v.lanes; k += 2) {
            long a0 = v.a()[v.ai + k];
            long a1 = v.a()[v.ai + k + 1];
            long low = pick(a0, a1, v.b()[v.bi + k]);
            v.dst()[v.d + k + 1] = pick(a0, a1, v.b()[v.bi + k + 1]);
            v.dst()[v.d + k] = low;
        }
    }

    /** Eight bytes of high:low by eight selectors; a selector's top bit makes zero. */
    private static long pick(long low, long high, long selectors) {
        long r = 0;
        for (int s = 0; s < 64; s += 8) {
            int n = (int) (selectors >>> s);
            if ((n & 0x80) == 0) {
                r |= (((n & 8) != 0 ? high : low) >>> 8 * (n & 7) & 0xFF) << s;
            }
        }
        return r;
    }

    /** Elements of the second source where the mask register's element has its top bit set. */
    private static void blendVariable(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        v.binary(c, i);
        CpuState s = c.state;
        int mask = Operand.number(i.has(Instruction.VEX) ? i.operand3 : i.operand2) << 2;
        for (int k = 0; k < v.lanes; k++) {
            long m = s.vectors[mask + k];
            switch (i.mnemonic) {
                case PBLENDVB:
                    m = PackedInteger.spread8(m);
                    break;
                case BLENDVPS:
                    m = PackedInteger.spread32(m);
                    break;
                default:
                    m >>= 63;
                    break;
            }
            v.dst()[v.d + k] = (v.a()[v.ai + k] & ~m) | (v.b()[v.bi + k] & m);
        }
    }

    private static void blend(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        v.binary(c, i);
        int control = (int) i.immediate;
        for (int k = 0; k < v.lanes; k++) {
            long m = 0;
            switch (i.mnemonic) {
                case BLENDPS:
                    m =
                            ((control >> 2 * k & 1) != 0 ? 0xFFFFFFFFL : 0)
                                    | ((control >> 2 * k & 2) != 0 ? -1L << 32 : 0);
                    break;
                case BLENDPD:
                    m = -(control >> k & 1);
                    break;
                default: // PBLENDW: the same eight bits for both halves
                    for (int n = 0; n < 4; n++) {
                        m |= (control >> 4 * (k & 1) + n & 1) != 0 ? 0xFFFFL << 16 * n : 0;
                    }
                    break;
            }
            v.dst()[v.d + k] = (v.a()[v.ai + k] & ~m) | (v.b()[v.bi + k] & m);
        }
    }

    /** PMOVSX and PMOVZX: the low elements of the source, each widened. */
    private static void widen(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        v.unary(c, i);
        int from;
        int to;
        switch (i.mnemonic) {
            case PMOVSXBW:
            case PMOVZXBW:
                from = 8;
                to = 16;
                break;
            case PMOVSXBD:
            case PMOVZXBD:
                from = 8;
                to = 32;
                break;
            case PMOVSXBQ:
            case PMOVZXBQ:
                from = 8;
                to = 64;
                break;
            case PMOVSXWD:
            case PMOVZXWD:
                from = 16;
                to = 32;
                break;
            case PMOVSXWQ:
            case PMOVZXWQ:
                from = 16;
                to = 64;
                break;
            default:
                from = 32;
                to = 64;
                break;
        }
        boolean signed = (i.opcode & 0x10) == 0; // 0F38 20-25 against 30-35
        long b0 = v.b()[v.bi];
        long b1 = v.b()[v.bi + 1];
        int perLane = 64 / to;
        long keep = to == 64 ? -1L : (1L << to) - 1;
        for (int k = 0; k < v.lanes; k++) {
            long r = 0;
            for (int n = 0; n < perLane; n++) {
                int bit = (k * perLane + n) * from;
                long e = (bit >= 64 ? b1 : b0) >>> (bit & 63) << 64 - from;
                e = signed ? e >> 64 - from : e >>> 64 - from;
                r |= (e & keep) << to * n;
            }
            v.dst()[v.d + k] = r;
        }
    }
}
