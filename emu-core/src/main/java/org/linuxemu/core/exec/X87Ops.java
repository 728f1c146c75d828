package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;

/**
 * x87 instructions: what comes before every one of them, and where each is carried out.
 *
 * <p>Unmasked exceptions become pending (ES in the status word) and raise #MF at the next waiting
 * instruction. With CR0.NE clear a PC would raise IRQ 13 from FERR#; here such an exception stays
 * pending without effect, as if IGNNE# were asserted.
 */
public final class X87Ops {
    private X87Ops() {}

    /** Executes one instruction of the family by the contract of {@link ExecContext}. */
    public static void execute(ExecContext c, Instruction i) {
        CpuState s = c.state;
        switch (i.mnemonic) {
            case FWAIT:
                long waitTraps = ControlRegisters.CR0_MP | ControlRegisters.CR0_TS;
                if ((s.cr0 & waitTraps) == waitTraps) {
                    throw c.fault.raise(CpuException.NM, 0);
                }
                checkPending(c);
                return;
            case FNINIT:
            case FNCLEX:
            case FNSTCW:
            case FNSTSW:
            case FNSTENV:
            case FNSAVE:
            case FNENI:
            case FNDISI:
            case FNSETPM:
                checkAvailable(c);
                X87Environment.execute(c, i);
                return;
            default:
                break;
        }
        checkAvailable(c);
        checkPending(c);
        switch (i.mnemonic) {
            case FLDCW:
            case FLDENV:
            case FRSTOR:
            case FNOP:
            case FFREE:
            case FFREEP:
            case FINCSTP:
            case FDECSTP:
                X87Environment.execute(c, i);
                return;
            case FADD:
            case FADDP:
            case FIADD:
            case FMUL:
            case FMULP:
            case FIMUL:
            case FSUB:
            case FSUBP:
            case FISUB:
            case FSUBR:
            case FSUBRP:
            case FISUBR:
            case FDIV:
            case FDIVP:
            case FIDIV:
            case FDIVR:
            case FDIVRP:
            case FIDIVR:
                X87Arithmetic.execute(c, i);
                return;
            case FCOM:
            case FCOMP:
            case FCOMPP:
            case FICOM:
            case FICOMP:
            case FUCOM:
            case FUCOMP:
            case FUCOMPP:
            case FCOMI:
            case FCOMIP:
            case FUCOMI:
            case FUCOMIP:
            case FTST:
            case FXAM:
                X87Compare.execute(c, i);
                return;
            case FLD:
            case FILD:
            case FBLD:
            case FST:
            case FSTP:
            case FIST:
            case FISTP:
            case FISTTP:
            case FBSTP:
            case FXCH:
            case FCMOVB:
            case FCMOVE:
            case FCMOVBE:
            case FCMOVU:
            case FCMOVNB:
            case FCMOVNE:
            case FCMOVNBE:
            case FCMOVNU:
            case FLD1:
            case FLDZ:
            case FLDPI:
            case FLDL2E:
            case FLDL2T:
            case FLDLG2:
            case FLDLN2:
                X87Transfer.execute(c, i);
                return;
            case FCHS:
            case FABS:
            case FSQRT:
            case FRNDINT:
            case FSCALE:
            case FXTRACT:
            case FPREM:
            case FPREM1:
            case F2XM1:
            case FYL2X:
            case FYL2XP1:
            case FSIN:
            case FCOS:
            case FSINCOS:
            case FPTAN:
            case FPATAN:
                X87Functions.execute(c, i);
                return;
            default:
                throw c.invalidOpcode();
        }
    }

    /** #NM when the x87 is emulated or its state belongs to another task (SDM Vol. 3, 2.5). */
    static void checkAvailable(ExecContext c) {
        if ((c.state.cr0 & (ControlRegisters.CR0_EM | ControlRegisters.CR0_TS)) != 0) {
            throw c.fault.raise(CpuException.NM, 0);
        }
    }

    /**
     * #MF when an unmasked exception is pending: the first thing a waiting instruction does; MMX
     * instructions too.
     */
    static void checkPending(ExecContext c) {
        CpuState s = c.state;
        if ((s.fpStatus & X87Stack.SUMMARY) != 0 && (s.cr0 & ControlRegisters.CR0_NE) != 0) {
            throw c.fault.raise(CpuException.MF, 0);
        }
    }
}
