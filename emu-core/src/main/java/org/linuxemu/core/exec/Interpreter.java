package org.linuxemu.core.exec;

import org.linuxemu.core.block.BasicBlock;
import org.linuxemu.core.block.BlockCache;
import org.linuxemu.core.block.MicroOp;
import org.linuxemu.core.block.Translation;
import org.linuxemu.core.debug.BreakpointTable;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.mmu.Mmu;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.time.VirtualClock;

/**
 * Runs decoded blocks. Common instructions of 64-bit mode are micro-operations of one switch; all
 * others go through the semantic classes. The switch must stay below HotSpot's limit of 8000
 * bytecodes a method, a test watches that.
 */
public final class Interpreter implements Mmu.AccessListener {
    /** Leaves the block so that the instruction can be run again as the only one of its block. */
    @SuppressWarnings("serial")
    private static final class Restart extends RuntimeException {
        Restart() {
            super(null, null, false, false);
        }
    }

    /** Told of accesses to watched pages. */
    public interface WatchListener {
        /** Whether an access would be reported. */
        boolean watches(long linear, int size, boolean write);

        void watchedAccess(long linear, int size, boolean write);
    }

    private static final long LOW32 = 0xFFFFFFFFL;

    private static final int JUMPS = 1 << 14;

    /** More cycles than this are not promised to a translation at once. */
    private static final int MAX_BUDGET = 1 << 30;

    private static final int EXIT_NEXT = 0;
    private static final int EXIT_TAKEN = 1;
    private static final int EXIT_OTHER = 2;

    private final ExecContext c;
    private final CpuState s;
    private final Mmu m;
    private final VirtualClock clock;
    private final BlockCache blocks;
    private final Restart restart = new Restart();

    /** 64-bit blocks by a hash of their linear address, for indirect branches; to be checked. */
    private final BasicBlock[] jumps = new BasicBlock[JUMPS];

    private TranslationSource translator;
    private final BreakpointTable breakpoints;
    private final BreakpointGuard guard;
    private boolean atBreakpoint;
    private WatchListener watchListener;

    /** A device or code page may be touched now: the instruction is alone in its block. */
    private boolean specialAllowed = true;

    private boolean restarted;

    /** Which translation was left last by a direct exit. */
    private Translation lastTranslation;

    /** How the last block was left. */
    private int exit = EXIT_OTHER;

    /** Instructions of the current block that the clock has already been moved over. */
    private int accounted;

    /** Instruction of the last fault, or null if its fetch faulted. */
    private Instruction faulting;

    public Interpreter(ExecContext context, BlockCache blocks, BreakpointTable breakpoints) {
        this.breakpoints = breakpoints;
        this.guard = new BreakpointGuard(breakpoints);
        this.c = context;
        this.s = context.state;
        this.m = context.mmu;
        this.clock = context.clock;
        this.blocks = blocks;
        m.setListener(this);
    }

    public void setWatchListener(WatchListener listener) {
        watchListener = listener;
    }

    /** Who translates hot blocks; null for nobody. Translations made before are not used then. */
    public void setTranslator(TranslationSource source) {
        translator = source;
    }

    /**
     * The instruction that the last {@link CpuException} out of {@link #run} came from; null for a
     * fetch.
     */
    public Instruction faultingInstruction() {
        return faulting;
    }

    @Override
    public void beforeSpecialAccess() {
        if (!specialAllowed) {
            throw restart;
        }
    }

    @Override
    public boolean watches(long linear, int size, boolean write) {
        return watchListener != null && watchListener.watches(linear, size, write);
    }

    @Override
    public void watchedAccess(long linear, int size, boolean write) {
        if (watchListener != null) {
            watchListener.watchedAccess(linear, size, write);
        }
    }

    /**
     * Runs until the clock reaches the deadline or {@link ExecContext#stateChanged} is set.
     *
     * @throws CpuException a fault; RIP is at the instruction, the clock behind those before it
     */
    public void run(long deadline) {
        BasicBlock previous = null;
        long previousLinear = 0;
        exit = EXIT_OTHER;
        c.stateChanged = false;
        int codeSize = s.codeSize();
        boolean debugging = !breakpoints.isEmpty();
        boolean careful = false;
        long carefulPage = -1; // its low bits are set in no page
        TranslationSource hot = codeSize == 8 ? translator : null;
        int threshold = 0;
        if (hot != null) {
            hot.install();
            threshold = hot.threshold();
        }
        Translation left = null;
        int leftBy = 0;
        while (true) {
            long remaining = deadline - clock.cycles();
            if (remaining <= 0 || c.stateChanged) {
                return;
            }
            BasicBlock b;
            long rip = s.rip;
            if (debugging) {
                // Most blocks are in the page of the one before: one comparison each.
                long linear = codeSize == 8 ? rip : (s.cs().base + rip) & LOW32;
                if ((linear & ~0xFFFL) != carefulPage) {
                    carefulPage = linear & ~0xFFFL;
                    careful = breakpoints.mayBeInPage(linear);
                }
                if (careful && breakpoints.mayBeIn(linear, 1) && breakpoints.contains(linear)) {
                    atBreakpoint = true; // also where the fetch would fault
                    return;
                }
            }
            if (codeSize == 8) {
                if (left != null) {
                    b = left.links[leftBy];
                    if (b == null || !b.valid || !follows(b, rip)) {
                        b = lookup(rip);
                        if (b.frame >= 0 && b.secondFrame < 0) {
                            left.links[leftBy] = b;
                        }
                    }
                    left = null;
                } else if (exit != EXIT_OTHER && previous != null) {
                    b = exit == EXIT_NEXT ? previous.next : previous.taken;
                    if (b == null
                            || !b.valid
                            || (((rip ^ previousLinear) & ~0xFFFL) != 0 || previous.frame < 0)
                                    && !follows(b, rip)) {
                        b = lookup(rip);
                        if (b.frame >= 0 && b.secondFrame < 0) {
                            if (exit == EXIT_NEXT) {
                                previous.next = b;
                            } else {
                                previous.taken = b;
                            }
                        }
                    }
                } else {
                    b = lookup(rip);
                }
                if (hot != null) {
                    if (b.translation == null && b.runs++ == threshold && b.secondFrame < 0) {
                        hot.hot(b);
                    }
                    Translation t = b.translation;
                    if (t != null
                            && remaining >= t.cycles
                            && !(careful && guard.isInside(t, rip & ~0xFFFL))) {
                        leftBy = translated(t, rip & ~0xFFFL, remaining, deadline, debugging);
                        previous = null;
                        exit = EXIT_OTHER;
                        if (restarted) {
                            restarted = false;
                            single(deadline, codeSize);
                            exit = EXIT_OTHER;
                        } else if (leftBy >= 0) {
                            left = lastTranslation;
                        }
                        continue;
                    }
                }
                previousLinear = rip;
                s.regs[CpuState.RIP_BASE] = rip;
            } else {
                checkCodeLimit(rip);
                b = lookup((s.cs().base + rip) & LOW32, codeSize);
            }
            int n = b.count;
            if (n > remaining) {
                n = (int) remaining;
            }
            if (careful) {
                long linear = codeSize == 8 ? rip : (s.cs().base + rip) & LOW32;
                n = guard.upToBreakpoint(b, n, linear);
            }
            execute(b, n, rip, deadline);
            if (restarted) {
                restarted = false;
                single(deadline, codeSize);
                previous = null;
                exit = EXIT_OTHER;
            } else {
                previous = b;
            }
        }
    }

    /** Whether the last {@link #run} ended at a breakpoint; asking clears it. */
    public boolean takeBreakpoint() {
        boolean at = atBreakpoint;
        atBreakpoint = false;
        return at;
    }

    /** Whether the last {@link #step} entered a handler and may have cleared TF: INT n, SYSCALL. */
    public boolean lastEntered() {
        if (lastEnd == null) {
            return false;
        }
        switch (lastEnd.mnemonic) {
            case SYSCALL:
            case INT:
            case INT1:
            case INT3:
            case INTO:
                return true;
            default:
                return false;
        }
    }

    /** Whether the last {@link #step} was an iteration of a repeat that goes on. */
    public boolean lastRepeats() {
        return lastEnd != null
                && lastEnd.mnemonic.family == Mnemonic.Family.STRING
                && s.rip == c.instructionRip;
    }

    /**
     * The block's page is where the address is mapped now, and the address is the one of the block
     * in that page.
     */
    private boolean follows(BasicBlock b, long rip) {
        return m.fetchFrame(rip) == b.frame && (b.key & 0xFFF) == ((int) rip & 0xFFF);
    }

    private void checkCodeLimit(long rip) {
        if (rip > s.cs().limit) {
            faulting = null;
            throw c.generalProtection(0);
        }
    }

    private BasicBlock lookup(long linear, int codeSize) {
        faulting = null;
        return blocks.find(linear, m.fetchFrame(linear), codeSize);
    }

    /** The 64-bit block at an address, without a search if it was there last time. */
    private BasicBlock lookup(long rip) {
        faulting = null;
        int frame = m.fetchFrame(rip);
        BasicBlock b = jump(rip, frame);
        if (b != null) {
            return b;
        }
        b = blocks.find(rip, frame, 8);
        if (b.frame >= 0 && b.secondFrame < 0) {
            jumps[jumpHash(rip)] = b;
        }
        return b;
    }

    private static int jumpHash(long rip) {
        return (int) (rip ^ rip >>> 14) & JUMPS - 1;
    }

    /** The block that was at an address last time, if it is in this frame; else null. */
    private BasicBlock jump(long rip, int frame) {
        BasicBlock b = jumps[jumpHash(rip)];
        return b != null
                        && b.valid
                        && b.frame == frame
                        && b.key == BasicBlock.key((int) rip & 0xFFF, 8)
                ? b
                : null;
    }

    /**
     * Runs a translation, and those that follow it as long as the budget lasts and where they go is
     * known; the last one is {@link #lastTranslation} then.
     *
     * @param debugging whether there are breakpoints: what follows in a page with some is left to
     *     the run loop
     * @return number of the direct exit taken, or a negative number
     */
    private int translated(
            Translation t, long page, long remaining, long deadline, boolean debugging) {
        int budget = (int) Math.min(remaining, MAX_BUDGET);
        int budgetLeft = budget;
        specialAllowed = false;
        int code;
        try {
            while (true) {
                code = t.run(page, budgetLeft);
                budgetLeft = t.left;
                if (code == Translation.EXIT_END || debugging && breakpoints.mayBeInPage(s.rip)) {
                    break;
                }
                BasicBlock b = successor(t, code, page, s.rip);
                if (b == null || b.translation == null || budgetLeft < b.translation.cycles) {
                    break;
                }
                t = b.translation;
                page = s.rip & ~0xFFFL;
            }
            specialAllowed = true;
        } catch (CpuException e) {
            specialAllowed = true;
            faulting = leaveTranslation(t, page, budget);
            throw e;
        } catch (Restart e) {
            specialAllowed = true;
            restarted = true;
            leaveTranslation(t, page, budget);
            return Translation.EXIT_OTHER;
        }
        if (code != Translation.EXIT_END) {
            clock.advance(budget - budgetLeft);
            lastTranslation = t;
            return code;
        }
        int site = t.sites[t.site];
        BasicBlock b = t.blocks[site >> 8];
        clock.advance(budget - budgetLeft - b.count);
        end(b, page + b.startOffset(), deadline);
        return Translation.EXIT_OTHER;
    }

    /** The block at RIP, which an exit has reached, if that is known without a page walk. */
    private BasicBlock successor(Translation t, int code, long page, long rip) {
        if (code >= 0) {
            BasicBlock b = t.links[code];
            return b != null
                            && b.valid
                            && (((rip ^ page) & ~0xFFFL) == 0
                                    ? b.frame == t.blocks[0].frame
                                    : b.frame == m.knownFetchFrame(rip))
                    ? b
                    : null;
        }
        return jump(rip, m.knownFetchFrame(rip));
    }

    /** Clock and RIP to the instruction that threw; returns it. */
    private Instruction leaveTranslation(Translation t, long page, int budget) {
        int site = t.sites[t.site];
        BasicBlock b = t.blocks[site >> 8];
        int at = site & 0xFF;
        clock.advance(budget - t.left - b.count + at);
        s.rip = page + b.startOffset() + b.offsets[at];
        return b.instructions[at];
    }

    /** Runs the last instruction of a block; the clock stands at the block's start. */
    private void end(BasicBlock b, long rip, long deadline) {
        int at = b.count - 1;
        specialAllowed = at == 0;
        accounted = 0;
        position = at;
        try {
            genericEnd(b, at, rip, deadline);
            specialAllowed = true;
        } catch (CpuException e) {
            specialAllowed = true;
            faulting = b.instructions[at];
            leave(b, at, rip);
            throw e;
        } catch (Restart e) {
            specialAllowed = true;
            restarted = true;
            leave(b, at, rip);
            return;
        }
        clock.advance(b.count - accounted + c.extraCycles);
        c.extraCycles = 0;
    }

    /** Runs exactly one instruction, in which special accesses are allowed. */
    private void single(long deadline, int codeSize) {
        long rip = s.rip;
        BasicBlock b;
        if (codeSize == 8) {
            b = lookup(rip, codeSize);
            s.regs[CpuState.RIP_BASE] = rip;
        } else {
            checkCodeLimit(rip);
            b = lookup((s.cs().base + rip) & LOW32, codeSize);
        }
        execute(b, 1, rip, deadline);
    }

    /**
     * Runs one instruction whatever it costs; a repeat does at least one iteration and stops at the
     * deadline. For the run loop's steps.
     */
    public void step(long deadline) {
        c.stateChanged = false;
        lastEnd = null;
        single(deadline, s.codeSize());
    }

    /**
     * Executes the first {@code n} instructions of a block and moves RIP and the clock past them.
     */
    private void execute(BasicBlock b, int n, long rip, long deadline) {
        specialAllowed = n == 1;
        accounted = 0;
        exit = EXIT_NEXT;
        long[] ops = b.ops;
        try {
            interpret(b, ops, n, rip, deadline);
            specialAllowed = true;
        } catch (CpuException e) {
            specialAllowed = true; // the delivery of events has no instruction to restart
            int at = position;
            faulting = b.instructions[at];
            leave(b, at, rip);
            throw e;
        } catch (Restart e) {
            specialAllowed = true;
            restarted = true;
            leave(b, position, rip);
            return;
        }
        clock.advance(n - accounted + c.extraCycles);
        c.extraCycles = 0;
        if (n < b.count) {
            exit = EXIT_OTHER; // the links of a block belong to its end
        }
    }

    /** The last instruction of {@link #genericEnd}. */
    private Instruction lastEnd;

    /** Index of the instruction being executed, kept for faults. */
    private int position;

    /** Leaves a block before instruction {@code at}, which has not completed. */
    private void leave(BasicBlock b, int at, long rip) {
        clock.advance(at - accounted + c.extraCycles);
        c.extraCycles = 0;
        s.rip = s.is64Bit() ? rip + b.offsets[at] : (rip + b.offsets[at]) & LOW32;
    }

    private void generic(Instruction i, long rip) {
        c.instructionRip = rip;
        Dispatcher.execute(c, i);
    }

    /**
     * The last instruction of a block that may branch, take time, look at the clock or change the
     * mode.
     */
    private void genericEnd(BasicBlock b, int at, long rip, long deadline) {
        Instruction i = b.instructions[at];
        clock.advance(at - accounted);
        accounted = at;
        long start = rip + b.offsets[at];
        c.instructionRip = i.codeSize == 8 ? start : start & LOW32;
        c.repeatLimit = deadline - clock.cycles();
        s.rip = c.nextRip(i);
        exit = EXIT_OTHER;
        lastEnd = i;
        Dispatcher.execute(c, i);
    }

    private static long address(long[] r, long w, long o) {
        return r[(int) (w >> MicroOp.BASE_SHIFT) & 31]
                + (r[(int) (w >> MicroOp.INDEX_SHIFT) & 31]
                        << ((int) (w >> MicroOp.SCALE_SHIFT) & 3))
                + r[(int) (w >> MicroOp.SEGMENT_SHIFT) & 31]
                + (int) o;
    }

    private static void flags(CpuState s, int kind, long a, long b, long x) {
        s.flagsKind = kind;
        s.flagsA = a;
        s.flagsB = b;
        s.flagsResult = x;
    }

    private void nonCanonicalTarget(long target) {
        if (target << 16 >> 16 != target) {
            throw c.generalProtection(0);
        }
    }

    /** The switch. Does all n instructions or throws. */
    private void interpret(BasicBlock block, long[] ops, int n, long rip, long deadline) {
        CpuState s = this.s;
        long[] r = s.regs;
        Mmu m = this.m;
        for (int i = 0; i < n; i++) {
            position = i;
            long w = ops[2 * i];
            long o = ops[2 * i + 1];
            switch ((int) w & MicroOp.CODE_MASK) {
                case MicroOp.GENERIC:
                    generic(block.instructions[i], rip + block.offsets[i]);
                    break;
                case MicroOp.GENERIC_END:
                    genericEnd(block, i, rip, deadline);
                    return;
                case MicroOp.NOP:
                    break;
                case MicroOp.MOV_RR32:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] =
                            r[(int) (w >> MicroOp.R2_SHIFT) & 31] & LOW32;
                    break;
                case MicroOp.MOV_RR64:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] = r[(int) (w >> MicroOp.R2_SHIFT) & 31];
                    break;
                case MicroOp.MOV_RI32:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] = o >>> 32;
                    break;
                case MicroOp.MOV_RI64:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] = o >> 32;
                    break;
                case MicroOp.MOV_RI_FULL:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] = o;
                    break;
                case MicroOp.LOAD8:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] = m.readByte(address(r, w, o));
                    break;
                case MicroOp.LOAD16:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] = m.readShort(address(r, w, o));
                    break;
                case MicroOp.LOAD32:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] = m.readInt(address(r, w, o)) & LOW32;
                    break;
                case MicroOp.LOAD64:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] = m.readLong(address(r, w, o));
                    break;
                case MicroOp.LOAD_SX8_32:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] =
                            (byte) m.readByte(address(r, w, o)) & LOW32;
                    break;
                case MicroOp.LOAD_SX8_64:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] = (byte) m.readByte(address(r, w, o));
                    break;
                case MicroOp.LOAD_SX16_32:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] =
                            (short) m.readShort(address(r, w, o)) & LOW32;
                    break;
                case MicroOp.LOAD_SX16_64:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] = (short) m.readShort(address(r, w, o));
                    break;
                case MicroOp.LOAD_SX32_64:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] = m.readInt(address(r, w, o));
                    break;
                case MicroOp.LOAD8_MERGE:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        r[d] = (m.readByte(address(r, w, o)) & 0xFF) | (r[d] & ~0xFFL);
                        break;
                    }
                case MicroOp.STORE8:
                    m.writeByte(address(r, w, o), (int) r[(int) (w >> MicroOp.R1_SHIFT) & 31]);
                    break;
                case MicroOp.STORE16:
                    m.writeShort(address(r, w, o), (int) r[(int) (w >> MicroOp.R1_SHIFT) & 31]);
                    break;
                case MicroOp.STORE32:
                    m.writeInt(address(r, w, o), (int) r[(int) (w >> MicroOp.R1_SHIFT) & 31]);
                    break;
                case MicroOp.STORE64:
                    m.writeLong(address(r, w, o), r[(int) (w >> MicroOp.R1_SHIFT) & 31]);
                    break;
                case MicroOp.STORE_I8:
                    m.writeByte(address(r, w, o), (int) (o >> 32));
                    break;
                case MicroOp.STORE_I16:
                    m.writeShort(address(r, w, o), (int) (o >> 32));
                    break;
                case MicroOp.STORE_I32:
                    m.writeInt(address(r, w, o), (int) (o >> 32));
                    break;
                case MicroOp.STORE_I64:
                    m.writeLong(address(r, w, o), o >> 32);
                    break;
                case MicroOp.ZX8_RR:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] =
                            r[(int) (w >> MicroOp.R2_SHIFT) & 31] & 0xFF;
                    break;
                case MicroOp.ZX16_RR:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] =
                            r[(int) (w >> MicroOp.R2_SHIFT) & 31] & 0xFFFF;
                    break;
                case MicroOp.SX8_RR32:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] =
                            (byte) r[(int) (w >> MicroOp.R2_SHIFT) & 31] & LOW32;
                    break;
                case MicroOp.SX8_RR64:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] =
                            (byte) r[(int) (w >> MicroOp.R2_SHIFT) & 31];
                    break;
                case MicroOp.SX16_RR32:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] =
                            (short) r[(int) (w >> MicroOp.R2_SHIFT) & 31] & LOW32;
                    break;
                case MicroOp.SX16_RR64:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] =
                            (short) r[(int) (w >> MicroOp.R2_SHIFT) & 31];
                    break;
                case MicroOp.SX32_RR64:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] =
                            (int) r[(int) (w >> MicroOp.R2_SHIFT) & 31];
                    break;
                case MicroOp.LEA32:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] = address(r, w, o) & LOW32;
                    break;
                case MicroOp.LEA64:
                    r[(int) (w >> MicroOp.R1_SHIFT) & 31] = address(r, w, o);
                    break;
                case MicroOp.CMOV_RR32:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        r[d] =
                                r[
                                                s.condition((int) (o >> 32))
                                                        ? (int) (w >> MicroOp.R2_SHIFT) & 31
                                                        : d]
                                        & LOW32;
                        break;
                    }
                case MicroOp.CMOV_RR64:
                    if (s.condition((int) (o >> 32))) {
                        r[(int) (w >> MicroOp.R1_SHIFT) & 31] =
                                r[(int) (w >> MicroOp.R2_SHIFT) & 31];
                    }
                    break;
                case MicroOp.SET_R:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        r[d] = (r[d] & ~0xFFL) | (s.condition((int) (o >> 32)) ? 1 : 0);
                        break;
                    }
                case MicroOp.PUSH_R64:
                    {
                        long sp = r[CpuState.RSP] - 8;
                        m.writeLong(sp, r[(int) (w >> MicroOp.R1_SHIFT) & 31]);
                        r[CpuState.RSP] = sp;
                        break;
                    }
                case MicroOp.PUSH_I64:
                    {
                        long sp = r[CpuState.RSP] - 8;
                        m.writeLong(sp, o >> 32);
                        r[CpuState.RSP] = sp;
                        break;
                    }
                case MicroOp.POP_R64:
                    {
                        long x = m.readLong(r[CpuState.RSP]);
                        r[CpuState.RSP] += 8;
                        r[(int) (w >> MicroOp.R1_SHIFT) & 31] = x;
                        break;
                    }
                case MicroOp.JMP:
                    exit = EXIT_TAKEN;
                    s.rip = rip + (int) o;
                    return;
                case MicroOp.JCC:
                    if (s.condition((int) (w >> MicroOp.R1_SHIFT) & 31)) {
                        exit = EXIT_TAKEN;
                        s.rip = rip + (int) o;
                        return;
                    }
                    break;
                case MicroOp.CALL:
                    {
                        long sp = r[CpuState.RSP] - 8;
                        m.writeLong(sp, rip + block.offsets[i + 1]);
                        r[CpuState.RSP] = sp;
                        exit = EXIT_TAKEN;
                        s.rip = rip + (int) o;
                        return;
                    }
                case MicroOp.RET:
                    {
                        long target = m.readLong(r[CpuState.RSP]);
                        nonCanonicalTarget(target);
                        r[CpuState.RSP] += 8;
                        exit = EXIT_OTHER;
                        s.rip = target;
                        return;
                    }
                case MicroOp.JMP_R:
                case MicroOp.JMP_M:
                    {
                        long target =
                                ((int) w & MicroOp.CODE_MASK) == MicroOp.JMP_R
                                        ? r[(int) (w >> MicroOp.R1_SHIFT) & 31]
                                        : m.readLong(address(r, w, o));
                        nonCanonicalTarget(target);
                        exit = EXIT_OTHER;
                        s.rip = target;
                        return;
                    }
                case MicroOp.CALL_R:
                case MicroOp.CALL_M:
                    {
                        long target =
                                ((int) w & MicroOp.CODE_MASK) == MicroOp.CALL_R
                                        ? r[(int) (w >> MicroOp.R1_SHIFT) & 31]
                                        : m.readLong(address(r, w, o));
                        nonCanonicalTarget(target);
                        long sp = r[CpuState.RSP] - 8;
                        m.writeLong(sp, rip + block.offsets[i + 1]);
                        r[CpuState.RSP] = sp;
                        exit = EXIT_OTHER;
                        s.rip = target;
                        return;
                    }
                case MicroOp.SHL_RI32:
                    shiftShl32(r, (int) (w >> MicroOp.R1_SHIFT) & 31, (int) (o >> 32));
                    break;
                case MicroOp.SHL_RI64:
                    shiftShl64(r, (int) (w >> MicroOp.R1_SHIFT) & 31, (int) (o >> 32));
                    break;
                case MicroOp.SHR_RI32:
                    shiftShr32(r, (int) (w >> MicroOp.R1_SHIFT) & 31, (int) (o >> 32));
                    break;
                case MicroOp.SHR_RI64:
                    shiftShr64(r, (int) (w >> MicroOp.R1_SHIFT) & 31, (int) (o >> 32));
                    break;
                case MicroOp.SAR_RI32:
                    shiftSar32(r, (int) (w >> MicroOp.R1_SHIFT) & 31, (int) (o >> 32));
                    break;
                case MicroOp.SAR_RI64:
                    shiftSar64(r, (int) (w >> MicroOp.R1_SHIFT) & 31, (int) (o >> 32));
                    break;
                case MicroOp.INC_R32:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = (int) r[d];
                        long x = (int) (a + 1);
                        ArithmeticOps.incrementFlags(s, CpuState.FLAGS_ADD, a, x);
                        r[d] = x & LOW32;
                        break;
                    }
                case MicroOp.INC_R64:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = r[d];
                        long x = a + 1;
                        ArithmeticOps.incrementFlags(s, CpuState.FLAGS_ADD, a, x);
                        r[d] = x;
                        break;
                    }
                case MicroOp.DEC_R32:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = (int) r[d];
                        long x = (int) (a - 1);
                        ArithmeticOps.incrementFlags(s, CpuState.FLAGS_SUB, a, x);
                        r[d] = x & LOW32;
                        break;
                    }
                case MicroOp.DEC_R64:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = r[d];
                        long x = a - 1;
                        ArithmeticOps.incrementFlags(s, CpuState.FLAGS_SUB, a, x);
                        r[d] = x;
                        break;
                    }
                case MicroOp.IMUL_RR32:
                    imul32(
                            r,
                            (int) (w >> MicroOp.R1_SHIFT) & 31,
                            (int) (w >> MicroOp.R2_SHIFT) & 31);
                    break;
                case MicroOp.IMUL_RR64:
                    imul64(
                            r,
                            (int) (w >> MicroOp.R1_SHIFT) & 31,
                            (int) (w >> MicroOp.R2_SHIFT) & 31);
                    break;
                case MicroOp.TEST_RR8:
                    flags(
                            s,
                            CpuState.FLAGS_LOGIC,
                            0,
                            0,
                            (byte)
                                    (r[(int) (w >> MicroOp.R1_SHIFT) & 31]
                                            & r[(int) (w >> MicroOp.R2_SHIFT) & 31]));
                    break;
                case MicroOp.TEST_RI8:
                    flags(
                            s,
                            CpuState.FLAGS_LOGIC,
                            0,
                            0,
                            (byte) (r[(int) (w >> MicroOp.R1_SHIFT) & 31] & o >> 32));
                    break;
                case MicroOp.TEST_MI8:
                    flags(
                            s,
                            CpuState.FLAGS_LOGIC,
                            0,
                            0,
                            (byte) (m.readByte(address(r, w, o)) & o >> 32));
                    break;
                case MicroOp.CMP_RI8:
                    compareByte(r[(int) (w >> MicroOp.R1_SHIFT) & 31], o >> 32);
                    break;
                case MicroOp.CMP_MI8:
                    compareByte(m.readByte(address(r, w, o)), o >> 32);
                    break;
                case MicroOp.CMP_RR8:
                    compareByte(
                            r[(int) (w >> MicroOp.R1_SHIFT) & 31],
                            r[(int) (w >> MicroOp.R2_SHIFT) & 31]);
                    break;
                case MicroOp.CMP_MR8:
                    compareByte(
                            m.readByte(address(r, w, o)), r[(int) (w >> MicroOp.R1_SHIFT) & 31]);
                    break;
                case MicroOp.CMP_RM8:
                    compareByte(
                            r[(int) (w >> MicroOp.R1_SHIFT) & 31], m.readByte(address(r, w, o)));
                    break;
                case MicroOp.ADD + MicroOp.RR:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = (int) r[d];
                        long b = (int) r[(int) (w >> MicroOp.R2_SHIFT) & 31];
                        long x = (int) (a + b);
                        r[d] = x & LOW32;
                        flags(s, CpuState.FLAGS_ADD, a, b, x);
                        break;
                    }
                case MicroOp.ADD + MicroOp.RR + 1:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = r[d];
                        long b = r[(int) (w >> MicroOp.R2_SHIFT) & 31];
                        long x = a + b;
                        r[d] = x;
                        flags(s, CpuState.FLAGS_ADD, a, b, x);
                        break;
                    }
                case MicroOp.ADD + MicroOp.RI:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = (int) r[d];
                        long b = o >> 32;
                        long x = (int) (a + b);
                        r[d] = x & LOW32;
                        flags(s, CpuState.FLAGS_ADD, a, b, x);
                        break;
                    }
                case MicroOp.ADD + MicroOp.RI + 1:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = r[d];
                        long b = o >> 32;
                        long x = a + b;
                        r[d] = x;
                        flags(s, CpuState.FLAGS_ADD, a, b, x);
                        break;
                    }
                case MicroOp.ADD + MicroOp.RM:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long b = m.readInt(address(r, w, o));
                        long a = (int) r[d];
                        long x = (int) (a + b);
                        r[d] = x & LOW32;
                        flags(s, CpuState.FLAGS_ADD, a, b, x);
                        break;
                    }
                case MicroOp.ADD + MicroOp.RM + 1:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long b = m.readLong(address(r, w, o));
                        long a = r[d];
                        long x = a + b;
                        r[d] = x;
                        flags(s, CpuState.FLAGS_ADD, a, b, x);
                        break;
                    }
                case MicroOp.ADD + MicroOp.MR:
                    {
                        long at = address(r, w, o);
                        long a = m.readForWrite32(at);
                        long b = (int) r[(int) (w >> MicroOp.R1_SHIFT) & 31];
                        long x = (int) (a + b);
                        m.writeInt(at, (int) x);
                        flags(s, CpuState.FLAGS_ADD, a, b, x);
                        break;
                    }
                case MicroOp.ADD + MicroOp.MR + 1:
                    {
                        long at = address(r, w, o);
                        long a = m.readForWrite64(at);
                        long b = r[(int) (w >> MicroOp.R1_SHIFT) & 31];
                        long x = a + b;
                        m.writeLong(at, x);
                        flags(s, CpuState.FLAGS_ADD, a, b, x);
                        break;
                    }
                case MicroOp.ADD + MicroOp.MI:
                    {
                        long at = address(r, w, o);
                        long a = m.readForWrite32(at);
                        long b = o >> 32;
                        long x = (int) (a + b);
                        m.writeInt(at, (int) x);
                        flags(s, CpuState.FLAGS_ADD, a, b, x);
                        break;
                    }
                case MicroOp.ADD + MicroOp.MI + 1:
                    {
                        long at = address(r, w, o);
                        long a = m.readForWrite64(at);
                        long b = o >> 32;
                        long x = a + b;
                        m.writeLong(at, x);
                        flags(s, CpuState.FLAGS_ADD, a, b, x);
                        break;
                    }
                case MicroOp.SUB + MicroOp.RR:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = (int) r[d];
                        long b = (int) r[(int) (w >> MicroOp.R2_SHIFT) & 31];
                        long x = (int) (a - b);
                        r[d] = x & LOW32;
                        flags(s, CpuState.FLAGS_SUB, a, b, x);
                        break;
                    }
                case MicroOp.SUB + MicroOp.RR + 1:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = r[d];
                        long b = r[(int) (w >> MicroOp.R2_SHIFT) & 31];
                        long x = a - b;
                        r[d] = x;
                        flags(s, CpuState.FLAGS_SUB, a, b, x);
                        break;
                    }
                case MicroOp.SUB + MicroOp.RI:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = (int) r[d];
                        long b = o >> 32;
                        long x = (int) (a - b);
                        r[d] = x & LOW32;
                        flags(s, CpuState.FLAGS_SUB, a, b, x);
                        break;
                    }
                case MicroOp.SUB + MicroOp.RI + 1:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = r[d];
                        long b = o >> 32;
                        long x = a - b;
                        r[d] = x;
                        flags(s, CpuState.FLAGS_SUB, a, b, x);
                        break;
                    }
                case MicroOp.SUB + MicroOp.RM:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long b = m.readInt(address(r, w, o));
                        long a = (int) r[d];
                        long x = (int) (a - b);
                        r[d] = x & LOW32;
                        flags(s, CpuState.FLAGS_SUB, a, b, x);
                        break;
                    }
                case MicroOp.SUB + MicroOp.RM + 1:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long b = m.readLong(address(r, w, o));
                        long a = r[d];
                        long x = a - b;
                        r[d] = x;
                        flags(s, CpuState.FLAGS_SUB, a, b, x);
                        break;
                    }
                case MicroOp.SUB + MicroOp.MR:
                    {
                        long at = address(r, w, o);
                        long a = m.readForWrite32(at);
                        long b = (int) r[(int) (w >> MicroOp.R1_SHIFT) & 31];
                        long x = (int) (a - b);
                        m.writeInt(at, (int) x);
                        flags(s, CpuState.FLAGS_SUB, a, b, x);
                        break;
                    }
                case MicroOp.SUB + MicroOp.MR + 1:
                    {
                        long at = address(r, w, o);
                        long a = m.readForWrite64(at);
                        long b = r[(int) (w >> MicroOp.R1_SHIFT) & 31];
                        long x = a - b;
                        m.writeLong(at, x);
                        flags(s, CpuState.FLAGS_SUB, a, b, x);
                        break;
                    }
                case MicroOp.SUB + MicroOp.MI:
                    {
                        long at = address(r, w, o);
                        long a = m.readForWrite32(at);
                        long b = o >> 32;
                        long x = (int) (a - b);
                        m.writeInt(at, (int) x);
                        flags(s, CpuState.FLAGS_SUB, a, b, x);
                        break;
                    }
                case MicroOp.SUB + MicroOp.MI + 1:
                    {
                        long at = address(r, w, o);
                        long a = m.readForWrite64(at);
                        long b = o >> 32;
                        long x = a - b;
                        m.writeLong(at, x);
                        flags(s, CpuState.FLAGS_SUB, a, b, x);
                        break;
                    }
                case MicroOp.AND + MicroOp.RR:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = (int) r[d];
                        long b = (int) r[(int) (w >> MicroOp.R2_SHIFT) & 31];
                        long x = (int) (a & b);
                        r[d] = x & LOW32;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.AND + MicroOp.RR + 1:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = r[d];
                        long b = r[(int) (w >> MicroOp.R2_SHIFT) & 31];
                        long x = a & b;
                        r[d] = x;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.AND + MicroOp.RI:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = (int) r[d];
                        long b = o >> 32;
                        long x = (int) (a & b);
                        r[d] = x & LOW32;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.AND + MicroOp.RI + 1:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = r[d];
                        long b = o >> 32;
                        long x = a & b;
                        r[d] = x;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.AND + MicroOp.RM:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long b = m.readInt(address(r, w, o));
                        long a = (int) r[d];
                        long x = (int) (a & b);
                        r[d] = x & LOW32;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.AND + MicroOp.RM + 1:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long b = m.readLong(address(r, w, o));
                        long a = r[d];
                        long x = a & b;
                        r[d] = x;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.AND + MicroOp.MR:
                    {
                        long at = address(r, w, o);
                        long a = m.readForWrite32(at);
                        long b = (int) r[(int) (w >> MicroOp.R1_SHIFT) & 31];
                        long x = (int) (a & b);
                        m.writeInt(at, (int) x);
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.AND + MicroOp.MR + 1:
                    {
                        long at = address(r, w, o);
                        long a = m.readForWrite64(at);
                        long b = r[(int) (w >> MicroOp.R1_SHIFT) & 31];
                        long x = a & b;
                        m.writeLong(at, x);
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.AND + MicroOp.MI:
                    {
                        long at = address(r, w, o);
                        long a = m.readForWrite32(at);
                        long b = o >> 32;
                        long x = (int) (a & b);
                        m.writeInt(at, (int) x);
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.AND + MicroOp.MI + 1:
                    {
                        long at = address(r, w, o);
                        long a = m.readForWrite64(at);
                        long b = o >> 32;
                        long x = a & b;
                        m.writeLong(at, x);
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.OR + MicroOp.RR:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = (int) r[d];
                        long b = (int) r[(int) (w >> MicroOp.R2_SHIFT) & 31];
                        long x = (int) (a | b);
                        r[d] = x & LOW32;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.OR + MicroOp.RR + 1:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = r[d];
                        long b = r[(int) (w >> MicroOp.R2_SHIFT) & 31];
                        long x = a | b;
                        r[d] = x;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.OR + MicroOp.RI:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = (int) r[d];
                        long b = o >> 32;
                        long x = (int) (a | b);
                        r[d] = x & LOW32;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.OR + MicroOp.RI + 1:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = r[d];
                        long b = o >> 32;
                        long x = a | b;
                        r[d] = x;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.OR + MicroOp.RM:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long b = m.readInt(address(r, w, o));
                        long a = (int) r[d];
                        long x = (int) (a | b);
                        r[d] = x & LOW32;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.OR + MicroOp.RM + 1:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long b = m.readLong(address(r, w, o));
                        long a = r[d];
                        long x = a | b;
                        r[d] = x;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.OR + MicroOp.MR:
                    {
                        long at = address(r, w, o);
                        long a = m.readForWrite32(at);
                        long b = (int) r[(int) (w >> MicroOp.R1_SHIFT) & 31];
                        long x = (int) (a | b);
                        m.writeInt(at, (int) x);
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.OR + MicroOp.MR + 1:
                    {
                        long at = address(r, w, o);
                        long a = m.readForWrite64(at);
                        long b = r[(int) (w >> MicroOp.R1_SHIFT) & 31];
                        long x = a | b;
                        m.writeLong(at, x);
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.OR + MicroOp.MI:
                    {
                        long at = address(r, w, o);
                        long a = m.readForWrite32(at);
                        long b = o >> 32;
                        long x = (int) (a | b);
                        m.writeInt(at, (int) x);
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.OR + MicroOp.MI + 1:
                    {
                        long at = address(r, w, o);
                        long a = m.readForWrite64(at);
                        long b = o >> 32;
                        long x = a | b;
                        m.writeLong(at, x);
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.XOR + MicroOp.RR:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = (int) r[d];
                        long b = (int) r[(int) (w >> MicroOp.R2_SHIFT) & 31];
                        long x = (int) (a ^ b);
                        r[d] = x & LOW32;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.XOR + MicroOp.RR + 1:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = r[d];
                        long b = r[(int) (w >> MicroOp.R2_SHIFT) & 31];
                        long x = a ^ b;
                        r[d] = x;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.XOR + MicroOp.RI:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = (int) r[d];
                        long b = o >> 32;
                        long x = (int) (a ^ b);
                        r[d] = x & LOW32;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.XOR + MicroOp.RI + 1:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = r[d];
                        long b = o >> 32;
                        long x = a ^ b;
                        r[d] = x;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.XOR + MicroOp.RM:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long b = m.readInt(address(r, w, o));
                        long a = (int) r[d];
                        long x = (int) (a ^ b);
                        r[d] = x & LOW32;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.XOR + MicroOp.RM + 1:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long b = m.readLong(address(r, w, o));
                        long a = r[d];
                        long x = a ^ b;
                        r[d] = x;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.XOR + MicroOp.MR:
                    {
                        long at = address(r, w, o);
                        long a = m.readForWrite32(at);
                        long b = (int) r[(int) (w >> MicroOp.R1_SHIFT) & 31];
                        long x = (int) (a ^ b);
                        m.writeInt(at, (int) x);
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.XOR + MicroOp.MR + 1:
                    {
                        long at = address(r, w, o);
                        long a = m.readForWrite64(at);
                        long b = r[(int) (w >> MicroOp.R1_SHIFT) & 31];
                        long x = a ^ b;
                        m.writeLong(at, x);
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.XOR + MicroOp.MI:
                    {
                        long at = address(r, w, o);
                        long a = m.readForWrite32(at);
                        long b = o >> 32;
                        long x = (int) (a ^ b);
                        m.writeInt(at, (int) x);
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.XOR + MicroOp.MI + 1:
                    {
                        long at = address(r, w, o);
                        long a = m.readForWrite64(at);
                        long b = o >> 32;
                        long x = a ^ b;
                        m.writeLong(at, x);
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.CMP + MicroOp.RR:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = (int) r[d];
                        long b = (int) r[(int) (w >> MicroOp.R2_SHIFT) & 31];
                        long x = (int) (a - b);
                        flags(s, CpuState.FLAGS_SUB, a, b, x);
                        break;
                    }
                case MicroOp.CMP + MicroOp.RR + 1:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = r[d];
                        long b = r[(int) (w >> MicroOp.R2_SHIFT) & 31];
                        long x = a - b;
                        flags(s, CpuState.FLAGS_SUB, a, b, x);
                        break;
                    }
                case MicroOp.CMP + MicroOp.RI:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = (int) r[d];
                        long b = o >> 32;
                        long x = (int) (a - b);
                        flags(s, CpuState.FLAGS_SUB, a, b, x);
                        break;
                    }
                case MicroOp.CMP + MicroOp.RI + 1:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = r[d];
                        long b = o >> 32;
                        long x = a - b;
                        flags(s, CpuState.FLAGS_SUB, a, b, x);
                        break;
                    }
                case MicroOp.CMP + MicroOp.RM:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long b = m.readInt(address(r, w, o));
                        long a = (int) r[d];
                        long x = (int) (a - b);
                        flags(s, CpuState.FLAGS_SUB, a, b, x);
                        break;
                    }
                case MicroOp.CMP + MicroOp.RM + 1:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long b = m.readLong(address(r, w, o));
                        long a = r[d];
                        long x = a - b;
                        flags(s, CpuState.FLAGS_SUB, a, b, x);
                        break;
                    }
                case MicroOp.CMP + MicroOp.MR:
                    {
                        long at = address(r, w, o);
                        long a = m.readInt(at);
                        long b = (int) r[(int) (w >> MicroOp.R1_SHIFT) & 31];
                        long x = (int) (a - b);
                        flags(s, CpuState.FLAGS_SUB, a, b, x);
                        break;
                    }
                case MicroOp.CMP + MicroOp.MR + 1:
                    {
                        long at = address(r, w, o);
                        long a = m.readLong(at);
                        long b = r[(int) (w >> MicroOp.R1_SHIFT) & 31];
                        long x = a - b;
                        flags(s, CpuState.FLAGS_SUB, a, b, x);
                        break;
                    }
                case MicroOp.CMP + MicroOp.MI:
                    {
                        long at = address(r, w, o);
                        long a = m.readInt(at);
                        long b = o >> 32;
                        long x = (int) (a - b);
                        flags(s, CpuState.FLAGS_SUB, a, b, x);
                        break;
                    }
                case MicroOp.CMP + MicroOp.MI + 1:
                    {
                        long at = address(r, w, o);
                        long a = m.readLong(at);
                        long b = o >> 32;
                        long x = a - b;
                        flags(s, CpuState.FLAGS_SUB, a, b, x);
                        break;
                    }
                case MicroOp.TEST + MicroOp.RR:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = (int) r[d];
                        long b = (int) r[(int) (w >> MicroOp.R2_SHIFT) & 31];
                        long x = (int) (a & b);
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.TEST + MicroOp.RR + 1:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = r[d];
                        long b = r[(int) (w >> MicroOp.R2_SHIFT) & 31];
                        long x = a & b;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.TEST + MicroOp.RI:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = (int) r[d];
                        long b = o >> 32;
                        long x = (int) (a & b);
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.TEST + MicroOp.RI + 1:
                    {
                        int d = (int) (w >> MicroOp.R1_SHIFT) & 31;
                        long a = r[d];
                        long b = o >> 32;
                        long x = a & b;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.TEST + MicroOp.MR:
                    {
                        long at = address(r, w, o);
                        long a = m.readInt(at);
                        long b = (int) r[(int) (w >> MicroOp.R1_SHIFT) & 31];
                        long x = (int) (a & b);
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.TEST + MicroOp.MR + 1:
                    {
                        long at = address(r, w, o);
                        long a = m.readLong(at);
                        long b = r[(int) (w >> MicroOp.R1_SHIFT) & 31];
                        long x = a & b;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.TEST + MicroOp.MI:
                    {
                        long at = address(r, w, o);
                        long a = m.readInt(at);
                        long b = o >> 32;
                        long x = (int) (a & b);
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                case MicroOp.TEST + MicroOp.MI + 1:
                    {
                        long at = address(r, w, o);
                        long a = m.readLong(at);
                        long b = o >> 32;
                        long x = a & b;
                        flags(s, CpuState.FLAGS_LOGIC, 0, 0, x);
                        break;
                    }
                default:
                    throw new IllegalStateException(
                            "micro-operation " + ((int) w & MicroOp.CODE_MASK));
            }
        }
        s.rip = rip + block.offsets[n];
        if (block.instructions[0].codeSize != 8) {
            s.rip &= LOW32;
        }
        return;
    }

    private void compareByte(long left, long right) {
        long a = (byte) left;
        long b = (byte) right;
        flags(s, CpuState.FLAGS_SUB, a, b, (byte) (a - b));
    }

    private void shiftShl32(long[] r, int d, int count) {
        long a = r[d] & LOW32;
        int n = count & 31;
        r[d] = ShiftOps.compute(s, Mnemonic.SHL, a, n, 4, true) & LOW32;
    }

    private void shiftShl64(long[] r, int d, int count) {
        long a = r[d];
        int n = count & 63;
        r[d] = ShiftOps.compute(s, Mnemonic.SHL, a, n, 8, true);
    }

    private void shiftShr32(long[] r, int d, int count) {
        long a = r[d] & LOW32;
        int n = count & 31;
        r[d] = ShiftOps.compute(s, Mnemonic.SHR, a, n, 4, true) & LOW32;
    }

    private void shiftShr64(long[] r, int d, int count) {
        long a = r[d];
        int n = count & 63;
        r[d] = ShiftOps.compute(s, Mnemonic.SHR, a, n, 8, true);
    }

    private void shiftSar32(long[] r, int d, int count) {
        long a = r[d] & LOW32;
        int n = count & 31;
        r[d] = ShiftOps.compute(s, Mnemonic.SAR, a, n, 4, true) & LOW32;
    }

    private void shiftSar64(long[] r, int d, int count) {
        long a = r[d];
        int n = count & 63;
        r[d] = ShiftOps.compute(s, Mnemonic.SAR, a, n, 8, true);
    }

    private void imul32(long[] r, int d, int source) {
        long product = (long) (int) r[d] * (int) r[source];
        long x = (int) product;
        r[d] = x & LOW32;
        MultiplyDivideOps.multiplyFlags(s, x != product, x);
    }

    private void imul64(long[] r, int d, int source) {
        long a = r[d];
        long b = r[source];
        long x = a * b;
        r[d] = x;
        MultiplyDivideOps.multiplyFlags(s, Math.multiplyHigh(a, b) != x >> 63, x);
    }
}
