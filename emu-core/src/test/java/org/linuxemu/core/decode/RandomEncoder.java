package org.linuxemu.core.decode;

import org.linuxemu.core.oracle.Draw;

/** Draws encodings of a row of the opcode table: prefixes, ModRM, SIB, displacement, immediates. */
public final class RandomEncoder {
    private static final int[] SEGMENT_PREFIXES = {0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65};

    /** The encoding drawn last. */
    public final byte[] bytes = new byte[32];

    public int length;

    /** Where its displacement or absolute address starts, or -1; and its size in bytes. */
    public int displacementAt;

    public int displacementSize;

    private Draw draw;

    /**
     * Draws an encoding.
     *
     * @param codeSize 4 or 8
     */
    public void encode(OpcodeEntry e, int codeSize, Draw from) {
        draw = from;
        length = 0;
        displacementAt = -1;
        displacementSize = 0;
        boolean vex = e.map >= OpcodeEntry.MAP_VEX_0F;
        boolean address32 = draw.percent(10);
        if (address32) {
            put(0x67);
        }
        if (draw.percent(12)) {
            put(SEGMENT_PREFIXES[draw.below(6)]);
        }
        if (vex) {
            encodeVex(e, codeSize);
        } else {
            encodeLegacy(e, codeSize);
        }
        int modrm = -1;
        if (e.hasModrm) {
            modrm = modrm(e);
            put(modrm);
            if (modrm < 0xC0) {
                memory(modrm, codeSize, address32);
            }
        }
        immediates(e, codeSize, address32);
        if (length > InstructionDecoder.MAX_LENGTH) {
            encode(e, codeSize, from);
        }
    }

    private void put(int b) {
        bytes[length++] = (byte) b;
    }

    private void encodeLegacy(OpcodeEntry e, int codeSize) {
        boolean string = e.is(OpcodeEntry.STRING);
        switch (e.prefix) {
            case OpcodeEntry.PREFIX_66:
                put(0x66);
                break;
            case OpcodeEntry.PREFIX_F3:
            case OpcodeEntry.PREFIX_F2:
                // CRC32 and its like take an operand size beside the mandatory prefix.
                if (draw.percent(takesOperandSize(e) ? 20 : 3)) {
                    put(0x66);
                }
                put(e.prefix == OpcodeEntry.PREFIX_F3 ? 0xF3 : 0xF2);
                break;
            case OpcodeEntry.PREFIX_NONE:
                break;
            default:
                if (draw.percent(takesOperandSize(e) ? 22 : 4)) {
                    put(0x66);
                }
                if (draw.percent(string ? 60 : 2)) {
                    put(draw.percent(60) ? 0xF3 : 0xF2);
                }
                break;
        }
        if (draw.percent(e.is(OpcodeEntry.LOCKABLE) ? 15 : 1)) {
            put(0xF0);
        }
        if (codeSize == 8 && draw.percent(65)) {
            put(0x40 | draw.below(16));
        }
        switch (e.map) {
            case OpcodeEntry.MAP_0F:
                put(0x0F);
                break;
            case OpcodeEntry.MAP_0F38:
                put(0x0F);
                put(0x38);
                break;
            case OpcodeEntry.MAP_0F3A:
                put(0x0F);
                put(0x3A);
                break;
            default:
                break;
        }
        put(e.opcode);
    }

    private static boolean takesOperandSize(OpcodeEntry e) {
        for (int spec : e.specs) {
            int type = OperandSpec.type(spec);
            if (type == OperandSpec.OPSIZE
                    || type == OperandSpec.OPSIZE_MAX4
                    || type == OperandSpec.V_OR_WORD) {
                return true;
            }
        }
        return e.specs.length == 0;
    }

    private void encodeVex(OpcodeEntry e, int codeSize) {
        boolean usesV = false;
        for (int spec : e.specs) {
            int method = OperandSpec.method(spec);
            usesV |= method == OperandSpec.H || method == OperandSpec.B;
        }
        int v = usesV ? draw.below(16) : draw.percent(2) ? draw.below(16) : 0;
        int l = e.vexL >= 0 ? e.vexL : draw.below(2);
        int w = e.vexW >= 0 ? e.vexW : draw.below(2);
        int last = (~v & 15) << 3 | l << 2 | e.prefix;
        // Outside 64-bit mode R and X must be ones, or the bytes are LES and LDS.
        boolean r = codeSize == 8 && draw.coin();
        if (e.map == OpcodeEntry.MAP_VEX_0F && w == 0 && draw.coin()) {
            put(0xC5);
            put((r ? 0 : 0x80) | last);
        } else {
            boolean x = codeSize == 8 && draw.coin();
            boolean b = codeSize == 8 && draw.coin();
            put(0xC4);
            put(
                    (r ? 0 : 0x80)
                            | (x ? 0 : 0x40)
                            | (b ? 0 : 0x20)
                            | (e.map - OpcodeEntry.MAP_VEX_0F + 1));
            put(w << 7 | last);
        }
        put(e.opcode);
    }

    private int modrm(OpcodeEntry e) {
        if (e.modrmByte >= 0) {
            return e.modrmByte;
        }
        int reg = e.modrmReg >= 0 ? e.modrmReg : draw.below(8);
        boolean memory = e.form == 'm' || (e.form != 'r' && draw.percent(55));
        return (memory ? draw.below(3) : 3) << 6 | reg << 3 | draw.below(8);
    }

    private void memory(int modrm, int codeSize, boolean otherAddressSize) {
        int mod = modrm >> 6;
        int rm = modrm & 7;
        if (codeSize == 4 && otherAddressSize) {
            displacement(mod == 1 ? 1 : mod == 2 || rm == 6 ? 2 : 0);
            return;
        }
        int size = mod == 1 ? 1 : mod == 2 ? 4 : 0;
        if (rm == 4) {
            int sib = draw.below(256);
            put(sib);
            if (mod == 0 && (sib & 7) == 5) {
                size = 4;
            }
        } else if (mod == 0 && rm == 5) {
            size = 4;
        }
        displacement(size);
    }

    private void displacement(int size) {
        if (size > 0) {
            displacementAt = length;
            displacementSize = size;
            little(size, draw.operand());
        }
    }

    private void little(int size, long value) {
        for (int i = 0; i < size; i++) {
            put((int) (value >>> (8 * i)) & 0xFF);
        }
    }

    private void immediates(OpcodeEntry e, int codeSize, boolean otherAddressSize) {
        Instruction probe = new Instruction();
        probe.operandSize = 4;
        if (hasImmediate(e)) {
            // Let the decoder say what the operand size is: it has seen the prefixes.
            byte[] padded = java.util.Arrays.copyOf(bytes, length + 16);
            probe = new Instruction();
            new InstructionDecoder().decode(padded, 0, padded.length, codeSize, probe);
        }
        for (int spec : e.specs) {
            int size;
            switch (OperandSpec.method(spec)) {
                case OperandSpec.I:
                case OperandSpec.J:
                    size = immediateSize(OperandSpec.type(spec), probe.operandSize);
                    break;
                case OperandSpec.A:
                    size = probe.operandSize + 2;
                    break;
                case OperandSpec.O:
                    size = otherAddressSize ? codeSize == 8 ? 4 : 2 : codeSize;
                    displacementAt = length;
                    displacementSize = size;
                    break;
                case OperandSpec.L:
                    size = 1;
                    break;
                default:
                    size = 0;
                    break;
            }
            little(size, draw.operand());
        }
    }

    private static boolean hasImmediate(OpcodeEntry e) {
        for (int spec : e.specs) {
            int m = OperandSpec.method(spec);
            if (m == OperandSpec.I || m == OperandSpec.J || m == OperandSpec.A) {
                return true;
            }
        }
        return false;
    }

    private static int immediateSize(int type, int operandSize) {
        switch (type) {
            case OperandSpec.BYTE:
            case OperandSpec.BYTE_SIGNED:
                return 1;
            case OperandSpec.WORD:
                return 2;
            case OperandSpec.OPSIZE:
                return operandSize;
            default:
                return Math.min(operandSize, 4);
        }
    }
}
