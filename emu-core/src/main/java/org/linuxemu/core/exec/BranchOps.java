package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;

/** Near branches, calls and returns, and loops. */
public final class BranchOps {
    private static final int FIRST_JCC = Mnemonic.JO.ordinal();
    private static final int LAST_JCC = Mnemonic.JG.ordinal();

    private BranchOps() {}

    public static void execute(ExecContext c, Instruction i) {
        CpuState s = c.state;
        switch (i.mnemonic) {
            case JMP:
                jump(c, i, target(c, i));
                break;
            case CALL:
                {
                    long target = checked(c, i, target(c, i));
                    StackOps.push(c, i.operandSize, c.nextRip(i));
                    s.rip = target;
                    break;
                }
            case RET:
                {
                    long target = checked(c, i, StackOps.peek(c, 0, i.operandSize));
                    StackOps.adjust(s, i.operandSize + (i.operand0 != 0 ? i.immediate : 0));
                    s.rip = target;
                    break;
                }
            case LOOP:
            case LOOPE:
            case LOOPNE:
                loop(c, i);
                break;
            case JCXZ:
                if (Operands.readRegister(s, CpuState.RCX, i.addressSize) == 0) {
                    jump(c, i, target(c, i));
                }
                break;
            case INVALID:
                throw c.invalidOpcode();
            default:
                {
                    int n = i.mnemonic.ordinal();
                    if (n < FIRST_JCC || n > LAST_JCC) {
                        FarOps.execute(c, i);
                    } else if (s.condition(n - FIRST_JCC)) {
                        jump(c, i, target(c, i));
                    }
                    break;
                }
        }
    }

    private static long target(ExecContext c, Instruction i) {
        return Operand.kind(i.operand0) == Operand.RELATIVE
                ? c.nextRip(i) + i.immediate
                : Operands.read(c, i, i.operand0);
    }

    /**
     * Cuts a target to the operand size and checks it: canonical in 64-bit mode, else inside CS.
     */
    public static long checked(ExecContext c, Instruction i, long target) {
        if (i.codeSize == 8) {
            if ((target << 16 >> 16) != target) {
                throw c.generalProtection(0);
            }
            return target;
        }
        long t = i.operandSize == 2 ? target & 0xFFFF : target & 0xFFFFFFFFL;
        if (t > c.state.cs().limit) {
            throw c.generalProtection(0);
        }
        return t;
    }

    private static void jump(ExecContext c, Instruction i, long target) {
        c.state.rip = checked(c, i, target);
    }

    private static void loop(ExecContext c, Instruction i) {
        CpuState s = c.state;
        long count = Operands.readRegister(s, CpuState.RCX, i.addressSize) - 1;
        boolean taken = Operands.zeroExtend(count, i.addressSize) != 0;
        if (i.mnemonic != Mnemonic.LOOP) {
            taken &= s.zero() == (i.mnemonic == Mnemonic.LOOPE);
        }
        long rip = taken ? checked(c, i, target(c, i)) : s.rip;
        Operands.writeRegister(s, CpuState.RCX, i.addressSize, count);
        s.rip = rip;
    }
}
