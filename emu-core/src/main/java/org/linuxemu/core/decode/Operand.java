package org.linuxemu.core.decode;

/**
 * An operand of a decoded {@link Instruction}, packed in an {@code int}: {@code kind << 16 | size
 * << 8 | number}, size in bytes (0 where it has none). Zero means "no operand".
 */
public final class Operand {
    public static final int NONE = 0;

    /** General register; number 0-15. */
    public static final int GPR = 1;

    /** AH, CH, DH, BH; number 0-3 of the register whose bits 15:8 it is. */
    public static final int GPR_HIGH = 2;

    /** Memory at the instruction's base, index, scale, displacement and segment. */
    public static final int MEMORY = 3;

    /**
     * Immediate in {@link Instruction#immediate}, already sign- or zero-extended as the operation
     * wants it.
     */
    public static final int IMMEDIATE = 4;

    /** Second immediate in {@link Instruction#immediate2} (ENTER, EXTRQ). */
    public static final int IMMEDIATE2 = 5;

    /** Branch displacement in {@link Instruction#immediate}, relative to the next instruction. */
    public static final int RELATIVE = 6;

    /** Far pointer: offset in immediate, selector in immediate2. */
    public static final int FAR_POINTER = 7;

    /** Segment register; number ES=0 CS=1 SS=2 DS=3 FS=4 GS=5. */
    public static final int SEGMENT = 8;

    public static final int CONTROL = 9;
    public static final int DEBUG = 10;

    /** x87 stack register; number relative to the top. */
    public static final int ST = 11;

    public static final int MMX = 12;

    /** Vector register (XMM for size 16 and below, YMM for 32). */
    public static final int VECTOR = 13;

    /** The constant 1 of the D0/D1 shifts. */
    public static final int ONE = 14;

    /** Memory at DS:rSI (or the override), of a string instruction. */
    public static final int STRING_SOURCE = 15;

    /** Memory at ES:rDI, of a string instruction. */
    public static final int STRING_DESTINATION = 16;

    private Operand() {}

    public static int of(int kind, int size, int number) {
        return kind << 16 | size << 8 | number;
    }

    public static int kind(int operand) {
        return operand >>> 16;
    }

    /** Size in bytes: 1, 2, 4, 8, 10, 16 or 32. */
    public static int size(int operand) {
        return (operand >>> 8) & 0xFF;
    }

    public static int number(int operand) {
        return operand & 0xFF;
    }
}
