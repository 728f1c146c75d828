package org.linuxemu.core.translate;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/**
 * Writes the parts that instructions of a region have in common: operands, memory accesses,
 * conditions.
 */
class CodeWriter extends StateWriter {
    private static final String ACCESS = PACKAGE + "Access";
    private static final String INSTRUCTION = "org/linuxemu/core/decode/Instruction";
    private static final String TLB_END = "[J[[BL" + MMU + ";)";

    CodeWriter(MethodVisitor mv, String className, boolean inMemory, int used, int written) {
        super(mv, className, inMemory, used, written);
    }

    // ---- flags ----

    void flags(String method, String type) {
        mv.visitMethodInsn(INVOKESTATIC, FLAGS, method, type, false);
    }

    /** Pushes CF as an int. */
    void pushCarry(int known) {
        switch (known) {
            case Flags.ADD:
                pushAbr();
                flags("carryAdd", "(JJJ)I");
                break;
            case Flags.SUB:
                load(FLAG_A);
                load(FLAG_B);
                flags("below", "(JJ)I");
                break;
            case Flags.LOGIC:
                mv.visitInsn(ICONST_0);
                break;
            case Flags.EXPLICIT:
            case Flags.INC:
            case Flags.DEC:
            case Flags.SHIFT:
            case Flags.MULTIPLY:
                pushInt(EXPLICIT, "flagsExplicit");
                mv.visitInsn(ICONST_1);
                mv.visitInsn(IAND);
                break;
            default:
                pushFlags();
                flags("carry", "(IJJJI)I");
                break;
        }
    }

    private void pushAbr() {
        load(FLAG_A);
        load(FLAG_B);
        load(RESULT);
    }

    /** Pushes all arithmetic flags in their RFLAGS places. */
    void pushAllFlags() {
        pushFlags();
        flags("all", "(IJJJI)I");
    }

    /** Pushes 1 if the condition holds, else 0. */
    void pushCondition(int code, int known) {
        if (!direct(code, known)) {
            constant(code);
            pushFlags();
            flags("condition", "(IIJJJI)I");
        } else if ((code & 1) != 0) {
            mv.visitInsn(ICONST_1);
            mv.visitInsn(IXOR);
        }
    }

    /** Pushes 1 if the condition without its lowest bit holds, where that is simple. */
    private boolean direct(int code, int known) {
        boolean result = known != UNKNOWN && known != Flags.EXPLICIT && known != Flags.MULTIPLY;
        switch (code >> 1) {
            case 1:
                if (known == UNKNOWN || known == WITH_CARRY) {
                    return false;
                }
                pushCarry(known);
                return true;
            case 2:
                if (known == Flags.SUB) {
                    load(FLAG_A);
                    load(FLAG_B);
                    flags("equal", "(JJ)I");
                    return true;
                }
                if (result) {
                    load(RESULT);
                    flags("zero", "(J)I");
                }
                return result;
            case 3:
                if (known == Flags.SUB) {
                    load(FLAG_A);
                    load(FLAG_B);
                    flags("belowOrEqual", "(JJ)I");
                    return true;
                }
                if (known == Flags.LOGIC) {
                    load(RESULT);
                    flags("zero", "(J)I");
                    return true;
                }
                return false;
            case 4:
                if (result) {
                    load(RESULT);
                    flags("sign", "(J)I");
                }
                return result;
            case 6:
            case 7:
                if (known == Flags.SUB) {
                    load(FLAG_A);
                    load(FLAG_B);
                } else if (known == Flags.LOGIC) {
                    load(RESULT);
                    mv.visitInsn(LCONST_0);
                } else {
                    return false;
                }
                flags(code >> 1 == 6 ? "less" : "lessOrEqual", "(JJ)I");
                return true;
            default:
                return false;
        }
    }

    /** Jumps if the condition holds. */
    void jumpIf(int code, int known, Label target) {
        if (direct(code, known)) {
            mv.visitJumpInsn((code & 1) != 0 ? IFEQ : IFNE, target);
        } else {
            pushCondition(code, known);
            mv.visitJumpInsn(IFNE, target);
        }
    }

    // ---- memory ----

    /** Pushes the linear address of the memory operand; with {@code delta} added. */
    void pushAddress(Instruction i, int nextOffset, boolean withSegment) {
        if (i.base == Instruction.RIP) {
            load(PAGE);
            constant(nextOffset + i.displacement);
            mv.visitInsn(LADD);
        } else {
            boolean any = false;
            if (i.base != Instruction.NO_REGISTER) {
                loadRegister(i.base);
                any = true;
            }
            if (i.index != Instruction.NO_REGISTER) {
                loadRegister(i.index);
                if (i.scale != 0) {
                    constant(i.scale);
                    mv.visitInsn(LSHL);
                }
                if (any) {
                    mv.visitInsn(LADD);
                }
                any = true;
            }
            if (i.displacement != 0 || !any) {
                constant(i.displacement);
                if (any) {
                    mv.visitInsn(LADD);
                }
            }
        }
        if (withSegment && i.segment >= Instruction.FS) {
            loadRegister(i.segment == Instruction.FS ? CpuState.FS_BASE : CpuState.GS_BASE);
            mv.visitInsn(LADD);
        }
    }

    /** Address to value, zero-extended or sign-extended. */
    void read(int size, boolean signed) {
        pushReadTlb();
        mv.visitMethodInsn(
                INVOKESTATIC,
                ACCESS,
                size == 4 ? "read4S" : "read" + size,
                "(J" + TLB_END + "J",
                false);
        fix(size, signed);
    }

    /** As {@link #read} for the destination of a read-modify-write. */
    void readForUpdate(int size, boolean signed) {
        pushWriteTlb();
        mv.visitMethodInsn(
                INVOKESTATIC,
                ACCESS,
                size == 4 ? "update4S" : "update" + size,
                "(J" + TLB_END + "J",
                false);
        fix(size, signed);
    }

    private void fix(int size, boolean signed) {
        if (size == 4 && !signed) {
            zeroExtend(4);
        } else if (size < 4 && signed) {
            signExtend(size);
        }
    }

    /** Address and value from the stack to memory. */
    void write(int size) {
        pushWriteTlb();
        mv.visitMethodInsn(INVOKESTATIC, ACCESS, "write" + size, "(JJ" + TLB_END + "V", false);
    }

    private void pushReadTlb() {
        pushObject(READ_TAGS);
        pushObject(READ_FRAMES);
        pushObject(MMU_LOCAL);
    }

    private void pushWriteTlb() {
        pushObject(WRITE_TAGS);
        pushObject(WRITE_FRAMES);
        pushObject(MMU_LOCAL);
    }

    // ---- operands ----

    void signExtend(int size) {
        if (size < 8) {
            mv.visitInsn(L2I);
            if (size == 1) {
                mv.visitInsn(I2B);
            } else if (size == 2) {
                mv.visitInsn(I2S);
            }
            mv.visitInsn(I2L);
        }
    }

    void zeroExtend(int size) {
        if (size < 8) {
            constant(size == 4 ? 0xFFFFFFFFL : size == 2 ? 0xFFFFL : 0xFFL);
            mv.visitInsn(LAND);
        }
    }

    /** Pushes a register, immediate or memory operand; the latter reads. */
    void push(Instruction i, int operand, int nextOffset, int size, boolean signed) {
        switch (Operand.kind(operand)) {
            case Operand.GPR:
                load(slot(Operand.number(operand)));
                break;
            case Operand.GPR_HIGH:
                load(slot(Operand.number(operand)));
                constant(8);
                mv.visitInsn(LUSHR);
                break;
            case Operand.IMMEDIATE:
                {
                    long v = i.immediate;
                    long x =
                            size == 8
                                    ? v
                                    : size == 4
                                            ? signed ? (long) (int) v : v & 0xFFFFFFFFL
                                            : size == 2
                                                    ? signed ? (long) (short) v : v & 0xFFFF
                                                    : signed ? (long) (byte) v : v & 0xFF;
                    constant(x);
                    return;
                }
            case Operand.ONE:
                mv.visitInsn(LCONST_1);
                return;
            case Operand.MEMORY:
                pushAddress(i, nextOffset, true);
                read(size, signed);
                return;
            default:
                throw new IllegalStateException("operand kind " + Operand.kind(operand));
        }
        if (signed) {
            signExtend(size);
        } else {
            zeroExtend(size);
        }
    }

    /** Pops a value into a register operand; bits beyond the operand's size are ignored. */
    void popRegister(int operand) {
        int slot = slot(Operand.number(operand));
        if (Operand.kind(operand) == Operand.GPR_HIGH) {
            constant(0xFFL);
            mv.visitInsn(LAND);
            constant(8);
            mv.visitInsn(LSHL);
            load(slot);
            constant(~0xFF00L);
            mv.visitInsn(LAND);
            mv.visitInsn(LOR);
        } else {
            int size = Operand.size(operand);
            zeroExtend(size);
            if (size < 4) {
                load(slot);
                constant(size == 1 ? ~0xFFL : ~0xFFFFL);
                mv.visitInsn(LAND);
                mv.visitInsn(LOR);
            }
        }
        store(slot);
    }

    // ---- instructions executed by the class of their family ----

    /** Calls the family; registers and flags must be in the state as far as it looks at them. */
    void callFamily(Instruction i, int offset) {
        pushObject(CONTEXT_LOCAL);
        mv.visitInsn(DUP);
        load(PAGE);
        constant((long) offset);
        mv.visitInsn(LADD);
        mv.visitFieldInsn(PUTFIELD, CONTEXT, "instructionRip", "J");
        loadField("instructions", "[L" + INSTRUCTION + ";");
        constant(constants.size());
        mv.visitInsn(AALOAD);
        constants.add(i);
        mv.visitMethodInsn(
                INVOKESTATIC,
                "org/linuxemu/core/exec/" + Families.className(i.mnemonic.family),
                "execute",
                "(L" + CONTEXT + ";L" + INSTRUCTION + ";)V",
                false);
    }
}
