package org.linuxemu.core.translate;

import java.util.ArrayList;
import java.util.List;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Writes the parts that instructions of a region have in common: guest registers in JVM locals,
 * operands, memory accesses, flags. All locals but the temporaries are assigned at the method's
 * start, so that every label has the same frame.
 */
class CodeWriter implements Opcodes {
    static final String PACKAGE = "org/linuxemu/core/translate/";
    static final String BASE = PACKAGE + "TranslatedCode";
    private static final String ACCESS = PACKAGE + "Access";
    private static final String FLAGS = PACKAGE + "Flags";
    private static final String MMU = "org/linuxemu/core/mmu/Mmu";
    private static final String STATE = "org/linuxemu/core/state/CpuState";
    private static final String INSTRUCTION = "org/linuxemu/core/decode/Instruction";
    static final String CONTEXT = "org/linuxemu/core/exec/ExecContext";
    private static final String TLB_END = "[J[[BL" + MMU + ";)";

    // Locals. A long takes two.
    static final int THIS = 0;
    static final int PAGE = 1;
    static final int BUDGET = 3;
    static final int SITE = 4;
    static final int REGS = 5;
    static final int READ_TAGS = 6;
    static final int READ_FRAMES = 7;
    static final int WRITE_TAGS = 8;
    static final int WRITE_FRAMES = 9;
    private static final int MMU_LOCAL = 10;
    static final int KIND = 11;
    static final int FLAG_A = 12;
    static final int FLAG_B = 14;
    static final int RESULT = 16;
    static final int EXPLICIT = 18;
    static final int RIP = 19;
    static final int CODE = 21;
    static final int CONTEXT_LOCAL = 22;

    /** Lanes of the vector registers, and four lanes for an operand out of memory. */
    static final int VECTORS = 23;

    static final int SCRATCH = 24;
    private static final int FIRST_GUEST = 25;

    private static final int GUEST_REGISTERS = 20;

    /** What is known of the flags' kind: one of {@link Flags}, or these. */
    static final int UNKNOWN = -1;

    /** Kind ADD or SUB, but with a carry in: A and B alone do not tell the order. */
    static final int WITH_CARRY = -2;

    final MethodVisitor mv;

    /** Guest registers, by their number in {@link CpuState#regs}, as bits. */
    final int used;

    final int written;

    private final int[] slots = new int[GUEST_REGISTERS];

    /** Longs, and free locals behind them; nothing survives an instruction in them. */
    final int temp0;

    final int temp1;
    final int temp2;
    final int temp3;

    private final Object[] frame;
    final List<Instruction> constants = new ArrayList<>();
    final List<Integer> sites = new ArrayList<>();

    CodeWriter(MethodVisitor mv, String className, int used, int written) {
        this.mv = mv;
        this.used = used;
        this.written = written;
        int slot = FIRST_GUEST;
        List<Object> f = new ArrayList<>();
        f.add(className);
        f.add(LONG);
        f.add(INTEGER);
        f.add(INTEGER);
        f.add("[J");
        f.add("[J");
        f.add("[[B");
        f.add("[J");
        f.add("[[B");
        f.add(MMU);
        f.add(INTEGER);
        f.add(LONG);
        f.add(LONG);
        f.add(LONG);
        f.add(INTEGER);
        f.add(LONG);
        f.add(INTEGER);
        f.add(CONTEXT);
        f.add("[J");
        f.add("[J");
        for (int r = 0; r < GUEST_REGISTERS; r++) {
            if ((used >> r & 1) != 0) {
                slots[r] = slot;
                slot += 2;
                f.add(LONG);
            }
        }
        frame = f.toArray();
        temp0 = slot;
        temp1 = slot + 2;
        temp2 = slot + 4;
        temp3 = slot + 6;
    }

    /** Assigns every local. */
    void prologue() {
        loadField("regs", "[J");
        mv.visitVarInsn(ASTORE, REGS);
        loadField("mmu", "L" + MMU + ";");
        mv.visitVarInsn(ASTORE, MMU_LOCAL);
        loadField("context", "L" + CONTEXT + ";");
        mv.visitVarInsn(ASTORE, CONTEXT_LOCAL);
        loadField("vectors", "[J");
        mv.visitVarInsn(ASTORE, VECTORS);
        loadField("scratch", "[J");
        mv.visitVarInsn(ASTORE, SCRATCH);
        tlb("readTags", "[J", READ_TAGS);
        tlb("readFrames", "[[B", READ_FRAMES);
        tlb("writeTags", "[J", WRITE_TAGS);
        tlb("writeFrames", "[[B", WRITE_FRAMES);
        mv.visitInsn(ICONST_0);
        mv.visitVarInsn(ISTORE, SITE);
        mv.visitInsn(LCONST_0);
        mv.visitVarInsn(LSTORE, RIP);
        mv.visitInsn(ICONST_0);
        mv.visitVarInsn(ISTORE, CODE);
        loadFlags();
        loadRegisters(used);
    }

    private void tlb(String name, String type, int local) {
        mv.visitVarInsn(ALOAD, MMU_LOCAL);
        mv.visitMethodInsn(INVOKEVIRTUAL, MMU, name, "()" + type, false);
        mv.visitVarInsn(ASTORE, local);
    }

    private void loadField(String name, String type) {
        mv.visitVarInsn(ALOAD, THIS);
        mv.visitFieldInsn(GETFIELD, BASE, name, type);
    }

    void label(Label l) {
        mv.visitLabel(l);
        mv.visitFrame(F_NEW, frame.length, frame, 0, null);
    }

    void handler(Label l) {
        mv.visitLabel(l);
        mv.visitFrame(F_NEW, frame.length, frame, 1, new Object[] {"java/lang/Throwable"});
    }

    void constant(int value) {
        if (value >= -1 && value <= 5) {
            mv.visitInsn(ICONST_0 + value);
        } else if (value == (byte) value) {
            mv.visitIntInsn(BIPUSH, value);
        } else if (value == (short) value) {
            mv.visitIntInsn(SIPUSH, value);
        } else {
            mv.visitLdcInsn(value);
        }
    }

    void constant(long value) {
        if (value == 0 || value == 1) {
            mv.visitInsn(LCONST_0 + (int) value);
        } else if (value == (short) value) {
            constant((int) value);
            mv.visitInsn(I2L);
        } else {
            mv.visitLdcInsn(value);
        }
    }

    void load(int local) {
        mv.visitVarInsn(LLOAD, local);
    }

    void store(int local) {
        mv.visitVarInsn(LSTORE, local);
    }

    void op(int opcode) {
        mv.visitInsn(opcode);
    }

    int slot(int register) {
        return slots[register];
    }

    void loadRegister(int register) {
        if (register == CpuState.ZERO) {
            mv.visitInsn(LCONST_0);
        } else {
            load(slots[register]);
        }
    }

    // ---- registers to and from the processor's state ----

    void loadRegisters(int set) {
        for (int r = 0; r < GUEST_REGISTERS; r++) {
            if ((set >> r & 1) != 0) {
                mv.visitVarInsn(ALOAD, REGS);
                constant(r);
                mv.visitInsn(LALOAD);
                store(slots[r]);
            }
        }
    }

    void storeRegisters(int set) {
        for (int r = 0; r < GUEST_REGISTERS; r++) {
            if ((set >> r & 1) != 0) {
                mv.visitVarInsn(ALOAD, REGS);
                constant(r);
                load(slots[r]);
                mv.visitInsn(LASTORE);
            }
        }
    }

    void loadFlags() {
        flag("flagsKind", "I", ISTORE, KIND);
        flag("flagsA", "J", LSTORE, FLAG_A);
        flag("flagsB", "J", LSTORE, FLAG_B);
        flag("flagsResult", "J", LSTORE, RESULT);
        flag("flagsExplicit", "I", ISTORE, EXPLICIT);
    }

    private void flag(String name, String type, int opcode, int local) {
        loadState();
        mv.visitFieldInsn(GETFIELD, STATE, name, type);
        mv.visitVarInsn(opcode, local);
    }

    void loadState() {
        loadField("state", "L" + STATE + ";");
    }

    void storeFlags() {
        loadState();
        pushFlags();
        mv.visitMethodInsn(INVOKESTATIC, FLAGS, "store", "(L" + STATE + ";IJJJI)V", false);
    }

    void storeRip() {
        loadState();
        load(RIP);
        mv.visitFieldInsn(PUTFIELD, STATE, "rip", "J");
    }

    void storeField(String name, int local) {
        mv.visitVarInsn(ALOAD, THIS);
        mv.visitVarInsn(ILOAD, local);
        mv.visitFieldInsn(PUTFIELD, BASE, name, "I");
    }

    private void pushFlags() {
        mv.visitVarInsn(ILOAD, KIND);
        load(FLAG_A);
        load(FLAG_B);
        load(RESULT);
        mv.visitVarInsn(ILOAD, EXPLICIT);
    }

    // ---- flags ----

    void kind(int kind) {
        constant(kind);
        mv.visitVarInsn(ISTORE, KIND);
    }

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
                mv.visitVarInsn(ILOAD, EXPLICIT);
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

    /** Marks the instruction as the one that an exception from here on belongs to. */
    void site(int block, int index) {
        int id = block << 8 | index;
        if (sites.isEmpty() || sites.get(sites.size() - 1) != id) {
            sites.add(id);
        }
        constant(sites.size() - 1);
        mv.visitVarInsn(ISTORE, SITE);
    }

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
        mv.visitVarInsn(ALOAD, READ_TAGS);
        mv.visitVarInsn(ALOAD, READ_FRAMES);
        mv.visitVarInsn(ALOAD, MMU_LOCAL);
    }

    private void pushWriteTlb() {
        mv.visitVarInsn(ALOAD, WRITE_TAGS);
        mv.visitVarInsn(ALOAD, WRITE_FRAMES);
        mv.visitVarInsn(ALOAD, MMU_LOCAL);
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
                load(slots[Operand.number(operand)]);
                break;
            case Operand.GPR_HIGH:
                load(slots[Operand.number(operand)]);
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
        int slot = slots[Operand.number(operand)];
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
        mv.visitVarInsn(ALOAD, CONTEXT_LOCAL);
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
