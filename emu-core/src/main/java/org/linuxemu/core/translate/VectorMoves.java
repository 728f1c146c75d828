package org.linuxemu.core.translate;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.objectweb.asm.Opcodes;

/** Bytecode of moves between vector registers, general registers and memory. */
final class VectorMoves implements Opcodes {
    private final VectorWriter v;
    private final InstructionWriter w;

    VectorMoves(VectorWriter v, InstructionWriter w) {
        this.v = v;
        this.w = w;
    }

    static boolean isNative(Mnemonic m) {
        switch (m) {
            case MOVSS:
            case MOVSD:
            case MOVLPS:
            case MOVLPD:
            case MOVHPS:
            case MOVHPD:
            case MOVHLPS:
            case MOVLHPS:
            case MOVD:
            case MOVQ:
            case MOVMSKPS:
            case MOVMSKPD:
            case PMOVMSKB:
            case VPBROADCASTB:
            case VPBROADCASTW:
            case VPBROADCASTD:
            case VPBROADCASTQ:
            case VBROADCASTSS:
            case VBROADCASTSD:
            case VINSERTI128:
            case VINSERTF128:
            case VEXTRACTI128:
            case VEXTRACTF128:
                return true;
            default:
                return isWhole(m);
        }
    }

    private static boolean isWhole(Mnemonic m) {
        switch (m) {
            case MOVUPS:
            case MOVUPD:
            case MOVDQU:
            case LDDQU:
                return true;
            default:
                return mustBeAligned(m);
        }
    }

    /** Moves of whole registers that fault if the memory operand is not aligned, VEX or not. */
    static boolean mustBeAligned(Mnemonic m) {
        switch (m) {
            case MOVAPS:
            case MOVAPD:
            case MOVDQA:
            case MOVNTPS:
            case MOVNTPD:
            case MOVNTDQ:
            case MOVNTDQA:
                return true;
            default:
                return false;
        }
    }

    void write(Instruction i, int nextOffset) {
        switch (i.mnemonic) {
            case MOVSS:
                moveScalar(i, nextOffset, 4);
                break;
            case MOVSD:
                moveScalar(i, nextOffset, 8);
                break;
            case MOVLPS:
            case MOVLPD:
            case MOVHLPS:
                moveHalf(i, nextOffset, 0);
                break;
            case MOVHPS:
            case MOVHPD:
            case MOVLHPS:
                moveHalf(i, nextOffset, 1);
                break;
            case MOVD:
            case MOVQ:
                moveQuad(i, nextOffset);
                break;
            case MOVMSKPS:
            case MOVMSKPD:
            case PMOVMSKB:
                moveMask(i);
                break;
            case VINSERTI128:
            case VINSERTF128:
                insertHalf(i, nextOffset);
                break;
            case VEXTRACTI128:
            case VEXTRACTF128:
                extractHalf(i, nextOffset);
                break;
            default:
                if (isWhole(i.mnemonic)) {
                    moveWhole(i, nextOffset);
                } else {
                    broadcast(i, nextOffset);
                }
                break;
        }
    }

    private void moveWhole(Instruction i, int nextOffset) {
        if (Operand.kind(i.operand0) == Operand.MEMORY) {
            v.store(i, nextOffset, VectorWriter.lanes(i.operand0), VectorWriter.lane0(i.operand1));
            return;
        }
        int d = VectorWriter.lane0(i.operand0);
        int lanes = VectorWriter.lanes(i.operand0);
        if (Operand.kind(i.operand1) == Operand.MEMORY) {
            v.load(i, nextOffset, lanes, CodeWriter.VECTORS, d);
        } else {
            for (int k = 0; k < lanes; k++) {
                v.pushLane(VectorWriter.lane0(i.operand1) + k);
                w.store(w.temp0);
                v.setLane(d + k, w.temp0);
            }
        }
        v.zeroUpper(i, d, lanes);
    }

    private void moveScalar(Instruction i, int nextOffset, int size) {
        if (Operand.kind(i.operand0) == Operand.MEMORY) {
            w.pushAddress(i, nextOffset, true);
            v.pushLane(VectorWriter.lane0(i.operand1));
            w.write(size);
            return;
        }
        int d = VectorWriter.lane0(i.operand0);
        if (Operand.kind(i.operand1) == Operand.MEMORY) {
            w.push(i, i.operand1, nextOffset, size, false);
            w.store(w.temp0);
            v.setLane(d, w.temp0);
            v.clearLanes(d + 1, d + 2);
        } else {
            v.pushLane(VectorWriter.lane0(VectorWriter.last(i)));
            v.setScalar(i, size);
            return;
        }
        v.zeroUpper(i, d, 2);
    }

    private void moveHalf(Instruction i, int nextOffset, int half) {
        if (Operand.kind(i.operand0) == Operand.MEMORY) {
            w.pushAddress(i, nextOffset, true);
            v.pushLane(VectorWriter.lane0(i.operand1) + half);
            w.write(8);
            return;
        }
        int d = VectorWriter.lane0(i.operand0);
        int a = VectorWriter.first(i);
        int last = VectorWriter.last(i);
        if (Operand.kind(last) == Operand.MEMORY) {
            w.push(i, last, nextOffset, 8, false);
        } else {
            v.pushLane(
                    VectorWriter.lane0(last)
                            + 1
                            - half); // MOVHLPS takes the high half, MOVLHPS the low one
        }
        w.store(w.temp0);
        v.pushLane(a + 1 - half);
        w.store(w.temp1);
        v.setLane(d + half, w.temp0);
        v.setLane(d + 1 - half, w.temp1);
        v.zeroUpper(i, d, 2);
    }

    private void moveQuad(Instruction i, int nextOffset) {
        int to = i.operand0;
        int size = Operand.size(Operand.kind(to) == Operand.VECTOR ? i.operand1 : to);
        if (Operand.kind(to) == Operand.VECTOR) {
            if (Operand.kind(i.operand1) == Operand.VECTOR) {
                v.pushLane(VectorWriter.lane0(i.operand1));
            } else {
                w.push(i, i.operand1, nextOffset, size, false);
            }
            w.store(w.temp0);
            int d = VectorWriter.lane0(to);
            v.setLane(d, w.temp0);
            v.clearLanes(d + 1, d + 2);
            v.zeroUpper(i, d, 2);
        } else if (Operand.kind(to) == Operand.MEMORY) {
            w.pushAddress(i, nextOffset, true);
            v.pushLane(VectorWriter.lane0(i.operand1));
            w.write(size);
        } else {
            v.pushLane(VectorWriter.lane0(i.operand1));
            w.popRegister(to);
        }
    }

    private void moveMask(Instruction i) {
        int b = VectorWriter.lane0(i.operand1);
        int lanes = VectorWriter.lanes(i.operand1);
        for (int k = 0; k < lanes; k++) {
            v.pushLane(b + k);
            int bits;
            switch (i.mnemonic) {
                case PMOVMSKB:
                    v.packed("signMask8", "(J)I");
                    w.op(I2L);
                    bits = 8;
                    break;
                case MOVMSKPS:
                    v.helper("signs32", "(J)J");
                    bits = 2;
                    break;
                default:
                    w.constant(63);
                    w.op(LUSHR);
                    bits = 1;
                    break;
            }
            if (k > 0) {
                w.constant(bits * k);
                w.op(LSHL);
                w.op(LOR);
            }
        }
        w.store(w.slot(Operand.number(i.operand0)));
    }

    private void broadcast(Instruction i, int nextOffset) {
        int size = Operand.size(i.operand1);
        v.pushScalar(i, i.operand1, nextOffset, size);
        if (size < 8) {
            w.zeroExtend(size);
            w.constant(
                    size == 1
                            ? 0x0101010101010101L
                            : size == 2 ? 0x0001000100010001L : 0x0000000100000001L);
            w.op(LMUL);
        }
        w.store(w.temp0);
        int d = VectorWriter.lane0(i.operand0);
        int lanes = VectorWriter.lanes(i.operand0);
        for (int k = 0; k < lanes; k++) {
            v.setLane(d + k, w.temp0);
        }
        v.zeroUpper(i, d, lanes);
    }

    private void insertHalf(Instruction i, int nextOffset) {
        int d = VectorWriter.lane0(i.operand0);
        int a = VectorWriter.lane0(i.operand1);
        int half = (int) i.immediate & 1;
        v.source(i, i.operand2, nextOffset);
        for (int k = 0; k < 4; k++) {
            if (k >> 1 == half) {
                v.pushSource(k & 1);
            } else {
                v.pushLane(a + k);
            }
            w.store(v.temporary(k));
        }
        for (int k = 0; k < 4; k++) {
            v.setLane(d + k, v.temporary(k));
        }
    }

    private void extractHalf(Instruction i, int nextOffset) {
        int from = VectorWriter.lane0(i.operand1) + 2 * ((int) i.immediate & 1);
        if (Operand.kind(i.operand0) == Operand.MEMORY) {
            v.store(i, nextOffset, 2, from);
            return;
        }
        int d = VectorWriter.lane0(i.operand0);
        for (int k = 0; k < 2; k++) {
            v.pushLane(from + k);
            w.store(w.temp0);
            v.setLane(d + k, w.temp0);
        }
        v.clearLanes(d + 2, d + 4);
    }
}
