package org.linuxemu.core.oracle;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.Rflags;

/**
 * The one table of what the architecture leaves undefined (SDM Vol. 1, appendix A.2, and Vol. 2 for
 * each instruction). Nothing else is masked when the emulator is compared with a processor.
 */
final class UndefinedResults {
    private static final int CF = Rflags.CF;
    private static final int PF = Rflags.PF;
    private static final int AF = Rflags.AF;
    private static final int ZF = Rflags.ZF;
    private static final int SF = Rflags.SF;
    private static final int OF = Rflags.OF;

    private UndefinedResults() {}

    /** Arithmetic flags that the instruction leaves undefined for the operands of this vector. */
    static int flags(Vector v) {
        Instruction i = v.decoded;
        switch (i.mnemonic) {
            case AND:
            case OR:
            case XOR:
            case TEST:
                return AF;
            case MUL:
            case IMUL:
                return SF | ZF | AF | PF;
            case DIV:
            case IDIV:
                return Rflags.ARITHMETIC;
            case SHL:
            case SHR:
            case SAR:
            case ROL:
            case ROR:
            case RCL:
            case RCR:
                return ofShift(v, i);
            case SHLD:
            case SHRD:
                {
                    int count = count(v, i, i.operand2);
                    if (count == 0) {
                        return 0;
                    }
                    return count > bits(i) ? Rflags.ARITHMETIC : count == 1 ? AF : AF | OF;
                }
            case BT:
            case BTS:
            case BTR:
            case BTC:
                return OF | SF | AF | PF;
            case BSF:
            case BSR:
                return CF | OF | SF | AF | PF;
            case TZCNT:
            case LZCNT:
                return OF | SF | AF | PF;
            case ANDN:
            case BLSR:
            case BLSMSK:
            case BLSI:
            case BZHI:
                return AF | PF;
            case BEXTR:
                return AF | SF | PF;
            case AAM:
            case AAD:
                return OF | AF | CF;
            case DAA:
            case DAS:
                return OF;
            case AAA:
            case AAS:
                return OF | SF | ZF | PF;
            default:
                return 0;
        }
    }

    private static int ofShift(Vector v, Instruction i) {
        int count = count(v, i, i.operand1);
        if (count == 0) {
            return 0;
        }
        int undefined = count == 1 ? 0 : OF;
        switch (i.mnemonic) {
            case SHL:
            case SHR:
                return undefined | AF | (count >= bits(i) ? CF : 0);
            case SAR:
                return undefined | AF;
            default:
                return undefined;
        }
    }

    /** Whether the destination is undefined for the operands of this vector. */
    static boolean destination(Vector v) {
        Instruction i = v.decoded;
        switch (i.mnemonic) {
            case SHLD:
            case SHRD:
                return count(v, i, i.operand2) > bits(i);
            case BSWAP:
                return Operand.size(i.operand0) == 2;
            default:
                return false;
        }
    }

    /** Whether the result is an approximation: within 1.5 * 2^-12 of the true value. */
    static boolean approximate(Instruction i) {
        switch (i.mnemonic) {
            case RCPPS:
            case RCPSS:
            case RSQRTPS:
            case RSQRTSS:
                return true;
            default:
                return false;
        }
    }

    /**
     * Whether the result may differ in the last place, and with it C1: transcendental functions
     * (SDM Vol. 1, 8.3.10).
     */
    static boolean lastPlace(Instruction i) {
        switch (i.mnemonic) {
            case F2XM1:
            case FYL2X:
            case FYL2XP1:
            case FPTAN:
            case FPATAN:
            case FSIN:
            case FCOS:
            case FSINCOS:
                return true;
            default:
                return false;
        }
    }

    private static int bits(Instruction i) {
        return 8 * Operand.size(i.operand0);
    }

    /** A shift count as the processor masks it. */
    private static int count(Vector v, Instruction i, int operand) {
        int mask = Operand.size(i.operand0) == 8 ? 63 : 31;
        switch (Operand.kind(operand)) {
            case Operand.IMMEDIATE:
                return (int) i.immediate & mask;
            case Operand.ONE:
                return 1;
            default:
                return (int) v.gpr[1] & mask;
        }
    }
}
