package org.linuxemu.core.oracle;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic.Family;

/** Draws the state of the vector and x87 registers. */
final class FpVectors {
    private FpVectors() {}

    static FpState draw(Draw d, Instruction i) {
        FpState f = new FpState();
        for (int k = 0; k < 64; k++) {
            f.vectors[k] = d.percent(50) ? pairOfSingles(d) : quad(d);
        }
        // Registers often equal, and their upper halves often zero.
        for (int r = 0; r < 16; r++) {
            if (d.percent(10)) {
                int from = d.below(16);
                System.arraycopy(f.vectors, 4 * from, f.vectors, 4 * r, 4);
            }
            if (d.percent(30)) {
                f.vectors[4 * r + 2] = f.vectors[4 * r + 3] = 0;
            }
        }
        f.mxcsr = mxcsr(d);
        x87(d, f, i.mnemonic.family);
        return f;
    }

    private static int mxcsr(Draw d) {
        int m = d.percent(75) ? 0x1F80 : (int) d.next() & 0x1F80;
        if (d.percent(60)) {
            m |= (int) d.next() & 0x6000;
        }
        if (d.percent(25)) {
            m |= (int) d.next() & 0x8040;
        }
        return d.percent(20) ? m | (int) d.next() & 0x3F : m;
    }

    private static long quad(Draw d) {
        return d.percent(60) ? binary64(d) : d.operand();
    }

    private static long pairOfSingles(Draw d) {
        return binary32(d) & 0xFFFFFFFFL | binary32(d) << 32;
    }

    private static long binary64(Draw d) {
        long sign = d.next() & Long.MIN_VALUE;
        switch (d.below(12)) {
            case 0:
                return sign;
            case 1:
                return sign | 0x7FF0000000000000L;
            case 2:
                return sign | 0x7FF8000000000000L | d.next() >>> 13;
            case 3:
                return sign | 0x7FF0000000000000L | 1 | d.next() >>> 13 & d.next();
            case 4:
                return sign | d.next() >>> 12 + d.below(52); // denormal
            case 5:
                return sign | 0x0010000000000000L | d.next() >>> 12 & d.next();
            case 6:
                return sign | 0x7FE0000000000000L | d.next() >>> 12;
            case 7:
                return Double.doubleToRawLongBits(d.operand());
            case 8:
                return Double.doubleToRawLongBits((int) d.operand() * 0.5);
            case 9:
                return sign | (1023L - 2 + d.below(66)) << 52 | d.next() >>> 12;
            case 10:
                return sign | (1023L - 2 + d.below(66)) << 52 | 1L << d.below(52);
            default:
                return d.next();
        }
    }

    private static long binary32(Draw d) {
        int sign = (int) d.next() & 0x80000000;
        int fraction = (int) d.next() & 0x7FFFFF;
        switch (d.below(12)) {
            case 0:
                return sign;
            case 1:
                return sign | 0x7F800000;
            case 2:
                return sign | 0x7FC00000 | fraction;
            case 3:
                return sign | 0x7F800000 | 1 | fraction >> 1;
            case 4:
                return sign | fraction >>> d.below(23);
            case 5:
                return sign | 0x00800000 | fraction;
            case 6:
                return sign | 0x7F000000 | fraction;
            case 7:
                return Float.floatToRawIntBits((int) d.operand());
            case 8:
                return Float.floatToRawIntBits((short) d.operand() * 0.5f);
            case 9:
                return sign | 127 - 2 + d.below(66) << 23 | fraction;
            case 10:
                return sign | 127 - 2 + d.below(66) << 23 | 1 << d.below(23);
            default:
                return (int) d.next();
        }
    }

    private static void x87(Draw d, FpState f, Family family) {
        if (d.percent(50)) {
            f.status = d.below(8) << 11;
        }
        f.tags = d.percent(30) ? 0xFF : d.percent(20) ? 0 : d.below(256);
        if (family == Family.X87) {
            f.control = d.percent(60) ? 0x37F : 0x40 | (int) d.next() & 0x1F3F;
            f.status |= (int) d.next() & 0x4700;
            if (d.percent(15)) {
                f.status |= (int) d.next() & 0x7F;
            }
        }
        for (int k = 0; k < 8; k++) {
            extended(d, f.stack, 2 * k);
        }
        if ((f.status & ~f.control & 0x3F) != 0) {
            f.status |= 0x8080;
        }
    }

    private static void extended(Draw d, long[] to, int at) {
        long sign = d.next() & 0x8000;
        long fraction = d.next() & Long.MAX_VALUE;
        long one = Long.MIN_VALUE;
        switch (d.below(14)) {
            case 0:
                to[at] = 0;
                to[at + 1] = sign;
                break;
            case 1:
                to[at] = one;
                to[at + 1] = sign | 0x7FFF;
                break;
            case 2:
                to[at] = 0xC000000000000000L | fraction >>> 1;
                to[at + 1] = sign | 0x7FFF;
                break;
            case 3:
                to[at] = one | 1 | fraction >>> 2;
                to[at + 1] = sign | 0x7FFF;
                break;
            case 4: // denormal
                to[at] = fraction >>> d.below(62);
                to[at + 1] = sign;
                break;
            case 5: // pseudo-denormal
                to[at] = one | fraction;
                to[at + 1] = sign;
                break;
            case 6: // unsupported: unnormal, pseudo-NaN, pseudo-infinity
                to[at] = fraction >>> d.below(64);
                to[at + 1] = sign | (d.coin() ? 0x7FFF : 1 + d.below(0x7FFE));
                break;
            case 7:
            case 8:
                integer(d.operand(), to, at);
                break;
            case 9:
                to[at] = one | fraction;
                to[at + 1] = sign | 0x3FFF - 70 + d.below(140);
                break;
            case 10:
                to[at] = one | 1L << d.below(63);
                to[at + 1] = sign | 0x3FFF - 4 + d.below(70);
                break;
            case 11:
                to[at] = one | fraction;
                to[at + 1] = sign | (d.coin() ? d.below(80) : 0x7FFE - d.below(80));
                break;
            default:
                to[at] = one | fraction;
                to[at + 1] = sign | 1 + d.below(0x7FFE);
                break;
        }
    }

    private static void integer(long value, long[] to, int at) {
        if (value == 0) {
            to[at] = to[at + 1] = 0;
            return;
        }
        long magnitude = Math.abs(value);
        int shift = Long.numberOfLeadingZeros(magnitude);
        to[at] = magnitude << shift;
        to[at + 1] = (value < 0 ? 0x8000 : 0) | 0x3FFF + 63 - shift;
    }
}
