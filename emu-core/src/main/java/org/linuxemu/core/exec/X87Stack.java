package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.exec.fp.Extended;
import org.linuxemu.core.exec.fp.FpEnvironment;
import org.linuxemu.core.state.CpuState;

/**
 * The x87 register stack, and the common start and end of x87 instructions (SDM Vol. 1, 8.1 and
 * 8.5).
 */
final class X87Stack {
    /** Bits of the status word. */
    static final int STACK_FAULT = 0x40;

    static final int SUMMARY = 0x80;
    static final int C0 = 0x100;
    static final int C1 = 0x200;
    static final int C2 = 0x400;
    static final int C3 = 0x4000;
    static final int BUSY = 0x8000;

    private static final int EXCEPTIONS = 0x3F;
    private static final int IE = FpEnvironment.IE;

    /** The real indefinite: the masked response to invalid operations. */
    static final int INDEFINITE_SIGN_EXP = 0xFFFF;

    static final long INDEFINITE_SIGNIFICAND = 0xC000000000000000L;

    private X87Stack() {}

    static int physical(CpuState s, int i) {
        return (s.fpTop + i) & 7;
    }

    static boolean isEmpty(CpuState s, int i) {
        return (s.fpEmpty >> ((s.fpTop + i) & 7) & 1) != 0;
    }

    static int signExp(CpuState s, int i) {
        return s.fpSignExponent[(s.fpTop + i) & 7];
    }

    static long significand(CpuState s, int i) {
        return s.fpSignificand[(s.fpTop + i) & 7];
    }

    /** Writes ST(i) and marks it full. */
    static void write(CpuState s, int i, int signExp, long significand) {
        int p = (s.fpTop + i) & 7;
        s.fpSignExponent[p] = signExp;
        s.fpSignificand[p] = significand;
        s.fpEmpty &= ~(1 << p);
    }

    static void writeIndefinite(CpuState s, int i) {
        write(s, i, INDEFINITE_SIGN_EXP, INDEFINITE_SIGNIFICAND);
    }

    static void push(CpuState s, int signExp, long significand) {
        s.fpTop = (s.fpTop - 1) & 7;
        write(s, 0, signExp, significand);
    }

    static void pop(CpuState s) {
        s.fpEmpty |= 1 << s.fpTop;
        s.fpTop = (s.fpTop + 1) & 7;
    }

    /** The status word with TOP in its place. */
    static int statusWord(CpuState s) {
        return s.fpStatus | s.fpTop << 11;
    }

    /** Sets status word and TOP; ES and B follow from the exceptions and the masks. */
    static void setStatusWord(CpuState s, int value) {
        s.fpTop = value >> 11 & 7;
        s.fpStatus = value & ~0x3800 & 0xFFFF;
        updateSummary(s);
    }

    /** Makes ES and B say whether an unmasked exception is pending. */
    static void updateSummary(CpuState s) {
        if ((s.fpStatus & ~s.fpControl & EXCEPTIONS) != 0) {
            s.fpStatus |= SUMMARY | BUSY;
        } else {
            s.fpStatus &= ~(SUMMARY | BUSY);
        }
    }

    /**
     * The control word as it is kept: bit 6 always set, bits 15:13 and 7 zero (infinity control is
     * a plain bit).
     */
    static void setControlWord(CpuState s, int value) {
        s.fpControl = value & 0x1F3F | 0x40;
        updateSummary(s);
    }

    /** The tag word with two bits a register, computed from the contents (SDM Vol. 1, 8.1.7). */
    static int tagWord(CpuState s) {
        int tags = 0;
        for (int p = 7; p >= 0; p--) {
            int tag;
            if ((s.fpEmpty >> p & 1) != 0) {
                tag = 3;
            } else {
                switch (Extended.classify(s.fpSignExponent[p], s.fpSignificand[p])) {
                    case Extended.NORMAL:
                        tag = 0;
                        break;
                    case Extended.ZERO:
                        tag = 1;
                        break;
                    default:
                        tag = 2;
                        break;
                }
            }
            tags = tags << 2 | tag;
        }
        return tags;
    }

    static void setTagWord(CpuState s, int tags) {
        int empty = 0;
        for (int p = 0; p < 8; p++) {
            if ((tags >> (2 * p) & 3) == 3) {
                empty |= 1 << p;
            }
        }
        s.fpEmpty = empty;
    }

    /**
     * Starts a non-control instruction, after everything in it that can fault: notes its place for
     * the exception handler, clears C1 and readies the arithmetic.
     */
    static FpEnvironment begin(ExecContext c, Instruction i) {
        c.state.fpStatus &= ~C1;
        return beginKeepingC1(c, i);
    }

    /** As begin, for the instructions that leave C1 as it is. */
    static FpEnvironment beginKeepingC1(ExecContext c, Instruction i) {
        CpuState s = c.state;
        s.fpOpcode = (i.opcode & 7) << 8 | i.modrm;
        s.fpInstructionPointer = c.instructionRip;
        s.fpInstructionSelector = s.segments[Instruction.CS].selector;
        if (i.segment >= 0) {
            s.fpDataPointer = Operands.effectiveAddress(c, i);
            s.fpDataSelector = s.segments[i.segment].selector;
        }
        FpEnvironment e = c.x87;
        e.loadX87Control(s.fpControl);
        return e;
    }

    /**
     * Records the exceptions of the operation in the status word, and C1 if its result was rounded
     * up.
     *
     * @return whether the result may be stored: false after an unmasked exception found before the
     *     computation
     */
    static boolean commit(CpuState s, FpEnvironment e) {
        int raised = e.reportedFlags();
        if (raised != 0) {
            s.fpStatus |= raised;
            updateSummary(s);
            if ((raised & ~e.masks & FpEnvironment.PRE_COMPUTATION) != 0) {
                return false;
            }
        }
        if (e.roundedUp) {
            s.fpStatus |= C1;
        }
        return true;
    }

    /**
     * Records a stack underflow. Returns whether it is masked, so that the indefinite is the
     * result.
     */
    static boolean underflow(CpuState s) {
        s.fpStatus = s.fpStatus & ~C1 | IE | STACK_FAULT;
        updateSummary(s);
        return (s.fpControl & IE) != 0;
    }

    /** Records a stack overflow. Returns whether it is masked. */
    static boolean overflow(CpuState s) {
        s.fpStatus |= IE | STACK_FAULT | C1;
        updateSummary(s);
        return (s.fpControl & IE) != 0;
    }

    /** Pushes the result of a load, or handles the stack overflow. */
    static void load(CpuState s, int signExp, long significand) {
        if (isEmpty(s, -1)) {
            push(s, signExp, significand);
        } else if (overflow(s)) {
            push(s, INDEFINITE_SIGN_EXP, INDEFINITE_SIGNIFICAND);
        }
    }

    static void setConditions(CpuState s, int conditions) {
        s.fpStatus = s.fpStatus & ~(C0 | C2 | C3) | conditions;
    }
}
