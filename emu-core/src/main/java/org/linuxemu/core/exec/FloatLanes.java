package org.linuxemu.core.exec;

import static org.linuxemu.core.exec.SseFloatOps.pair;

import org.linuxemu.core.exec.fp.Binary32;
import org.linuxemu.core.exec.fp.Binary64;
import org.linuxemu.core.exec.fp.Conversions;
import org.linuxemu.core.exec.fp.FpEnvironment;
import org.linuxemu.core.state.Rflags;

/**
 * SSE floating point as translated code uses it: {@link #begin}, operations on single elements (64)
 * or on pairs of them in one 64-bit lane (32), then {@link #check}, which faults before anything
 * has been committed.
 */
public final class FloatLanes {
    private FloatLanes() {}

    /** The environment with the modes of MXCSR and no flags. */
    public static FpEnvironment begin(ExecContext c) {
        return c.vector.begin(c);
    }

    /** Records the flags of the operation in MXCSR and faults if one of them is not masked. */
    public static void check(ExecContext c) {
        c.vector.check(c);
    }

    public static long add(FpEnvironment e, long a, long b) {
        return pair(
                Binary32.add(e, (int) a, (int) b),
                Binary32.add(e, (int) (a >>> 32), (int) (b >>> 32)));
    }

    public static long subtract(FpEnvironment e, long a, long b) {
        return pair(
                Binary32.subtract(e, (int) a, (int) b),
                Binary32.subtract(e, (int) (a >>> 32), (int) (b >>> 32)));
    }

    public static long multiply(FpEnvironment e, long a, long b) {
        return pair(
                Binary32.multiply(e, (int) a, (int) b),
                Binary32.multiply(e, (int) (a >>> 32), (int) (b >>> 32)));
    }

    public static long divide(FpEnvironment e, long a, long b) {
        return pair(
                Binary32.divide(e, (int) a, (int) b),
                Binary32.divide(e, (int) (a >>> 32), (int) (b >>> 32)));
    }

    public static long minimum(FpEnvironment e, long a, long b) {
        return pair(
                Binary32.minimum(e, (int) a, (int) b),
                Binary32.minimum(e, (int) (a >>> 32), (int) (b >>> 32)));
    }

    public static long maximum(FpEnvironment e, long a, long b) {
        return pair(
                Binary32.maximum(e, (int) a, (int) b),
                Binary32.maximum(e, (int) (a >>> 32), (int) (b >>> 32)));
    }

    public static long fusedMultiplyAdd(FpEnvironment e, long x, long y, long z) {
        return pair(
                Binary32.fusedMultiplyAdd(e, (int) x, (int) y, (int) z),
                Binary32.fusedMultiplyAdd(e, (int) (x >>> 32), (int) (y >>> 32), (int) (z >>> 32)));
    }

    /**
     * The elements whose bit is set (1: low, 2: high) with their sign changed, NaNs as they are.
     */
    public static long negateUnlessNan(long a, int elements) {
        int low = (int) a;
        int high = (int) (a >>> 32);
        return pair(
                (elements & 1) != 0 ? Binary32.negateUnlessNan(low) : low,
                (elements & 2) != 0 ? Binary32.negateUnlessNan(high) : high);
    }

    /** CVTTSD2SI and CVTSD2SI, of 64 or 32 bits (zero-extended). */
    public static long doubleToInteger(ExecContext c, long x, boolean wide, boolean truncate) {
        FpEnvironment e = begin(c);
        int mode = truncate ? FpEnvironment.ZERO : e.roundingMode;
        long r =
                wide
                        ? Conversions.doubleToInt64(e, x, mode)
                        : Conversions.doubleToInt32(e, x, mode);
        check(c);
        return wide ? r : r & 0xFFFFFFFFL;
    }

    /** Arithmetic flags of COMISD ({@code quietSignals}) and UCOMISD. */
    public static int compare64(ExecContext c, long a, long b, boolean quietSignals) {
        int order = Binary64.compare(begin(c), a, b, quietSignals);
        check(c);
        return flags(order);
    }

    /** Arithmetic flags of COMISS ({@code quietSignals}) and UCOMISS. */
    public static int compare32(ExecContext c, long a, long b, boolean quietSignals) {
        int order = Binary32.compare(begin(c), (int) a, (int) b, quietSignals);
        check(c);
        return flags(order);
    }

    static int flags(int order) {
        switch (order) {
            case Binary64.LESS:
                return Rflags.CF;
            case Binary64.EQUAL:
                return Rflags.ZF;
            case Binary64.GREATER:
                return 0;
            default:
                return Rflags.ZF | Rflags.PF | Rflags.CF;
        }
    }
}
