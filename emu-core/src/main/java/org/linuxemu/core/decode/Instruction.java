package org.linuxemu.core.decode;

/**
 * One decoded instruction: pure data, no behaviour. Filled by {@link InstructionDecoder}, never
 * changed afterwards.
 */
public final class Instruction {
    /** Bits of {@link #prefixes}. */
    public static final int LOCK = 1;

    public static final int REP = 2;
    public static final int REPNE = 4;
    public static final int OPERAND_SIZE = 8;
    public static final int ADDRESS_SIZE = 16;
    public static final int REX = 32;
    public static final int REX_W = 64;
    public static final int VEX = 128;

    /** Register number that means "no register" in {@link #base} and {@link #index}. */
    public static final int NO_REGISTER = 16;

    /**
     * {@link #base} of a RIP-relative operand; {@link #displacement} counts from the next
     * instruction.
     */
    public static final int RIP = 17;

    public static final int ES = 0;
    public static final int CS = 1;
    public static final int SS = 2;
    public static final int DS = 3;
    public static final int FS = 4;
    public static final int GS = 5;

    public OpcodeEntry entry;
    public Mnemonic mnemonic = Mnemonic.INVALID;

    /** Bytes, prefixes included; 1-15. */
    public int length;

    /** Effective operand size in bytes: 2, 4 or 8. */
    public int operandSize;

    /** Effective address size in bytes: 2, 4 or 8. */
    public int addressSize;

    /** Size of code segment in bytes: 2, 4 or 8 (64-bit mode). */
    public int codeSize;

    /** Legacy, REX and VEX prefixes seen, as bits. */
    public int prefixes;

    /** Opcode byte within its map, ModRM byte (-1: none). */
    public int opcode;

    public int modrm = -1;

    /** Operands in Intel order, packed as {@link Operand} says; 0 where there are fewer. */
    public int operand0;

    public int operand1;
    public int operand2;
    public int operand3;

    /**
     * Memory operand: segment register number after override and default; -1 when there is no
     * memory operand.
     */
    public int segment = -1;

    /** Explicit segment prefix, or -1. */
    public int segmentOverride = -1;

    public int base = NO_REGISTER;
    public int index = NO_REGISTER;

    /** 0-3: the index is shifted left by this. */
    public int scale;

    public long displacement;
    public long immediate;
    public long immediate2;

    /** VEX.L as operand bytes: 16 or 32 (16 without VEX). */
    public int vectorSize = 16;

    public boolean hasMemory() {
        return segment >= 0;
    }

    public boolean has(int prefixBits) {
        return (prefixes & prefixBits) != 0;
    }
}
