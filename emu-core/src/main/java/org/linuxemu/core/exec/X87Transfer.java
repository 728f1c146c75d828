package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.exec.fp.ExtendedConstants;
import org.linuxemu.core.exec.fp.ExtendedConversions;
import org.linuxemu.core.exec.fp.FpEnvironment;
import org.linuxemu.core.state.CpuState;

/** Loads and stores, constants, FXCH and FCMOVcc. */
final class X87Transfer {
    private static final int BCD_SIZE = 10;

    private X87Transfer() {}

    static void execute(ExecContext c, Instruction i) {
        switch (i.mnemonic) {
            case FLD:
                if (Operand.kind(i.operand0) == Operand.MEMORY) {
                    loadMemory(c, i);
                } else {
                    loadRegister(c, i);
                }
                break;
            case FILD:
            case FBLD:
                loadMemory(c, i);
                break;
            case FST:
            case FSTP:
                if (Operand.kind(i.operand0) == Operand.MEMORY) {
                    storeMemory(c, i);
                } else {
                    storeRegister(c, i);
                }
                break;
            case FIST:
            case FISTP:
            case FISTTP:
            case FBSTP:
                storeMemory(c, i);
                break;
            case FXCH:
                exchange(c, i);
                break;
            case FCMOVB:
                move(c, i, c.state.carry());
                break;
            case FCMOVE:
                move(c, i, c.state.zero());
                break;
            case FCMOVBE:
                move(c, i, c.state.carry() || c.state.zero());
                break;
            case FCMOVU:
                move(c, i, c.state.parity());
                break;
            case FCMOVNB:
                move(c, i, !c.state.carry());
                break;
            case FCMOVNE:
                move(c, i, !c.state.zero());
                break;
            case FCMOVNBE:
                move(c, i, !(c.state.carry() || c.state.zero()));
                break;
            case FCMOVNU:
                move(c, i, !c.state.parity());
                break;
            default:
                constant(c, i);
                break;
        }
    }

    private static void loadMemory(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int size = Operand.size(i.operand0);
        long linear = Operands.address(c, i, size, false);
        long low = size == BCD_SIZE ? c.mmu.readLong(linear) : c.mmu.read(linear, size);
        int high = size == BCD_SIZE ? c.mmu.readShort(X87Environment.at(c, linear, 8)) : 0;
        FpEnvironment e = X87Stack.begin(c, i);
        if (!X87Stack.isEmpty(s, -1)) {
            X87Stack.load(s, 0, 0);
            return;
        }
        switch (i.mnemonic) {
            case FILD:
                ExtendedConversions.loadInteger(e, Operands.signExtend(low, size));
                break;
            case FBLD:
                ExtendedConversions.loadBcd(e, low, high);
                break;
            default:
                if (size == 4) {
                    ExtendedConversions.loadFloat(e, (int) low);
                } else if (size == 8) {
                    ExtendedConversions.loadDouble(e, low);
                } else {
                    e.resultSignExp = high;
                    e.resultSignificand = low;
                }
                break;
        }
        X87Stack.commit(s, e);
        // A denormal is loaded even if DE is not masked.
        if ((e.unmaskedFlags() & FpEnvironment.IE) == 0) {
            X87Stack.push(s, e.resultSignExp, e.resultSignificand);
        }
    }

    private static void loadRegister(ExecContext c, Instruction i) {
        CpuState s = c.state;
        X87Stack.begin(c, i);
        int source = Operand.number(i.operand0);
        if (X87Stack.isEmpty(s, source)) {
            if (X87Stack.underflow(s)) {
                X87Stack.push(s, X87Stack.INDEFINITE_SIGN_EXP, X87Stack.INDEFINITE_SIGNIFICAND);
            }
            return;
        }
        X87Stack.load(s, X87Stack.signExp(s, source), X87Stack.significand(s, source));
    }

    private static void constant(ExecContext c, Instruction i) {
        CpuState s = c.state;
        FpEnvironment e = X87Stack.begin(c, i);
        switch (i.mnemonic) {
            case FLD1:
                ExtendedConversions.loadInteger(e, 1);
                break;
            case FLDPI:
                ExtendedConstants.pi(e);
                break;
            case FLDL2E:
                ExtendedConstants.log2OfE(e);
                break;
            case FLDL2T:
                ExtendedConstants.log2Of10(e);
                break;
            case FLDLG2:
                ExtendedConstants.log10Of2(e);
                break;
            case FLDLN2:
                ExtendedConstants.lnOf2(e);
                break;
            default: // FLDZ
                ExtendedConversions.loadInteger(e, 0);
                break;
        }
        X87Stack.load(s, e.resultSignExp, e.resultSignificand);
    }

    /**
     * Stores to memory: a fault there, or an unmasked exception other than PE, leaves memory and
     * stack as they are.
     */
    private static void storeMemory(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int size = Operand.size(i.operand0);
        long linear = Operands.address(c, i, size, true);
        c.mmu.checkWrite(linear, size);
        FpEnvironment e = X87Stack.begin(c, i);
        long low;
        int high = 0;
        if (X87Stack.isEmpty(s, 0)) {
            if (!X87Stack.underflow(s)) {
                return;
            }
            high = X87Stack.INDEFINITE_SIGN_EXP;
            low = indefinite(i, size);
        } else {
            low = convert(e, i, size, X87Stack.signExp(s, 0), X87Stack.significand(s, 0));
            high = e.resultSignExp;
            if ((e.unmaskedFlags() & ~FpEnvironment.PE) != 0) {
                // Nothing is stored, so nothing was rounded.
                e.flags &= ~FpEnvironment.PE;
                e.roundedUp = false;
                X87Stack.commit(s, e);
                return;
            }
            X87Stack.commit(s, e);
        }
        if (size == BCD_SIZE) {
            c.mmu.writeLong(linear, low);
            c.mmu.writeShort(X87Environment.at(c, linear, 8), high);
        } else {
            c.mmu.write(linear, size, low);
        }
        if (i.mnemonic != Mnemonic.FST && i.mnemonic != Mnemonic.FIST) {
            X87Stack.pop(s);
        }
    }

    /** What a store of an empty register gives when IE is masked: the low 8 bytes of it. */
    private static long indefinite(Instruction i, int size) {
        if (i.mnemonic == Mnemonic.FST || i.mnemonic == Mnemonic.FSTP) {
            return size == 4
                    ? 0xFFC00000L
                    : size == 8 ? 0xFFF8000000000000L : X87Stack.INDEFINITE_SIGNIFICAND;
        }
        return i.mnemonic == Mnemonic.FBSTP
                ? X87Stack.INDEFINITE_SIGNIFICAND
                : -1L << (8 * size - 1);
    }

    private static long convert(
            FpEnvironment e, Instruction i, int size, int signExp, long significand) {
        switch (i.mnemonic) {
            case FIST:
            case FISTP:
                return ExtendedConversions.storeInteger(
                        e, signExp, significand, 8 * size, e.roundingMode);
            case FISTTP:
                return ExtendedConversions.storeInteger(
                        e, signExp, significand, 8 * size, FpEnvironment.ZERO);
            case FBSTP:
                ExtendedConversions.storeBcd(e, signExp, significand);
                return e.resultSignificand;
            default:
                if (size == 4) {
                    return ExtendedConversions.storeFloat(e, signExp, significand);
                }
                if (size == 8) {
                    return ExtendedConversions.storeDouble(e, signExp, significand);
                }
                e.resultSignExp = signExp;
                return significand;
        }
    }

    private static void storeRegister(ExecContext c, Instruction i) {
        CpuState s = c.state;
        X87Stack.begin(c, i);
        int destination = Operand.number(i.operand0);
        if (X87Stack.isEmpty(s, 0)) {
            if (i.opcode == 0xD9) {
                // D9 D8+i has no stack check: it only pops.
                X87Stack.pop(s);
                return;
            }
            if (!X87Stack.underflow(s)) {
                return;
            }
            X87Stack.writeIndefinite(s, destination);
        } else {
            X87Stack.write(s, destination, X87Stack.signExp(s, 0), X87Stack.significand(s, 0));
        }
        if (i.mnemonic == Mnemonic.FSTP) {
            X87Stack.pop(s);
        }
    }

    private static void exchange(ExecContext c, Instruction i) {
        CpuState s = c.state;
        X87Stack.begin(c, i);
        int other = Operand.number(i.operand0);
        if (X87Stack.isEmpty(s, 0) || X87Stack.isEmpty(s, other)) {
            if (!X87Stack.underflow(s)) {
                return;
            }
            if (X87Stack.isEmpty(s, 0)) {
                X87Stack.writeIndefinite(s, 0);
            }
            if (X87Stack.isEmpty(s, other)) {
                X87Stack.writeIndefinite(s, other);
            }
        }
        int signExp = X87Stack.signExp(s, 0);
        long significand = X87Stack.significand(s, 0);
        X87Stack.write(s, 0, X87Stack.signExp(s, other), X87Stack.significand(s, other));
        X87Stack.write(s, other, signExp, significand);
    }

    private static void move(ExecContext c, Instruction i, boolean condition) {
        CpuState s = c.state;
        X87Stack.beginKeepingC1(c, i);
        int source = Operand.number(i.operand1);
        if (X87Stack.isEmpty(s, 0) || X87Stack.isEmpty(s, source)) {
            if (X87Stack.underflow(s)) {
                X87Stack.writeIndefinite(s, 0);
            }
        } else if (condition) {
            X87Stack.write(s, 0, X87Stack.signExp(s, source), X87Stack.significand(s, source));
        }
    }
}
