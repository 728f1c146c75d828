package org.linuxemu.core.translate;

import org.linuxemu.core.block.BasicBlock;

/** Which block of a region follows which, where its loops begin, and how long its ways are. */
final class RegionGraph {
    private final BasicBlock[] blocks;

    /** By block: number of the one behind it, and of its branch's target; -1 if in no region. */
    private final int[] next;

    private final int[] taken;

    private final boolean[] heads;
    private final int[] cycles;
    private boolean hasLoop;

    RegionGraph(BasicBlock[] blocks) {
        this.blocks = blocks;
        next = new int[blocks.length];
        taken = new int[blocks.length];
        for (int k = 0; k < blocks.length; k++) {
            next[k] = indexOf(Region.fallThrough(blocks[k]));
            taken[k] = indexOf(Region.target(blocks[k]));
        }
        heads = new boolean[blocks.length];
        findLoops(0, new int[blocks.length]);
        cycles = new int[blocks.length];
        for (int k = 0; k < blocks.length; k++) {
            measure(k);
        }
    }

    /** Number of the block at an offset in the page, or -1. */
    int indexOf(int offset) {
        for (int k = 0; k < blocks.length; k++) {
            if (blocks[k].startOffset() == offset) {
                return k;
            }
        }
        return -1;
    }

    /** Number of the block behind a block, or -1. */
    int next(int k) {
        return next[k];
    }

    /** Number of the block that a block branches to, or -1. */
    int taken(int k) {
        return taken[k];
    }

    boolean hasLoop() {
        return hasLoop;
    }

    /** Whether a block is where a loop is entered: every loop has such a block. */
    boolean isHead(int k) {
        return heads[k];
    }

    /**
     * Cycles of the longest way from the start of a block, with it, to an exit or the next head of
     * a loop.
     */
    int cycles(int k) {
        return cycles[k];
    }

    private static final int ON_THE_WAY = 1;
    private static final int DONE = 2;

    private void findLoops(int k, int[] found) {
        if (k < 0 || found[k] == DONE) {
            return;
        }
        if (found[k] == ON_THE_WAY) {
            heads[k] = true;
            hasLoop = true;
            return;
        }
        found[k] = ON_THE_WAY;
        findLoops(next[k], found);
        findLoops(taken[k], found);
        found[k] = DONE;
    }

    private int measure(int k) {
        if (cycles[k] == 0) {
            cycles[k] = blocks[k].count + Math.max(further(next[k]), further(taken[k]));
        }
        return cycles[k];
    }

    private int further(int k) {
        return k < 0 || heads[k] ? 0 : measure(k);
    }
}
