package org.linuxemu.core.translate;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;
import org.objectweb.asm.Opcodes;

/** Bytecode of the multiplications and divisions with RDX:RAX, and of MULX; 32 and 64 bits. */
final class MultiplyWriter implements Opcodes {
    private static final String OPS = "org/linuxemu/core/exec/MultiplyDivideOps";

    private final InstructionWriter w;

    MultiplyWriter(InstructionWriter w) {
        this.w = w;
    }

    static boolean isNative(Instruction i) {
        switch (i.mnemonic) {
            case MUL:
            case DIV:
            case IDIV:
            case MULX:
                return Operand.size(i.operand0) >= 4;
            case IMUL:
                return i.operand1 == 0 && Operand.size(i.operand0) >= 4;
            default:
                return false;
        }
    }

    void write(Instruction i, int nextOffset, int size, boolean flagsLive) {
        if (i.mnemonic == Mnemonic.DIV || i.mnemonic == Mnemonic.IDIV) {
            divide(i, nextOffset, size, i.mnemonic == Mnemonic.IDIV);
        } else {
            multiply(i, nextOffset, size, flagsLive);
        }
    }

    private static int register(int number, int size) {
        return Operand.of(Operand.GPR, size, number);
    }

    private void multiply(Instruction i, int nextOffset, int size, boolean flagsLive) {
        boolean extended = i.mnemonic == Mnemonic.MULX;
        boolean signed = i.mnemonic == Mnemonic.IMUL;
        w.push(i, extended ? i.operand2 : i.operand0, nextOffset, size, signed);
        w.store(w.temp0);
        w.push(i, register(extended ? CpuState.RDX : CpuState.RAX, size), 0, size, signed);
        w.store(w.temp1);
        w.load(w.temp0);
        w.load(w.temp1);
        w.op(LMUL);
        w.store(w.temp2);
        if (size == 8) {
            w.load(w.temp0);
            w.load(w.temp1);
            if (signed) {
                w.mv.visitMethodInsn(
                        INVOKESTATIC, "java/lang/Math", "multiplyHigh", "(JJ)J", false);
            } else {
                w.mv.visitMethodInsn(INVOKESTATIC, OPS, "unsignedMultiplyHigh", "(JJ)J", false);
            }
        } else {
            w.load(w.temp2);
            w.constant(32);
            w.op(LSHR);
        }
        w.store(w.temp3);
        w.load(w.temp2);
        w.popRegister(extended ? i.operand1 : register(CpuState.RAX, size));
        w.load(w.temp3);
        // If both destinations are one register it gets the high half.
        w.popRegister(extended ? i.operand0 : register(CpuState.RDX, size));
        if (extended || !flagsLive) {
            return;
        }
        w.load(w.temp2);
        w.signExtend(size);
        w.store(CodeWriter.RESULT);
        if (!signed) {
            w.load(w.temp3);
            w.zeroExtend(size);
            w.flags("unsignedMultiplyFlags", "(J)I");
        } else if (size == 8) {
            w.load(w.temp3);
            w.load(w.temp2);
            w.flags("multiplyFlags", "(JJ)I");
        } else {
            w.load(w.temp2);
            w.load(CodeWriter.RESULT);
            w.flags("multiplyFlagsNarrow", "(JJ)I");
        }
        w.storeExplicit();
        w.kind(Flags.MULTIPLY);
    }

    private void divide(Instruction i, int nextOffset, int size, boolean signed) {
        w.push(i, i.operand0, nextOffset, size, size == 4 && signed);
        w.store(w.temp0);
        w.pushObject(CodeWriter.CONTEXT_LOCAL);
        if (size == 8) {
            w.load(w.slot(CpuState.RDX));
            w.load(w.slot(CpuState.RAX));
        } else {
            w.load(w.slot(CpuState.RDX));
            w.constant(32);
            w.op(LSHL);
            w.load(w.slot(CpuState.RAX));
            w.zeroExtend(4);
            w.op(LOR);
            w.op(DUP2);
            w.store(w.temp1);
        }
        w.load(w.temp0);
        w.constant(signed ? 1 : 0);
        w.mv.visitMethodInsn(
                INVOKESTATIC,
                OPS,
                size == 8 ? "quotient128" : "quotient64",
                size == 8
                        ? "(L" + CodeWriter.CONTEXT + ";JJJZ)J"
                        : "(L" + CodeWriter.CONTEXT + ";JJZ)J",
                false);
        w.store(w.temp2);
        // The remainder, modulo the operand size.
        w.load(size == 8 ? w.slot(CpuState.RAX) : w.temp1);
        w.load(w.temp2);
        w.load(w.temp0);
        w.op(LMUL);
        w.op(LSUB);
        w.popRegister(register(CpuState.RDX, size));
        w.load(w.temp2);
        w.popRegister(register(CpuState.RAX, size));
    }
}
