package org.linuxemu.core.translate;

import java.io.ByteArrayOutputStream;
import java.util.Random;

/**
 * Random instructions of SSE to AVX2 and FMA, and of BMI. Memory operands are at RBX, with
 * displacements that keep it aligned to 16 bytes.
 */
final class VectorCode {
    /** Two vector operands: opcode (map 1) by mandatory prefix. */
    private static final int[] PACKED_66 = {
        0x10, 0x14, 0x15, 0x28, 0x2E, 0x2F, 0x51, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5C, 0x5D,
        0x5E, 0x5F, 0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C,
        0x6D, 0x6F, 0x74, 0x75, 0x76, 0x7F, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0xD8, 0xD9, 0xDA, 0xDB,
        0xDC, 0xDD, 0xDE, 0xDF, 0xE0, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE8, 0xE9, 0xEA, 0xEB, 0xEC,
        0xED, 0xEE, 0xEF, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF8, 0xF9, 0xFA, 0xFB, 0xFC, 0xFD,
        0xFE
    };

    private static final int[] PACKED_NONE = {
        0x10, 0x12, 0x14, 0x15, 0x16, 0x28, 0x2E, 0x2F, 0x54, 0x55, 0x57, 0x58, 0x59, 0x5C, 0x5D,
        0x5E, 0x5F, 0x11
    };

    private static final int[] SCALAR = {
        0x10, 0x51, 0x58, 0x59, 0x5A, 0x5C, 0x5D, 0x5E, 0x5F, 0x2A, 0x2C, 0x2D
    };

    /** Of map 2 with 66. */
    private static final int[] MAP_2 = {
        0x00, 0x04, 0x0B, 0x17, 0x1C, 0x1E, 0x28, 0x29, 0x37, 0x38, 0x39, 0x3A, 0x3B, 0x3C, 0x3D,
        0x3E, 0x3F, 0x40, 0x20, 0x30
    };

    /** Those that have no VVVV operand with VEX. */
    private static final int[] TWO_OPERANDS = {0x28, 0x2E, 0x2F, 0x6F, 0x7F};

    private static final int[] PREFIXES = {0, 0x66, 0xF3, 0xF2};

    private final ByteArrayOutputStream out;
    private final Random random;

    VectorCode(ByteArrayOutputStream out, Random random) {
        this.out = out;
        this.random = random;
    }

    private void bytes(int... values) {
        for (int v : values) {
            out.write(v);
        }
    }

    private int oneOf(int[] values) {
        return values[random.nextInt(values.length)];
    }

    /** ModRM and what follows it: a vector register or memory at RBX. */
    private void operands(int reg, int rm, boolean memory) {
        if (memory) {
            bytes(0x43 | (reg & 7) << 3, random.nextInt(16) << 4);
        } else {
            bytes(0xC0 | (reg & 7) << 3 | rm & 7);
        }
    }

    private boolean memory() {
        return random.nextInt(3) == 0;
    }

    void any() {
        switch (random.nextInt(10)) {
            case 0:
            case 1:
                legacy(1, oneOf(PACKED_66), memory());
                break;
            case 2:
                legacy(0, oneOf(PACKED_NONE), memory());
                break;
            case 3:
                legacy(2 + random.nextInt(2), oneOf(SCALAR), memory());
                break;
            case 4:
                immediate();
                break;
            case 5:
                fused();
                break;
            case 6:
                map2();
                break;
            default:
                vex();
                break;
        }
    }

    private void legacy(int prefix, int opcode, boolean memory) {
        int reg = random.nextInt(16);
        int rm = generalOperand(opcode) ? random.nextInt(3) : random.nextInt(16);
        int to = opcode == 0x2C || opcode == 0x2D ? random.nextInt(3) : reg; // RAX, RCX, RDX
        if (prefix != 0) {
            bytes(PREFIXES[prefix]);
        }
        int wide = generalOperand(opcode) || to != reg ? random.nextInt(2) << 3 : 0;
        bytes(0x40 | wide | to >> 3 << 2 | (memory ? 0 : rm >> 3), 0x0F, opcode);
        operands(to, rm, memory);
    }

    private static boolean generalOperand(int opcode) {
        return opcode == 0x2A;
    }

    private void immediate() {
        int reg = random.nextInt(8);
        int rm = random.nextInt(8);
        switch (random.nextInt(5)) {
            case 0:
                bytes(0x66, 0x0F, 0x70);
                break;
            case 1:
                bytes(0x66, 0x0F, 0xC6);
                break;
            case 2:
                bytes(0x0F, 0xC6);
                break;
            case 3:
                bytes(0x66, 0x0F, 0x3A, 0x0F);
                break;
            default:
                bytes(0x66, 0x0F, 0x73, 0xC0 | oneOf(new int[] {2, 3, 6, 7}) << 3 | rm);
                bytes(random.nextInt(20));
                return;
        }
        operands(reg, rm, memory());
        bytes(random.nextInt(256));
    }

    private void map2() {
        bytes(0x66, 0x0F, 0x38, oneOf(MAP_2));
        operands(random.nextInt(8), random.nextInt(8), memory());
    }

    /** Three-byte VEX. */
    private void prefix(int map, int pp, int w, int length, int reg, int vvvv, int rm) {
        bytes(0xC4, (reg < 8 ? 0x80 : 0) | 0x40 | (rm < 8 ? 0x20 : 0) | map);
        bytes(w << 7 | (~vvvv & 15) << 3 | length << 2 | pp);
    }

    private void vex() {
        int reg = random.nextInt(16);
        boolean memory = memory();
        int rm = memory ? 3 : random.nextInt(16);
        int length = random.nextInt(2);
        switch (random.nextInt(8)) {
            case 0:
                bytes(0xC5, 0xF8, 0x77); // vzeroupper
                return;
            case 1: // vpbroadcastb, w, d, q
                prefix(2, 1, 0, length, reg, 0, rm);
                bytes(oneOf(new int[] {0x58, 0x59, 0x78, 0x79}));
                operands(reg, rm, memory);
                return;
            case 2: // vinserti128, vextracti128
                boolean insert = random.nextBoolean();
                prefix(3, 1, 0, 1, reg, insert ? random.nextInt(16) : 0, rm);
                bytes(insert ? 0x38 : 0x39);
                operands(reg, rm, memory);
                bytes(random.nextInt(2));
                return;
            case 3: // vpmovmskb, vmovmskpd
                int from = random.nextInt(16);
                prefix(1, 1, 0, length, 0, 0, from);
                bytes(random.nextBoolean() ? 0xD7 : 0x50, 0xC0 | random.nextInt(3) << 3 | from & 7);
                return;
            case 4: // scalar
                int opcode = oneOf(new int[] {0x51, 0x58, 0x59, 0x5A, 0x5C, 0x5D, 0x5E, 0x5F});
                prefix(1, 2 + random.nextInt(2), 0, 0, reg, random.nextInt(16), rm);
                bytes(opcode);
                operands(reg, rm, memory);
                return;
            default:
                int packed = oneOf(PACKED_66);
                while (packed == 0x10 || packed == 0x51) {
                    packed = oneOf(PACKED_66);
                }
                boolean two = false;
                for (int o : TWO_OPERANDS) {
                    two |= o == packed;
                }
                boolean compare = packed == 0x2E || packed == 0x2F;
                int l = compare ? 0 : length;
                prefix(1, 1, 0, l, reg, two ? 0 : random.nextInt(16), rm);
                bytes(packed);
                operands(reg, rm, memory);
        }
    }

    private void fused() {
        int reg = random.nextInt(16);
        boolean memory = memory();
        int rm = memory ? 3 : random.nextInt(16);
        int kind = 6 + random.nextInt(10);
        prefix(2, 1, random.nextInt(2), random.nextInt(2), reg, random.nextInt(16), rm);
        bytes(0x90 + 16 * random.nextInt(3) + kind);
        operands(reg, rm, memory);
    }

    /** ANDN, BLSR, BLSMSK, BLSI, BZHI, MULX, SHLX, SHRX, SARX. */
    void generalRegisters(int reg, int other, int rm) {
        int w = random.nextInt(2);
        switch (random.nextInt(5)) {
            case 0:
                prefix(2, 0, w, 0, reg, other, rm);
                bytes(0xF2, 0xC0 | (reg & 7) << 3 | rm & 7);
                break;
            case 1:
                prefix(2, 0, w, 0, 0, other, rm);
                bytes(0xF3, 0xC0 | 1 + random.nextInt(3) << 3 | rm & 7);
                break;
            case 2:
                prefix(2, 0, w, 0, reg, other, rm);
                bytes(0xF5, 0xC0 | (reg & 7) << 3 | rm & 7);
                break;
            case 3:
                prefix(2, 3, w, 0, reg, other, rm);
                bytes(0xF6, 0xC0 | (reg & 7) << 3 | rm & 7);
                break;
            default:
                prefix(2, 1 + random.nextInt(3), w, 0, reg, other, rm);
                bytes(0xF7, 0xC0 | (reg & 7) << 3 | rm & 7);
                break;
        }
    }
}
