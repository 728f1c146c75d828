package org.linuxemu.core.exec.fp;

/**
 * Loads and stores of the x87: between the 80-bit format and memory operands. Loads leave the
 * number in the result fields of the environment; stores return it. A store that raised an unmasked
 * IE, OE or UE must not write memory.
 */
public final class ExtendedConversions {
    private static final int IE = FpEnvironment.IE;
    private static final long MAX_BCD = 999_999_999_999_999_999L;

    private ExtendedConversions() {}

    /** FLD m32: exact; IE for a signalling NaN, which becomes quiet, and DE for a denormal. */
    public static void loadFloat(FpEnvironment e, int bits) {
        load(e, BinaryFormat.SINGLE, bits & 0xFFFFFFFFL, true);
    }

    /** FLD m64. */
    public static void loadDouble(FpEnvironment e, long bits) {
        load(e, BinaryFormat.DOUBLE, bits, true);
    }

    /**
     * The m32 operand of an arithmetic instruction: as it is, for the arithmetic to judge; DE for a
     * denormal.
     */
    public static void operandFloat(FpEnvironment e, int bits) {
        load(e, BinaryFormat.SINGLE, bits & 0xFFFFFFFFL, false);
    }

    /** The m64 operand of an arithmetic instruction. */
    public static void operandDouble(FpEnvironment e, long bits) {
        load(e, BinaryFormat.DOUBLE, bits, false);
    }

    private static void load(FpEnvironment e, BinaryFormat f, long bits, boolean complete) {
        int signBit = (bits & f.signBit) != 0 ? 0x8000 : 0;
        long magnitude = bits & (f.signBit - 1);
        e.roundedUp = false;
        if (magnitude >= f.infinity) {
            long fraction = (magnitude & f.fractionMask) << (63 - f.fractionBits);
            if (complete && f.isSignaling(bits)) {
                e.flags |= IE;
                fraction |= Extended.QUIET;
            }
            Extended.result(e, signBit | 0x7FFF, fraction | Long.MIN_VALUE);
        } else if (magnitude == 0) {
            Extended.result(e, signBit, 0);
        } else {
            if (f.isDenormal(bits)) {
                e.denormalOperand = true;
                if (complete) {
                    e.flags |= FpEnvironment.DE;
                }
            }
            f.unpack(e, bits);
            Extended.result(e, signBit | (e.exp + Extended.BIAS), e.hi);
        }
    }

    /** FILD and integer operands: always exact. */
    public static void loadInteger(FpEnvironment e, long value) {
        e.roundedUp = false;
        if (value == 0) {
            Extended.result(e, 0, 0);
            return;
        }
        long magnitude = Math.abs(value);
        int n = Long.numberOfLeadingZeros(magnitude);
        Extended.result(e, (value < 0 ? 0x8000 : 0) | (Extended.BIAS + 63 - n), magnitude << n);
    }

    /** FST m32. */
    public static int storeFloat(FpEnvironment e, int signExp, long significand) {
        return (int) store(e, BinaryFormat.SINGLE, signExp, significand);
    }

    /** FST m64. */
    public static long storeDouble(FpEnvironment e, int signExp, long significand) {
        return store(e, BinaryFormat.DOUBLE, signExp, significand);
    }

    private static long store(FpEnvironment e, BinaryFormat f, int signExp, long significand) {
        e.roundedUp = false;
        long s = Extended.isNegative(signExp) ? f.signBit : 0;
        switch (Extended.classify(signExp, significand)) {
            case Extended.UNSUPPORTED:
                return f.invalid(e);
            case Extended.NAN:
                if ((significand & Extended.QUIET) == 0) {
                    e.flags |= IE;
                }
                return s
                        | f.infinity
                        | f.quietBit
                        | (significand & Long.MAX_VALUE) >>> (63 - f.fractionBits);
            case Extended.INFINITY:
                return s | f.infinity;
            case Extended.ZERO:
                return s;
            default:
                Extended.unpack(e, signExp, significand);
                return f.round(e);
        }
    }

    /**
     * FIST and, with mode {@link FpEnvironment#ZERO}, FISTTP: to a signed integer of 16, 32 or 64
     * bits.
     */
    public static long storeInteger(
            FpEnvironment e, int signExp, long significand, int bits, int mode) {
        e.roundedUp = false;
        int kind = Extended.classify(signExp, significand);
        if (kind <= Extended.NAN || kind == Extended.INFINITY) {
            e.flags |= IE;
            return -1L << (bits - 1);
        }
        if (kind == Extended.ZERO) {
            return 0;
        }
        Extended.unpack(e, signExp, significand);
        return Conversions.finishInteger(e, bits, mode);
    }

    /**
     * FBLD: 18 decimal digits in bits 71:0, given as bits 63:0 and 79:64; digits above 9 count as
     * they are.
     */
    public static void loadBcd(FpEnvironment e, long low, int high) {
        long value = (high >> 4 & 15) * 10L + (high & 15);
        for (int shift = 60; shift >= 0; shift -= 4) {
            value = value * 10 + (low >>> shift & 15);
        }
        loadInteger(e, value);
        e.resultSignExp = e.resultSignExp & 0x7FFF | high & 0x8000;
    }

    /**
     * FBSTP: rounds to an integer and gives it as packed BCD in the result fields (bits 63:0 in the
     * significand, 79:64 in resultSignExp); the BCD indefinite with IE if it has more than 18
     * digits.
     */
    public static void storeBcd(FpEnvironment e, int signExp, long significand) {
        int before = e.flags;
        e.flags = 0;
        long value = storeInteger(e, signExp, significand, 64, e.roundingMode);
        if ((e.flags & IE) != 0 || value > MAX_BCD || value < -MAX_BCD) {
            e.flags = before | IE;
            e.roundedUp = false;
            Extended.result(e, 0xFFFF, 0xC000000000000000L);
            return;
        }
        e.flags |= before;
        long rest = Math.abs(value);
        long low = 0;
        for (int shift = 0; shift < 64; shift += 4) {
            low |= rest % 10 << shift;
            rest /= 10;
        }
        int high = (int) (rest / 10 << 4 | rest % 10);
        Extended.result(e, signExp & 0x8000 | high, low);
    }
}
