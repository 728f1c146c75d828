package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.exec.fp.Extended;
import org.linuxemu.core.exec.fp.ExtendedConversions;
import org.linuxemu.core.exec.fp.FpEnvironment;
import org.linuxemu.core.state.CpuState;

/** FADD, FSUB, FSUBR, FMUL, FDIV, FDIVR and their popping and integer forms. */
final class X87Arithmetic {
    private X87Arithmetic() {}

    static void execute(ExecContext c, Instruction i) {
        if (Operand.kind(i.operand0) == Operand.MEMORY) {
            withMemory(c, i);
        } else {
            withRegisters(c, i);
        }
    }

    private static void withMemory(ExecContext c, Instruction i) {
        CpuState s = c.state;
        long bits = Operands.read(c, i, i.operand0);
        FpEnvironment e = X87Stack.begin(c, i);
        if (X87Stack.isEmpty(s, 0)) {
            if (X87Stack.underflow(s)) {
                X87Stack.writeIndefinite(s, 0);
            }
            return;
        }
        memoryOperand(e, i, bits);
        compute(
                e,
                i,
                X87Stack.signExp(s, 0),
                X87Stack.significand(s, 0),
                e.resultSignExp,
                e.resultSignificand);
        if (X87Stack.commit(s, e)) {
            X87Stack.write(s, 0, e.resultSignExp, e.resultSignificand);
        }
    }

    /** Puts the memory operand of an arithmetic or compare instruction into the result fields. */
    static void memoryOperand(FpEnvironment e, Instruction i, long bits) {
        int size = Operand.size(i.operand0);
        switch (i.mnemonic) {
            case FIADD:
            case FIMUL:
            case FISUB:
            case FISUBR:
            case FIDIV:
            case FIDIVR:
            case FICOM:
            case FICOMP:
                ExtendedConversions.loadInteger(e, Operands.signExtend(bits, size));
                break;
            default:
                if (size == 4) {
                    ExtendedConversions.operandFloat(e, (int) bits);
                } else {
                    ExtendedConversions.operandDouble(e, bits);
                }
                break;
        }
    }

    private static void withRegisters(ExecContext c, Instruction i) {
        CpuState s = c.state;
        FpEnvironment e = X87Stack.begin(c, i);
        int destination = Operand.number(i.operand0);
        int source = Operand.number(i.operand1);
        if (X87Stack.isEmpty(s, destination) || X87Stack.isEmpty(s, source)) {
            if (!X87Stack.underflow(s)) {
                return;
            }
            X87Stack.writeIndefinite(s, destination);
        } else {
            compute(
                    e,
                    i,
                    X87Stack.signExp(s, destination),
                    X87Stack.significand(s, destination),
                    X87Stack.signExp(s, source),
                    X87Stack.significand(s, source));
            if (!X87Stack.commit(s, e)) {
                return;
            }
            X87Stack.write(s, destination, e.resultSignExp, e.resultSignificand);
        }
        switch (i.mnemonic) {
            case FADDP:
            case FMULP:
            case FSUBP:
            case FSUBRP:
            case FDIVP:
            case FDIVRP:
                X87Stack.pop(s);
                break;
            default:
                break;
        }
    }

    /** a is the destination, b the source; the reversed forms compute b - a and b / a. */
    private static void compute(
            FpEnvironment e, Instruction i, int aSe, long aSig, int bSe, long bSig) {
        switch (i.mnemonic) {
            case FADD:
            case FADDP:
            case FIADD:
                Extended.add(e, aSe, aSig, bSe, bSig);
                break;
            case FMUL:
            case FMULP:
            case FIMUL:
                Extended.multiply(e, aSe, aSig, bSe, bSig);
                break;
            case FSUB:
            case FSUBP:
            case FISUB:
                Extended.subtract(e, aSe, aSig, bSe, bSig);
                break;
            case FSUBR:
            case FSUBRP:
            case FISUBR:
                Extended.subtract(e, bSe, bSig, aSe, aSig);
                break;
            case FDIV:
            case FDIVP:
            case FIDIV:
                Extended.divide(e, aSe, aSig, bSe, bSig);
                break;
            default:
                Extended.divide(e, bSe, bSig, aSe, aSig);
                break;
        }
    }
}
