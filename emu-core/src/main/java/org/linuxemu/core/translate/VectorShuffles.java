package org.linuxemu.core.translate;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.objectweb.asm.Opcodes;

/** Bytecode of shuffles, interleaving, packing and byte shifts: each 128-bit half by itself. */
final class VectorShuffles implements Opcodes {
    private static final String PACKED = "org/linuxemu/core/exec/PackedInteger";
    private static final String VECTORS = CodeWriter.PACKAGE + "VectorAccess";

    /** What the four inputs of a half are, as numbers of temporaries. */
    private static final int A0 = 0;

    private static final int A1 = 1;
    private static final int B0 = 2;
    private static final int B1 = 3;
    private static final int LOW = 4;
    private static final int HIGH = 5;

    private VectorShuffles() {}

    static boolean isNative(Mnemonic m) {
        switch (m) {
            case PSHUFD:
            case PSHUFB:
            case PALIGNR:
            case PSLLDQ:
            case PSRLDQ:
            case PUNPCKLBW:
            case PUNPCKLWD:
            case PUNPCKLDQ:
            case UNPCKLPS:
            case PUNPCKLQDQ:
            case UNPCKLPD:
            case PUNPCKHBW:
            case PUNPCKHWD:
            case PUNPCKHDQ:
            case UNPCKHPS:
            case PUNPCKHQDQ:
            case UNPCKHPD:
            case PACKSSWB:
            case PACKUSWB:
            case PACKSSDW:
            case PACKUSDW:
            case SHUFPS:
            case SHUFPD:
                return true;
            default:
                return false;
        }
    }

    static void write(VectorWriter v, InstructionWriter w, Instruction i, int nextOffset) {
        Mnemonic m = i.mnemonic;
        int d = VectorWriter.lane0(i.operand0);
        int lanes = VectorWriter.lanes(i.operand0);
        boolean unary = m == Mnemonic.PSHUFD;
        boolean self = m == Mnemonic.PSLLDQ || m == Mnemonic.PSRLDQ;
        int a = unary ? d : VectorWriter.first(i);
        if (!self) {
            v.source(i, unary ? i.operand1 : VectorWriter.last(i), nextOffset);
        }
        for (int k = 0; k < lanes; k += 2) {
            for (int n = 0; n < 2; n++) {
                if (!unary) {
                    v.pushLane(a + k + n);
                    w.store(v.temporary(A0 + n));
                }
                if (!self) {
                    v.pushSource(k + n);
                    w.store(v.temporary(B0 + n));
                }
            }
            int control = (int) i.immediate;
            if (m == Mnemonic.SHUFPD) {
                control >>= k;
            }
            half(v, w, m, control, false);
            w.store(v.temporary(LOW));
            half(v, w, m, control, true);
            w.store(v.temporary(HIGH));
            v.setLane(d + k, v.temporary(LOW));
            v.setLane(d + k + 1, v.temporary(HIGH));
        }
        v.zeroUpper(i, d, lanes);
    }

    private static void push(VectorWriter v, InstructionWriter w, int... inputs) {
        for (int input : inputs) {
            w.load(v.temporary(input));
        }
    }

    private static void packed(
            VectorWriter v, InstructionWriter w, String name, int first, int second) {
        push(v, w, first, second);
        w.mv.visitMethodInsn(INVOKESTATIC, PACKED, name, "(JJ)J", false);
    }

    private static void helper(InstructionWriter w, String name, String type) {
        w.mv.visitMethodInsn(INVOKESTATIC, VECTORS, name, type, false);
    }

    /** Pushes the low or high lane of the half. */
    private static void half(
            VectorWriter v, InstructionWriter w, Mnemonic m, int control, boolean high) {
        String part = high ? "interleaveHigh" : "interleaveLow";
        int source0 = high ? B0 : A0;
        int source1 = high ? B1 : A1;
        switch (m) {
            case PUNPCKLBW:
                packed(v, w, part + 8, A0, B0);
                break;
            case PUNPCKLWD:
                packed(v, w, part + 16, A0, B0);
                break;
            case PUNPCKLDQ:
            case UNPCKLPS:
                packed(v, w, part + 32, A0, B0);
                break;
            case PUNPCKHBW:
                packed(v, w, part + 8, A1, B1);
                break;
            case PUNPCKHWD:
                packed(v, w, part + 16, A1, B1);
                break;
            case PUNPCKHDQ:
            case UNPCKHPS:
                packed(v, w, part + 32, A1, B1);
                break;
            case PUNPCKLQDQ:
            case UNPCKLPD:
                push(v, w, source0);
                break;
            case PUNPCKHQDQ:
            case UNPCKHPD:
                push(v, w, source1);
                break;
            case PACKSSWB:
                packed(v, w, "packSigned16", source0, source1);
                break;
            case PACKUSWB:
                packed(v, w, "packUnsigned16", source0, source1);
                break;
            case PACKSSDW:
                packed(v, w, "packSigned32", source0, source1);
                break;
            case PACKUSDW:
                packed(v, w, "packUnsigned32", source0, source1);
                break;
            case PSHUFD:
            case SHUFPS:
                push(v, w, m == Mnemonic.PSHUFD || high ? B0 : A0);
                push(v, w, m == Mnemonic.PSHUFD || high ? B1 : A1);
                w.constant(high ? control >> 4 : control);
                helper(w, "doublewords", "(JJI)J");
                break;
            case SHUFPD:
                push(v, w, source0 + (control >> (high ? 1 : 0) & 1));
                break;
            case PSHUFB:
                push(v, w, A0, A1, high ? B1 : B0);
                helper(w, "shuffle", "(JJJ)J");
                break;
            default:
                shiftBytes(v, w, m, control & 0xFF, high);
                break;
        }
    }

    /** PALIGNR, PSLLDQ and PSRLDQ take 16 bytes out of 32. */
    private static void shiftBytes(
            VectorWriter v, InstructionWriter w, Mnemonic m, int count, boolean high) {
        int at;
        if (m == Mnemonic.PALIGNR) {
            at = count;
        } else if (m == Mnemonic.PSRLDQ) {
            at = Math.min(count, 16) + 16;
        } else {
            at = 16 - Math.min(count, 16);
        }
        // Bytes 0 to 15: B (PALIGNR) or zeros, 16 to 31: A; behind them zeros.
        at += high ? 8 : 0;
        if (at >= 32) {
            w.constant(0L);
            return;
        }
        for (int n = 0; n < 4; n++) {
            if (n < 2 && m != Mnemonic.PALIGNR) {
                w.constant(0L);
            } else {
                w.load(v.temporary(n < 2 ? B0 + n : A0 + n - 2));
            }
        }
        w.constant(at);
        helper(w, "bytes", "(JJJJI)J");
    }
}
