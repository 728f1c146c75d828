package org.linuxemu.core.translate;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;
import org.objectweb.asm.Opcodes;

/** Bytecode of rotates, of shifts by CL, and of double shifts. */
final class ShiftWriter implements Opcodes {
    private static final String SHIFTS = CodeWriter.PACKAGE + "Shifts";

    private final InstructionWriter w;

    ShiftWriter(InstructionWriter w) {
        this.w = w;
    }

    static boolean isNative(Instruction i) {
        int size = Operand.size(i.operand0);
        switch (i.mnemonic) {
            case ROL:
            case ROR:
                return true;
            case SHL:
            case SHR:
            case SAR:
                return Operand.kind(i.operand1) == Operand.GPR;
            case SHLD:
            case SHRD:
                return size >= 4;
            default:
                return false;
        }
    }

    /** Leaves the masked count in the int local {@link CodeWriter#temp3}. */
    private void count(int operand, Instruction i, int size) {
        int mask = size == 8 ? 63 : 31;
        switch (Operand.kind(operand)) {
            case Operand.ONE:
                w.constant(1);
                break;
            case Operand.IMMEDIATE:
                w.constant((int) i.immediate & mask);
                break;
            default:
                w.load(w.slot(CpuState.RCX));
                w.op(L2I);
                w.constant(mask);
                w.op(IAND);
                break;
        }
        w.mv.visitVarInsn(ISTORE, w.temp3);
    }

    private void helper(String name, String type) {
        w.mv.visitMethodInsn(INVOKESTATIC, SHIFTS, name, type, false);
    }

    void write(Instruction i, int nextOffset, int size, boolean memory, boolean flagsLive) {
        boolean twice = i.mnemonic == Mnemonic.SHLD || i.mnemonic == Mnemonic.SHRD;
        boolean signed = i.mnemonic == Mnemonic.SAR;
        count(twice ? i.operand2 : i.operand1, i, size);
        w.readDestination(i, nextOffset, size, memory, signed);
        w.store(w.temp1);
        w.load(w.temp1);
        if (twice) {
            w.push(i, i.operand1, nextOffset, size, false);
        }
        w.mv.visitVarInsn(ILOAD, w.temp3);
        switch (i.mnemonic) {
            case SHL:
                w.op(LSHL);
                break;
            case SHR:
                w.op(LUSHR);
                break;
            case SAR:
                w.op(LSHR);
                break;
            default:
                w.constant(8 * size);
                helper(
                        i.mnemonic.name().toLowerCase(java.util.Locale.ROOT),
                        twice ? "(JJII)J" : "(JII)J");
                break;
        }
        w.store(w.temp2);
        w.writeDestination(i, size, memory, w.temp2);
        if (flagsLive) {
            flags(i, size);
        }
    }

    private void flags(Instruction i, int size) {
        w.pushAllFlags();
        w.mv.visitVarInsn(ILOAD, w.temp3);
        if (i.mnemonic == Mnemonic.ROL || i.mnemonic == Mnemonic.ROR) {
            w.load(w.temp2);
            w.constant(8 * size);
            helper(i.mnemonic == Mnemonic.ROL ? "rolFlags" : "rorFlags", "(IIJI)I");
            w.explicit();
            return;
        }
        w.load(w.temp2);
        w.signExtend(size);
        w.store(w.temp2);
        w.load(w.temp1);
        w.mv.visitVarInsn(ILOAD, w.temp3);
        switch (i.mnemonic) {
            case SAR:
                w.flags("sarFlags", "(JI)I");
                break;
            case SHR:
                w.constant(8 * size);
                w.flags("shrFlags", "(JII)I");
                break;
            case SHL:
                w.constant(8 * size);
                w.load(w.temp2);
                w.flags("shlFlags", "(JIIJ)I");
                break;
            default:
                w.constant(8 * size);
                w.load(w.temp2);
                helper(i.mnemonic == Mnemonic.SHLD ? "shldFlags" : "shrdFlags", "(JIIJ)I");
                break;
        }
        w.load(w.temp2);
        helper("flags", "(IIIJ)I");
        w.explicit();
    }
}
