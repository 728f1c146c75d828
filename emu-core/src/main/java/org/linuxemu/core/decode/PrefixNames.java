package org.linuxemu.core.decode;

/**
 * The prefixes that a disassembly shows in front of the mnemonic: those that the instruction does
 * not use, LOCK and the repeats.
 */
final class PrefixNames {
    private static final String[] SEGMENTS = {"es", "cs", "ss", "ds", "fs", "gs"};

    private PrefixNames() {}

    /**
     * Appends names with a blank behind each, in the order of the bytes.
     *
     * @return what a hint adds to the mnemonic of a conditional branch, or an empty string
     */
    static String append(Instruction i, byte[] bytes, int start, StringBuilder to) {
        int last = start;
        while (isPrefix(bytes[last] & 0xFF, i.codeSize)) {
            last++;
        }
        int last66 = -1;
        int last67 = -1;
        int lastRepeat = -1;
        int lastSegment = -1;
        for (int k = start; k < last; k++) {
            int b = bytes[k] & 0xFF;
            if (b == 0x66) {
                last66 = k;
            } else if (b == 0x67) {
                last67 = k;
            } else if (b == 0xF2 || b == 0xF3) {
                lastRepeat = k;
            } else if (segmentOf(b) >= 0) {
                lastSegment = k;
            }
        }
        for (int k = start; k < last; k++) {
            int b = bytes[k] & 0xFF;
            if (b == 0x66) {
                if (k != last66 || !usesOperandSize(i)) {
                    to.append(i.codeSize == 2 ? "data32 " : "data16 ");
                }
            } else if (b == 0x67) {
                if (k != last67 || !usesAddressSize(i)) {
                    to.append(i.codeSize == 4 ? "addr16 " : "addr32 ");
                }
            } else if (b == 0xF0) {
                to.append("lock ");
            } else if (b == 0xF2 || b == 0xF3) {
                repeat(i, b, k == lastRepeat, to);
            } else if (segmentOf(b) >= 0) {
                if (k != lastSegment || !usesSegment(i, segmentOf(b))) {
                    to.append(segmentName(i, b)).append(' ');
                }
            } else if (k != last - 1 || !usesRex(i, b)) {
                rex(b, to);
            }
        }
        int segment = lastSegment < 0 ? -1 : segmentOf(bytes[lastSegment] & 0xFF);
        return !isHint(i, segment) ? "" : segment == Instruction.CS ? ",pn" : ",pt";
    }

    private static boolean isPrefix(int b, int codeSize) {
        return b == 0x66
                || b == 0x67
                || b == 0xF0
                || b == 0xF2
                || b == 0xF3
                || segmentOf(b) >= 0
                || (codeSize == 8 && (b & 0xF0) == 0x40);
    }

    private static int segmentOf(int b) {
        switch (b) {
            case 0x26:
            case 0x2E:
            case 0x36:
            case 0x3E:
                return b >> 3 & 3;
            case 0x64:
            case 0x65:
                return b - 0x60;
            default:
                return -1;
        }
    }

    private static String segmentName(Instruction i, int b) {
        boolean indirect =
                (i.mnemonic == Mnemonic.JMP || i.mnemonic == Mnemonic.CALL)
                        && Operand.kind(i.operand0) != Operand.RELATIVE;
        return b == 0x3E && indirect ? "notrack" : SEGMENTS[segmentOf(b)];
    }

    /** Whether CS or DS is a hint about a conditional branch. */
    private static boolean isHint(Instruction i, int segment) {
        if (segment != Instruction.CS && segment != Instruction.DS) {
            return false;
        }
        return Operand.kind(i.operand0) == Operand.RELATIVE
                && i.mnemonic != Mnemonic.JMP
                && i.mnemonic != Mnemonic.CALL;
    }

    private static void repeat(Instruction i, int b, boolean last, StringBuilder to) {
        if (last && i.entry.prefix >= OpcodeEntry.PREFIX_F3) {
            return; // mandatory
        }
        boolean locked = i.has(Instruction.LOCK) && i.entry.is(OpcodeEntry.LOCKABLE);
        boolean store =
                i.mnemonic == Mnemonic.MOV
                        && Operand.kind(i.operand0) == Operand.MEMORY
                        && (i.opcode & ~1) != 0xA2
                        && Operand.kind(i.operand1) != Operand.SEGMENT;
        if (locked || (i.mnemonic == Mnemonic.XCHG && i.hasMemory())) {
            to.append(b == 0xF2 ? "xacquire " : "xrelease ");
        } else if (store && b == 0xF3 && last) {
            to.append("xrelease ");
        } else if (b == 0xF2) {
            to.append(last && isNearBranch(i) ? "bnd " : "repnz ");
        } else {
            boolean plain =
                    i.mnemonic.family == Mnemonic.Family.STRING
                            && i.mnemonic != Mnemonic.CMPS
                            && i.mnemonic != Mnemonic.SCAS;
            to.append(plain ? "rep " : "repz ");
        }
    }

    private static boolean isNearBranch(Instruction i) {
        switch (i.mnemonic) {
            case JMP:
            case CALL:
            case RET:
                return true;
            default:
                return i.mnemonic.ordinal() >= Mnemonic.JO.ordinal()
                        && i.mnemonic.ordinal() <= Mnemonic.JG.ordinal();
        }
    }

    /** Whether 66 chose the row or the size of an operand. */
    private static boolean usesOperandSize(Instruction i) {
        if (i.entry.prefix == OpcodeEntry.PREFIX_66) {
            return true;
        }
        if (i.entry.prefix == OpcodeEntry.PREFIX_NONE
                || i.has(Instruction.REX_W)
                || (i.codeSize == 8 && i.entry.is(OpcodeEntry.FORCE_64))) {
            return false;
        }
        return AttMnemonics.dependsOnOperandSize(i);
    }

    private static boolean usesAddressSize(Instruction i) {
        boolean offset = i.modrm < 0; // MOV with a direct address
        offset |= i.codeSize == 2 && (i.modrm & 0xC7) == 5;
        return (i.hasMemory() && !offset)
                || hasStringOperand(i)
                || i.mnemonic == Mnemonic.XLAT
                || i.mnemonic == Mnemonic.JCXZ
                || i.mnemonic == Mnemonic.LOOP
                || i.mnemonic == Mnemonic.LOOPE
                || i.mnemonic == Mnemonic.LOOPNE;
    }

    private static boolean hasStringOperand(Instruction i) {
        return Operand.kind(i.operand0) >= Operand.STRING_SOURCE
                || Operand.kind(i.operand1) >= Operand.STRING_SOURCE;
    }

    private static boolean usesSegment(Instruction i, int segment) {
        if (isHint(i, segment)
                || Operand.kind(i.operand0) == Operand.STRING_SOURCE
                || Operand.kind(i.operand1) == Operand.STRING_SOURCE
                || i.mnemonic == Mnemonic.XLAT) {
            return true;
        }
        return i.hasMemory() && (i.codeSize != 8 || segment >= Instruction.FS);
    }

    /** Whether every bit of a REX prefix had a meaning. */
    private static boolean usesRex(Instruction i, int rex) {
        int used = 0;
        boolean byteRegister = false;
        for (int k = 0; k < i.entry.specs.length; k++) {
            int operand = AttMnemonics.operand(i, k);
            int kind = Operand.kind(operand);
            int method = OperandSpec.method(i.entry.specs[k]);
            if (kind == Operand.GPR && Operand.size(operand) == 1) {
                byteRegister |=
                        (method <= OperandSpec.LAST_MODRM || method == OperandSpec.Z)
                                && (Operand.number(operand) & 4) != 0;
            }
            switch (method) {
                case OperandSpec.G:
                case OperandSpec.V:
                case OperandSpec.C:
                case OperandSpec.D:
                    used |= 4;
                    break;
                case OperandSpec.E:
                case OperandSpec.W:
                    used |= kind == Operand.MEMORY ? 0 : 1;
                    break;
                case OperandSpec.R:
                case OperandSpec.U:
                case OperandSpec.Z:
                    used |= 1;
                    break;
                default:
                    break;
            }
        }
        if (i.hasMemory() && i.modrm >= 0) {
            used |= (i.modrm & 7) == 4 ? 3 : 1;
        }
        if (AttMnemonics.dependsOnRexW(i)) {
            used |= 8;
        }
        if ((rex & 15 & ~used) != 0) {
            return false;
        }
        return (rex & 15) != 0 || byteRegister;
    }

    private static void rex(int b, StringBuilder to) {
        to.append("rex");
        if ((b & 15) != 0) {
            to.append('.');
            to.append((b & 8) != 0 ? "W" : "").append((b & 4) != 0 ? "R" : "");
            to.append((b & 2) != 0 ? "X" : "").append((b & 1) != 0 ? "B" : "");
        }
        to.append(' ');
    }
}
