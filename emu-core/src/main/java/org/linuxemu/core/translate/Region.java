package org.linuxemu.core.translate;

import java.util.ArrayList;
import java.util.List;
import org.linuxemu.core.block.BasicBlock;
import org.linuxemu.core.block.BlockCache;
import org.linuxemu.core.block.MicroOp;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Operand;

/**
 * The blocks that are translated together: what can be reached from a hot block by direct branches
 * within its page and has run, too.
 */
final class Region {
    /** Limits that keep the method small enough for the JIT compilers. */
    static final int MAX_INSTRUCTIONS = 110;

    static final int MAX_ACCESSES = 44;

    /** A successor is hot enough if it ran at least the entry's runs divided by this. */
    private static final int COLDER = 16;

    private Region() {}

    /**
     * Collects a region, entry first. Machine thread only.
     *
     * @param share of the limits, as a divisor
     */
    static BasicBlock[] collect(BlockCache cache, BasicBlock entry, int share) {
        List<BasicBlock> blocks = new ArrayList<>();
        int instructions = 0;
        int accesses = 0;
        if (!translatable(entry)) {
            return new BasicBlock[0];
        }
        blocks.add(entry);
        instructions += entry.count;
        accesses += accesses(entry);
        int least = entry.runs / COLDER;
        for (int i = 0; i < blocks.size(); i++) {
            BasicBlock b = blocks.get(i);
            for (int way = 0; way < 2; way++) {
                int offset = way == 0 ? fallThrough(b) : target(b);
                if (offset < 0 || offset > 0xFFF) {
                    continue;
                }
                BasicBlock next = cache.known(b.frame, offset);
                if (next == null
                        || blocks.contains(next)
                        || next.secondFrame >= 0
                        || next.runs == 0
                        || (next.runs > 0 && next.runs < least)
                        || (next.translation != null && next.translation.valid)
                        || !translatable(next)) {
                    continue;
                }
                int more = accesses(next);
                if (instructions + next.count > MAX_INSTRUCTIONS / share
                        || accesses + more > MAX_ACCESSES / share) {
                    continue;
                }
                blocks.add(next);
                instructions += next.count;
                accesses += more;
            }
        }
        return blocks.toArray(new BasicBlock[0]);
    }

    /** Micro-operation code of the last instruction. */
    static int lastCode(BasicBlock b) {
        return (int) b.ops[2 * b.count - 2] & MicroOp.CODE_MASK;
    }

    /** Offset in the page of the block behind, or -1. */
    static int fallThrough(BasicBlock b) {
        switch (lastCode(b)) {
            case MicroOp.JMP:
            case MicroOp.CALL:
            case MicroOp.RET:
            case MicroOp.JMP_R:
            case MicroOp.CALL_R:
            case MicroOp.JMP_M:
            case MicroOp.CALL_M:
            case MicroOp.GENERIC_END:
                return -1;
            default:
                return b.startOffset() + b.offsets[b.count];
        }
    }

    /** Offset in the page of a direct branch's target, may be outside; -1 if there is none. */
    static int target(BasicBlock b) {
        switch (lastCode(b)) {
            case MicroOp.JMP:
            case MicroOp.CALL:
            case MicroOp.JCC:
                return b.startOffset() + (int) b.ops[2 * b.count - 1];
            default:
                return -1;
        }
    }

    static boolean isBranch(int code) {
        return code >= MicroOp.JMP && code <= MicroOp.CALL_M;
    }

    private static boolean translatable(BasicBlock b) {
        int last = b.count - 1;
        for (int i = 0; i < b.count; i++) {
            Instruction x = b.instructions[i];
            int code = (int) b.ops[2 * i] & MicroOp.CODE_MASK;
            if (i == last && (code == MicroOp.GENERIC_END || isBranch(code))) {
                // A block of nothing but an instruction that the interpreter executes gains
                // nothing.
                return i > 0 || code != MicroOp.GENERIC_END;
            }
            if (!InstructionWriter.isNative(x) && !Families.allowed(x)) {
                return false;
            }
        }
        return true;
    }

    private static int accesses(BasicBlock b) {
        int n = 0;
        for (Instruction i : b.instructions) {
            if (!InstructionWriter.isNative(i)) {
                n += 2;
            } else if (i.hasMemory()) {
                n += Operand.kind(i.operand0) == Operand.MEMORY ? 2 : 1;
            } else if (InstructionWriter.mayFault(i) && !InstructionWriter.isVector(i)) {
                n++;
            }
        }
        return n + 1;
    }
}
