package org.linuxemu.gdbstub.agent;

/**
 * Operation codes, section "Bytecode Descriptions" of the manual. Tracepoint and floating-point
 * ones are not served.
 */
final class AgentOp {
    static final int ADD = 0x02;
    static final int SUB = 0x03;
    static final int MUL = 0x04;
    static final int DIV_SIGNED = 0x05;
    static final int DIV_UNSIGNED = 0x06;
    static final int REM_SIGNED = 0x07;
    static final int REM_UNSIGNED = 0x08;
    static final int LSH = 0x09;
    static final int RSH_SIGNED = 0x0a;
    static final int RSH_UNSIGNED = 0x0b;
    static final int LOG_NOT = 0x0e;
    static final int BIT_AND = 0x0f;
    static final int BIT_OR = 0x10;
    static final int BIT_XOR = 0x11;
    static final int BIT_NOT = 0x12;
    static final int EQUAL = 0x13;
    static final int LESS_SIGNED = 0x14;
    static final int LESS_UNSIGNED = 0x15;
    static final int EXT = 0x16;
    static final int REF8 = 0x17;
    static final int REF16 = 0x18;
    static final int REF32 = 0x19;
    static final int REF64 = 0x1a;
    static final int IF_GOTO = 0x20;
    static final int GOTO = 0x21;
    static final int CONST8 = 0x22;
    static final int CONST16 = 0x23;
    static final int CONST32 = 0x24;
    static final int CONST64 = 0x25;
    static final int REG = 0x26;
    static final int END = 0x27;
    static final int DUP = 0x28;
    static final int POP = 0x29;
    static final int ZERO_EXT = 0x2a;
    static final int SWAP = 0x2b;
    static final int PICK = 0x32;
    static final int ROT = 0x33;
    static final int PRINTF = 0x34;

    private AgentOp() {}
}
