package org.linuxemu.core.translate;

import java.util.ArrayList;
import java.util.List;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.state.CpuState;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Writes how the code of a region gets at the state of the guest: registers, flags, budget and site
 * of the running instruction, in JVM locals or in memory; and the parts of the machine, which are
 * constants. All locals but the temporaries are assigned at the method's start, so that every label
 * has the same frame.
 */
class StateWriter implements Opcodes {
    static final String PACKAGE = "org/linuxemu/core/translate/";
    static final String BASE = PACKAGE + "TranslatedCode";
    static final String FLAGS = PACKAGE + "Flags";
    static final String MMU = "org/linuxemu/core/mmu/Mmu";
    static final String STATE = "org/linuxemu/core/state/CpuState";
    static final String CONTEXT = "org/linuxemu/core/exec/ExecContext";

    // Locals. A long takes two.
    static final int THIS = 0;
    static final int PAGE = 1;
    static final int BUDGET = 3;

    /** A long on its way to memory; the locals below are not there then. */
    private static final int SPARE = 4;

    static final int SITE = 4;
    static final int READ_TAGS = 5;
    static final int READ_FRAMES = 6;
    static final int WRITE_TAGS = 7;
    static final int WRITE_FRAMES = 8;
    static final int KIND = 9;
    static final int FLAG_A = 10;
    static final int FLAG_B = 12;
    static final int RESULT = 14;
    static final int EXPLICIT = 16;
    static final int RIP = 17;
    static final int CODE = 19;
    private static final int FIRST_GUEST = 20;

    // Stand for the constants of the class.
    private static final int FIRST_CONSTANT = 1 << 17;
    static final int REGS = FIRST_CONSTANT;
    static final int MMU_LOCAL = FIRST_CONSTANT + 1;
    static final int CONTEXT_LOCAL = FIRST_CONSTANT + 2;

    /** Lanes of the vector registers, and four lanes for an operand out of memory. */
    static final int VECTORS = FIRST_CONSTANT + 3;

    static final int SCRATCH = FIRST_CONSTANT + 4;
    private static final int STATE_LOCAL = FIRST_CONSTANT + 5;

    /** Names and types of the constants, which are fields of {@code TranslatedCode.Constants}. */
    static final String[] CONSTANTS = {
        "regs",
        "[J",
        "mmu",
        "L" + MMU + ";",
        "context",
        "L" + CONTEXT + ";",
        "vectors",
        "[J",
        "scratch",
        "[J",
        "state",
        "L" + STATE + ";"
    };

    /** Accessors of the {@code Mmu} and their types, for the locals from READ_TAGS on. */
    private static final String[] TLB = {
        "readTags", "[J", "readFrames", "[[B", "writeTags", "[J", "writeFrames", "[[B"
    };

    /** With this added a guest register's number stands for its place in memory. */
    private static final int IN_MEMORY = 1 << 16;

    private static final int GUEST_REGISTERS = 20;

    /** What is known of the flags' kind: one of {@link Flags}, or these. */
    static final int UNKNOWN = -1;

    /** Kind ADD or SUB, but with a carry in: A and B alone do not tell the order. */
    static final int WITH_CARRY = -2;

    final MethodVisitor mv;
    private final String className;

    /** Whether guest registers, flags, budget and site stay in memory: {@link Placement}. */
    final boolean inMemory;

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

    StateWriter(MethodVisitor mv, String className, boolean inMemory, int used, int written) {
        this.mv = mv;
        this.className = className;
        this.inMemory = inMemory;
        this.used = inMemory ? 0 : used;
        this.written = inMemory ? 0 : written;
        int slot = FIRST_GUEST;
        List<Object> f = new ArrayList<>();
        f.add(className);
        f.add(LONG);
        f.add(INTEGER);
        if (!inMemory) {
            f.add(INTEGER);
            for (int n = 1; n < TLB.length; n += 2) {
                f.add(TLB[n]);
            }
            f.add(INTEGER);
            f.add(LONG);
            f.add(LONG);
            f.add(LONG);
            f.add(INTEGER);
            f.add(LONG);
            f.add(INTEGER);
        }
        for (int r = 0; r < GUEST_REGISTERS; r++) {
            if ((this.used >> r & 1) != 0) {
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
        if (inMemory) {
            storeField("left", BUDGET);
            return;
        }
        for (int local = READ_TAGS; local <= WRITE_FRAMES; local++) {
            pushTlb(local);
            mv.visitVarInsn(ASTORE, local);
        }
        mv.visitInsn(ICONST_0);
        mv.visitVarInsn(ISTORE, SITE);
        mv.visitInsn(LCONST_0);
        mv.visitVarInsn(LSTORE, RIP);
        mv.visitInsn(ICONST_0);
        mv.visitVarInsn(ISTORE, CODE);
        loadFlags();
        loadRegisters(used);
    }

    private void pushTlb(int local) {
        int n = 2 * (local - READ_TAGS);
        pushObject(MMU_LOCAL);
        mv.visitMethodInsn(INVOKEVIRTUAL, MMU, TLB[n], "()" + TLB[n + 1], false);
    }

    /** Pushes one of the class's constants, or an array of the TLB. */
    void pushObject(int local) {
        if (local >= FIRST_CONSTANT) {
            int n = 2 * (local - FIRST_CONSTANT);
            mv.visitFieldInsn(GETSTATIC, className, CONSTANTS[n], CONSTANTS[n + 1]);
        } else if (inMemory) {
            pushTlb(local);
        } else {
            mv.visitVarInsn(ALOAD, local);
        }
    }

    void loadField(String name, String type) {
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

    /** Pushes a long local, or what stands for one. */
    void load(int local) {
        if (local >= IN_MEMORY) {
            pushObject(REGS);
            constant(local - IN_MEMORY);
            mv.visitInsn(LALOAD);
        } else if (inMemory && stateField(local) != null) {
            loadState();
            mv.visitFieldInsn(GETFIELD, STATE, stateField(local), "J");
        } else {
            mv.visitVarInsn(LLOAD, local);
        }
    }

    /** Pops into a long local, or what stands for one. */
    void store(int local) {
        if (local >= IN_MEMORY) {
            mv.visitVarInsn(LSTORE, SPARE);
            pushObject(REGS);
            constant(local - IN_MEMORY);
            mv.visitVarInsn(LLOAD, SPARE);
            mv.visitInsn(LASTORE);
        } else if (inMemory && stateField(local) != null) {
            mv.visitVarInsn(LSTORE, SPARE);
            loadState();
            mv.visitVarInsn(LLOAD, SPARE);
            mv.visitFieldInsn(PUTFIELD, STATE, stateField(local), "J");
        } else {
            mv.visitVarInsn(LSTORE, local);
        }
    }

    private static String stateField(int local) {
        switch (local) {
            case FLAG_A:
                return "flagsA";
            case FLAG_B:
                return "flagsB";
            case RESULT:
                return "flagsResult";
            case RIP:
                return "rip";
            default:
                return null;
        }
    }

    void op(int opcode) {
        mv.visitInsn(opcode);
    }

    int slot(int register) {
        return inMemory ? IN_MEMORY + register : slots[register];
    }

    void loadRegister(int register) {
        if (register == CpuState.ZERO) {
            mv.visitInsn(LCONST_0);
        } else {
            load(slot(register));
        }
    }

    // ---- registers to and from the processor's state ----

    void loadRegisters(int set) {
        for (int r = 0; r < GUEST_REGISTERS; r++) {
            if ((set >> r & 1) != 0) {
                pushObject(REGS);
                constant(r);
                mv.visitInsn(LALOAD);
                store(slots[r]);
            }
        }
    }

    void storeRegisters(int set) {
        for (int r = 0; r < GUEST_REGISTERS; r++) {
            if ((set >> r & 1) != 0) {
                pushObject(REGS);
                constant(r);
                load(slots[r]);
                mv.visitInsn(LASTORE);
            }
        }
    }

    void loadFlags() {
        if (inMemory) {
            return;
        }
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
        pushObject(STATE_LOCAL);
    }

    /** To the kinds that {@code CpuState} knows. */
    void storeFlags() {
        if (inMemory) {
            loadState();
            mv.visitMethodInsn(INVOKESTATIC, FLAGS, "settle", "(L" + STATE + ";)V", false);
            return;
        }
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

    /** Jumps if the budget has so many cycles. */
    void jumpIfBudget(int cycles, Label enough) {
        if (inMemory) {
            loadField("left", "I");
        } else {
            mv.visitVarInsn(ILOAD, BUDGET);
        }
        constant(cycles);
        mv.visitJumpInsn(IF_ICMPGE, enough);
    }

    void takeBudget(int cycles) {
        if (inMemory) {
            mv.visitVarInsn(ALOAD, THIS);
            loadField("left", "I");
            constant(cycles);
            mv.visitInsn(ISUB);
            mv.visitFieldInsn(PUTFIELD, BASE, "left", "I");
        } else {
            mv.visitIincInsn(BUDGET, -cycles);
        }
    }

    void pushFlags() {
        pushInt(KIND, "flagsKind");
        load(FLAG_A);
        load(FLAG_B);
        load(RESULT);
        pushInt(EXPLICIT, "flagsExplicit");
    }

    void pushInt(int local, String field) {
        if (inMemory) {
            loadState();
            mv.visitFieldInsn(GETFIELD, STATE, field, "I");
        } else {
            mv.visitVarInsn(ILOAD, local);
        }
    }

    void kind(int kind) {
        if (inMemory) {
            loadState();
            constant(kind);
            mv.visitFieldInsn(PUTFIELD, STATE, "flagsKind", "I");
        } else {
            constant(kind);
            mv.visitVarInsn(ISTORE, KIND);
        }
    }

    /** Pops the int that goes with some kinds. */
    void storeExplicit() {
        if (inMemory) {
            mv.visitVarInsn(ISTORE, SPARE);
            loadState();
            mv.visitVarInsn(ILOAD, SPARE);
            mv.visitFieldInsn(PUTFIELD, STATE, "flagsExplicit", "I");
        } else {
            mv.visitVarInsn(ISTORE, EXPLICIT);
        }
    }

    /** Marks the instruction as the one that an exception from here on belongs to. */
    void site(int block, int index) {
        int id = block << 8 | index;
        if (sites.isEmpty() || sites.get(sites.size() - 1) != id) {
            sites.add(id);
        }
        if (inMemory) {
            mv.visitVarInsn(ALOAD, THIS);
            constant(sites.size() - 1);
            mv.visitFieldInsn(PUTFIELD, BASE, "site", "I");
        } else {
            constant(sites.size() - 1);
            mv.visitVarInsn(ISTORE, SITE);
        }
    }
}
