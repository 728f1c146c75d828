package org.linuxemu.core.translate;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;
import org.objectweb.asm.Opcodes;

/** Bytecode of counts, BMI1, BMI2, ADCX, ADOX, and of the exchanges that the kernel locks with. */
final class BitWriter implements Opcodes {
    private final InstructionWriter w;

    BitWriter(InstructionWriter w) {
        this.w = w;
    }

    static boolean isNative(Instruction i) {
        switch (i.mnemonic) {
            case POPCNT:
            case LZCNT:
            case ANDN:
            case BLSR:
            case BLSI:
            case BLSMSK:
            case BZHI:
            case ADCX:
            case ADOX:
                return Operand.size(i.operand0) >= 4;
            case CMPXCHG:
            case XADD:
                return Operand.kind(i.operand0) == Operand.MEMORY && Operand.size(i.operand0) >= 4;
            default:
                return false;
        }
    }

    void write(Instruction i, int nextOffset, int size, boolean flagsLive) {
        switch (i.mnemonic) {
            case POPCNT:
            case LZCNT:
                count(i, nextOffset, size, flagsLive);
                break;
            case ADCX:
            case ADOX:
                addWithFlag(i, nextOffset, size, flagsLive);
                break;
            case CMPXCHG:
                compareExchange(i, nextOffset, size, flagsLive);
                break;
            case XADD:
                exchangeAdd(i, nextOffset, size, flagsLive);
                break;
            default:
                bmi(i, nextOffset, size, flagsLive);
                break;
        }
    }

    private void count(Instruction i, int nextOffset, int size, boolean flagsLive) {
        boolean ones = i.mnemonic == Mnemonic.POPCNT;
        w.push(i, i.operand1, nextOffset, size, false);
        w.store(w.temp0);
        w.load(w.temp0);
        w.javaLong(ones ? "bitCount" : "numberOfLeadingZeros", "(J)I");
        if (!ones && size == 4) {
            w.constant(32);
            w.op(ISUB);
        }
        w.op(I2L);
        w.store(w.temp1);
        w.load(w.temp1);
        w.popRegister(i.operand0);
        if (flagsLive) {
            w.constant(0);
            w.load(ones ? w.temp0 : w.temp1);
            w.flags("withZero", "(IJ)I");
            if (!ones) {
                w.load(w.temp0);
                w.flags("zero", "(J)I");
                w.op(IOR);
            }
            w.explicit();
        }
    }

    private void bmi(Instruction i, int nextOffset, int size, boolean flagsLive) {
        boolean andNot = i.mnemonic == Mnemonic.ANDN;
        w.push(i, andNot ? i.operand2 : i.operand1, nextOffset, size, false);
        w.store(w.temp0);
        switch (i.mnemonic) {
            case ANDN:
                w.load(w.slot(Operand.number(i.operand1)));
                w.constant(-1L);
                w.op(LXOR);
                w.load(w.temp0);
                w.op(LAND);
                break;
            case BZHI:
                w.load(w.temp0);
                w.load(w.slot(Operand.number(i.operand2)));
                w.constant(8 * size);
                w.flags("zeroHigh", "(JJI)J");
                break;
            default:
                w.load(w.temp0);
                w.load(w.temp0);
                if (i.mnemonic == Mnemonic.BLSI) {
                    w.op(LNEG);
                } else {
                    w.constant(1L);
                    w.op(LSUB);
                }
                w.op(i.mnemonic == Mnemonic.BLSMSK ? LXOR : LAND);
                break;
        }
        w.signExtend(size);
        w.store(w.temp1);
        if (flagsLive) { // before the destination, which may be the count of BZHI, changes
            switch (i.mnemonic) {
                case ANDN:
                    w.constant(0);
                    break;
                case BZHI:
                    w.load(w.slot(Operand.number(i.operand2)));
                    w.constant(8 * size);
                    w.flags("zeroHighCarry", "(JI)I");
                    break;
                default:
                    w.load(w.temp0);
                    w.flags("zero", "(J)I");
                    if (i.mnemonic == Mnemonic.BLSI) {
                        w.constant(1);
                        w.op(IXOR);
                    }
                    break;
            }
            w.load(w.temp1);
            w.flags("zeroAndSign", "(IJ)I");
            w.explicit();
        }
        w.load(w.temp1);
        w.popRegister(i.operand0);
    }

    private void addWithFlag(Instruction i, int nextOffset, int size, boolean flagsLive) {
        int bit = i.mnemonic == Mnemonic.ADCX ? 0 : 11;
        w.push(i, i.operand1, nextOffset, size, false);
        w.store(w.temp0);
        w.push(i, i.operand0, nextOffset, size, false);
        w.store(w.temp1);
        w.pushAllFlags();
        w.mv.visitVarInsn(ISTORE, w.temp3);
        w.load(w.temp0);
        w.load(w.temp1);
        w.op(LADD);
        w.mv.visitVarInsn(ILOAD, w.temp3);
        w.constant(bit);
        w.op(IUSHR);
        w.constant(1);
        w.op(IAND);
        w.op(I2L);
        w.op(LADD);
        w.store(w.temp2);
        w.load(w.temp2);
        w.popRegister(i.operand0);
        if (flagsLive) {
            w.mv.visitVarInsn(ILOAD, w.temp3);
            w.constant(~(bit == 0 ? Rflags.CF : Rflags.OF));
            w.op(IAND);
            if (size == 8) {
                w.load(w.temp0);
                w.load(w.temp1);
                w.load(w.temp2);
                w.flags("carryAdd", "(JJJ)I");
            } else {
                w.load(w.temp2);
                w.constant(32);
                w.op(LUSHR);
                w.op(L2I);
            }
            w.constant(bit);
            w.op(ISHL);
            w.op(IOR);
            w.explicit();
        }
    }

    private void compareExchange(Instruction i, int nextOffset, int size, boolean flagsLive) {
        int accumulator = Operand.of(Operand.GPR, size, CpuState.RAX);
        w.readDestination(i, nextOffset, size, true, true);
        w.store(w.temp1);
        w.push(i, accumulator, nextOffset, size, true);
        w.store(w.temp2);
        w.load(w.temp0); // address
        w.load(w.temp1);
        w.load(w.temp2);
        w.flags("equal", "(JJ)I");
        w.push(i, i.operand1, nextOffset, size, true);
        w.load(w.temp1);
        w.flags("select", "(IJJ)J");
        w.write(size);
        // RAX as a whole stays what it is if they are equal.
        w.load(w.temp1);
        w.load(w.temp2);
        w.flags("equal", "(JJ)I");
        w.load(w.slot(CpuState.RAX));
        w.load(w.temp1);
        w.zeroExtend(size);
        w.flags("select", "(IJJ)J");
        w.store(w.slot(CpuState.RAX));
        if (flagsLive) {
            w.load(w.temp2);
            w.load(w.temp1);
            w.op(LSUB);
            w.signExtend(size);
            w.store(w.temp3);
            w.setFlags(Flags.SUB, w.temp2, w.temp1, w.temp3);
        }
    }

    private void exchangeAdd(Instruction i, int nextOffset, int size, boolean flagsLive) {
        w.readDestination(i, nextOffset, size, true, true);
        w.store(w.temp1);
        w.push(i, i.operand1, nextOffset, size, true);
        w.store(w.temp2);
        w.load(w.temp1);
        w.load(w.temp2);
        w.op(LADD);
        w.signExtend(size);
        w.store(w.temp3);
        w.writeDestination(i, size, true, w.temp3);
        w.load(w.temp1);
        w.popRegister(i.operand1);
        if (flagsLive) {
            w.setFlags(Flags.ADD, w.temp1, w.temp2, w.temp3);
        }
    }
}
