package org.linuxemu.core.decode;

import java.util.Locale;

/** AT&amp;T names of instructions: the suffix of the operand size where no register tells it. */
final class AttMnemonics {
    private static final String[] COMPARISONS = {
        "eq",
        "lt",
        "le",
        "unord",
        "neq",
        "nlt",
        "nle",
        "ord",
        "eq_uq",
        "nge",
        "ngt",
        "false",
        "neq_oq",
        "ge",
        "gt",
        "true",
        "eq_os",
        "lt_oq",
        "le_oq",
        "unord_s",
        "neq_us",
        "nlt_uq",
        "nle_uq",
        "ord_s",
        "eq_us",
        "nge_uq",
        "ngt_uq",
        "false_os",
        "neq_os",
        "ge_oq",
        "gt_oq",
        "true_us"
    };

    private final String[] lowerCase = new String[Mnemonic.values().length];

    /** 66 90 is shown as the exchange that it once was. */
    static boolean isTwoByteNop(Instruction i) {
        return i.mnemonic == Mnemonic.NOP
                && i.opcode == 0x90
                && i.has(Instruction.OPERAND_SIZE)
                && !i.has(Instruction.REX_W);
    }

    /** The mnemonic with suffix and, for comparisons, predicate. */
    String name(Instruction i) {
        int size = i.operandSize;
        switch (i.mnemonic) {
            case MOV:
                return move(i);
            case MOVSXD:
                return size == 8 ? "movslq" : "movsxd";
            case MOVZX:
            case MOVSX:
                return (i.mnemonic == Mnemonic.MOVZX ? "movz" : "movs")
                        + suffix(Operand.size(i.operand1))
                        + suffix(size);
            case CBW:
                return size == 8 ? "cltq" : size == 4 ? "cwtl" : "cbtw";
            case CWD:
                return size == 8 ? "cqto" : size == 4 ? "cltd" : "cwtd";
            case JCXZ:
                return i.addressSize == 8 ? "jrcxz" : i.addressSize == 4 ? "jecxz" : "jcxz";
            case LOOP:
            case LOOPE:
            case LOOPNE:
                return lower(i) + (i.codeSize == i.addressSize ? "" : suffix(i.addressSize));
            case PUSH:
            case POP:
                return stack(i);
            case PUSHF:
            case POPF:
            case PUSHA:
            case POPA:
            case ENTER:
            case LEAVE:
                return lower(i) + otherSize(i);
            case CALL:
            case JMP:
            case RET:
                return lower(i) + (i.codeSize == 8 || hidesSize(i) ? "" : otherSize(i));
            case CALLF:
                return "lcall" + farSize(i);
            case JMPF:
                return "ljmp" + farSize(i);
            case RETF:
                return "lret" + farSize(i);
            case IRET:
                return "iret" + farSize(i);
            case SYSRET:
            case SYSEXIT:
                return lower(i) + (i.codeSize != 8 ? "" : size == 8 ? "q" : "l");
            case INS:
            case OUTS:
            case MOVS:
            case CMPS:
                return lower(i) + suffix(stringSize(i));
            case CMPXCHG8B:
                return size == 8 ? "cmpxchg16b" : "cmpxchg8b";
            case PREFETCH:
                return prefetch(i);
            case CRC32:
                return "crc32" + (i.hasMemory() ? suffix(Operand.size(i.operand1)) : "");
            case CVTSI2SS:
            case CVTSI2SD:
                return vex(i)
                        + (i.hasMemory() && i.codeSize == 8
                                ? suffix(Operand.size(lastOperand(i)))
                                : "");
            case CMPPS:
            case CMPPD:
            case CMPSS:
            case CMPSD:
                return comparison(i);
            case PCLMULQDQ:
                return carryless(i);
            case CVTPD2PS:
            case CVTPD2DQ:
            case CVTTPD2DQ:
                return vex(i)
                        + (i.has(Instruction.VEX) && i.hasMemory()
                                ? i.vectorSize == 32 ? "y" : "x"
                                : "");
            case PCMPESTRI:
            case PCMPESTRM:
                return vex(i) + (i.operandSize == 8 ? "q" : "");
            case FNENI:
            case FNDISI:
                return lower(i) + "(8087 only)";
            case FNSETPM:
                return "fnsetpm(287 only)";
            case NOP:
                return isTwoByteNop(i) ? "xchg" : "nop" + memorySuffix(i);
            case SGDT:
            case SIDT:
            case LGDT:
            case LIDT:
                return lower(i) + (i.codeSize == 8 ? "" : size == 2 ? "w" : "l");
            default:
                break;
        }
        if (i.has(Instruction.VEX)) {
            return vex(i);
        }
        if (isStateImage(i.mnemonic)) {
            return lower(i) + (i.has(Instruction.REX_W) ? "64" : "");
        }
        switch (i.mnemonic.family) {
            case X87:
                return x87(i);
            case ARITHMETIC:
            case SHIFT:
            case BIT:
                return lower(i) + memorySuffix(i);
            default:
                return lower(i);
        }
    }

    private String lower(Instruction i) {
        int n = i.mnemonic.ordinal();
        if (lowerCase[n] == null) {
            lowerCase[n] = i.mnemonic.name().toLowerCase(Locale.ROOT);
        }
        return lowerCase[n];
    }

    private static String suffix(int size) {
        switch (size) {
            case 1:
                return "b";
            case 2:
                return "w";
            case 4:
                return "l";
            default:
                return "q";
        }
    }

    /** The size of a memory operand where no register operand has the same. */
    private static String memorySuffix(Instruction i) {
        int memory = 0;
        for (int k = 0; k < i.entry.specs.length; k++) {
            int operand = operand(i, k);
            int kind = Operand.kind(operand);
            if (kind == Operand.MEMORY) {
                memory = Operand.size(operand);
            } else if (kind == Operand.GPR || kind == Operand.GPR_HIGH) {
                boolean count =
                        OperandSpec.method(i.entry.specs[k]) == OperandSpec.FIXED_GPR
                                && i.mnemonic.family == Mnemonic.Family.SHIFT;
                if (!count) {
                    return "";
                }
            }
        }
        return memory == 0 ? "" : suffix(memory);
    }

    private static String move(Instruction i) {
        if (i.entry.map == OpcodeEntry.MAP_PRIMARY && i.codeSize == 8) {
            boolean wideImmediate = (i.opcode & 0xF8) == 0xB8 && i.operandSize == 8;
            boolean wideAddress = (i.opcode & 0xFC) == 0xA0 && i.addressSize == 8;
            if (wideImmediate || wideAddress) {
                return "movabs";
            }
        }
        return Operand.kind(i.operand1) == Operand.IMMEDIATE ? "mov" + memorySuffix(i) : "mov";
    }

    private String stack(Instruction i) {
        switch (Operand.kind(i.operand0)) {
            case Operand.GPR:
                return lower(i);
            case Operand.MEMORY:
                return lower(i) + otherSize(i);
            default:
                return lower(i) + otherSize(i);
        }
    }

    /** A suffix where the operand size is not the mode's own. */
    private static String otherSize(Instruction i) {
        return i.operandSize == i.codeSize ? "" : suffix(i.operandSize);
    }

    private static String farSize(Instruction i) {
        int usual = i.codeSize == 2 ? 2 : 4;
        return i.operandSize == usual ? "" : suffix(i.operandSize);
    }

    /** Whether a short jump, or a register that tells the size by its name. */
    private static boolean hidesSize(Instruction i) {
        return Operand.kind(i.operand0) == Operand.GPR
                || (i.entry.specs.length > 0
                        && OperandSpec.method(i.entry.specs[0]) == OperandSpec.J
                        && OperandSpec.type(i.entry.specs[0]) == OperandSpec.BYTE);
    }

    private static int stringSize(Instruction i) {
        boolean first = Operand.kind(i.operand0) >= Operand.STRING_SOURCE;
        return Operand.size(first ? i.operand0 : i.operand1);
    }

    private static int lastOperand(Instruction i) {
        return i.operand2 != 0 ? i.operand2 : i.operand1;
    }

    private static String prefetch(Instruction i) {
        int reg = i.modrm >> 3 & 7;
        if (i.opcode == 0x0D) {
            return reg == 1 ? "prefetchw" : reg == 2 ? "prefetchwt1" : "prefetch";
        }
        return reg == 0 ? "prefetchnta" : "prefetcht" + (reg - 1);
    }

    private String vex(Instruction i) {
        String name = lower(i);
        if (!i.has(Instruction.VEX) || name.charAt(0) == 'v') {
            return name;
        }
        switch (i.mnemonic.family) {
            case ARITHMETIC:
            case SHIFT:
            case BIT:
                return name;
            default:
                return "v" + name;
        }
    }

    private String comparison(Instruction i) {
        String name = vex(i);
        int predicate = (int) i.immediate & 0xFF;
        if (predicate >= (i.has(Instruction.VEX) ? 32 : 8)) {
            return name;
        }
        int split = name.length() - 2;
        return name.substring(0, split) + COMPARISONS[predicate] + name.substring(split);
    }

    private String carryless(Instruction i) {
        String prefix = i.has(Instruction.VEX) ? "v" : "";
        switch ((int) i.immediate & 0xFF) {
            case 0:
                return prefix + "pclmullqlqdq";
            case 1:
                return prefix + "pclmulhqlqdq";
            case 0x10:
                return prefix + "pclmullqhqdq";
            case 0x11:
                return prefix + "pclmulhqhqdq";
            default:
                return prefix + "pclmulqdq";
        }
    }

    private String x87(Instruction i) {
        if (i.hasMemory()) {
            return lower(i) + x87Suffix(i);
        }
        // AT&T exchanges subtraction and reverse subtraction where the destination is not ST(0).
        if (i.opcode == 0xDC || i.opcode == 0xDE) {
            switch (i.mnemonic) {
                case FSUB:
                    return "fsubr";
                case FSUBR:
                    return "fsub";
                case FSUBP:
                    return "fsubrp";
                case FSUBRP:
                    return "fsubp";
                case FDIV:
                    return "fdivr";
                case FDIVR:
                    return "fdiv";
                case FDIVP:
                    return "fdivrp";
                case FDIVRP:
                    return "fdivp";
                default:
                    break;
            }
        }
        return lower(i);
    }

    private static String x87Suffix(Instruction i) {
        switch (i.mnemonic) {
            case FBLD:
            case FBSTP:
            case FLDCW:
            case FNSTCW:
            case FNSTSW:
                return "";
            case FLDENV:
            case FNSTENV:
            case FRSTOR:
            case FNSAVE:
                return !i.has(Instruction.OPERAND_SIZE) || i.has(Instruction.REX_W)
                        ? ""
                        : i.codeSize == 2 ? "l" : "s";
            default:
                break;
        }
        boolean integer = i.mnemonic.name().startsWith("FI");
        switch (Operand.size(i.operand0)) {
            case 2:
                return "s";
            case 4:
                return integer ? "l" : "s";
            case 8:
                return integer ? "ll" : "l";
            default:
                return "t";
        }
    }

    /** Operands that the mnemonic already implies, as bits. */
    static int hiddenOperands(Instruction i) {
        boolean vex = i.has(Instruction.VEX);
        int predicate = (int) i.immediate & 0xFF;
        switch (i.mnemonic) {
            case CMPPS:
            case CMPPD:
            case CMPSS:
            case CMPSD:
                return predicate >= (vex ? 32 : 8) ? 0 : vex ? 8 : 4;
            case PCLMULQDQ:
                return (predicate & 0xEE) != 0 ? 0 : vex ? 8 : 4;
            case FCOM:
            case FCOMP:
            case FUCOM:
            case FUCOMP:
                return i.hasMemory() ? 0 : 1;
            default:
                return Operand.kind(i.operand1) == Operand.ONE ? 2 : 0;
        }
    }

    static int operand(Instruction i, int k) {
        return k == 0 ? i.operand0 : k == 1 ? i.operand1 : k == 2 ? i.operand2 : i.operand3;
    }

    static boolean isIndirect(Instruction i) {
        switch (i.mnemonic) {
            case JMP:
            case CALL:
            case JMPF:
            case CALLF:
                return true;
            default:
                return false;
        }
    }

    /** Whether the operand is DX as a port number. */
    static boolean isPort(Instruction i, int spec) {
        switch (i.mnemonic) {
            case IN:
            case OUT:
            case INS:
            case OUTS:
                return OperandSpec.method(spec) == OperandSpec.FIXED_GPR
                        && OperandSpec.fixedNumber(spec) == 2;
            default:
                return false;
        }
    }

    /** Whether a memory operand has 16 bits, of what size a register operand ever would be. */
    private static boolean isWordInMemory(Instruction i) {
        return i.mnemonic == Mnemonic.STR
                || i.mnemonic == Mnemonic.SLDT
                || i.mnemonic == Mnemonic.SMSW
                || Operand.kind(i.operand0) == Operand.SEGMENT
                || Operand.kind(i.operand1) == Operand.SEGMENT;
    }

    static boolean dependsOnOperandSize(Instruction i) {
        if (i.hasMemory() && isWordInMemory(i)) {
            return false;
        }
        for (int spec : i.entry.specs) {
            switch (OperandSpec.type(spec)) {
                case OperandSpec.OPSIZE:
                case OperandSpec.OPSIZE_MAX4:
                case OperandSpec.V_OR_WORD:
                case OperandSpec.FAR:
                case OperandSpec.BYTE_SIGNED:
                    return true;
                default:
                    break;
            }
        }
        switch (i.mnemonic) {
            case CBW:
            case CWD:
            case PUSHF:
            case POPF:
            case PUSHA:
            case POPA:
            case ENTER:
            case LEAVE:
            case IRET:
            case RETF:
            case RET:
            case PUSH:
            case POP:
            case FLDENV:
            case FNSTENV:
            case FRSTOR:
            case FNSAVE:
                return true;
            case SGDT:
            case SIDT:
            case LGDT:
            case LIDT:
                return i.codeSize != 8;
            default:
                return isTwoByteNop(i);
        }
    }

    /** Whether REX.W makes the 64-bit form of an image of the vector and x87 state. */
    private static boolean isStateImage(Mnemonic m) {
        switch (m) {
            case FXSAVE:
            case FXRSTOR:
            case XSAVE:
            case XRSTOR:
            case XSAVEOPT:
            case XSAVEC:
            case XSAVES:
            case XRSTORS:
                return true;
            default:
                return false;
        }
    }

    static boolean dependsOnRexW(Instruction i) {
        if (i.hasMemory() && isWordInMemory(i)) {
            return false;
        }
        if (i.entry.is(OpcodeEntry.DEFAULT_64 | OpcodeEntry.FORCE_64)) {
            return false;
        }
        if (i.entry.vexW >= 0) {
            return true;
        }
        switch (i.mnemonic) {
            case IN:
            case OUT:
            case INS:
            case OUTS:
                return false;
            default:
                break;
        }
        for (int spec : i.entry.specs) {
            switch (OperandSpec.type(spec)) {
                case OperandSpec.OPSIZE:
                case OperandSpec.OPSIZE_MAX4:
                case OperandSpec.OPSIZE_MIN4:
                case OperandSpec.V_OR_WORD:
                case OperandSpec.FAR:
                case OperandSpec.PAIR:
                case OperandSpec.BYTE_SIGNED:
                    return true;
                default:
                    break;
            }
        }
        switch (i.mnemonic) {
            case CMPXCHG8B:
            case CBW:
            case CWD:
            case IRET:
            case RETF:
            case SYSRET:
            case SYSEXIT:
            case PCMPESTRI:
            case PCMPESTRM:
                return true;
            default:
                return isStateImage(i.mnemonic);
        }
    }
}
