package org.linuxemu.core.block;

/**
 * Codes of the interpreter's micro-operations. An instruction is two longs: {@code word} with code
 * and register numbers, {@code operands} with displacement (low half) and immediate (high half),
 * both sign-extended.
 *
 * <p>Suffixes: R register, M memory, I immediate, destination first; 32 or 64 the operand size in
 * bits. Only 64-bit mode with 64-bit addresses has specialised forms; everything else is GENERIC.
 */
public final class MicroOp {
    public static final int CODE_MASK = 0x3FF;
    public static final int R1_SHIFT = 10;
    public static final int R2_SHIFT = 15;
    public static final int BASE_SHIFT = 20;
    public static final int INDEX_SHIFT = 25;
    public static final int SCALE_SHIFT = 30;
    public static final int SEGMENT_SHIFT = 32;

    /**
     * Executed by the semantic classes from the decoded instruction; may not branch or read the
     * time.
     */
    public static final int GENERIC = 0;

    /** As GENERIC, but the last of its block: may branch, read the time, change the mode. */
    public static final int GENERIC_END = 1;

    public static final int NOP = 2;

    // Moves.
    public static final int MOV_RR32 = 3;
    public static final int MOV_RR64 = 4;
    public static final int MOV_RI32 = 5;
    public static final int MOV_RI64 = 6;
    public static final int MOV_RI_FULL = 7;
    public static final int LOAD8 = 8;
    public static final int LOAD16 = 9;
    public static final int LOAD32 = 10;
    public static final int LOAD64 = 11;
    public static final int LOAD8_MERGE = 12;
    public static final int LOAD_SX8_32 = 13;
    public static final int LOAD_SX8_64 = 14;
    public static final int LOAD_SX16_32 = 15;
    public static final int LOAD_SX16_64 = 16;
    public static final int LOAD_SX32_64 = 17;
    public static final int STORE8 = 18;
    public static final int STORE16 = 19;
    public static final int STORE32 = 20;
    public static final int STORE64 = 21;
    public static final int STORE_I8 = 22;
    public static final int STORE_I16 = 23;
    public static final int STORE_I32 = 24;
    public static final int STORE_I64 = 25;
    public static final int ZX8_RR = 26;
    public static final int ZX16_RR = 27;
    public static final int SX8_RR32 = 28;
    public static final int SX8_RR64 = 29;
    public static final int SX16_RR32 = 30;
    public static final int SX16_RR64 = 31;
    public static final int SX32_RR64 = 32;
    public static final int LEA32 = 33;
    public static final int LEA64 = 34;
    public static final int CMOV_RR32 = 35;
    public static final int CMOV_RR64 = 36;
    public static final int SET_R = 37;

    // Stack and branches.
    public static final int PUSH_R64 = 40;
    public static final int PUSH_I64 = 41;
    public static final int POP_R64 = 42;
    public static final int JMP = 43;
    public static final int JCC = 44;
    public static final int CALL = 45;
    public static final int RET = 46;
    public static final int JMP_R = 47;
    public static final int CALL_R = 48;
    public static final int JMP_M = 49;
    public static final int CALL_M = 50;

    // Shifts by an immediate that is not zero.
    public static final int SHL_RI32 = 52;
    public static final int SHL_RI64 = 53;
    public static final int SHR_RI32 = 54;
    public static final int SHR_RI64 = 55;
    public static final int SAR_RI32 = 56;
    public static final int SAR_RI64 = 57;

    // One-operand and others.
    public static final int INC_R32 = 60;
    public static final int INC_R64 = 61;
    public static final int DEC_R32 = 62;
    public static final int DEC_R64 = 63;
    public static final int IMUL_RR32 = 64;
    public static final int IMUL_RR64 = 65;
    public static final int TEST_RR8 = 66;
    public static final int TEST_RI8 = 67;
    public static final int TEST_MI8 = 68;
    public static final int CMP_RI8 = 69;
    public static final int CMP_MI8 = 70;
    public static final int CMP_RR8 = 71;
    public static final int CMP_MR8 = 72;
    public static final int CMP_RM8 = 73;

    /**
     * Binary operations: {@code FIRST_BINARY + operation * 10 + form * 2 + (64 bit ? 1 : 0)},
     * operations in the order ADD SUB AND OR XOR CMP TEST, forms RR RI RM MR MI.
     */
    public static final int FIRST_BINARY = 80;

    public static final int FORMS = 10;
    public static final int ADD = FIRST_BINARY;
    public static final int SUB = ADD + FORMS;
    public static final int AND = SUB + FORMS;
    public static final int OR = AND + FORMS;
    public static final int XOR = OR + FORMS;
    public static final int CMP = XOR + FORMS;
    public static final int TEST = CMP + FORMS;
    public static final int RR = 0;
    public static final int RI = 2;
    public static final int RM = 4;
    public static final int MR = 6;
    public static final int MI = 8;

    private MicroOp() {}
}
