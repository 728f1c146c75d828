package org.linuxemu.core.decode;

/** One row of the opcode table ({@code opcodes.txt}). */
public final class OpcodeEntry {
    /** Opcode maps, the index of {@link OpcodeMap}'s tables. */
    public static final int MAP_PRIMARY = 0;

    public static final int MAP_0F = 1;
    public static final int MAP_0F38 = 2;
    public static final int MAP_0F3A = 3;
    public static final int MAP_VEX_0F = 4;
    public static final int MAP_VEX_0F38 = 5;
    public static final int MAP_VEX_0F3A = 6;
    public static final int MAPS = 7;

    /** Values of {@link #prefix}. */
    public static final int PREFIX_ANY = -1;

    public static final int PREFIX_NONE = 0;
    public static final int PREFIX_66 = 1;
    public static final int PREFIX_F3 = 2;
    public static final int PREFIX_F2 = 3;

    /** Bits of {@link #attributes}. */
    public static final int LOCKABLE = 1;

    public static final int INVALID_64 = 2;
    public static final int ONLY_64 = 4;
    public static final int DEFAULT_64 = 8;
    public static final int FORCE_64 = 16;
    public static final int ENDS_BLOCK = 32;
    public static final int STRING = 64;
    public static final int NO_REX_B = 128;

    /** The memory operand's index is a vector register (VSIB). */
    public static final int VSIB = 256;

    public final int map;
    public final int opcode;
    public final Mnemonic mnemonic;

    /** ModRM.reg that selects this row, or -1. */
    final int modrmReg;

    /** Exact ModRM byte that selects this row, or -1. */
    final int modrmByte;

    /** 0: any form, 'm': memory only, 'r': register only. */
    final char form;

    final int prefix;

    /** VEX.W or VEX.L that selects this row, or -1. */
    final int vexW;

    final int vexL;

    /** Operand specifications as in the table, e.g. "Ev"; never null. */
    public final String[] operands;

    /** The same, one char of method and one char of type each, coded by {@link OpcodeMap}. */
    final int[] specs;

    public final int attributes;

    /** CPUID feature that the row belongs to, or null for the base set. */
    public final String feature;

    final boolean hasModrm;

    OpcodeEntry(
            int map,
            int opcode,
            Mnemonic mnemonic,
            int modrmReg,
            int modrmByte,
            char form,
            int prefix,
            int vexW,
            int vexL,
            String[] operands,
            int[] specs,
            int attributes,
            String feature,
            boolean hasModrm) {
        this.map = map;
        this.opcode = opcode;
        this.mnemonic = mnemonic;
        this.modrmReg = modrmReg;
        this.modrmByte = modrmByte;
        this.form = form;
        this.prefix = prefix;
        this.vexW = vexW;
        this.vexL = vexL;
        this.operands = operands;
        this.specs = specs;
        this.attributes = attributes;
        this.feature = feature;
        this.hasModrm = hasModrm;
    }

    public boolean is(int attributeBits) {
        return (attributes & attributeBits) != 0;
    }
}
