package org.linuxemu.core.block;

import org.linuxemu.core.decode.Instruction;

/**
 * Decoded code from one physical address up to a branch, a special instruction, the end of the page
 * or the length limit. Independent of the linear address it runs at.
 */
public final class BasicBlock {
    public final Instruction[] instructions;

    /**
     * Offset of each instruction from the start; the last element is the length of the block in
     * bytes.
     */
    public final int[] offsets;

    /** Two longs an instruction, see {@link MicroOp}. */
    public final long[] ops;

    /** Number of instructions. */
    public final int count;

    /**
     * RAM frame of the first byte, and of the last where the only instruction crosses a page; else
     * -1.
     */
    public final int frame;

    public final int secondFrame;

    /** Offset in the page, and code size in bits 13:12 (0: 16, 1: 32, 2: 64 bit). */
    public final int key;

    /** False once the code has been overwritten. */
    public boolean valid = true;

    /**
     * Blocks that followed last time, by fall-through and by taken direct branch; to be checked
     * before use.
     */
    public BasicBlock next;

    public BasicBlock taken;

    /** How often the interpreter ran it, up to the translator's threshold; negative: not yet. */
    public int runs;

    /** Host code that begins here, to be used while valid; else null. */
    public Translation translation;

    BasicBlock(
            Instruction[] instructions,
            int[] offsets,
            long[] ops,
            int frame,
            int secondFrame,
            int key) {
        this.instructions = instructions;
        this.offsets = offsets;
        this.ops = ops;
        this.count = instructions.length;
        this.frame = frame;
        this.secondFrame = secondFrame;
        this.key = key;
    }

    /** The {@link #key} of an offset in a page and a code size of 2, 4 or 8. */
    public static int key(int pageOffset, int codeSize) {
        return pageOffset | (codeSize >> 2) << 12;
    }

    /** Offset of the first byte in its page. */
    public int startOffset() {
        return key & 0xFFF;
    }

    int length() {
        return offsets[count];
    }
}
