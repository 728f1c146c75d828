package org.linuxemu.core.translate;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;

/** What the translator knows of instructions that it leaves to the class of their family. */
final class Families {
    private Families() {}

    /** Simple name of the class of {@code core.exec}. */
    static String className(Mnemonic.Family f) {
        switch (f) {
            case ARITHMETIC:
                return "ArithmeticOps";
            case DATA:
                return "DataOps";
            case STACK:
                return "StackOps";
            case SHIFT:
                return "ShiftOps";
            case BIT:
                return "BitOps";
            case X87:
                return "X87Ops";
            case MMX:
                return "MmxOps";
            case SSE_MOVE:
                return "SseMoveOps";
            case SSE_INTEGER:
                return "SseIntegerOps";
            case SSE_SHUFFLE:
                return "SseShuffleOps";
            case SSE_FLOAT:
                return "SseFloatOps";
            case SSE_CONVERT:
                return "SseConvertOps";
            case SSE_STRING:
                return "SseStringOps";
            case CRYPTO:
                return "CryptoOps";
            case AVX:
                return "AvxOps";
            case AVX_MASKED:
                return "AvxMaskedOps";
            case FMA:
                return "FmaOps";
            default:
                return "Dispatcher";
        }
    }

    /**
     * Whether the instruction may stand in a translated block before its end: it does not change
     * what the code around it depends on.
     */
    static boolean allowed(Instruction i) {
        switch (i.mnemonic.family) {
            case SEGMENT:
            case SYSTEM:
            case FPSTATE:
            case BRANCH:
            case STRING:
                return false;
            default:
                return i.entry != null;
        }
    }

    /**
     * Whether it uses no general registers but its operands' and no arithmetic flags. Others get
     * all registers and flags.
     */
    static boolean namesAllItUses(Instruction i) {
        switch (i.mnemonic) {
            case MASKMOVDQU:
            case MASKMOVQ:
            case COMISS:
            case COMISD:
            case UCOMISS:
            case UCOMISD:
            case PTEST:
            case VTESTPS:
            case VTESTPD:
            case FCOMI:
            case FCOMIP:
            case FUCOMI:
            case FUCOMIP:
            case FCMOVB:
            case FCMOVE:
            case FCMOVBE:
            case FCMOVU:
            case FCMOVNB:
            case FCMOVNE:
            case FCMOVNBE:
            case FCMOVNU:
                return false;
            default:
                break;
        }
        switch (i.mnemonic.family) {
            case X87:
            case MMX:
            case SSE_MOVE:
            case SSE_INTEGER:
            case SSE_SHUFFLE:
            case SSE_FLOAT:
            case SSE_CONVERT:
            case CRYPTO:
            case AVX:
            case AVX_MASKED:
            case FMA:
                return true;
            default:
                return false;
        }
    }

    /** General registers that are operands, as bits. */
    static int operandRegisters(Instruction i) {
        return register(i.operand0)
                | register(i.operand1)
                | register(i.operand2)
                | register(i.operand3);
    }

    /** General registers of the memory operand's address, as bits. */
    static int addressRegisters(Instruction i) {
        int set = 0;
        if (i.hasMemory()) {
            if (i.base < 16) {
                set |= 1 << i.base;
            }
            if (i.index < 16) {
                set |= 1 << i.index;
            }
        }
        return set;
    }

    private static int register(int operand) {
        int kind = Operand.kind(operand);
        return kind == Operand.GPR || kind == Operand.GPR_HIGH ? 1 << Operand.number(operand) : 0;
    }
}
