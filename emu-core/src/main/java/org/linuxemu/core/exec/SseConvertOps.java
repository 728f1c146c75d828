package org.linuxemu.core.exec;

import static org.linuxemu.core.exec.SseFloatOps.pair;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.exec.fp.Binary32;
import org.linuxemu.core.exec.fp.Binary64;
import org.linuxemu.core.exec.fp.Conversions;
import org.linuxemu.core.exec.fp.FpEnvironment;
import org.linuxemu.core.state.CpuState;

/**
 * Conversions between integers and floating point and between its formats; rounding to integral
 * values.
 */
public final class SseConvertOps {
    private SseConvertOps() {}

    /** Executes one instruction of the family by the contract of {@link ExecContext}. */
    public static void execute(ExecContext c, Instruction i) {
        switch (i.mnemonic) {
            case CVTSI2SS:
            case CVTSI2SD:
                fromGeneral(c, i);
                break;
            case CVTSS2SI:
            case CVTTSS2SI:
            case CVTSD2SI:
            case CVTTSD2SI:
                toGeneral(c, i);
                break;
            case CVTSS2SD:
            case CVTSD2SS:
            case ROUNDSS:
            case ROUNDSD:
                scalar(c, i);
                break;
            case CVTPS2PD:
            case CVTDQ2PD:
                widen(c, i);
                break;
            case CVTPD2PS:
            case CVTPD2DQ:
            case CVTTPD2DQ:
                narrow(c, i);
                break;
            case CVTPI2PS:
            case CVTPI2PD:
                fromMmx(c, i);
                break;
            case CVTPS2PI:
            case CVTTPS2PI:
            case CVTPD2PI:
            case CVTTPD2PI:
                toMmx(c, i);
                break;
            case VCVTPH2PS:
                widenHalf(c, i);
                break;
            case VCVTPS2PH:
                narrowToHalf(c, i);
                break;
            default: // CVTDQ2PS, CVTPS2DQ, CVTTPS2DQ, ROUNDPS, ROUNDPD
                sameWidth(c, i);
                break;
        }
    }

    private static void fromGeneral(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        VectorOperands.require(c, i);
        boolean vex = i.has(Instruction.VEX);
        int last = vex ? i.operand2 : i.operand1;
        long value = Operands.signExtend(Operands.read(c, i, last), Operand.size(last));
        v.floatDestination(c, i);
        FpEnvironment e = v.begin(c);
        if (i.mnemonic == Mnemonic.CVTSI2SS) {
            int r = Conversions.int64ToFloat(e, value);
            v.check(c);
            v.commitScalar(i, 32, r);
        } else {
            long r = Conversions.int64ToDouble(e, value);
            v.check(c);
            v.commitScalar(i, 64, r);
        }
    }

    private static void toGeneral(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        VectorOperands.require(c, i);
        v.source(c, i, i.operand1);
        FpEnvironment e = v.begin(c);
        long x = v.b()[v.bi];
        boolean wide = Operand.size(i.operand0) == 8;
        boolean truncate = i.mnemonic == Mnemonic.CVTTSS2SI || i.mnemonic == Mnemonic.CVTTSD2SI;
        int mode = truncate ? FpEnvironment.ZERO : e.roundingMode;
        long r;
        if (i.mnemonic == Mnemonic.CVTSD2SI || i.mnemonic == Mnemonic.CVTTSD2SI) {
            r =
                    wide
                            ? Conversions.doubleToInt64(e, x, mode)
                            : Conversions.doubleToInt32(e, x, mode);
        } else {
            r =
                    wide
                            ? Conversions.floatToInt64(e, (int) x, mode)
                            : Conversions.floatToInt32(e, (int) x, mode);
        }
        v.check(c);
        c.state.regs[Operand.number(i.operand0)] = wide ? r : r & 0xFFFFFFFFL;
    }

    private static void scalar(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        FpEnvironment e = v.floatBinary(c, i);
        long x = v.b()[v.bi];
        long r;
        int bits;
        switch (i.mnemonic) {
            case CVTSS2SD:
                r = Conversions.floatToDouble(e, (int) x);
                bits = 64;
                break;
            case CVTSD2SS:
                r = Conversions.doubleToFloat(e, x);
                bits = 32;
                break;
            case ROUNDSS:
                r =
                        Binary32.roundToIntegral(
                                e, (int) x, roundingMode(e, i), (i.immediate & 8) != 0);
                bits = 32;
                break;
            default: // ROUNDSD
                r = Binary64.roundToIntegral(e, x, roundingMode(e, i), (i.immediate & 8) != 0);
                bits = 64;
                break;
        }
        v.check(c);
        v.commitScalar(i, bits, r);
    }

    /** Mode of ROUNDxx: its own, or with immediate bit 2 that of MXCSR. */
    private static int roundingMode(FpEnvironment e, Instruction i) {
        return (i.immediate & 4) != 0 ? e.roundingMode : (int) i.immediate & 3;
    }

    private static void widen(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        FpEnvironment e = v.floatUnary(c, i);
        for (int k = 0; k < v.lanes; k++) {
            int x = (int) (v.b()[v.bi + (k >> 1)] >>> 32 * (k & 1));
            v.result[k] =
                    i.mnemonic == Mnemonic.CVTPS2PD
                            ? Conversions.floatToDouble(e, x)
                            : Conversions.int32ToDouble(x);
        }
        v.check(c);
        v.commit(i);
    }

    /**
     * Two or four doubles to as many 32-bit elements; the rest of the register becomes zero up to
     * bit 127.
     */
    private static void narrow(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        FpEnvironment e = v.floatUnary(c, i);
        int lanes = Operand.size(i.operand1) >> 3;
        v.result[1] = 0;
        for (int k = 0; k < lanes; k += 2) {
            int low = toElement32(e, i.mnemonic, v.b()[v.bi + k]);
            v.result[k >> 1] = pair(low, toElement32(e, i.mnemonic, v.b()[v.bi + k + 1]));
        }
        v.check(c);
        v.commit(i);
    }

    private static int toElement32(FpEnvironment e, Mnemonic m, long x) {
        switch (m) {
            case CVTPD2PS:
                return Conversions.doubleToFloat(e, x);
            case CVTPD2DQ:
            case CVTPD2PI:
                return Conversions.doubleToInt32(e, x, e.roundingMode);
            default:
                return Conversions.doubleToInt32(e, x, FpEnvironment.ZERO);
        }
    }

    private static void sameWidth(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        FpEnvironment e = v.floatUnary(c, i);
        for (int k = 0; k < v.lanes; k++) {
            long x = v.b()[v.bi + k];
            if (i.mnemonic == Mnemonic.ROUNDPD) {
                v.result[k] =
                        Binary64.roundToIntegral(e, x, roundingMode(e, i), (i.immediate & 8) != 0);
            } else {
                v.result[k] = pair(element32(e, i, (int) x), element32(e, i, (int) (x >>> 32)));
            }
        }
        v.check(c);
        v.commit(i);
    }

    private static int element32(FpEnvironment e, Instruction i, int x) {
        switch (i.mnemonic) {
            case CVTDQ2PS:
                return Conversions.int32ToFloat(e, x);
            case CVTPS2DQ:
                return Conversions.floatToInt32(e, x);
            case CVTTPS2DQ:
                return Conversions.floatToInt32(e, x, FpEnvironment.ZERO);
            default: // ROUNDPS
                return Binary32.roundToIntegral(e, x, roundingMode(e, i), (i.immediate & 8) != 0);
        }
    }

    private static void fromMmx(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        CpuState s = c.state;
        VectorOperands.require(c, i);
        boolean register = Operand.kind(i.operand1) == Operand.MMX;
        if (register) {
            VectorOperands.requireMmx(c);
        }
        v.source(c, i, i.operand1);
        if (register) {
            // As processors do, before a floating-point exception may follow.
            VectorOperands.enterMmx(s);
        }
        long x = v.b()[v.bi];
        FpEnvironment e = v.begin(c);
        int d = Operand.number(i.operand0) << 2;
        if (i.mnemonic == Mnemonic.CVTPI2PD) {
            s.vectors[d] = Conversions.int32ToDouble((int) x);
            s.vectors[d + 1] = Conversions.int32ToDouble((int) (x >>> 32));
        } else {
            long r =
                    pair(
                            Conversions.int32ToFloat(e, (int) x),
                            Conversions.int32ToFloat(e, (int) (x >>> 32)));
            v.check(c);
            s.vectors[d] = r;
        }
    }

    private static void toMmx(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        VectorOperands.require(c, i);
        VectorOperands.requireMmx(c);
        v.source(c, i, i.operand1);
        VectorOperands.enterMmx(c.state);
        FpEnvironment e = v.begin(c);
        long r;
        if (i.mnemonic == Mnemonic.CVTPS2PI || i.mnemonic == Mnemonic.CVTTPS2PI) {
            long x = v.b()[v.bi];
            int mode = i.mnemonic == Mnemonic.CVTTPS2PI ? FpEnvironment.ZERO : e.roundingMode;
            int low = Conversions.floatToInt32(e, (int) x, mode);
            r = pair(low, Conversions.floatToInt32(e, (int) (x >>> 32), mode));
        } else {
            int low = toElement32(e, i.mnemonic, v.b()[v.bi]);
            r = pair(low, toElement32(e, i.mnemonic, v.b()[v.bi + 1]));
        }
        v.check(c);
        VectorOperands.writeMmx(c.state, Operand.number(i.operand0), r);
    }

    private static void widenHalf(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        FpEnvironment e = v.floatUnary(c, i);
        for (int k = 0; k < v.lanes; k++) {
            long x = v.b()[v.bi + (k >> 1)] >>> 32 * (k & 1);
            int low = Conversions.halfToFloat(e, (int) x & 0xFFFF);
            v.result[k] = pair(low, Conversions.halfToFloat(e, (int) (x >>> 16) & 0xFFFF));
        }
        v.check(c);
        v.commit(i);
    }

    private static void narrowToHalf(ExecContext c, Instruction i) {
        VectorOperands v = c.vector;
        VectorOperands.require(c, i);
        v.source(c, i, i.operand1);
        FpEnvironment e = v.begin(c);
        int mode = roundingMode(e, i);
        int elements = Operand.size(i.operand1) >> 2;
        long low = 0;
        long high = 0;
        for (int n = 0; n < elements; n++) {
            int x = (int) (v.b()[v.bi + (n >> 1)] >>> 32 * (n & 1));
            long half = Conversions.floatToHalf(e, x, mode) & 0xFFFFL;
            if (n < 4) {
                low |= half << 16 * n;
            } else {
                high |= half << 16 * (n & 3);
            }
        }
        v.result[0] = low;
        v.result[1] = high;
        if (Operand.kind(i.operand0) == Operand.MEMORY) {
            int size = 2 * elements;
            // The store must not fault once MXCSR has changed, nor happen if an exception is
            // raised.
            c.mmu.checkWrite(Operands.address(c, i, size, true), size);
            v.check(c);
            VectorOperands.store(c, i, size, v.result, 0, true);
        } else {
            v.check(c);
            v.destination(i.operand0);
            v.commit(i);
        }
    }
}
