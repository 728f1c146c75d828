package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.exec.fp.Extended;
import org.linuxemu.core.exec.fp.ExtendedRemainder;
import org.linuxemu.core.exec.fp.FpEnvironment;
import org.linuxemu.core.exec.fp.Transcendental;
import org.linuxemu.core.state.CpuState;

/**
 * Instructions on ST(0), or on ST(0) and ST(1): sign, roots, scaling, remainders and transcendental
 * functions.
 */
final class X87Functions {
    private X87Functions() {}

    static void execute(ExecContext c, Instruction i) {
        FpEnvironment e = X87Stack.begin(c, i);
        CpuState s = c.state;
        switch (i.mnemonic) {
            case FCHS:
            case FABS:
            case FSQRT:
            case FRNDINT:
            case F2XM1:
                unary(s, e, i);
                break;
            case FSIN:
            case FCOS:
                sine(s, e, i);
                break;
            case FXTRACT:
            case FSINCOS:
            case FPTAN:
                pushing(s, e, i);
                break;
            case FPREM:
            case FPREM1:
            case FSCALE:
                binary(s, e, i);
                break;
            default:
                popping(s, e, i);
                break;
        }
    }

    private static void unary(CpuState s, FpEnvironment e, Instruction i) {
        if (X87Stack.isEmpty(s, 0)) {
            if (X87Stack.underflow(s)) {
                X87Stack.writeIndefinite(s, 0);
            }
            return;
        }
        int signExp = X87Stack.signExp(s, 0);
        long significand = X87Stack.significand(s, 0);
        switch (i.mnemonic) {
            case FCHS:
                X87Stack.write(s, 0, signExp ^ 0x8000, significand);
                return;
            case FABS:
                X87Stack.write(s, 0, signExp & 0x7FFF, significand);
                return;
            case FSQRT:
                Extended.squareRoot(e, signExp, significand);
                break;
            case FRNDINT:
                Extended.roundToIntegral(e, signExp, significand);
                break;
            default:
                Transcendental.twoToXMinusOne(e, signExp, significand);
                break;
        }
        if (X87Stack.commit(s, e)) {
            X87Stack.write(s, 0, e.resultSignExp, e.resultSignificand);
        }
    }

    private static void sine(CpuState s, FpEnvironment e, Instruction i) {
        s.fpStatus &= ~X87Stack.C2;
        if (X87Stack.isEmpty(s, 0)) {
            if (X87Stack.underflow(s)) {
                X87Stack.writeIndefinite(s, 0);
            }
            return;
        }
        int signExp = X87Stack.signExp(s, 0);
        long significand = X87Stack.significand(s, 0);
        if (Transcendental.outOfRange(signExp, significand)) {
            s.fpStatus |= X87Stack.C2;
            return;
        }
        if (i.mnemonic == Mnemonic.FSIN) {
            Transcendental.sine(e, signExp, significand);
        } else {
            Transcendental.cosine(e, signExp, significand);
        }
        if (X87Stack.commit(s, e)) {
            X87Stack.write(s, 0, e.resultSignExp, e.resultSignificand);
        }
    }

    /** Two results: the first replaces ST(0), the second is pushed. */
    private static void pushing(CpuState s, FpEnvironment e, Instruction i) {
        boolean extract = i.mnemonic == Mnemonic.FXTRACT;
        if (!extract) {
            s.fpStatus &= ~X87Stack.C2;
        }
        if (X87Stack.isEmpty(s, 0) || !X87Stack.isEmpty(s, -1)) {
            boolean masked = X87Stack.isEmpty(s, 0) ? X87Stack.underflow(s) : X87Stack.overflow(s);
            if (masked) {
                X87Stack.writeIndefinite(s, 0);
                X87Stack.push(s, X87Stack.INDEFINITE_SIGN_EXP, X87Stack.INDEFINITE_SIGNIFICAND);
            }
            return;
        }
        int signExp = X87Stack.signExp(s, 0);
        long significand = X87Stack.significand(s, 0);
        if (!extract && Transcendental.outOfRange(signExp, significand)) {
            s.fpStatus |= X87Stack.C2;
            return;
        }
        int firstSe;
        long firstSig;
        switch (i.mnemonic) {
            case FXTRACT:
                ExtendedRemainder.extractExponent(e, signExp, significand);
                firstSe = e.resultSignExp;
                firstSig = e.resultSignificand;
                ExtendedRemainder.extractSignificand(e, signExp, significand);
                break;
            case FSINCOS:
                Transcendental.sine(e, signExp, significand);
                firstSe = e.resultSignExp;
                firstSig = e.resultSignificand;
                Transcendental.cosine(e, signExp, significand);
                break;
            default: // FPTAN: the tangent, then 1
                Transcendental.tangent(e, signExp, significand);
                firstSe = e.resultSignExp;
                firstSig = e.resultSignificand;
                if (Extended.classify(firstSe, firstSig) != Extended.NAN) {
                    e.resultSignExp = Extended.BIAS;
                    e.resultSignificand = Long.MIN_VALUE;
                }
                break;
        }
        if (X87Stack.commit(s, e)) {
            X87Stack.write(s, 0, firstSe, firstSig);
            X87Stack.push(s, e.resultSignExp, e.resultSignificand);
        }
    }

    /** The result of ST(0) and ST(1) replaces ST(0). */
    private static void binary(CpuState s, FpEnvironment e, Instruction i) {
        boolean scale = i.mnemonic == Mnemonic.FSCALE;
        if (!scale) {
            s.fpStatus &= ~X87Stack.C2;
        }
        if (X87Stack.isEmpty(s, 0) || X87Stack.isEmpty(s, 1)) {
            if (X87Stack.underflow(s)) {
                X87Stack.writeIndefinite(s, 0);
            }
            return;
        }
        int aSe = X87Stack.signExp(s, 0);
        long aSig = X87Stack.significand(s, 0);
        int bSe = X87Stack.signExp(s, 1);
        long bSig = X87Stack.significand(s, 1);
        int quotient = ExtendedRemainder.NONE;
        if (scale) {
            ExtendedRemainder.scale(e, aSe, aSig, bSe, bSig);
        } else {
            boolean nearest = i.mnemonic == Mnemonic.FPREM1;
            quotient = ExtendedRemainder.remainder(e, aSe, aSig, bSe, bSig, nearest);
        }
        if (!X87Stack.commit(s, e)) {
            return;
        }
        X87Stack.write(s, 0, e.resultSignExp, e.resultSignificand);
        if (quotient == ExtendedRemainder.INCOMPLETE) {
            X87Stack.setConditions(s, X87Stack.C2);
        } else if (quotient != ExtendedRemainder.NONE) {
            // C0, C3, C1 are the bits 2, 1, 0 of the quotient.
            X87Stack.setConditions(s, (quotient & 4) << 6 | (quotient & 2) << 13);
            s.fpStatus |= (quotient & 1) << 9;
        }
    }

    /** The result of ST(0) and ST(1) replaces ST(1), and ST(0) is popped. */
    private static void popping(CpuState s, FpEnvironment e, Instruction i) {
        if (X87Stack.isEmpty(s, 0) || X87Stack.isEmpty(s, 1)) {
            if (X87Stack.underflow(s)) {
                X87Stack.writeIndefinite(s, 1);
                X87Stack.pop(s);
            }
            return;
        }
        int xSe = X87Stack.signExp(s, 0);
        long xSig = X87Stack.significand(s, 0);
        int ySe = X87Stack.signExp(s, 1);
        long ySig = X87Stack.significand(s, 1);
        switch (i.mnemonic) {
            case FYL2X:
                Transcendental.yLog2X(e, xSe, xSig, ySe, ySig);
                break;
            case FYL2XP1:
                Transcendental.yLog2XPlus1(e, xSe, xSig, ySe, ySig);
                break;
            default:
                Transcendental.arctangent(e, xSe, xSig, ySe, ySig);
                break;
        }
        if (X87Stack.commit(s, e)) {
            X87Stack.write(s, 1, e.resultSignExp, e.resultSignificand);
            X87Stack.pop(s);
        }
    }
}
