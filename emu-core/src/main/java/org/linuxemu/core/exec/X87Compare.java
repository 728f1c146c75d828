package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.exec.fp.Extended;
import org.linuxemu.core.exec.fp.FpEnvironment;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/** FCOM, FUCOM, FCOMI, FICOM and their popping forms, FTST and FXAM. */
final class X87Compare {
    private static final int UNORDERED_CONDITIONS = X87Stack.C0 | X87Stack.C2 | X87Stack.C3;

    private X87Compare() {}

    static void execute(ExecContext c, Instruction i) {
        switch (i.mnemonic) {
            case FXAM:
                examine(c, i);
                break;
            case FCOMI:
            case FCOMIP:
            case FUCOMI:
            case FUCOMIP:
                toFlags(c, i);
                break;
            default:
                toConditions(c, i);
                break;
        }
    }

    private static void toConditions(ExecContext c, Instruction i) {
        CpuState s = c.state;
        boolean memory = Operand.kind(i.operand0) == Operand.MEMORY;
        long bits = memory ? Operands.read(c, i, i.operand0) : 0;
        FpEnvironment e = X87Stack.begin(c, i);
        int other = 1; // of FCOMPP and FUCOMPP
        if (!memory && i.operand1 != 0) {
            other = Operand.number(i.operand1);
        }
        boolean test = i.mnemonic == Mnemonic.FTST;
        if (X87Stack.isEmpty(s, 0) || (!memory && !test && X87Stack.isEmpty(s, other))) {
            X87Stack.setConditions(s, UNORDERED_CONDITIONS);
            if (X87Stack.underflow(s)) {
                pop(s, i);
            }
            return;
        }
        int otherSe = 0;
        long otherSig = 0;
        if (memory) {
            X87Arithmetic.memoryOperand(e, i, bits);
            otherSe = e.resultSignExp;
            otherSig = e.resultSignificand;
        } else if (!test) {
            otherSe = X87Stack.signExp(s, other);
            otherSig = X87Stack.significand(s, other);
        }
        int order =
                Extended.compare(
                        e,
                        X87Stack.signExp(s, 0),
                        X87Stack.significand(s, 0),
                        otherSe,
                        otherSig,
                        !isQuiet(i));
        X87Stack.setConditions(s, conditions(order));
        if (X87Stack.commit(s, e)) {
            pop(s, i);
        }
    }

    private static boolean isQuiet(Instruction i) {
        switch (i.mnemonic) {
            case FUCOM:
            case FUCOMP:
            case FUCOMPP:
            case FUCOMI:
            case FUCOMIP:
                return true;
            default:
                return false;
        }
    }

    private static int conditions(int order) {
        switch (order) {
            case Extended.LESS:
                return X87Stack.C0;
            case Extended.EQUAL:
                return X87Stack.C3;
            case Extended.GREATER:
                return 0;
            default:
                return UNORDERED_CONDITIONS;
        }
    }

    private static void pop(CpuState s, Instruction i) {
        switch (i.mnemonic) {
            case FCOMPP:
            case FUCOMPP:
                X87Stack.pop(s);
                X87Stack.pop(s);
                break;
            case FCOMP:
            case FICOMP:
            case FUCOMP:
            case FCOMIP:
            case FUCOMIP:
                X87Stack.pop(s);
                break;
            default:
                break;
        }
    }

    private static void toFlags(ExecContext c, Instruction i) {
        CpuState s = c.state;
        FpEnvironment e = X87Stack.beginKeepingC1(c, i);
        int other = Operand.number(i.operand1);
        if (X87Stack.isEmpty(s, 0) || X87Stack.isEmpty(s, other)) {
            s.setArithmeticFlags(Rflags.ZF | Rflags.PF | Rflags.CF);
            if (X87Stack.underflow(s)) {
                pop(s, i);
            }
            return;
        }
        int order =
                Extended.compare(
                        e,
                        X87Stack.signExp(s, 0),
                        X87Stack.significand(s, 0),
                        X87Stack.signExp(s, other),
                        X87Stack.significand(s, other),
                        !isQuiet(i));
        switch (order) {
            case Extended.LESS:
                s.setArithmeticFlags(Rflags.CF);
                break;
            case Extended.EQUAL:
                s.setArithmeticFlags(Rflags.ZF);
                break;
            case Extended.GREATER:
                s.setArithmeticFlags(0);
                break;
            default:
                s.setArithmeticFlags(Rflags.ZF | Rflags.PF | Rflags.CF);
                break;
        }
        if (X87Stack.commit(s, e)) {
            pop(s, i);
        }
    }

    /** FXAM: the class of ST(0), its sign in C1; an empty register is told by C3 and C0. */
    private static void examine(ExecContext c, Instruction i) {
        CpuState s = c.state;
        X87Stack.begin(c, i);
        int signExp = X87Stack.signExp(s, 0);
        int code =
                X87Stack.isEmpty(s, 0) ? 5 : Extended.classify(signExp, X87Stack.significand(s, 0));
        int conditions = (code & 4) << 12 | (code & 2) << 9 | (code & 1) << 8;
        X87Stack.setConditions(s, conditions);
        if ((signExp & 0x8000) != 0) {
            s.fpStatus |= X87Stack.C1;
        }
    }
}
