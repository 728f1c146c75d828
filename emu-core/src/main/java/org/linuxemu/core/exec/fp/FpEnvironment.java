package org.linuxemu.core.exec.fp;

/**
 * What a floating-point operation depends on besides its operands, and where it leaves its
 * exceptions and wide results. One per processor; never shared between threads.
 *
 * <p>Flags accumulate in {@link #flags} until the caller clears them. An operation never faults:
 * the caller compares {@link #reportedFlags} with the masks before it commits a result.
 */
public final class FpEnvironment {
    /** Exception bits, at their places in MXCSR and in the x87 status word. */
    public static final int IE = 1;

    public static final int DE = 2;
    public static final int ZE = 4;
    public static final int OE = 8;
    public static final int UE = 16;
    public static final int PE = 32;

    /** The exceptions that are found before the result is computed (SDM Vol. 1, 4.9.2). */
    public static final int PRE_COMPUTATION = IE | DE | ZE;

    /** Rounding modes, encoded as in MXCSR.RC and the x87 control word. */
    public static final int NEAREST = 0;

    public static final int DOWN = 1;
    public static final int UP = 2;
    public static final int ZERO = 3;

    public int roundingMode;

    /** Exceptions raised since the caller last cleared this. */
    public int flags;

    /** Masked exceptions (bit set: masked), at the places of the flags. */
    public int masks = 0x3F;

    /** Denormal operands count as zeros (MXCSR.DAZ). */
    public boolean daz;

    /** Tiny results become zeros when underflow is masked (MXCSR.FTZ). */
    public boolean ftz;

    /**
     * The caller does not care about PE because it is set in its status and masked: operations that
     * round to nearest may leave PE out of {@link #flags} and use the host's arithmetic.
     */
    public boolean inexactAlreadySet;

    /** Significant bits of an 80-bit result: 24, 53 or 64 (x87 precision control). */
    public int precision = 64;

    /** The last rounding made the magnitude larger: C1 of the x87 status word. */
    public boolean roundedUp;

    /**
     * The memory operand that was made an 80-bit number for the operation to come was a denormal.
     */
    boolean denormalOperand;

    /** Result of an operation on the 80-bit format: bits 63:0, and bits 79:64 in 15:0. */
    public long resultSignificand;

    public int resultSignExp;

    /**
     * Scratch: an unrounded value (-1)^sign * 2^exp * hi.lo, where bit 63 of hi has the weight 1
     * and is set unless the value is zero. Bit 0 of lo stands for itself and everything below it.
     */
    boolean sign;

    int exp;
    long hi;
    long lo;

    /** Scratch of the transcendental functions. */
    final Quad q0 = new Quad();

    final Quad q1 = new Quad();
    final Quad q2 = new Quad();
    final Quad q3 = new Quad();
    final Quad q4 = new Quad();

    /** Takes modes and masks from MXCSR and clears the flags. */
    public void loadMxcsr(int mxcsr) {
        roundingMode = (mxcsr >> 13) & 3;
        masks = (mxcsr >> 7) & 0x3F;
        daz = (mxcsr & 0x40) != 0;
        ftz = (mxcsr & 0x8000) != 0;
        inexactAlreadySet = (mxcsr & 0x1020) == 0x1020;
        flags = 0;
    }

    /** Takes modes and masks from the x87 control word and clears the flags and C1. */
    public void loadX87Control(int control) {
        roundingMode = (control >> 10) & 3;
        masks = control & 0x3F;
        daz = false;
        ftz = false;
        inexactAlreadySet = false;
        switch ((control >> 8) & 3) {
            case 0:
                precision = 24;
                break;
            case 2:
                precision = 53;
                break;
            default:
                precision = 64;
                break;
        }
        begin();
    }

    /**
     * Clears what the last x87 instruction left: flags, C1, and what is known of its memory
     * operand.
     */
    public void begin() {
        flags = 0;
        roundedUp = false;
        denormalOperand = false;
    }

    /**
     * The exceptions that the processor records for an instruction: an unmasked exception found
     * before the computation keeps the later ones from happening (SDM Vol. 1, 11.5.2 and 11.5.3).
     */
    public int reportedFlags() {
        int early = flags & PRE_COMPUTATION;
        return (early & ~masks) != 0 ? early : flags;
    }

    /** The exceptions among {@link #reportedFlags} that are not masked. */
    public int unmaskedFlags() {
        return reportedFlags() & ~masks;
    }

    boolean isMasked(int flag) {
        return (masks & flag) != 0;
    }
}
