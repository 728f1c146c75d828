package org.linuxemu.core.translate;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.objectweb.asm.Opcodes;

/**
 * Bytecode of SSE and AVX arithmetic: all elements are computed into temporaries, the exceptions
 * they raised are looked at, and only then the destination changes.
 */
final class FloatWriter implements Opcodes {
    private static final String LANES = "org/linuxemu/core/exec/FloatLanes";
    private static final String FP = "org/linuxemu/core/exec/fp/";
    private static final String ENVIRONMENT = "L" + FP + "FpEnvironment;";
    private static final String C = "L" + CodeWriter.CONTEXT + ";";

    private final InstructionWriter w;
    private final VectorWriter v;

    FloatWriter(InstructionWriter w, VectorWriter v) {
        this.w = w;
        this.v = v;
    }

    static boolean isNative(Instruction i) {
        if (!VectorWriter.vectorsOnly(i)) {
            return false;
        }
        switch (i.mnemonic) {
            case CVTSI2SD:
            case CVTSD2SI:
            case CVTTSD2SI:
            case CVTSS2SD:
            case CVTSD2SS:
            case UCOMISS:
            case COMISS:
            case UCOMISD:
            case COMISD:
                return true;
            default:
                return i.mnemonic.family == Mnemonic.Family.FMA || operation(i.mnemonic) != null;
        }
    }

    /** Name of the operation on elements of an instruction with one for each of them. */
    private static String operation(Mnemonic m) {
        switch (m) {
            case ADDSD:
            case ADDPD:
            case ADDSS:
            case ADDPS:
                return "add";
            case SUBSD:
            case SUBPD:
            case SUBSS:
            case SUBPS:
                return "subtract";
            case MULSD:
            case MULPD:
            case MULSS:
            case MULPS:
                return "multiply";
            case DIVSD:
            case DIVPD:
            case DIVSS:
            case DIVPS:
                return "divide";
            case MINSD:
            case MINPD:
            case MINSS:
            case MINPS:
                return "minimum";
            case MAXSD:
            case MAXPD:
            case MAXSS:
            case MAXPS:
                return "maximum";
            case SQRTSD:
                return "squareRoot";
            default:
                return null;
        }
    }

    private static boolean isScalar(Mnemonic m) {
        return m.name().endsWith("SD") || m.name().endsWith("SS");
    }

    private static boolean isDouble(Mnemonic m) {
        return m.name().endsWith("D");
    }

    void write(Instruction i, int nextOffset, boolean flagsLive) {
        v.require(i);
        switch (i.mnemonic) {
            case CVTSI2SD:
                integerToDouble(i, nextOffset);
                break;
            case CVTSD2SI:
            case CVTTSD2SI:
                doubleToInteger(i, nextOffset);
                break;
            case CVTSS2SD:
            case CVTSD2SS:
                changeFormat(i, nextOffset);
                break;
            case UCOMISS:
            case COMISS:
            case UCOMISD:
            case COMISD:
                compare(i, nextOffset);
                break;
            default:
                if (i.mnemonic.family == Mnemonic.Family.FMA) {
                    fused(i, nextOffset);
                } else if (isScalar(i.mnemonic)) {
                    scalar(i, nextOffset);
                } else {
                    packed(i, nextOffset);
                }
                break;
        }
    }

    /** Leaves the environment in a temporary; no guest memory may be touched until the check. */
    private void begin() {
        w.pushObject(CodeWriter.CONTEXT_LOCAL);
        w.mv.visitMethodInsn(INVOKESTATIC, LANES, "begin", "(" + C + ")" + ENVIRONMENT, false);
        w.mv.visitVarInsn(ASTORE, environment());
    }

    private int environment() {
        return v.temporary(8);
    }

    private void pushEnvironment() {
        w.mv.visitVarInsn(ALOAD, environment());
    }

    private void check() {
        w.pushObject(CodeWriter.CONTEXT_LOCAL);
        w.mv.visitMethodInsn(INVOKESTATIC, LANES, "check", "(" + C + ")V", false);
    }

    private void call(String owner, String name, String type) {
        w.mv.visitMethodInsn(INVOKESTATIC, owner, name, type, false);
    }

    private void scalar(Instruction i, int nextOffset) {
        boolean wide = isDouble(i.mnemonic);
        String name = operation(i.mnemonic);
        v.pushScalar(i, VectorWriter.last(i), nextOffset, wide ? 8 : 4);
        w.store(w.temp0);
        begin();
        pushEnvironment();
        if (name.equals("squareRoot")) {
            w.load(w.temp0);
            call(FP + "Binary64", name, "(" + ENVIRONMENT + "J)J");
        } else {
            v.pushLane(VectorWriter.first(i));
            if (!wide) {
                w.op(L2I);
            }
            w.load(w.temp0);
            if (!wide) {
                w.op(L2I);
            }
            String type = wide ? "JJ)J" : "II)I";
            call(FP + (wide ? "Binary64" : "Binary32"), name, "(" + ENVIRONMENT + type);
            if (!wide) {
                w.op(I2L);
            }
        }
        w.store(w.temp2);
        check();
        w.load(w.temp2);
        v.setScalar(i, wide ? 8 : 4);
    }

    private void packed(Instruction i, int nextOffset) {
        String owner = isDouble(i.mnemonic) ? FP + "Binary64" : LANES;
        int lanes = VectorWriter.lanes(i.operand0);
        int d = VectorWriter.lane0(i.operand0);
        v.source(i, VectorWriter.last(i), nextOffset);
        begin();
        for (int k = 0; k < lanes; k++) {
            pushEnvironment();
            v.pushLane(VectorWriter.first(i) + k);
            v.pushSource(k);
            call(owner, operation(i.mnemonic), "(" + ENVIRONMENT + "JJ)J");
            w.store(v.temporary(k));
        }
        check();
        for (int k = 0; k < lanes; k++) {
            v.setLane(d + k, v.temporary(k));
        }
        v.zeroUpper(i, d, lanes);
    }

    private void integerToDouble(Instruction i, int nextOffset) {
        int last = VectorWriter.last(i);
        w.push(i, last, nextOffset, Operand.size(last), true);
        w.store(w.temp0);
        begin();
        pushEnvironment();
        w.load(w.temp0);
        call(FP + "Conversions", "int64ToDouble", "(" + ENVIRONMENT + "J)J");
        w.store(w.temp2);
        check();
        w.load(w.temp2);
        v.setScalar(i, 8);
    }

    private void doubleToInteger(Instruction i, int nextOffset) {
        v.pushScalar(i, i.operand1, nextOffset, 8);
        w.store(w.temp0);
        w.pushObject(CodeWriter.CONTEXT_LOCAL);
        w.load(w.temp0);
        w.constant(Operand.size(i.operand0) == 8 ? 1 : 0);
        w.constant(i.mnemonic == Mnemonic.CVTTSD2SI ? 1 : 0);
        call(LANES, "doubleToInteger", "(" + C + "JZZ)J");
        w.store(w.slot(Operand.number(i.operand0)));
    }

    private void changeFormat(Instruction i, int nextOffset) {
        boolean widen = i.mnemonic == Mnemonic.CVTSS2SD;
        v.pushScalar(i, VectorWriter.last(i), nextOffset, widen ? 4 : 8);
        w.store(w.temp0);
        begin();
        pushEnvironment();
        w.load(w.temp0);
        if (widen) {
            w.op(L2I);
            call(FP + "Conversions", "floatToDouble", "(" + ENVIRONMENT + "I)J");
        } else {
            call(FP + "Conversions", "doubleToFloat", "(" + ENVIRONMENT + "J)I");
            w.op(I2L);
        }
        w.store(w.temp2);
        check();
        w.load(w.temp2);
        v.setScalar(i, widen ? 8 : 4);
    }

    private void compare(Instruction i, int nextOffset) {
        boolean wide = isDouble(i.mnemonic);
        v.pushScalar(i, i.operand1, nextOffset, wide ? 8 : 4);
        w.store(w.temp0);
        w.pushObject(CodeWriter.CONTEXT_LOCAL);
        v.pushLane(VectorWriter.lane0(i.operand0));
        w.load(w.temp0);
        boolean quiet = i.mnemonic == Mnemonic.COMISD || i.mnemonic == Mnemonic.COMISS;
        w.constant(quiet ? 1 : 0);
        call(LANES, wide ? "compare64" : "compare32", "(" + C + "JJZ)I");
        w.explicit();
    }

    // ---- fused multiply-add: opcode bits tell everything, see FmaOps ----

    private void fused(Instruction i, int nextOffset) {
        boolean wide = i.has(Instruction.REX_W);
        int kind = i.opcode & 15;
        boolean scalar = kind >= 9 && (kind & 1) != 0;
        int d = VectorWriter.lane0(i.operand0);
        int second = VectorWriter.lane0(i.operand1);
        int lanes = scalar ? 1 : VectorWriter.lanes(i.operand0);
        int third = v.temporary(4);
        if (scalar) {
            v.pushScalar(i, i.operand2, nextOffset, wide ? 8 : 4);
            w.store(third);
        } else {
            v.source(i, i.operand2, nextOffset);
        }
        begin();
        for (int k = 0; k < lanes; k++) {
            if (!scalar) {
                v.pushSource(k);
                w.store(third);
            }
            pushEnvironment();
            int order = i.opcode >> 4;
            // x * y + z; which operand is which decides whose NaN is the result.
            factor(order == 9 ? d + k : second + k, kind >= 0xC, wide, scalar);
            if (order == 0xA) {
                v.pushLane(d + k);
            } else {
                w.load(third);
            }
            narrow(wide, scalar);
            addend(i, k, wide, scalar, order, d, second, third);
            if (wide || !scalar) {
                call(
                        wide ? FP + "Binary64" : LANES,
                        "fusedMultiplyAdd",
                        "(" + ENVIRONMENT + "JJJ)J");
            } else {
                call(FP + "Binary32", "fusedMultiplyAdd", "(" + ENVIRONMENT + "III)I");
                w.op(I2L);
            }
            w.store(v.temporary(k));
        }
        check();
        if (scalar) {
            // Bits above the scalar stay those of the destination, which is the first operand.
            w.load(v.temporary(0));
            v.setScalar(i, wide ? 8 : 4, d);
            return;
        }
        for (int k = 0; k < lanes; k++) {
            v.setLane(d + k, v.temporary(k));
        }
        v.zeroUpper(i, d, lanes);
    }

    private void narrow(boolean wide, boolean scalar) {
        if (!wide && scalar) {
            w.op(L2I);
        }
    }

    private void factor(int lane, boolean negated, boolean wide, boolean scalar) {
        v.pushLane(lane);
        narrow(wide, scalar);
        if (negated) {
            negate(wide, scalar, 3);
        }
    }

    private void addend(
            Instruction i,
            int k,
            boolean wide,
            boolean scalar,
            int order,
            int d,
            int second,
            int third) {
        if (order == 9) {
            v.pushLane(second + k);
        } else if (order == 0xA) {
            w.load(third);
        } else {
            v.pushLane(d + k);
        }
        narrow(wide, scalar);
        int elements; // bit 0: the even element is subtracted, bit 1: the odd one
        switch (i.opcode & 15) {
            case 6:
                elements = 1;
                break;
            case 7:
                elements = 2;
                break;
            default:
                elements = (i.opcode & 2) != 0 ? 3 : 0;
                break;
        }
        if (wide && !scalar) {
            elements = (elements >> (k & 1) & 1) * 3;
        }
        if (elements != 0) {
            negate(wide, scalar, elements);
        }
    }

    private void negate(boolean wide, boolean scalar, int elements) {
        if (wide) {
            call(FP + "Binary64", "negateUnlessNan", "(J)J");
        } else if (scalar) {
            call(FP + "Binary32", "negateUnlessNan", "(I)I");
        } else {
            w.constant(elements);
            call(LANES, "negateUnlessNan", "(JI)J");
        }
    }
}
