package org.linuxemu.core.exec;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.linuxemu.core.exec.fp.FloatOperands;

/** Draws x87 instructions and states for {@code x87-oracle.c}. */
final class X87Vectors {
    static final int RECORD = 256;
    static final int IMAGE = 16;
    static final int REGISTERS = IMAGE + 28;
    static final int MEMORY = 128;

    private static final int BIAS = 0x3FFF;

    private final FloatOperands source;

    X87Vectors(long seed) {
        source = new FloatOperands(seed);
    }

    void write(ByteBuffer b, int at) {
        int opcode = 0xD8 + source.below(8);
        int modrm = source.below(2) == 0 ? source.below(8) << 3 : 0xC0 + source.below(64);
        if (source.below(4) == 0) {
            opcode = 0xD9;
            modrm = 0xE0 + source.below(32);
        }
        for (int i = 0; i < 8; i++) {
            b.put(at + i, (byte) 0x90);
        }
        int prefixes = 0;
        if (source.below(8) == 0) {
            b.put(at + prefixes++, (byte) 0x66); // 16-bit environments
        }
        b.put(at + prefixes, (byte) opcode);
        b.put(at + prefixes + 1, (byte) modrm);
        int cw = source.below(4) << 10 | source.below(4) << 8 | 0x40;
        cw |= source.below(4) == 0 ? source.below(64) : 0x3F;
        int sw = source.below(8) << 11 | (source.below(256) & 0x47) << 8;
        if (source.below(4) == 0) {
            sw |= source.below(128);
            if (source.below(4) != 0) {
                sw &= ~(~cw & 0x3F); // nothing pending
            }
        }
        int empty = source.below(4) == 0 ? source.below(256) : source.below(3) == 0 ? 0xC0 : 0x80;
        int top = sw >> 11 & 7;
        int tags = 0;
        for (int i = 0; i < 8; i++) {
            if ((empty >> i & 1) != 0) {
                tags |= 3 << 2 * (top + i & 7);
            }
        }
        b.putInt(at + IMAGE, cw | 0xFFFF0000);
        b.putInt(at + IMAGE + 4, sw | 0xFFFF0000);
        b.putInt(at + IMAGE + 8, tags | 0xFFFF0000);
        for (int i = 12; i < 28; i += 4) {
            b.putInt(at + IMAGE + i, (int) source.bits());
        }
        registers(b, at + REGISTERS, opcode == 0xD9 && modrm >= 0xF0);
        memory(b, at + MEMORY, opcode, modrm >> 3 & 7);
    }

    private void registers(ByteBuffer b, int at, boolean functions) {
        int previous = BIAS;
        long previousSig = Long.MIN_VALUE;
        for (int r = 0; r < 8; r++) {
            int exponent;
            switch (source.below(20)) {
                case 0:
                    exponent = 0;
                    break;
                case 1:
                    exponent = source.below(66);
                    break;
                case 2:
                    exponent = 0x7FFF - source.below(66);
                    break;
                case 3:
                    exponent = 0x7FFF;
                    break;
                case 4:
                    exponent = source.below(0x8000);
                    break;
                case 5:
                    exponent = BIAS / 2 + source.below(140) - 70;
                    break;
                case 6:
                    exponent = BIAS + BIAS / 2 + source.below(140) - 70;
                    break;
                case 7:
                    exponent =
                            BIAS
                                    + (source.below(2) == 0 ? 127 : 1023)
                                            * (source.below(2) * 2 - 1)
                                    + source.below(70)
                                    - 66;
                    break;
                case 8:
                case 9:
                    exponent = BIAS + source.below(70);
                    break;
                case 10:
                case 11:
                    exponent = BIAS - source.below(70);
                    break;
                case 12:
                case 13:
                case 14:
                    exponent = Math.max(0, Math.min(0x7FFF, previous + source.below(5) - 2));
                    break;
                default:
                    exponent = BIAS + source.below(8) - 4;
                    break;
            }
            long significand = source.pattern(64);
            if (source.below(4) == 0) {
                significand = previousSig + source.below(5) - 2;
            }
            if (source.below(4) == 0) {
                significand &= -1L << (source.below(2) == 0 ? 11 : 40) - source.below(2);
            }
            if (exponent != 0 && source.below(32) != 0) {
                significand |= Long.MIN_VALUE; // else an unnormal
            }
            if (exponent == 0 && source.below(3) == 0) {
                significand = 0;
            }
            if (exponent == 0x7FFF && source.below(3) == 0) {
                significand = Long.MIN_VALUE;
            }
            previous = exponent;
            previousSig = significand;
            b.putLong(at + 10 * r, significand);
            b.putShort(at + 10 * r + 8, (short) (exponent | source.below(2) << 15));
        }
    }

    private void memory(ByteBuffer b, int at, int opcode, int reg) {
        for (int i = 0; i < 128; i += 8) {
            b.putLong(at + i, source.bits());
        }
        if (opcode == 0xD8 || opcode == 0xD9) {
            b.putInt(at, (int) source.next(23, 8));
        } else if (opcode == 0xDC || opcode == 0xDD) {
            b.putLong(at, source.next(52, 11));
        } else if (opcode == 0xDB && reg == 5) {
            b.putLong(at, source.pattern(64));
        } else if (opcode == 0xDF && reg == 4) {
            for (int i = 0; i < 9; i++) {
                b.put(at + i, (byte) (source.below(10) << 4 | source.below(10)));
            }
            b.put(at + 9, (byte) (source.below(2) << 7));
        } else {
            b.putLong(at, source.integer());
        }
    }

    static String describe(ByteBuffer b, int at, String mnemonic) {
        StringBuilder s = new StringBuilder();
        s.append(
                String.format(
                        Locale.ROOT,
                        "%s %02x %02x %02x cw=%04x sw=%04x tw=%04x",
                        mnemonic,
                        b.get(at),
                        b.get(at + 1),
                        b.get(at + 2),
                        b.getShort(at + IMAGE),
                        b.getShort(at + IMAGE + 4),
                        b.getShort(at + IMAGE + 8)));
        for (int r = 0; r < 3; r++) {
            s.append(" st").append(r).append('=').append(register(b, at + REGISTERS + 10 * r));
        }
        int i = b.get(at + 1) & 7;
        if ((b.get(at + 1) & 0xC0) == 0xC0 && i > 2) {
            s.append(" st").append(i).append('=').append(register(b, at + REGISTERS + 10 * i));
        }
        s.append(String.format(Locale.ROOT, " m=%016x", b.getLong(at + MEMORY)));
        return s.toString();
    }

    static String register(ByteBuffer b, int at) {
        return String.format(Locale.ROOT, "%04x:%016x", b.getShort(at + 8), b.getLong(at));
    }
}
