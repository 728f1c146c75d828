package org.linuxemu.core.exec.fp;

/**
 * The constants of FLDPI and its like: known to 128 bits, rounded by the rounding mode, without
 * exceptions.
 */
public final class ExtendedConstants {
    private ExtendedConstants() {}

    public static void pi(FpEnvironment e) {
        constant(e, 1, Quad.PI_HI, Quad.PI_LO);
    }

    /** log2(10). */
    public static void log2Of10(FpEnvironment e) {
        constant(e, 1, 0xD49A784BCD1B8AFEL, 0x492BF6FF4DAFDB4CL);
    }

    /** log2(e). */
    public static void log2OfE(FpEnvironment e) {
        constant(e, 0, 0xB8AA3B295C17F0BBL, 0xBE87FED0691D3E89L);
    }

    /** log10(2). */
    public static void log10Of2(FpEnvironment e) {
        constant(e, -2, 0x9A209A84FBCFF798L, 0x8F8959AC0B7C9178L);
    }

    /** ln(2). */
    public static void lnOf2(FpEnvironment e) {
        constant(e, -1, 0xB17217F7D1CF79ABL, 0xC9E3B39803F2F6AFL);
    }

    private static void constant(FpEnvironment e, int exp, long hi, long lo) {
        int flags = e.flags;
        e.sign = false;
        e.exp = exp;
        e.hi = hi;
        e.lo = lo;
        Extended.round(e, 64);
        e.flags = flags;
        e.roundedUp = false;
    }
}
