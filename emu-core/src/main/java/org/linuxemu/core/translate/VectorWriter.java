package org.linuxemu.core.translate;

import java.util.EnumMap;
import java.util.Map;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.exec.PackedInteger;
import org.objectweb.asm.Opcodes;

/**
 * Bytecode on XMM and YMM registers, whose 64-bit lanes stay in their array: what all of it shares,
 * and integer operations lane by lane. Sources are complete before the first lane changes.
 */
final class VectorWriter implements Opcodes {
    private static final String PACKED = "org/linuxemu/core/exec/PackedInteger";
    private static final String OPERANDS = "org/linuxemu/core/exec/VectorOperands";
    private static final String VECTORS = CodeWriter.PACKAGE + "VectorAccess";

    /** Bits of {@link #checked}. */
    private static final int SSE = 1;

    private static final int AVX = 2;

    /** Operations on a lane of each source: methods of PackedInteger, and the H constant or 0. */
    private static final Map<Mnemonic, LaneMethod> LANES = new EnumMap<>(Mnemonic.class);

    /** Shifts of a lane by a count. */
    private static final Map<Mnemonic, String> SHIFTS = new EnumMap<>(Mnemonic.class);

    private static final class LaneMethod {
        final String name;
        final long h;

        LaneMethod(String name, long h) {
            this.name = name;
            this.h = h;
        }
    }

    static {
        sized("equal", Mnemonic.PCMPEQB, Mnemonic.PCMPEQW, Mnemonic.PCMPEQD);
        sized("greater", Mnemonic.PCMPGTB, Mnemonic.PCMPGTW, Mnemonic.PCMPGTD);
        sized("minimumUnsigned", Mnemonic.PMINUB, Mnemonic.PMINUW, Mnemonic.PMINUD);
        sized("maximumUnsigned", Mnemonic.PMAXUB, Mnemonic.PMAXUW, Mnemonic.PMAXUD);
        sized("minimum", Mnemonic.PMINSB, Mnemonic.PMINSW, Mnemonic.PMINSD);
        sized("maximum", Mnemonic.PMAXSB, Mnemonic.PMAXSW, Mnemonic.PMAXSD);
        sized("add", Mnemonic.PADDB, Mnemonic.PADDW, Mnemonic.PADDD);
        sized("subtract", Mnemonic.PSUBB, Mnemonic.PSUBW, Mnemonic.PSUBD);
        sized("addSaturatedUnsigned", Mnemonic.PADDUSB, Mnemonic.PADDUSW, null);
        sized("subtractSaturatedUnsigned", Mnemonic.PSUBUSB, Mnemonic.PSUBUSW, null);
        sized("addSaturated", Mnemonic.PADDSB, Mnemonic.PADDSW, null);
        sized("subtractSaturated", Mnemonic.PSUBSB, Mnemonic.PSUBSW, null);
        sized("average", Mnemonic.PAVGB, Mnemonic.PAVGW, null);
        plain("equal64", Mnemonic.PCMPEQQ);
        plain("greater64", Mnemonic.PCMPGTQ);
        plain("multiplyLow16", Mnemonic.PMULLW);
        plain("multiplyHigh16", Mnemonic.PMULHW);
        plain("multiplyHighUnsigned16", Mnemonic.PMULHUW);
        plain("multiplyLow32", Mnemonic.PMULLD);
        plain("multiplyUnsigned32", Mnemonic.PMULUDQ);
        plain("multiplySigned32", Mnemonic.PMULDQ);
        plain("multiplyAdd16", Mnemonic.PMADDWD);
        plain("multiplyAddBytes", Mnemonic.PMADDUBSW);
        plain("sumOfDifferences", Mnemonic.PSADBW);
        SHIFTS.put(Mnemonic.PSLLW, "shiftLeft16");
        SHIFTS.put(Mnemonic.PSLLD, "shiftLeft32");
        SHIFTS.put(Mnemonic.PSLLQ, "shiftLeft64");
        SHIFTS.put(Mnemonic.PSRLW, "shiftRight16");
        SHIFTS.put(Mnemonic.PSRLD, "shiftRight32");
        SHIFTS.put(Mnemonic.PSRLQ, "shiftRight64");
        SHIFTS.put(Mnemonic.PSRAW, "shiftRightSigned16");
        SHIFTS.put(Mnemonic.PSRAD, "shiftRightSigned32");
    }

    private static void sized(String name, Mnemonic bytes, Mnemonic words, Mnemonic dwords) {
        LANES.put(bytes, new LaneMethod(name, PackedInteger.H8));
        LANES.put(words, new LaneMethod(name, PackedInteger.H16));
        if (dwords != null) {
            LANES.put(dwords, new LaneMethod(name, PackedInteger.H32));
        }
    }

    private static void plain(String name, Mnemonic m) {
        LANES.put(m, new LaneMethod(name, 0));
    }

    private final InstructionWriter w;
    private final VectorMoves moves;

    /** What the block has made sure of: {@link #SSE} and {@link #AVX} can be used. */
    private int checked;

    /** Local of the array with the second source, and index of its lane 0. */
    private int sourceArray;

    private int sourceIndex;

    VectorWriter(InstructionWriter w) {
        this.w = w;
        this.moves = new VectorMoves(this, w);
    }

    /** A block begins, into which may be jumped. */
    void startBlock() {
        checked = 0;
    }

    static boolean isNative(Instruction i) {
        if (!vectorsOnly(i)) {
            return false;
        }
        switch (i.mnemonic) {
            case PXOR:
            case XORPS:
            case XORPD:
            case PAND:
            case ANDPS:
            case ANDPD:
            case POR:
            case ORPS:
            case ORPD:
            case PANDN:
            case ANDNPS:
            case ANDNPD:
            case PADDQ:
            case PSUBQ:
            case PTEST:
            case VZEROUPPER:
                return true;
            default:
                return LANES.containsKey(i.mnemonic)
                        || SHIFTS.containsKey(i.mnemonic)
                        || VectorMoves.isNative(i.mnemonic)
                        || VectorShuffles.isNative(i.mnemonic);
        }
    }

    /** No operand is an MMX register. */
    static boolean vectorsOnly(Instruction i) {
        return Operand.kind(i.operand0) != Operand.MMX && Operand.kind(i.operand1) != Operand.MMX;
    }

    // ---- parts ----

    void helper(String name, String type) {
        w.mv.visitMethodInsn(INVOKESTATIC, VECTORS, name, type, false);
    }

    void packed(String name, String type) {
        w.mv.visitMethodInsn(INVOKESTATIC, PACKED, name, type, false);
    }

    /** Makes sure, once in a block, that the instruction can be used. */
    void require(Instruction i) {
        int kind = i.has(Instruction.VEX) ? AVX : SSE;
        if ((checked & kind) == 0) {
            checked |= kind;
            w.pushObject(CodeWriter.CONTEXT_LOCAL);
            w.mv.visitMethodInsn(
                    INVOKESTATIC,
                    OPERANDS,
                    kind == AVX ? "requireAvx" : "requireSse",
                    "(L" + CodeWriter.CONTEXT + ";)V",
                    false);
        }
    }

    static int lane0(int operand) {
        return Operand.number(operand) << 2;
    }

    static int lanes(int operand) {
        return Operand.size(operand) == 32 ? 4 : 2;
    }

    void pushLane(int index) {
        pushLane(CodeWriter.VECTORS, index);
    }

    private void pushLane(int array, int index) {
        w.pushObject(array);
        w.constant(index);
        w.op(LALOAD);
    }

    /** Stores the long of a local into a lane. */
    void setLane(int index, int local) {
        w.pushObject(CodeWriter.VECTORS);
        w.constant(index);
        w.load(local);
        w.op(LASTORE);
    }

    void clearLanes(int from, int to) {
        for (int index = from; index < to; index++) {
            w.pushObject(CodeWriter.VECTORS);
            w.constant(index);
            w.constant(0L);
            w.op(LASTORE);
        }
    }

    /** A VEX destination loses what is above its 16 bytes. */
    void zeroUpper(Instruction i, int d, int lanes) {
        if (i.has(Instruction.VEX) && lanes == 2) {
            clearLanes(d + 2, d + 4);
        }
    }

    /** First source: the destination, or with VEX the operand behind it. */
    static int first(Instruction i) {
        return lane0(i.has(Instruction.VEX) ? i.operand1 : i.operand0);
    }

    static int last(Instruction i) {
        return i.has(Instruction.VEX) ? i.operand2 : i.operand1;
    }

    /** Without VEX only the moves made for it take an operand that is not aligned. */
    private static boolean mayBeUnaligned(Instruction i) {
        return !VectorMoves.mustBeAligned(i.mnemonic)
                && (i.has(Instruction.VEX) || VectorMoves.isNative(i.mnemonic));
    }

    /** Reads 16 or 32 bytes into an array. */
    void load(Instruction i, int nextOffset, int lanes, int array, int index) {
        w.pushAddress(i, nextOffset, true);
        w.pushObject(array);
        access(i, lanes, index, "load", CodeWriter.READ_TAGS, CodeWriter.READ_FRAMES);
    }

    private void access(Instruction i, int lanes, int index, String name, int tags, int frames) {
        w.constant(index);
        w.constant(lanes);
        w.constant(mayBeUnaligned(i) ? 1 : 0);
        w.pushObject(tags);
        w.pushObject(frames);
        w.pushObject(CodeWriter.CONTEXT_LOCAL);
        helper(name, "(J[JIIZ[J[[BL" + CodeWriter.CONTEXT + ";)V");
    }

    void store(Instruction i, int nextOffset, int lanes, int index) {
        w.pushAddress(i, nextOffset, true);
        w.pushObject(CodeWriter.VECTORS);
        access(i, lanes, index, "store", CodeWriter.WRITE_TAGS, CodeWriter.WRITE_FRAMES);
    }

    /** Makes an operand of whole lanes the second source. */
    void source(Instruction i, int operand, int nextOffset) {
        if (Operand.kind(operand) == Operand.VECTOR) {
            sourceArray = CodeWriter.VECTORS;
            sourceIndex = lane0(operand);
        } else {
            load(i, nextOffset, lanes(operand), CodeWriter.SCRATCH, 0);
            sourceArray = CodeWriter.SCRATCH;
            sourceIndex = 0;
        }
    }

    void pushSource(int lane) {
        pushLane(sourceArray, sourceIndex + lane);
    }

    /** Pushes the low 4 or 8 bytes of an operand, or its only ones. */
    void pushScalar(Instruction i, int operand, int nextOffset, int size) {
        if (Operand.kind(operand) == Operand.MEMORY) {
            w.push(i, operand, nextOffset, size, false);
        } else {
            pushLane(lane0(operand));
        }
    }

    int temporary(int n) {
        return w.temp0 + 2 * n;
    }

    // ---- instructions ----

    void write(Instruction i, int nextOffset, boolean flagsLive) {
        require(i);
        if (i.mnemonic == Mnemonic.PTEST) {
            test(i, nextOffset, flagsLive);
        } else if (i.mnemonic == Mnemonic.VZEROUPPER) {
            w.pushObject(CodeWriter.VECTORS);
            helper("zeroUpper", "([J)V");
        } else if (VectorMoves.isNative(i.mnemonic)) {
            moves.write(i, nextOffset);
        } else if (VectorShuffles.isNative(i.mnemonic)) {
            VectorShuffles.write(this, w, i, nextOffset);
        } else if (SHIFTS.containsKey(i.mnemonic)) {
            shift(i, nextOffset);
        } else {
            lanes(i, nextOffset);
        }
    }

    /** Pops the result of a scalar operation; the rest comes from the first source. */
    void setScalar(Instruction i, int size) {
        setScalar(i, size, first(i));
    }

    /** As {@link #setScalar(Instruction, int)}, with the rest from a register by its lane 0. */
    void setScalar(Instruction i, int size, int a) {
        int d = lane0(i.operand0);
        if (size == 4) {
            w.zeroExtend(4);
            pushLane(a);
            w.constant(~0xFFFFFFFFL);
            w.op(LAND);
            w.op(LOR);
        }
        w.store(w.temp0);
        if (a != d) {
            pushLane(a + 1);
            w.store(w.temp1);
            setLane(d + 1, w.temp1);
        }
        setLane(d, w.temp0);
        zeroUpper(i, d, 2);
    }

    private void test(Instruction i, int nextOffset, boolean flagsLive) {
        source(i, i.operand1, nextOffset);
        if (!flagsLive) {
            return;
        }
        int a = lane0(i.operand0);
        for (int not = 0; not < 2; not++) {
            for (int k = 0; k < lanes(i.operand0); k++) {
                pushLane(a + k);
                pushSource(k);
                if (not == 0) {
                    w.op(LAND);
                } else {
                    helper("andNot", "(JJ)J");
                }
                if (k > 0) {
                    w.op(LOR);
                }
            }
        }
        helper("testFlags", "(JJ)I");
        w.explicit();
    }

    private void shift(Instruction i, int nextOffset) {
        int last = last(i);
        String name = SHIFTS.get(i.mnemonic);
        int d = lane0(i.operand0);
        int a = first(i);
        int lanes = lanes(i.operand0);
        boolean immediate = Operand.kind(last) == Operand.IMMEDIATE;
        if (!immediate) {
            // The count is the low lane of 16 bytes, whatever the width of the operation.
            source(i, last, nextOffset);
            pushSource(0);
            w.store(w.temp0);
        }
        for (int k = 0; k < lanes; k++) {
            pushLane(a + k);
            if (immediate) {
                w.constant(i.immediate);
            } else {
                w.load(w.temp0);
            }
            packed(name, "(JJ)J");
            w.store(w.temp1);
            setLane(d + k, w.temp1);
        }
        zeroUpper(i, d, lanes);
    }

    private void lanes(Instruction i, int nextOffset) {
        int d = lane0(i.operand0);
        int a = first(i);
        int lanes = lanes(i.operand0);
        source(i, last(i), nextOffset);
        for (int k = 0; k < lanes; k++) {
            pushLane(a + k);
            pushSource(k);
            lane(i.mnemonic);
            w.store(w.temp0);
            setLane(d + k, w.temp0);
        }
        zeroUpper(i, d, lanes);
    }

    private void lane(Mnemonic m) {
        switch (m) {
            case PXOR:
            case XORPS:
            case XORPD:
                w.op(LXOR);
                break;
            case PAND:
            case ANDPS:
            case ANDPD:
                w.op(LAND);
                break;
            case POR:
            case ORPS:
            case ORPD:
                w.op(LOR);
                break;
            case PANDN:
            case ANDNPS:
            case ANDNPD:
                helper("andNot", "(JJ)J");
                break;
            case PADDQ:
                w.op(LADD);
                break;
            case PSUBQ:
                w.op(LSUB);
                break;
            default:
                LaneMethod method = LANES.get(m);
                if (method.h != 0) {
                    w.constant(method.h);
                }
                packed(method.name, method.h != 0 ? "(JJJ)J" : "(JJ)J");
                break;
        }
    }
}
