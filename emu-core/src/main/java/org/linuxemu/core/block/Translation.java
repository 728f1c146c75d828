package org.linuxemu.core.block;

/**
 * A region of blocks of one page as one piece of host code. It does what the interpreter does with
 * the same blocks, to the cycle: registers, flags and memory are the same at every exit, and an
 * exception leaves them as they were before the instruction of its site.
 */
public abstract class Translation {
    /** {@link #run} left by an indirect branch or for lack of budget; RIP is set. */
    public static final int EXIT_OTHER = -1;

    /**
     * The instruction of {@link #site}, the last of its block, is to be executed by the
     * interpreter.
     */
    public static final int EXIT_END = -2;

    /** The blocks, entry first. */
    public final BasicBlock[] blocks;

    /** Budget that it wants at least: the cycles up to an exit or the first look at the rest. */
    public final int cycles;

    /**
     * Blocks that followed the direct exits last time, by exit number; to be checked before use.
     */
    public final BasicBlock[] links;

    /** Index in {@link #blocks} (times 256) and number of the instruction, by site. */
    public final int[] sites;

    /** False once the code of any of the blocks has been overwritten, or the cache was emptied. */
    public boolean valid = true;

    /** After {@link #run}: what is left of the budget. */
    public int left;

    /** After an exception or {@link #EXIT_END}: where. */
    public int site;

    // What was found out last about breakpoints: at which state of their table, at which address.
    public int checkedGeneration = -1;
    public long checkedPage;
    public boolean hasBreakpoint;

    protected Translation(BasicBlock[] blocks, int cycles, int exits, int[] sites) {
        this.blocks = blocks;
        this.cycles = cycles;
        this.links = new BasicBlock[exits];
        this.sites = sites;
    }

    /**
     * Runs from the start of the first block until an exit.
     *
     * @param page linear address of the page
     * @param budget cycles that may be spent, at least {@link #cycles}; a block is charged at its
     *     head, so after an exception or EXIT_END all of its cycles are taken already
     * @return number of the direct exit taken, RIP is set; or one of the negative codes
     */
    public abstract int run(long page, int budget);

    /** Whether every block is still what memory holds. */
    public boolean blocksValid() {
        for (BasicBlock b : blocks) {
            if (!b.valid) {
                return false;
            }
        }
        return true;
    }
}
