package org.linuxemu.core.decode;

/**
 * Bytes to {@link Instruction}, without side effects (Intel SDM Vol. 2, chapter 2). Undefined
 * encodings decode to {@link Mnemonic#INVALID} with the length consumed so far.
 */
public final class InstructionDecoder {
    /** The bytes given end inside the instruction; give more. */
    public static final int TRUNCATED = -1;

    /** The instruction is longer than 15 bytes: #GP(0). */
    public static final int TOO_LONG = -2;

    public static final int MAX_LENGTH = 15;

    // The opcode table is asked for where it is used: at the start of the program another thread
    // reads it, and whoever makes a decoder need not wait for that.

    private byte[] code;
    private int at;
    private int limit;
    private boolean ranOut;

    // Of the instruction being decoded.
    private int rex;
    private int vexV;
    private int vexPrefix;

    /**
     * Decodes one instruction.
     *
     * @param bytes where the code is
     * @param start index of the first byte
     * @param end index behind the last byte that may be read
     * @param codeSize 2, 4 or 8: size of the code segment in bytes (8 for 64-bit mode)
     * @param out filled; must be fresh
     * @return the length in bytes, {@link #TRUNCATED} or {@link #TOO_LONG}
     */
    public int decode(byte[] bytes, int start, int end, int codeSize, Instruction out) {
        code = bytes;
        at = start;
        limit = Math.min(end, start + MAX_LENGTH);
        ranOut = false;
        out.codeSize = codeSize;
        out.operandSize = codeSize == 2 ? 2 : 4;
        out.addressSize = codeSize;
        OpcodeEntry entry = decodeOpcode(out);
        if (!ranOut && entry != null) {
            entry = decodeOperands(out, entry) ? entry : null;
        }
        if (ranOut) {
            return limit - start == MAX_LENGTH ? TOO_LONG : TRUNCATED;
        }
        out.length = at - start;
        out.entry = entry;
        out.mnemonic = entry == null ? Mnemonic.INVALID : entry.mnemonic;
        return out.length;
    }

    private int next() {
        if (at >= limit) {
            ranOut = true;
            return 0;
        }
        return code[at++] & 0xFF;
    }

    private int peek() {
        if (at >= limit) {
            ranOut = true;
            return 0;
        }
        return code[at] & 0xFF;
    }

    private OpcodeEntry decodeOpcode(Instruction out) {
        int codeSize = out.codeSize;
        int prefixes = 0;
        rex = 0;
        vexV = 0;
        vexPrefix = 0;
        int b;
        prefix:
        for (; ; ) {
            b = next();
            if (ranOut) {
                return null;
            }
            switch (b) {
                case 0x26:
                case 0x2E:
                case 0x36:
                case 0x3E:
                    // In 64-bit mode these four are ignored and do not cancel an earlier FS or GS.
                    if (codeSize != 8) {
                        out.segmentOverride = (b >> 3) & 3;
                    }
                    break;
                case 0x64:
                case 0x65:
                    out.segmentOverride = b - 0x60;
                    break;
                case 0x66:
                    prefixes |= Instruction.OPERAND_SIZE;
                    break;
                case 0x67:
                    prefixes |= Instruction.ADDRESS_SIZE;
                    break;
                case 0xF0:
                    prefixes |= Instruction.LOCK;
                    break;
                case 0xF2:
                    prefixes = (prefixes & ~Instruction.REP) | Instruction.REPNE;
                    break;
                case 0xF3:
                    prefixes = (prefixes & ~Instruction.REPNE) | Instruction.REP;
                    break;
                default:
                    if (codeSize == 8 && (b & 0xF0) == 0x40) {
                        rex = b;
                        continue;
                    }
                    break prefix;
            }
            rex = 0;
        }
        if ((prefixes & Instruction.ADDRESS_SIZE) != 0) {
            out.addressSize = codeSize == 4 ? 2 : 4;
        }
        int map = OpcodeEntry.MAP_PRIMARY;
        if (b == 0x0F) {
            map = OpcodeEntry.MAP_0F;
            b = next();
            if (b == 0x38) {
                map = OpcodeEntry.MAP_0F38;
                b = next();
            } else if (b == 0x3A) {
                map = OpcodeEntry.MAP_0F3A;
                b = next();
            }
        } else if ((b == 0xC4 || b == 0xC5) && (codeSize == 8 || (peek() & 0xC0) == 0xC0)) {
            if (ranOut) {
                return null;
            }
            int illegal =
                    Instruction.OPERAND_SIZE
                            | Instruction.REP
                            | Instruction.REPNE
                            | Instruction.LOCK;
            boolean bad = (prefixes & illegal) != 0 || rex != 0;
            map = decodeVex(b, out);
            prefixes |= Instruction.VEX;
            b = next();
            if (bad || map < 0) {
                return null;
            }
        }
        if (ranOut) {
            return null;
        }
        if (rex != 0) {
            prefixes |= Instruction.REX;
            if ((rex & 8) != 0) {
                prefixes |= Instruction.REX_W;
            }
        }
        out.opcode = b;
        out.prefixes = prefixes;
        if (OpcodeMap.instance().hasModrm(map, b)) {
            out.modrm = peek();
            if (ranOut) {
                return null;
            }
            at++;
        }
        OpcodeEntry entry = select(map, b, out);
        if (entry == null) {
            return null;
        }
        setOperandSize(out, entry, (prefixes & Instruction.VEX) != 0);
        return entry;
    }

    private static void setOperandSize(Instruction out, OpcodeEntry entry, boolean vex) {
        boolean w = (out.prefixes & Instruction.REX_W) != 0;
        boolean p66 = (out.prefixes & Instruction.OPERAND_SIZE) != 0;
        if (vex) {
            out.operandSize = w && out.codeSize == 8 ? 8 : 4;
        } else if (out.codeSize == 8) {
            if (w || entry.is(OpcodeEntry.FORCE_64) || (entry.is(OpcodeEntry.DEFAULT_64) && !p66)) {
                out.operandSize = 8;
            } else {
                out.operandSize = p66 ? 2 : 4;
            }
        } else {
            out.operandSize = (out.codeSize == 4) == p66 ? 2 : 4;
        }
    }

    /**
     * Reads the rest of a VEX prefix; returns the map or -1. VEX fields are stored as if REX had
     * said them.
     */
    private int decodeVex(int first, Instruction out) {
        int map = OpcodeEntry.MAP_VEX_0F;
        int b = next();
        int r = (~b >> 7) & 1;
        rex = 0x40 | r << 2;
        if (first == 0xC4) {
            rex |= (~b >> 5) & 3;
            map = (b & 0x1F) - 1 + OpcodeEntry.MAP_VEX_0F;
            b = next();
            rex |= (b >> 4) & 8;
        }
        if (out.codeSize != 8) {
            rex &= 0x48;
        }
        vexV = (~b >> 3) & 15;
        out.vectorSize = (b & 4) != 0 ? 32 : 16;
        int pp = b & 3;
        vexPrefix = pp; // 0 none, 1 66, 2 F3, 3 F2: the same coding as OpcodeEntry.PREFIX_*
        return map >= OpcodeEntry.MAP_VEX_0F && map <= OpcodeEntry.MAP_VEX_0F3A ? map : -1;
    }

    private OpcodeEntry select(int map, int opcode, Instruction out) {
        OpcodeEntry[] candidates = OpcodeMap.instance().candidates(map, opcode);
        if (candidates == null) {
            return null;
        }
        int prefix;
        if (out.has(Instruction.VEX)) {
            prefix = vexPrefix;
        } else if (out.has(Instruction.REP)) {
            prefix = OpcodeEntry.PREFIX_F3;
        } else if (out.has(Instruction.REPNE)) {
            prefix = OpcodeEntry.PREFIX_F2;
        } else {
            prefix =
                    out.has(Instruction.OPERAND_SIZE)
                            ? OpcodeEntry.PREFIX_66
                            : OpcodeEntry.PREFIX_NONE;
        }
        int modrm = out.modrm;
        boolean registerForm = (modrm & 0xC0) == 0xC0;
        int unavailable = out.codeSize == 8 ? OpcodeEntry.INVALID_64 : OpcodeEntry.ONLY_64;
        int w = (rex >> 3) & 1;
        int l = out.vectorSize >> 5;
        for (int i = 0; i < candidates.length; i++) {
            OpcodeEntry e = candidates[i];
            if ((e.attributes & unavailable) == 0
                    && (e.prefix == OpcodeEntry.PREFIX_ANY || e.prefix == prefix)
                    && (e.modrmReg < 0 || e.modrmReg == ((modrm >> 3) & 7))
                    && (e.modrmByte < 0 || e.modrmByte == modrm)
                    && (e.form == 0 || (e.form == 'r') == registerForm)
                    && (e.vexW < 0 || e.vexW == w)
                    && (e.vexL < 0 || e.vexL == l)
                    && ((e.attributes & OpcodeEntry.NO_REX_B) == 0 || (rex & 1) == 0)) {
                return e;
            }
        }
        return null;
    }

    /** Decodes ModRM memory and all operands; false if the encoding is undefined. */
    private boolean decodeOperands(Instruction out, OpcodeEntry entry) {
        int modrm = out.modrm;
        boolean memory = modrm >= 0 && (modrm & 0xC0) != 0xC0;
        // MOV to and from control and debug registers ignore the mod field (SDM Vol. 2, MOV—Move
        // to/from CRs).
        boolean registerOnly = entry.specs.length > 0 && isRegisterOnly(entry);
        if (memory && !registerOnly && entry.hasModrm) {
            decodeMemory(out, modrm);
        }
        boolean ok = true;
        if (entry.is(OpcodeEntry.VSIB)) {
            // The index is a vector register, number 4 included.
            ok = (modrm & 7) == 4 && out.addressSize != 2;
            out.index = out.index == Instruction.NO_REGISTER ? 4 : out.index;
        }
        boolean usesV = false;
        int n = entry.specs.length;
        int immediates = 0;
        for (int i = 0; i < n; i++) {
            int spec = entry.specs[i];
            int method = OperandSpec.method(spec);
            int size = size(OperandSpec.type(spec), out, memory);
            int operand;
            switch (method) {
                case OperandSpec.E:
                    operand =
                            memory
                                    ? Operand.of(Operand.MEMORY, size, 0)
                                    : gpr(out, size, modrm & 7, 1);
                    break;
                case OperandSpec.G:
                    operand = gpr(out, size, (modrm >> 3) & 7, 4);
                    break;
                case OperandSpec.R:
                    operand = gpr(out, size, modrm & 7, 1);
                    ok &= registerOnly || !memory;
                    break;
                case OperandSpec.M:
                    operand = Operand.of(Operand.MEMORY, size, 0);
                    ok &= memory;
                    break;
                case OperandSpec.S:
                    operand = Operand.of(Operand.SEGMENT, 2, (modrm >> 3) & 7);
                    ok &=
                            ((modrm >> 3) & 7) <= 5
                                    && !(i == 0 && ((modrm >> 3) & 7) == Instruction.CS);
                    break;
                case OperandSpec.C:
                    {
                        int cr = (modrm >> 3) & 7 | (rex & 4) << 1;
                        // LOCK MOV CR0 is an AMD alias of CR8 that Intel does not have.
                        operand = Operand.of(Operand.CONTROL, size, cr);
                        ok &=
                                cr == 0
                                        || cr == 2
                                        || cr == 3
                                        || cr == 4
                                        || (cr == 8 && out.codeSize == 8);
                        break;
                    }
                case OperandSpec.D:
                    operand = Operand.of(Operand.DEBUG, size, (modrm >> 3) & 7);
                    ok &= (rex & 4) == 0;
                    break;
                case OperandSpec.V:
                    operand = Operand.of(Operand.VECTOR, size, (modrm >> 3) & 7 | (rex & 4) << 1);
                    break;
                case OperandSpec.W:
                    operand =
                            memory
                                    ? Operand.of(Operand.MEMORY, size, 0)
                                    : Operand.of(Operand.VECTOR, size, modrm & 7 | (rex & 1) << 3);
                    break;
                case OperandSpec.U:
                    operand = Operand.of(Operand.VECTOR, size, modrm & 7 | (rex & 1) << 3);
                    ok &= !memory;
                    break;
                case OperandSpec.H:
                    operand = Operand.of(Operand.VECTOR, size, vexRegister(out));
                    usesV = true;
                    break;
                case OperandSpec.B:
                    operand = Operand.of(Operand.GPR, size, vexRegister(out));
                    usesV = true;
                    break;
                case OperandSpec.L:
                    operand =
                            Operand.of(
                                    Operand.VECTOR,
                                    size,
                                    next() >> 4 & (out.codeSize == 8 ? 15 : 7));
                    break;
                case OperandSpec.P:
                    operand = Operand.of(Operand.MMX, 8, (modrm >> 3) & 7);
                    break;
                case OperandSpec.Q:
                    operand =
                            memory
                                    ? Operand.of(Operand.MEMORY, size, 0)
                                    : Operand.of(Operand.MMX, 8, modrm & 7);
                    break;
                case OperandSpec.N:
                    operand = Operand.of(Operand.MMX, 8, modrm & 7);
                    ok &= !memory;
                    break;
                case OperandSpec.STI:
                    operand = Operand.of(Operand.ST, 10, modrm & 7);
                    break;
                case OperandSpec.ST0:
                    operand = Operand.of(Operand.ST, 10, 0);
                    break;
                case OperandSpec.ONE:
                    operand = Operand.of(Operand.ONE, 1, 0);
                    break;
                case OperandSpec.XMM0:
                    operand = Operand.of(Operand.VECTOR, 16, 0);
                    break;
                case OperandSpec.I:
                    operand = immediate(out, OperandSpec.type(spec), size, immediates++);
                    break;
                case OperandSpec.J:
                    out.immediate =
                            size == 1
                                    ? (byte) next()
                                    : size == 2 ? (short) little(2) : (int) little(4);
                    operand = Operand.of(Operand.RELATIVE, size, 0);
                    break;
                case OperandSpec.O:
                    out.segment = out.segmentOverride >= 0 ? out.segmentOverride : Instruction.DS;
                    out.displacement = little(out.addressSize);
                    operand = Operand.of(Operand.MEMORY, size, 0);
                    break;
                case OperandSpec.A:
                    out.immediate = little(out.operandSize);
                    out.immediate2 = little(2);
                    operand = Operand.of(Operand.FAR_POINTER, out.operandSize, 0);
                    break;
                case OperandSpec.X:
                    out.segment = out.segmentOverride >= 0 ? out.segmentOverride : Instruction.DS;
                    operand = Operand.of(Operand.STRING_SOURCE, size, 0);
                    break;
                case OperandSpec.Y:
                    operand = Operand.of(Operand.STRING_DESTINATION, size, 0);
                    break;
                case OperandSpec.Z:
                    operand = gpr(out, size, out.opcode & 7, 1);
                    break;
                case OperandSpec.FIXED_GPR:
                    operand = Operand.of(Operand.GPR, size, OperandSpec.fixedNumber(spec));
                    break;
                default: // FIXED_SEGMENT
                    operand = Operand.of(Operand.SEGMENT, 2, OperandSpec.fixedNumber(spec));
                    break;
            }
            switch (i) {
                case 0:
                    out.operand0 = operand;
                    break;
                case 1:
                    out.operand1 = operand;
                    break;
                case 2:
                    out.operand2 = operand;
                    break;
                default:
                    out.operand3 = operand;
                    break;
            }
        }
        if (out.has(Instruction.LOCK)
                && !(entry.is(OpcodeEntry.LOCKABLE)
                        && Operand.kind(out.operand0) == Operand.MEMORY)) {
            ok = false;
        }
        if (out.has(Instruction.VEX) && !usesV && vexV != 0) {
            ok = false;
        }
        return ok;
    }

    private static boolean isRegisterOnly(OpcodeEntry entry) {
        for (int spec : entry.specs) {
            int method = OperandSpec.method(spec);
            if (method == OperandSpec.C || method == OperandSpec.D) {
                return true;
            }
        }
        return false;
    }

    /** The register of VEX.vvvv, whose highest bit is ignored outside 64-bit mode. */
    private int vexRegister(Instruction out) {
        return out.codeSize == 8 ? vexV : vexV & 7;
    }

    private int gpr(Instruction out, int size, int low, int rexBit) {
        int number = (rex & rexBit) != 0 ? low | 8 : low;
        if (size == 1 && rex == 0 && number >= 4) {
            return Operand.of(Operand.GPR_HIGH, 1, number - 4);
        }
        return Operand.of(Operand.GPR, size, number);
    }

    private int immediate(Instruction out, int type, int size, int nth) {
        long value;
        switch (type) {
            case OperandSpec.BYTE:
                value = next();
                break;
            case OperandSpec.BYTE_SIGNED:
                value = (byte) next();
                size = out.operandSize;
                break;
            case OperandSpec.WORD:
                value = little(2);
                break;
            case OperandSpec.OPSIZE:
                value = little(size);
                break;
            default: // z: sign-extended to the operand size
                value = size == 2 ? (short) little(2) : (int) little(4);
                size = out.operandSize;
                break;
        }
        if (nth == 0) {
            out.immediate = value;
            return Operand.of(Operand.IMMEDIATE, size, 0);
        }
        out.immediate2 = value;
        return Operand.of(Operand.IMMEDIATE2, size, 0);
    }

    private long little(int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) next() << (8 * i);
        }
        return value;
    }

    private static int size(int type, Instruction out, boolean memory) {
        switch (type) {
            case OperandSpec.BYTE:
            case OperandSpec.BYTE_SIGNED:
                return 1;
            case OperandSpec.WORD:
                return 2;
            case OperandSpec.DWORD:
                return 4;
            case OperandSpec.QWORD:
                return 8;
            case OperandSpec.OPSIZE:
                return out.operandSize;
            case OperandSpec.OPSIZE_MAX4:
                return Math.min(out.operandSize, 4);
            case OperandSpec.OPSIZE_MIN4:
                return out.operandSize == 8 ? 8 : 4;
            case OperandSpec.V_OR_WORD:
                return memory ? 2 : out.operandSize;
            case OperandSpec.FAR:
                return out.operandSize + 2;
            case OperandSpec.OCTA:
                return 16;
            case OperandSpec.VECTOR:
                return out.vectorSize;
            case OperandSpec.QUAD_QUAD:
                return 32;
            case OperandSpec.TEN:
                return 10;
            case OperandSpec.PAIR:
                return out.operandSize == 8 ? 16 : 8;
            case OperandSpec.NATIVE:
                return out.codeSize == 8 ? 8 : 4;
            case OperandSpec.PSEUDO_DESCRIPTOR:
                return out.codeSize == 8 ? 10 : 6;
            case OperandSpec.BOUNDS:
                return 2 * out.operandSize;
            case OperandSpec.VECTOR_HALF:
                return out.vectorSize / 2;
            case OperandSpec.VECTOR_QUARTER:
                return out.vectorSize / 4;
            case OperandSpec.VECTOR_EIGHTH:
                return out.vectorSize / 8;
            case OperandSpec.DWORD_OR_BYTE:
                return memory ? 1 : 4;
            case OperandSpec.DWORD_OR_WORD:
                return memory ? 2 : 4;
            default:
                return 0;
        }
    }

    private void decodeMemory(Instruction out, int modrm) {
        if (out.addressSize == 2) {
            decodeMemory16(out, modrm);
            return;
        }
        int mod = modrm >> 6;
        int rm = modrm & 7;
        int defaultSegment = Instruction.DS;
        if (rm == 4) {
            int sib = next();
            int index = (sib >> 3) & 7 | (rex & 2) << 2;
            int base = sib & 7 | (rex & 1) << 3;
            out.scale = sib >> 6;
            out.index = index == 4 ? Instruction.NO_REGISTER : index;
            if ((base & 7) == 5 && mod == 0) {
                out.base = Instruction.NO_REGISTER;
                out.displacement = (int) little(4);
            } else {
                out.base = base;
                if (base == 4 || base == 5) {
                    defaultSegment = Instruction.SS;
                }
            }
        } else if (rm == 5 && mod == 0) {
            out.base = out.codeSize == 8 ? Instruction.RIP : Instruction.NO_REGISTER;
            out.displacement = (int) little(4);
        } else {
            out.base = rm | (rex & 1) << 3;
            if (out.base == 5) {
                defaultSegment = Instruction.SS;
            }
        }
        if (mod == 1) {
            out.displacement = (byte) next();
        } else if (mod == 2) {
            out.displacement = (int) little(4);
        }
        out.segment = out.segmentOverride >= 0 ? out.segmentOverride : defaultSegment;
    }

    private void decodeMemory16(Instruction out, int modrm) {
        int mod = modrm >> 6;
        int rm = modrm & 7;
        int defaultSegment =
                rm == 2 || rm == 3 || (rm == 6 && mod != 0) ? Instruction.SS : Instruction.DS;
        switch (rm) {
            case 0:
            case 1:
                out.base = 3;
                out.index = 6 + rm;
                break;
            case 2:
            case 3:
                out.base = 5;
                out.index = 4 + rm;
                break;
            case 4:
                out.base = 6;
                break;
            case 5:
                out.base = 7;
                break;
            case 6:
                out.base = mod == 0 ? Instruction.NO_REGISTER : 5;
                break;
            default:
                out.base = 3;
                break;
        }
        if (mod == 0 && rm == 6) {
            out.displacement = (short) little(2);
        } else if (mod == 1) {
            out.displacement = (byte) next();
        } else if (mod == 2) {
            out.displacement = (short) little(2);
        }
        out.segment = out.segmentOverride >= 0 ? out.segmentOverride : defaultSegment;
    }
}
