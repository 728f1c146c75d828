package org.linuxemu.core.decode;

/**
 * Instructions as text in AT&amp;T syntax, as objdump of binutils 2.40 prints them. What the
 * decoder does not know is {@code (bad)}, one byte long.
 */
public final class Disassembler {
    /** Names addresses: what stands behind an address, for example {@code <schedule+0x10>}. */
    public interface Symbols {
        /** The text to append, without a leading blank, or null. */
        String describe(long address);
    }

    private static final String HEX = "0123456789abcdef";
    private static final String[] LOW8 = {"al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"};
    private static final String[] WORD = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};

    private final InstructionDecoder decoder = new InstructionDecoder();
    private final AttMnemonics names = new AttMnemonics();
    private final Symbols symbols;

    private Instruction i;
    private StringBuilder out;
    private long next;
    private boolean ripRelative;
    private long ripTarget;

    public Disassembler() {
        this(null);
    }

    /**
     * @param symbols asked for branch targets and RIP-relative operands; may be null
     */
    public Disassembler(Symbols symbols) {
        this.symbols = symbols;
    }

    /**
     * Appends the text of one instruction.
     *
     * @param start index of its first byte
     * @param end index behind the last byte that may be read
     * @param address where it lies, for relative operands
     * @param codeSize 2, 4 or 8
     * @return its length; 1 for {@code (bad)}
     */
    public int disassemble(
            byte[] bytes, int start, int end, long address, int codeSize, StringBuilder to) {
        i = new Instruction();
        out = to;
        int length = decoder.decode(bytes, start, end, codeSize, i);
        if (length < 0 || i.entry == null) {
            to.append("(bad)");
            return 1;
        }
        next = address + length;
        ripRelative = false;
        int column = to.length();
        String hint = PrefixNames.append(i, bytes, start, to);
        to.append(names.name(i)).append(hint);
        int before = to.length();
        operands();
        if (to.length() > before) {
            // Prefixes and mnemonic fill six columns, then comes a blank.
            int blanks = Math.max(1, 7 - (before - column));
            to.insert(before, "       ".substring(0, blanks));
        }
        if (ripRelative) {
            to.append("        # ");
            address(ripTarget);
        }
        return length;
    }

    private void operands() {
        if (AttMnemonics.isTwoByteNop(i)) {
            out.append(i.operandSize == 4 ? "%eax,%eax" : "%ax,%ax");
            return;
        }
        if (i.mnemonic == Mnemonic.MONITOR || i.mnemonic == Mnemonic.MWAIT) {
            if (i.mnemonic == Mnemonic.MONITOR) {
                register(0, i.addressSize);
                out.append(",%ecx,%edx");
            } else {
                out.append("%eax,%ecx");
            }
            return;
        }
        if (i.mnemonic == Mnemonic.XLAT) {
            segment(i.segmentOverride >= 0 ? i.segmentOverride : Instruction.DS);
            out.append(":(");
            register(3, i.addressSize);
            out.append(')');
            return;
        }
        if (i.mnemonic == Mnemonic.ENTER || i.mnemonic == Mnemonic.BOUND) { // as Intel writes them
            operand(i.operand0, i.entry.specs[0]);
            out.append(',');
            operand(i.operand1, i.entry.specs[1]);
            return;
        }
        int hidden = AttMnemonics.hiddenOperands(i);
        boolean first = true;
        for (int k = i.entry.specs.length - 1; k >= 0; k--) {
            int operand = AttMnemonics.operand(i, k);
            if (operand != Operand.NONE && (hidden >> k & 1) == 0) {
                if (!first) {
                    out.append(',');
                }
                first = false;
                operand(operand, i.entry.specs[k]);
            }
        }
    }

    private void operand(int operand, int spec) {
        int number = Operand.number(operand);
        int size = Operand.size(operand);
        switch (Operand.kind(operand)) {
            case Operand.GPR:
                if (AttMnemonics.isIndirect(i)) {
                    out.append('*');
                }
                if (AttMnemonics.isPort(i, spec)) {
                    out.append("(%dx)");
                } else {
                    register(number, size);
                }
                break;
            case Operand.GPR_HIGH:
                out.append('%').append("acdb".charAt(number)).append('h');
                break;
            case Operand.MEMORY:
                memory(spec);
                break;
            case Operand.IMMEDIATE:
                out.append('$');
                hex(cut(i.immediate, size));
                break;
            case Operand.IMMEDIATE2:
                out.append('$');
                hex(cut(i.immediate2, size));
                break;
            case Operand.RELATIVE:
                relative();
                break;
            case Operand.FAR_POINTER:
                out.append('$');
                hex(i.immediate2 & 0xFFFF);
                out.append(",$");
                hex(cut(i.immediate, i.operandSize));
                break;
            case Operand.SEGMENT:
                segment(number);
                break;
            case Operand.CONTROL:
                out.append("%cr").append(number);
                break;
            case Operand.DEBUG:
                out.append("%db").append(number);
                break;
            case Operand.ST:
                out.append("%st");
                if (OperandSpec.method(spec) != OperandSpec.ST0) {
                    out.append('(').append(number).append(')');
                }
                break;
            case Operand.MMX:
                out.append("%mm").append(number);
                break;
            case Operand.VECTOR:
                out.append(size == 32 ? "%ymm" : "%xmm").append(number);
                break;
            case Operand.STRING_SOURCE:
                segment(i.segmentOverride >= 0 ? i.segmentOverride : Instruction.DS);
                out.append(":(");
                register(6, i.addressSize);
                out.append(')');
                break;
            case Operand.STRING_DESTINATION:
                out.append("%es:(");
                register(7, i.addressSize);
                out.append(')');
                break;
            default: // ONE is never shown
                break;
        }
    }

    private void relative() {
        long target = next + i.immediate;
        if (i.codeSize != 8) {
            target &= i.operandSize == 2 ? 0xFFFF : 0xFFFFFFFFL;
        }
        address(target);
    }

    private void address(long target) {
        hex(target);
        String symbol = symbols == null ? null : symbols.describe(target);
        if (symbol != null) {
            out.append(' ').append(symbol);
        }
    }

    private void memory(int spec) {
        if (AttMnemonics.isIndirect(i)) {
            out.append('*');
        }
        if (i.segmentOverride >= 0) {
            segment(i.segmentOverride);
            out.append(':');
        }
        if (OperandSpec.method(spec) == OperandSpec.O) {
            hex(cut(i.displacement, i.addressSize));
            return;
        }
        boolean sib = i.addressSize != 2 && (i.modrm & 7) == 4;
        boolean base = i.base != Instruction.NO_REGISTER;
        boolean index = i.index != Instruction.NO_REGISTER;
        // An absent index has a name where the SIB byte was not needed for the base.
        boolean noIndex =
                sib
                        && !index
                        && (i.scale != 0
                                || (base && (i.base & 7) != 4)
                                || (!base && i.codeSize == 4));
        if ((i.modrm >> 6) != 0 || !base || i.base == Instruction.RIP) {
            displacement(base || index || noIndex || i.addressSize == 2);
        }
        if (i.base == Instruction.RIP) {
            out.append(i.addressSize == 8 ? "(%rip)" : "(%eip)");
            ripRelative = true;
            ripTarget = next + i.displacement;
            return;
        }
        if (!base && !index && !noIndex) {
            return;
        }
        out.append('(');
        if (base) {
            register(i.base, i.addressSize);
        }
        if (index || noIndex) {
            out.append(',');
            if (index) {
                register(i.index, i.addressSize);
            } else {
                out.append(i.addressSize == 8 ? "%riz" : "%eiz");
            }
            if (i.addressSize != 2) {
                out.append(',').append(1 << i.scale);
            }
        }
        out.append(')');
    }

    private void displacement(boolean withRegister) {
        long d = i.displacement;
        if (withRegister) {
            if (d < 0) {
                out.append('-');
                d = -d;
            }
            hex(d);
        } else {
            hex(cut(d, i.addressSize));
        }
    }

    private void segment(int number) {
        out.append('%').append("ecsdfg".charAt(number)).append('s');
    }

    private void register(int number, int size) {
        out.append('%');
        if (number >= 8) {
            out.append('r').append(number);
            out.append(size == 8 ? "" : size == 4 ? "d" : size == 2 ? "w" : "b");
        } else if (size == 1) {
            out.append(LOW8[number]);
        } else {
            out.append(size == 8 ? "r" : size == 4 ? "e" : "").append(WORD[number]);
        }
    }

    private static long cut(long value, int size) {
        return size >= 8 ? value : value & (1L << 8 * size) - 1;
    }

    private void hex(long value) {
        out.append("0x");
        boolean started = false;
        for (int shift = 60; shift >= 0; shift -= 4) {
            int digit = (int) (value >>> shift) & 15;
            started |= digit != 0 || shift == 0;
            if (started) {
                out.append(HEX.charAt(digit));
            }
        }
    }
}
