package org.linuxemu.core.translate;

import java.lang.constant.ConstantDescs;
import java.util.Arrays;
import org.linuxemu.core.block.BasicBlock;
import org.linuxemu.core.block.MicroOp;
import org.linuxemu.core.block.Translation;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.CpuState;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * A region to a class file. One method: the blocks with branches between them as jumps, each block
 * after taking its instructions off the budget. With registers in locals ({@link Placement}) these
 * are loaded at the start, all exits meet at one place that stores registers and flags, and an
 * exception is caught, stores them too, and goes on. In memory each exit returns by itself, and
 * only the flags may have to be brought into the form that {@code CpuState} knows.
 */
final class RegionCompiler implements Opcodes {
    private static final String CLASS = CodeWriter.PACKAGE + "Region$Code";
    private static final String HANDLES = "java/lang/invoke/MethodHandles";
    private static final String PARTS = "L" + CodeWriter.BASE + "$Parts;";

    /** Instructions of a block from which on locals are worth their trouble. */
    private static final int LONG_BLOCK = 12;

    /** Kind of flags before the first pass over the blocks. */
    private static final int NOT_YET = -3;

    private final TranslatedCode.Parts parts;
    private final Placement placement;
    private final BasicBlock[] blocks;
    private final boolean[][] flagsLive;
    private final int[] kindIn;
    private final Label[] labels;
    private final RegionGraph graph;
    private final Label exit = new Label();
    private InstructionWriter w;
    private MethodVisitor mv;
    private int exits;

    /** Exit stubs are written behind the blocks: label, target offset, exit number. */
    private final java.util.ArrayList<Object[]> stubs = new java.util.ArrayList<>();

    private RegionCompiler(TranslatedCode.Parts parts, Placement placement) {
        this.placement = placement;
        this.parts = parts;
        this.blocks = parts.blocks;
        this.flagsLive = new boolean[blocks.length][];
        this.kindIn = new int[blocks.length];
        this.labels = new Label[blocks.length];
        this.graph = new RegionGraph(blocks);
    }

    /** The class file; completes the parts. */
    static byte[] compile(TranslatedCode.Parts parts, Placement placement) {
        return new RegionCompiler(parts, placement).compile();
    }

    private byte[] compile() {
        int used = 0;
        int written = 0;
        for (int k = 0; k < blocks.length; k++) {
            labels[k] = new Label();
            flagsLive[k] = liveness(blocks[k]);
            for (int i = 0; i < blocks[k].count; i++) {
                Instruction x = blocks[k].instructions[i];
                if (isNative(blocks[k], i)) {
                    used |= uses(x);
                    written |= writes(x);
                }
            }
        }
        used |= written;
        propagateKinds();

        ClassWriter cw = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        cw.visit(V17, ACC_FINAL | ACC_SUPER, CLASS, null, CodeWriter.BASE, null);
        MethodVisitor init = cw.visitMethod(ACC_PUBLIC, "<init>", "(" + PARTS + ")V", null, null);
        init.visitCode();
        init.visitVarInsn(ALOAD, 0);
        init.visitVarInsn(ALOAD, 1);
        init.visitMethodInsn(INVOKESPECIAL, CodeWriter.BASE, "<init>", "(" + PARTS + ")V", false);
        init.visitInsn(RETURN);
        init.visitMaxs(0, 0);
        init.visitEnd();
        constants(cw);
        mv = cw.visitMethod(ACC_PUBLIC, "run", "(JI)I", null, null);
        mv.visitCode();
        w = new InstructionWriter(mv, CLASS, inMemory(), used, written);
        method();
        mv.visitMaxs(0, 0);
        mv.visitEnd();
        cw.visitEnd();
        parts.exits = exits;
        parts.cycles = graph.cycles(0);
        parts.instructions = w.constants.toArray(new Instruction[0]);
        parts.sites = new int[w.sites.size()];
        for (int i = 0; i < parts.sites.length; i++) {
            parts.sites[i] = w.sites.get(i);
        }
        return cw.toByteArray();
    }

    /** What the code needs at hand, as constants, which the JIT compilers hold in no register. */
    private static void constants(ClassWriter cw) {
        MethodVisitor init = cw.visitMethod(ACC_STATIC, "<clinit>", "()V", null, null);
        init.visitCode();
        init.visitMethodInsn(INVOKESTATIC, HANDLES, "lookup", "()L" + HANDLES + "$Lookup;", false);
        init.visitLdcInsn(ConstantDescs.DEFAULT_NAME);
        init.visitLdcInsn(Type.getObjectType(CodeWriter.BASE + "$Constants"));
        init.visitMethodInsn(
                INVOKESTATIC,
                HANDLES,
                "classData",
                "(L" + HANDLES + "$Lookup;Ljava/lang/String;Ljava/lang/Class;)Ljava/lang/Object;",
                false);
        init.visitTypeInsn(CHECKCAST, CodeWriter.BASE + "$Constants");
        for (int n = 0; n < CodeWriter.CONSTANTS.length; n += 2) {
            String name = CodeWriter.CONSTANTS[n];
            String type = CodeWriter.CONSTANTS[n + 1];
            cw.visitField(ACC_STATIC | ACC_FINAL | ACC_PRIVATE, name, type, null, null).visitEnd();
            init.visitInsn(DUP);
            init.visitFieldInsn(GETFIELD, CodeWriter.BASE + "$Constants", name, type);
            init.visitFieldInsn(PUTSTATIC, CLASS, name, type);
        }
        init.visitInsn(POP);
        init.visitInsn(RETURN);
        init.visitMaxs(0, 0);
        init.visitEnd();
    }

    private static boolean isBranchAt(BasicBlock b, int i) {
        return i == b.count - 1 && Region.isBranch(Region.lastCode(b));
    }

    private static boolean isEndAt(BasicBlock b, int i) {
        return i == b.count - 1 && Region.lastCode(b) == MicroOp.GENERIC_END;
    }

    private static boolean isNative(BasicBlock b, int i) {
        return isBranchAt(b, i)
                || (!isEndAt(b, i) && InstructionWriter.isNative(b.instructions[i]));
    }

    private static int uses(Instruction x) {
        int set = Families.operandRegisters(x) | Families.addressRegisters(x) | implied(x);
        if (x.hasMemory() && x.segment >= Instruction.FS) {
            set |= 1 << (x.segment == Instruction.FS ? CpuState.FS_BASE : CpuState.GS_BASE);
        }
        return set;
    }

    private static int implied(Instruction x) {
        return x.mnemonic == Mnemonic.CALL || x.mnemonic == Mnemonic.RET
                ? 1 << CpuState.RSP
                : InstructionWriter.impliedRegisters(x);
    }

    private static int writes(Instruction x) {
        int set = implied(x);
        switch (x.mnemonic) {
            case CMP:
            case TEST:
            case BT:
            case PUSH:
            case JMP:
            case CALL:
                return set;
            case MULX:
                return set | 1 << Operand.number(x.operand0) | 1 << Operand.number(x.operand1);
            case XADD:
            case XCHG:
                return set | Families.operandRegisters(x);
            default:
                int kind = Operand.kind(x.operand0);
                return kind == Operand.GPR || kind == Operand.GPR_HIGH
                        ? set | 1 << Operand.number(x.operand0)
                        : set;
        }
    }

    // ---- flags ----

    /**
     * By instruction: whether the flags it leaves can be seen, by a reader, at a fault, or behind
     * the block.
     */
    private static boolean[] liveness(BasicBlock b) {
        boolean[] result = new boolean[b.count];
        boolean live = true;
        for (int i = b.count - 1; i >= 0; i--) {
            result[i] = live;
            Instruction x = b.instructions[i];
            if (!isNative(b, i) || isBranchAt(b, i)) {
                live = true;
                continue;
            }
            if (InstructionWriter.replacesFlags(x)) {
                live = false;
            }
            // Those that keep some flags need the ones before them only if theirs are needed.
            if (InstructionWriter.readsFlags(x) || InstructionWriter.mayFault(x)) {
                live = true;
            }
        }
        return result;
    }

    /** What is known of the flags' kind behind an instruction. */
    private static int kindAfter(BasicBlock b, int i, int before, boolean live) {
        Instruction x = b.instructions[i];
        if (isBranchAt(b, i)) {
            return before;
        }
        if (!isNative(b, i)) {
            return !isEndAt(b, i) && Families.namesAllItUses(x) ? before : CodeWriter.UNKNOWN;
        }
        if (!live) {
            return before;
        }
        switch (x.mnemonic) {
            case ADD:
                return Flags.ADD;
            case SUB:
            case CMP:
            case NEG:
                return Flags.SUB;
            case ADC:
            case SBB:
                return CodeWriter.WITH_CARRY;
            case AND:
            case OR:
            case XOR:
            case TEST:
                return Flags.LOGIC;
            case INC:
                return Flags.INC;
            case DEC:
                return Flags.DEC;
            case SHL:
            case SHR:
            case SAR:
                return ShiftWriter.isNative(x) ? Flags.EXPLICIT : Flags.SHIFT;
            case IMUL:
            case MUL:
                return Flags.MULTIPLY;
            case CMPXCHG:
                return Flags.SUB;
            case XADD:
                return Flags.ADD;
            case ROL:
            case ROR:
            case SHLD:
            case SHRD:
            case POPCNT:
            case LZCNT:
            case ANDN:
            case BLSR:
            case BLSI:
            case BLSMSK:
            case BZHI:
            case ADCX:
            case ADOX:
            case PTEST:
            case UCOMISS:
            case COMISS:
            case UCOMISD:
            case COMISD:
            case BT:
            case BTS:
            case BTR:
            case BTC:
            case BSF:
            case BSR:
            case TZCNT:
                return Flags.EXPLICIT;
            default:
                return before;
        }
    }

    private void propagateKinds() {
        Arrays.fill(kindIn, NOT_YET);
        kindIn[0] = CodeWriter.UNKNOWN;
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int k = 0; k < blocks.length; k++) {
                int kind = kindIn[k];
                if (kind == NOT_YET) {
                    continue;
                }
                BasicBlock b = blocks[k];
                for (int i = 0; i < b.count; i++) {
                    kind = kindAfter(b, i, kind, flagsLive[k][i]);
                }
                changed |= meet(graph.next(k), kind);
                changed |= meet(graph.taken(k), kind);
            }
        }
    }

    private boolean meet(int block, int kind) {
        if (block < 0 || kindIn[block] == kind || kindIn[block] == CodeWriter.UNKNOWN) {
            return false;
        }
        kindIn[block] = kindIn[block] == NOT_YET ? kind : CodeWriter.UNKNOWN;
        return true;
    }

    /**
     * Whether registers stay in memory. That is better where each instruction is executed once and
     * few come between two branches, so that a local would seldom be used twice.
     */
    private boolean inMemory() {
        if (placement != Placement.CHOSEN) {
            return placement == Placement.MEMORY;
        }
        int instructions = 0;
        for (BasicBlock b : blocks) {
            instructions += b.count;
        }
        return !graph.hasLoop() && instructions <= LONG_BLOCK * blocks.length;
    }

    // ---- code ----

    private void method() {
        w.prologue();
        Label start = new Label();
        Label end = new Label();
        Label handler = new Label();
        mv.visitTryCatchBlock(start, end, handler, null);
        mv.visitLabel(start);
        for (int k = 0; k < blocks.length; k++) {
            block(k);
        }
        for (int s = 0; s < stubs.size(); s++) {
            Object[] stub = stubs.get(s);
            w.label((Label) stub[0]);
            w.known = (int) stub[3];
            leave((int) stub[1], (int) stub[2]);
        }
        mv.visitLabel(end);
        if (w.inMemory) {
            w.handler(handler);
            w.storeFlags();
            mv.visitInsn(ATHROW);
            return;
        }
        w.label(exit);
        w.storeRegisters(w.written);
        w.storeFlags();
        w.storeRip();
        w.storeField("left", CodeWriter.BUDGET);
        w.storeField("site", CodeWriter.SITE);
        mv.visitVarInsn(ILOAD, CodeWriter.CODE);
        mv.visitInsn(IRETURN);
        w.handler(handler);
        w.storeRegisters(w.written);
        w.storeFlags();
        w.storeField("left", CodeWriter.BUDGET);
        w.storeField("site", CodeWriter.SITE);
        mv.visitInsn(ATHROW);
    }

    /** Sets RIP to an offset in the page and goes to the exit. */
    private void leave(int offset, int code) {
        w.load(CodeWriter.PAGE);
        w.constant((long) offset);
        mv.visitInsn(LADD);
        w.store(CodeWriter.RIP);
        exit(code);
    }

    private void exit(int code) {
        if (w.inMemory) {
            if (w.known == CodeWriter.UNKNOWN || w.known > Flags.EXPLICIT) {
                w.storeFlags();
            }
            w.constant(code);
            mv.visitInsn(IRETURN);
        } else {
            w.constant(code);
            mv.visitVarInsn(ISTORE, CodeWriter.CODE);
            mv.visitJumpInsn(GOTO, exit);
        }
    }

    /** The label to jump to for an offset: a block of the region, or a new exit. */
    private Label edge(int offset) {
        int k = graph.indexOf(offset);
        if (k >= 0) {
            return labels[k];
        }
        Label stub = new Label();
        stubs.add(new Object[] {stub, offset, exits++, w.known});
        return stub;
    }

    private void block(int k) {
        BasicBlock b = blocks[k];
        w.label(labels[k]);
        w.known = kindIn[k];
        if (graph.isHead(k)) {
            // Whoever comes into the region, and each round of a loop, has enough for all that
            // can follow up to here; so the other blocks need not look.
            Label enough = new Label();
            w.jumpIfBudget(graph.cycles(k), enough);
            leave(b.startOffset(), Translation.EXIT_OTHER);
            w.label(enough);
        }
        w.takeBudget(b.count); // never nothing: two frames at one place are not allowed
        w.startBlock();
        for (int i = 0; i < b.count; i++) {
            instruction(k, b, i);
            w.known = kindAfter(b, i, w.known, flagsLive[k][i]);
        }
        int last = Region.lastCode(b);
        if (!Region.isBranch(last) && last != MicroOp.GENERIC_END) {
            goTo(k, Region.fallThrough(b));
        }
    }

    /** Continues at an offset; falls into the next block where that is it. */
    private void goTo(int k, int offset) {
        if (k + 1 < blocks.length && blocks[k + 1].startOffset() == offset) {
            return;
        }
        mv.visitJumpInsn(GOTO, edge(offset));
    }

    private void instruction(int k, BasicBlock b, int i) {
        Instruction x = b.instructions[i];
        int offset = b.startOffset() + b.offsets[i];
        int next = b.startOffset() + b.offsets[i + 1];
        if (isEndAt(b, i)) {
            w.site(k, i);
            exit(Translation.EXIT_END);
        } else if (isBranchAt(b, i)) {
            branch(k, b, i, next);
        } else if (InstructionWriter.isNative(x)) {
            if (InstructionWriter.mayFault(x)) {
                w.site(k, i);
            }
            w.write(x, next, flagsLive[k][i]);
        } else {
            w.site(k, i);
            if (Families.namesAllItUses(x)) {
                int operands = Families.operandRegisters(x);
                w.storeRegisters(w.written & (operands | Families.addressRegisters(x)));
                w.callFamily(x, offset);
                w.loadRegisters(w.used & operands);
            } else {
                w.storeRegisters(w.written);
                w.storeFlags();
                w.callFamily(x, offset);
                w.loadRegisters(w.used);
                w.loadFlags();
            }
        }
    }

    private void branch(int k, BasicBlock b, int i, int next) {
        Instruction x = b.instructions[i];
        int code = Region.lastCode(b);
        int target = Region.target(b);
        switch (code) {
            case MicroOp.JMP:
                goTo(k, target);
                return;
            case MicroOp.JCC:
                w.jumpIf((int) (b.ops[2 * i] >> MicroOp.R1_SHIFT) & 31, w.known, edge(target));
                goTo(k, next);
                return;
            case MicroOp.CALL:
                w.site(k, i);
                pushReturn(next);
                goTo(k, target);
                return;
            case MicroOp.RET:
                w.site(k, i);
                w.load(w.slot(CpuState.RSP));
                w.read(8, false);
                checkTarget();
                w.moveStack(8);
                break;
            case MicroOp.JMP_R:
            case MicroOp.JMP_M:
                w.site(k, i);
                w.push(x, x.operand0, next, 8, false);
                checkTarget();
                break;
            default: // CALL_R, CALL_M
                w.site(k, i);
                w.push(x, x.operand0, next, 8, false);
                checkTarget();
                pushReturn(next);
                break;
        }
        // The target is in temp1.
        w.load(w.temp1);
        w.store(CodeWriter.RIP);
        exit(Translation.EXIT_OTHER);
    }

    private void pushReturn(int next) {
        w.load(CodeWriter.PAGE);
        w.constant((long) next);
        mv.visitInsn(LADD);
        w.store(w.temp0);
        w.pushValue(w.temp0);
    }

    private void checkTarget() {
        w.store(w.temp1);
        w.load(w.temp1);
        w.pushObject(CodeWriter.CONTEXT_LOCAL);
        mv.visitMethodInsn(
                INVOKESTATIC,
                CodeWriter.PACKAGE + "Calls",
                "checkTarget",
                "(JLorg/linuxemu/core/exec/ExecContext;)V",
                false);
    }
}
