package org.linuxemu.core.exec.fp;

/** Runs the operation that an oracle's name stands for on our arithmetic. */
final class SseCases {
    private SseCases() {}

    static long run(String name, FpEnvironment e, long a, long b, long c, long integer) {
        int x = (int) a;
        int y = (int) b;
        int z = (int) c;
        int rc = e.roundingMode;
        switch (name) {
            case "ADD32":
                return Binary32.add(e, x, y);
            case "ADD64":
                return Binary64.add(e, a, b);
            case "SUB32":
                return Binary32.subtract(e, x, y);
            case "SUB64":
                return Binary64.subtract(e, a, b);
            case "MUL32":
                return Binary32.multiply(e, x, y);
            case "MUL64":
                return Binary64.multiply(e, a, b);
            case "DIV32":
                return Binary32.divide(e, x, y);
            case "DIV64":
                return Binary64.divide(e, a, b);
            case "MIN32":
                return Binary32.minimum(e, x, y);
            case "MIN64":
                return Binary64.minimum(e, a, b);
            case "MAX32":
                return Binary32.maximum(e, x, y);
            case "MAX64":
                return Binary64.maximum(e, a, b);
            case "SQRT32":
                return Binary32.squareRoot(e, y);
            case "SQRT64":
                return Binary64.squareRoot(e, b);
            case "COMI32":
                return eflags(Binary32.compare(e, x, y, true));
            case "COMI64":
                return eflags(Binary64.compare(e, a, b, true));
            case "UCOMI32":
                return eflags(Binary32.compare(e, x, y, false));
            case "UCOMI64":
                return eflags(Binary64.compare(e, a, b, false));
            case "FMA32":
                return Binary32.fusedMultiplyAdd(e, y, x, z);
            case "FMA64":
                return Binary64.fusedMultiplyAdd(e, b, a, c);
            case "FMA132_32":
                return Binary32.fusedMultiplyAdd(e, x, z, y);
            case "FMA132_64":
                return Binary64.fusedMultiplyAdd(e, a, c, b);
            case "FMA231_32":
                return Binary32.fusedMultiplyAdd(e, y, z, x);
            case "FMA231_64":
                return Binary64.fusedMultiplyAdd(e, b, c, a);
            case "FNMSUB32":
                return Binary32.fusedMultiplyAdd(
                        e, Binary32.negateUnlessNan(y), x, Binary32.negateUnlessNan(z));
            case "FNMSUB64":
                return Binary64.fusedMultiplyAdd(
                        e, Binary64.negateUnlessNan(b), a, Binary64.negateUnlessNan(c));
            case "F32_I32":
                return Conversions.floatToInt32(e, x, rc);
            case "F32_I64":
                return Conversions.floatToInt64(e, x, rc);
            case "F64_I32":
                return Conversions.doubleToInt32(e, a, rc);
            case "F64_I64":
                return Conversions.doubleToInt64(e, a, rc);
            case "F32_I32T":
                return Conversions.floatToInt32(e, x, FpEnvironment.ZERO);
            case "F32_I64T":
                return Conversions.floatToInt64(e, x, FpEnvironment.ZERO);
            case "F64_I32T":
                return Conversions.doubleToInt32(e, a, FpEnvironment.ZERO);
            case "F64_I64T":
                return Conversions.doubleToInt64(e, a, FpEnvironment.ZERO);
            case "I32_F32":
                return Conversions.int32ToFloat(e, (int) integer);
            case "I64_F32":
                return Conversions.int64ToFloat(e, integer);
            case "I32_F64":
                return Conversions.int32ToDouble((int) integer);
            case "I64_F64":
                return Conversions.int64ToDouble(e, integer);
            case "F32_F64":
                return Conversions.floatToDouble(e, x);
            case "F64_F32":
                return Conversions.doubleToFloat(e, a);
            case "F16_F32":
                return Conversions.halfToFloat(e, x & 0xFFFF);
            default:
                break;
        }
        if (name.startsWith("ROUND")) {
            int immediate = name.charAt(name.length() - 1) - '0';
            int mode = (immediate & 4) != 0 ? rc : immediate & 3;
            return name.startsWith("ROUND32")
                    ? Binary32.roundToIntegral(e, x, mode, (immediate & 8) != 0)
                    : Binary64.roundToIntegral(e, a, mode, (immediate & 8) != 0);
        }
        if (name.startsWith("F32_F16_")) {
            int immediate = name.charAt(name.length() - 1) - '0';
            return Conversions.floatToHalf(e, x, immediate == 4 ? rc : immediate);
        }
        throw new IllegalArgumentException(name);
    }

    /** ZF, PF and CF as COMISS sets them. */
    private static long eflags(int order) {
        switch (order) {
            case Binary64.LESS:
                return 0x01;
            case Binary64.EQUAL:
                return 0x40;
            case Binary64.GREATER:
                return 0x00;
            default:
                return 0x45;
        }
    }
}
