package org.linuxemu.core.decode;

/**
 * Operand specifications of the opcode table, coded as {@code method << 8 | type} for the decoder's
 * switches.
 */
final class OperandSpec {
    // Methods that need ModRM come first.
    static final int E = 1;
    static final int G = 2;
    static final int M = 3;
    static final int R = 4;
    static final int S = 5;
    static final int C = 6;
    static final int D = 7;
    static final int V = 8;
    static final int W = 9;
    static final int U = 10;
    static final int P = 11;
    static final int Q = 12;
    static final int N = 13;
    static final int STI = 14;
    static final int LAST_MODRM = STI;
    static final int I = 20;
    static final int J = 21;
    static final int O = 22;
    static final int A = 23;
    static final int H = 24;
    static final int L = 25;
    static final int B = 26;
    static final int X = 27;
    static final int Y = 28;
    static final int Z = 29;
    static final int ST0 = 30;
    static final int ONE = 31;
    static final int FIXED_GPR = 32; // type holds size code, bits 12.. the number
    static final int FIXED_SEGMENT = 33;
    static final int XMM0 = 34;

    // Types.
    static final int NONE = 0;
    static final int BYTE = 1;
    static final int WORD = 2;
    static final int DWORD = 3;
    static final int QWORD = 4;
    static final int OPSIZE = 5; // v
    static final int OPSIZE_MAX4 = 6; // z
    static final int OPSIZE_MIN4 = 7; // y
    static final int BYTE_SIGNED = 8; // bs
    static final int V_OR_WORD = 9; // vw: operand size in a register, 16 bits in memory
    static final int FAR = 10; // p
    static final int OCTA = 11; // dq: 16 bytes
    static final int VECTOR = 12; // x: 16 or 32 by VEX.L
    static final int QUAD_QUAD = 13; // qq: 32 bytes
    static final int TEN = 14; // t
    static final int PAIR = 15; // dq8: 8 or 16 by REX.W
    static final int NATIVE = 16; // q8: 8 in 64-bit mode, else 4
    static final int PSEUDO_DESCRIPTOR = 17; // s
    static final int BOUNDS = 18; // a
    static final int VECTOR_HALF = 19; // xh: half of x
    static final int VECTOR_QUARTER = 20; // xq: a quarter of x
    static final int VECTOR_EIGHTH = 21; // xe: an eighth of x
    static final int DWORD_OR_BYTE = 22; // db: 32-bit register or 8 bits of memory
    static final int DWORD_OR_WORD = 23; // dw: 32-bit register or 16 bits of memory

    private OperandSpec() {}

    static int method(int spec) {
        return (spec >>> 8) & 0xFF;
    }

    static int type(int spec) {
        return spec & 0xFF;
    }

    static int fixedNumber(int spec) {
        return spec >>> 16;
    }

    static boolean needsModrm(int spec) {
        return method(spec) <= LAST_MODRM;
    }

    static int parse(String s) {
        switch (s) {
            case "AL":
                return fixed(FIXED_GPR, BYTE, 0);
            case "CL":
                return fixed(FIXED_GPR, BYTE, 1);
            case "DX":
                return fixed(FIXED_GPR, WORD, 2);
            case "AX":
                return fixed(FIXED_GPR, WORD, 0);
            case "rAX":
                return fixed(FIXED_GPR, OPSIZE, 0);
            case "eAX":
                return fixed(FIXED_GPR, OPSIZE_MAX4, 0);
            case "ES":
                return fixed(FIXED_SEGMENT, WORD, Instruction.ES);
            case "CS":
                return fixed(FIXED_SEGMENT, WORD, Instruction.CS);
            case "SS":
                return fixed(FIXED_SEGMENT, WORD, Instruction.SS);
            case "DS":
                return fixed(FIXED_SEGMENT, WORD, Instruction.DS);
            case "FS":
                return fixed(FIXED_SEGMENT, WORD, Instruction.FS);
            case "GS":
                return fixed(FIXED_SEGMENT, WORD, Instruction.GS);
            case "ST0":
                return ST0 << 8;
            case "STi":
                return STI << 8;
            case "1":
                return ONE << 8;
            case "XMM0":
                return XMM0 << 8 | OCTA;
            default:
                return method(s.charAt(0)) << 8 | type(s.substring(1));
        }
    }

    private static int fixed(int method, int type, int number) {
        return number << 16 | method << 8 | type;
    }

    private static int method(char c) {
        switch (c) {
            case 'E':
                return E;
            case 'G':
                return G;
            case 'M':
                return M;
            case 'R':
                return R;
            case 'S':
                return S;
            case 'C':
                return C;
            case 'D':
                return D;
            case 'V':
                return V;
            case 'W':
                return W;
            case 'U':
                return U;
            case 'P':
                return P;
            case 'Q':
                return Q;
            case 'N':
                return N;
            case 'I':
                return I;
            case 'J':
                return J;
            case 'O':
                return O;
            case 'A':
                return A;
            case 'H':
                return H;
            case 'L':
                return L;
            case 'B':
                return B;
            case 'X':
                return X;
            case 'Y':
                return Y;
            case 'Z':
                return Z;
            default:
                throw new IllegalStateException("opcode table: addressing method " + c);
        }
    }

    private static int type(String t) {
        switch (t) {
            case "":
                return NONE;
            case "b":
                return BYTE;
            case "w":
                return WORD;
            case "d":
            case "ss":
                return DWORD;
            case "q":
            case "sd":
                return QWORD;
            case "v":
                return OPSIZE;
            case "z":
                return OPSIZE_MAX4;
            case "y":
                return OPSIZE_MIN4;
            case "bs":
                return BYTE_SIGNED;
            case "vw":
                return V_OR_WORD;
            case "p":
                return FAR;
            case "dq":
                return OCTA;
            case "x":
            case "ps":
            case "pd":
                return VECTOR;
            case "qq":
                return QUAD_QUAD;
            case "t":
                return TEN;
            case "dq8":
                return PAIR;
            case "q8":
                return NATIVE;
            case "s":
                return PSEUDO_DESCRIPTOR;
            case "a":
                return BOUNDS;
            case "xh":
                return VECTOR_HALF;
            case "xq":
                return VECTOR_QUARTER;
            case "xe":
                return VECTOR_EIGHTH;
            case "db":
                return DWORD_OR_BYTE;
            case "dw":
                return DWORD_OR_WORD;
            default:
                throw new IllegalStateException("opcode table: operand type " + t);
        }
    }
}
