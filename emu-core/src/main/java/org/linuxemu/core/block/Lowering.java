package org.linuxemu.core.block;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.OpcodeEntry;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;

/** Decoded instructions to micro-operations. What has no specialised form becomes GENERIC. */
final class Lowering {
    private static final int FIRST_JCC = Mnemonic.JO.ordinal();
    private static final int FIRST_CMOV = Mnemonic.CMOVO.ordinal();
    private static final int FIRST_SET = Mnemonic.SETO.ordinal();

    private Lowering() {}

    /** Whether the instruction must be the last of its block. */
    static boolean endsBlock(Instruction i) {
        return i.entry == null
                || i.entry.is(OpcodeEntry.ENDS_BLOCK | OpcodeEntry.STRING)
                || mayLoadSs(i);
    }

    private static boolean mayLoadSs(Instruction i) {
        return Operand.kind(i.operand0) == Operand.SEGMENT && i.mnemonic != Mnemonic.PUSH;
    }

    /** The first word of an instruction that is executed by the class of its family. */
    static long generic(Instruction i) {
        return endsBlock(i) ? MicroOp.GENERIC_END : MicroOp.GENERIC;
    }

    /**
     * Writes the two words of an instruction.
     *
     * @param ripOffset offset of the instruction from the block's start
     */
    static void lower(Instruction i, int ripOffset, long[] ops, int at) {
        ops[at] = generic(i);
        ops[at + 1] = 0;
        if (i.codeSize != 8 || i.entry == null) {
            return;
        }
        if (i.hasMemory() && i.addressSize != 8) {
            return;
        }
        int code = select(i);
        if (code == MicroOp.GENERIC) {
            return;
        }
        long word = code;
        int r1 = Operand.number(i.operand0);
        int r2 = Operand.number(i.operand1);
        boolean memory0 = Operand.kind(i.operand0) == Operand.MEMORY;
        if (memory0) {
            r1 = r2; // the register operand comes first when the destination is memory
        }
        long immediate = i.immediate;
        long displacement = i.displacement;
        switch (i.mnemonic) {
            case JMP:
            case CALL:
                if (Operand.kind(i.operand0) == Operand.RELATIVE) {
                    displacement = ripOffset + i.length + i.immediate;
                }
                break;
            default:
                if (code == MicroOp.JCC) {
                    displacement = ripOffset + i.length + i.immediate;
                    r1 = i.mnemonic.ordinal() - FIRST_JCC;
                } else if (code == MicroOp.CMOV_RR32 || code == MicroOp.CMOV_RR64) {
                    immediate = i.mnemonic.ordinal() - FIRST_CMOV;
                } else if (code == MicroOp.SET_R) {
                    immediate = i.mnemonic.ordinal() - FIRST_SET;
                } else if (Operand.kind(i.operand1) == Operand.ONE) {
                    immediate = 1;
                }
                break;
        }
        if ((int) displacement != displacement) {
            return;
        }
        if (code == MicroOp.MOV_RI_FULL) {
            ops[at] = word | (long) r1 << MicroOp.R1_SHIFT;
            ops[at + 1] = i.immediate;
            return;
        }
        word |= (long) r1 << MicroOp.R1_SHIFT | (long) r2 << MicroOp.R2_SHIFT;
        if (i.hasMemory()) {
            int base = i.base;
            if (base == Instruction.RIP) {
                base = CpuState.RIP_BASE;
                displacement += ripOffset + i.length;
                if ((int) displacement != displacement) {
                    return;
                }
            } else if (base == Instruction.NO_REGISTER) {
                base = CpuState.ZERO;
            }
            int segment =
                    i.segment == Instruction.FS
                            ? CpuState.FS_BASE
                            : i.segment == Instruction.GS ? CpuState.GS_BASE : CpuState.ZERO;
            if (i.mnemonic == Mnemonic.LEA) {
                segment = CpuState.ZERO;
            }
            word |=
                    (long) base << MicroOp.BASE_SHIFT
                            | (long) i.index << MicroOp.INDEX_SHIFT
                            | (long) i.scale << MicroOp.SCALE_SHIFT
                            | (long) segment << MicroOp.SEGMENT_SHIFT;
        }
        ops[at] = word;
        ops[at + 1] = (displacement & 0xFFFFFFFFL) | immediate << 32;
    }

    /** Form of a two-operand instruction, or -1: RR RI RM MR MI. */
    private static int form(Instruction i) {
        int to = Operand.kind(i.operand0);
        int from = Operand.kind(i.operand1);
        if (to == Operand.GPR) {
            return from == Operand.GPR
                    ? MicroOp.RR
                    : from == Operand.IMMEDIATE
                            ? MicroOp.RI
                            : from == Operand.MEMORY ? MicroOp.RM : -1;
        }
        if (to == Operand.MEMORY) {
            return from == Operand.GPR ? MicroOp.MR : from == Operand.IMMEDIATE ? MicroOp.MI : -1;
        }
        return -1;
    }

    private static int select(Instruction i) {
        int size = Operand.size(i.operand0);
        switch (i.mnemonic) {
            case ADD:
                return binary(i, MicroOp.ADD, size);
            case SUB:
                return binary(i, MicroOp.SUB, size);
            case AND:
                return binary(i, MicroOp.AND, size);
            case OR:
                return binary(i, MicroOp.OR, size);
            case XOR:
                return binary(i, MicroOp.XOR, size);
            case CMP:
                return size == 1 ? compareByte(i) : binary(i, MicroOp.CMP, size);
            case TEST:
                return size == 1 ? testByte(i) : binary(i, MicroOp.TEST, size);
            case MOV:
                return move(i, size);
            case MOVZX:
            case MOVSX:
            case MOVSXD:
                return extend(i, size);
            case LEA:
                return size == 8 ? MicroOp.LEA64 : size == 4 ? MicroOp.LEA32 : MicroOp.GENERIC;
            case NOP:
            case ENDBR64:
            case ENDBR32:
                return MicroOp.NOP;
            case PUSH:
                if (i.operandSize != 8) {
                    return MicroOp.GENERIC;
                }
                switch (Operand.kind(i.operand0)) {
                    case Operand.GPR:
                        return MicroOp.PUSH_R64;
                    case Operand.IMMEDIATE:
                        return MicroOp.PUSH_I64;
                    default:
                        return MicroOp.GENERIC;
                }
            case POP:
                return i.operandSize == 8 && Operand.kind(i.operand0) == Operand.GPR
                        ? MicroOp.POP_R64
                        : MicroOp.GENERIC;
            case JMP:
                return near(i, MicroOp.JMP, MicroOp.JMP_R, MicroOp.JMP_M);
            case CALL:
                return near(i, MicroOp.CALL, MicroOp.CALL_R, MicroOp.CALL_M);
            case RET:
                return i.operand0 == 0 ? MicroOp.RET : MicroOp.GENERIC;
            case SHL:
            case SHR:
            case SAR:
                return shift(i, size);
            case INC:
                return Operand.kind(i.operand0) != Operand.GPR || size < 4
                        ? MicroOp.GENERIC
                        : size == 8 ? MicroOp.INC_R64 : MicroOp.INC_R32;
            case DEC:
                return Operand.kind(i.operand0) != Operand.GPR || size < 4
                        ? MicroOp.GENERIC
                        : size == 8 ? MicroOp.DEC_R64 : MicroOp.DEC_R32;
            case IMUL:
                return i.operand2 == 0 && form(i) == MicroOp.RR && size >= 4
                        ? size == 8 ? MicroOp.IMUL_RR64 : MicroOp.IMUL_RR32
                        : MicroOp.GENERIC;
            default:
                return conditional(i, size);
        }
    }

    private static int conditional(Instruction i, int size) {
        int n = i.mnemonic.ordinal();
        if (n >= FIRST_JCC && n < FIRST_JCC + 16) {
            return MicroOp.JCC;
        }
        if (n >= FIRST_CMOV && n < FIRST_CMOV + 16 && form(i) == MicroOp.RR && size >= 4) {
            return size == 8 ? MicroOp.CMOV_RR64 : MicroOp.CMOV_RR32;
        }
        if (n >= FIRST_SET && n < FIRST_SET + 16 && Operand.kind(i.operand0) == Operand.GPR) {
            return MicroOp.SET_R;
        }
        return MicroOp.GENERIC;
    }

    private static int binary(Instruction i, int operation, int size) {
        int form = form(i);
        return form < 0 || size < 4 ? MicroOp.GENERIC : operation + form + (size == 8 ? 1 : 0);
    }

    private static int compareByte(Instruction i) {
        switch (form(i)) {
            case MicroOp.RI:
                return MicroOp.CMP_RI8;
            case MicroOp.MI:
                return MicroOp.CMP_MI8;
            case MicroOp.RR:
                return MicroOp.CMP_RR8;
            case MicroOp.MR:
                return MicroOp.CMP_MR8;
            case MicroOp.RM:
                return MicroOp.CMP_RM8;
            default:
                return MicroOp.GENERIC;
        }
    }

    private static int testByte(Instruction i) {
        switch (form(i)) {
            case MicroOp.RI:
                return MicroOp.TEST_RI8;
            case MicroOp.MI:
                return MicroOp.TEST_MI8;
            case MicroOp.RR:
                return MicroOp.TEST_RR8;
            default:
                return MicroOp.GENERIC;
        }
    }

    private static int move(Instruction i, int size) {
        switch (form(i)) {
            case MicroOp.RR:
                return size == 8
                        ? MicroOp.MOV_RR64
                        : size == 4 ? MicroOp.MOV_RR32 : MicroOp.GENERIC;
            case MicroOp.RI:
                if (size == 8) {
                    return i.immediate == (int) i.immediate
                            ? MicroOp.MOV_RI64
                            : MicroOp.MOV_RI_FULL;
                }
                return size == 4 ? MicroOp.MOV_RI32 : MicroOp.GENERIC;
            case MicroOp.RM:
                if (i.opcode >= 0xA0 && i.opcode <= 0xA3) {
                    return MicroOp.GENERIC; // 64-bit absolute address
                }
                return size == 8
                        ? MicroOp.LOAD64
                        : size == 4
                                ? MicroOp.LOAD32
                                : size == 1 ? MicroOp.LOAD8_MERGE : MicroOp.GENERIC;
            case MicroOp.MR:
                if (i.opcode >= 0xA0 && i.opcode <= 0xA3) {
                    return MicroOp.GENERIC;
                }
                return size == 8
                        ? MicroOp.STORE64
                        : size == 4
                                ? MicroOp.STORE32
                                : size == 2 ? MicroOp.STORE16 : MicroOp.STORE8;
            case MicroOp.MI:
                return size == 8
                        ? MicroOp.STORE_I64
                        : size == 4
                                ? MicroOp.STORE_I32
                                : size == 2 ? MicroOp.STORE_I16 : MicroOp.STORE_I8;
            default:
                return MicroOp.GENERIC;
        }
    }

    private static int extend(Instruction i, int size) {
        int from = Operand.size(i.operand1);
        boolean zero = i.mnemonic == Mnemonic.MOVZX;
        if (size < 4) {
            return MicroOp.GENERIC;
        }
        switch (form(i)) {
            case MicroOp.RM:
                if (zero) {
                    return from == 1 ? MicroOp.LOAD8 : MicroOp.LOAD16;
                }
                if (from == 4) {
                    return size == 8 ? MicroOp.LOAD_SX32_64 : MicroOp.LOAD32;
                }
                return from == 1
                        ? size == 8 ? MicroOp.LOAD_SX8_64 : MicroOp.LOAD_SX8_32
                        : size == 8 ? MicroOp.LOAD_SX16_64 : MicroOp.LOAD_SX16_32;
            case MicroOp.RR:
                if (zero) {
                    return from == 1 ? MicroOp.ZX8_RR : MicroOp.ZX16_RR;
                }
                if (from == 4) {
                    return size == 8 ? MicroOp.SX32_RR64 : MicroOp.MOV_RR32;
                }
                return from == 1
                        ? size == 8 ? MicroOp.SX8_RR64 : MicroOp.SX8_RR32
                        : size == 8 ? MicroOp.SX16_RR64 : MicroOp.SX16_RR32;
            default:
                return MicroOp.GENERIC;
        }
    }

    private static int near(Instruction i, int relative, int register, int memory) {
        switch (Operand.kind(i.operand0)) {
            case Operand.RELATIVE:
                return relative;
            case Operand.GPR:
                return register;
            default:
                return memory;
        }
    }

    private static int shift(Instruction i, int size) {
        int kind = Operand.kind(i.operand1);
        if (size < 4
                || Operand.kind(i.operand0) != Operand.GPR
                || (kind != Operand.IMMEDIATE && kind != Operand.ONE)) {
            return MicroOp.GENERIC;
        }
        int count = kind == Operand.ONE ? 1 : (int) i.immediate & (size == 8 ? 63 : 31);
        if (count == 0) {
            return MicroOp.GENERIC;
        }
        int base =
                i.mnemonic == Mnemonic.SHL
                        ? MicroOp.SHL_RI32
                        : i.mnemonic == Mnemonic.SHR ? MicroOp.SHR_RI32 : MicroOp.SAR_RI32;
        return base + (size == 8 ? 1 : 0);
    }
}
