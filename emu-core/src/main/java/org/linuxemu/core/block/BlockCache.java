package org.linuxemu.core.block;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.InstructionDecoder;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.memory.CodePageTracker;
import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.core.mmu.Mmu;

/**
 * Decoded blocks by physical page and mode. A page with blocks is marked in the {@link
 * CodePageTracker}; a store there drops the blocks that it overlaps.
 */
public final class BlockCache implements CodePageTracker.Listener {
    /** Tells which optional opcodes exist on this processor. */
    public interface FeatureSet {
        boolean has(String feature);
    }

    /** Told of each block that is decoded, for logs; must change nothing. */
    public interface DecodeListener {
        /**
         * @param linear where the block begins
         * @param codeSize 2, 4 or 8
         * @param bytes the code, up to {@code end}, from {@code start} on; not to be kept
         */
        void decoded(long linear, int codeSize, byte[] bytes, int start, int end);
    }

    public static final int MAX_INSTRUCTIONS = 64;

    /**
     * A page written this often since it was marked holds more data than code: drop all its blocks.
     */
    private static final int WRITES_UNTIL_UNMARKED = 64;

    /** Blocks that are gone are taken off a page's list of crossers when it is this long. */
    private static final int MAX_CROSSERS = 256;

    private static final class CodePage {
        BasicBlock[] table = new BasicBlock[16];
        int used;
        int writes;
        List<Translation> translations = new ArrayList<>(0);

        /** Blocks of other pages whose instruction ends in this one; some may be gone. */
        List<BasicBlock> crossers = new ArrayList<>(0);

        void addCrosser(BasicBlock b) {
            if (crossers.size() >= MAX_CROSSERS) {
                int kept = 0;
                for (int i = 0; i < crossers.size(); i++) {
                    if (crossers.get(i).valid) {
                        crossers.set(kept++, crossers.get(i));
                    }
                }
                crossers.subList(kept, crossers.size()).clear();
            }
            crossers.add(b);
        }

        /** Drops the translations of blocks that are gone, or all. */
        void dropTranslations(boolean all) {
            int kept = 0;
            for (int i = 0; i < translations.size(); i++) {
                Translation t = translations.get(i);
                if (all || !t.valid || !t.blocksValid()) {
                    t.valid = false;
                    if (t.blocks[0].translation == t) {
                        t.blocks[0].translation = null;
                        t.blocks[0].runs = 0;
                    }
                } else {
                    translations.set(kept++, t);
                }
            }
            translations.subList(kept, translations.size()).clear();
        }

        BasicBlock find(int key) {
            int mask = table.length - 1;
            for (int i = key * 0x9E3779B1 >>> 16 & mask; ; i = (i + 1) & mask) {
                BasicBlock b = table[i];
                if (b == null || (b.key == key && b.valid)) {
                    return b;
                }
            }
        }

        void add(BasicBlock b) {
            if (2 * used >= table.length) {
                BasicBlock[] old = table;
                table = new BasicBlock[old.length * 2];
                used = 0;
                for (BasicBlock o : old) {
                    if (o != null && o.valid) {
                        insert(o);
                    }
                }
            }
            insert(b);
        }

        private void insert(BasicBlock b) {
            int mask = table.length - 1;
            int i = b.key * 0x9E3779B1 >>> 16 & mask;
            while (table[i] != null) {
                i = (i + 1) & mask;
            }
            table[i] = b;
            used++;
        }
    }

    private final PhysicalMemory ram;
    private final CodePageTracker tracker;
    private final Mmu mmu;
    private final FeatureSet features;
    private final InstructionDecoder decoder = new InstructionDecoder();
    private final CodePage[] pages;
    private final Instruction[] scratch = new Instruction[MAX_INSTRUCTIONS];
    private final int[] scratchOffsets = new int[MAX_INSTRUCTIONS + 1];
    private final byte[] crossing = new byte[InstructionDecoder.MAX_LENGTH];
    private boolean specialised = true;
    private int longest = MAX_INSTRUCTIONS;
    private DecodeListener decodeListener;

    public BlockCache(Mmu mmu, FeatureSet features) {
        this.mmu = mmu;
        this.ram = mmu.memory().ram();
        this.tracker = mmu.memory().codePages();
        this.features = features;
        this.pages = new CodePage[ram.frameCount()];
        tracker.setListener(this);
    }

    /**
     * The block at a linear address, decoded if need be.
     *
     * @param frame what {@link Mmu#fetchFrame} says of the address
     * @param codeSize 2, 4 or 8
     * @throws CpuException #PF where an instruction reaches into a page that cannot be fetched, or
     *     #GP if it is too long
     */
    public BasicBlock find(long linear, int frame, int codeSize) {
        int key = BasicBlock.key((int) linear & 0xFFF, codeSize);
        CodePage page = frame < 0 ? null : pages[frame];
        if (page != null) {
            BasicBlock b = page.find(key);
            if (b != null
                    && (b.secondFrame < 0
                            || b.secondFrame == mmu.fetchFrame(nextPage(linear, codeSize)))) {
                return b;
            }
            if (b != null) {
                b.valid = false; // crosses into a page that is now mapped to another frame
            }
        }
        return decode(linear, frame, key, codeSize);
    }

    /**
     * Whether instructions get specialised micro-operations; off, each is executed by the class of
     * its family. For tests that compare the two. Blocks decoded before stay as they are.
     */
    public void setSpecialised(boolean on) {
        specialised = on;
    }

    /** Who is told of each block that is decoded; null for nobody. */
    public void setDecodeListener(DecodeListener listener) {
        decodeListener = listener;
    }

    private void tell(long linear, int codeSize, byte[] bytes, int start, int end) {
        if (decodeListener != null) {
            decodeListener.decoded(linear, codeSize, bytes, start, end);
        }
    }

    /** Limits new blocks to so many instructions, 1 to {@link #MAX_INSTRUCTIONS}. For tests. */
    public void setLongest(int instructions) {
        longest = instructions;
    }

    private static long nextPage(long linear, int codeSize) {
        long next = (linear | 0xFFF) + 1;
        return codeSize == 8 ? next : next & 0xFFFFFFFFL;
    }

    private BasicBlock decode(long linear, int frame, int key, int codeSize) {
        if (frame < 0) {
            return decodeDevice(linear, codeSize);
        }
        byte[] bytes = ram.frame(pageNumber(frame));
        int start = (int) linear & 0xFFF;
        int at = start;
        int n = 0;
        while (n < longest && at < 4096) {
            Instruction i = new Instruction();
            int length = decoder.decode(bytes, at, 4096, codeSize, i);
            if (length == InstructionDecoder.TRUNCATED) {
                break;
            }
            if (length == InstructionDecoder.TOO_LONG) {
                if (n == 0) {
                    throw mmu.fault().generalProtection(0);
                }
                break;
            }
            checkFeature(i);
            scratch[n] = i;
            scratchOffsets[n++] = at - start;
            at += length;
            if (Lowering.endsBlock(i)) {
                break;
            }
        }
        if (n == 0) {
            return decodeCrossing(linear, frame, bytes, key, codeSize);
        }
        scratchOffsets[n] = at - start;
        tell(linear, codeSize, bytes, start, at);
        return install(n, frame, -1, key);
    }

    private void checkFeature(Instruction i) {
        if (i.entry != null && i.entry.feature != null && !features.has(i.entry.feature)) {
            // Older processors ignore the prefix of these two; compilers and kernels rely on it.
            if (i.mnemonic == Mnemonic.TZCNT || i.mnemonic == Mnemonic.LZCNT) {
                i.mnemonic = i.mnemonic == Mnemonic.TZCNT ? Mnemonic.BSF : Mnemonic.BSR;
                return;
            }
            i.mnemonic = Mnemonic.INVALID;
            i.entry = null;
        }
    }

    /** One instruction that begins in this page and ends in the next. */
    private BasicBlock decodeCrossing(long linear, int frame, byte[] bytes, int key, int codeSize) {
        int start = (int) linear & 0xFFF;
        int here = 4096 - start;
        long next = nextPage(linear, codeSize);
        int second = mmu.fetchFrame(next);
        System.arraycopy(bytes, start, crossing, 0, here);
        if (second >= 0) {
            System.arraycopy(
                    ram.frame(pageNumber(second)), 0, crossing, here, crossing.length - here);
        } else {
            Arrays.fill(crossing, here, crossing.length, (byte) 0xFF);
        }
        Instruction i = new Instruction();
        int length = decoder.decode(crossing, 0, crossing.length, codeSize, i);
        if (length < 0) {
            throw mmu.fault().generalProtection(0);
        }
        checkFeature(i);
        scratch[0] = i;
        scratchOffsets[0] = 0;
        scratchOffsets[1] = length;
        if (second < 0) {
            // It is decoded again each time, and faults.
            return build(1, -1, -1, key);
        }
        tell(linear, codeSize, crossing, 0, length);
        return install(1, frame, second, key);
    }

    /** Code outside RAM: one instruction at a time, not cached. */
    private BasicBlock decodeDevice(long linear, int codeSize) {
        long physical = mmu.fetchDevicePage() | (linear & 0xFFF);
        for (int k = 0; k < crossing.length; k++) {
            boolean samePage = (linear & 0xFFF) + k < 4096;
            crossing[k] = samePage ? (byte) mmu.memory().read(physical + k, 1) : (byte) 0xFF;
        }
        Instruction i = new Instruction();
        int length = decoder.decode(crossing, 0, crossing.length, codeSize, i);
        if (length < 0) {
            throw mmu.fault().generalProtection(0);
        }
        checkFeature(i);
        scratch[0] = i;
        scratchOffsets[0] = 0;
        scratchOffsets[1] = length;
        tell(linear, codeSize, crossing, 0, length);
        return build(1, -1, -1, 0);
    }

    private BasicBlock build(int n, int frame, int second, int key) {
        long[] ops = new long[2 * n];
        for (int k = 0; k < n; k++) {
            if (specialised) {
                Lowering.lower(scratch[k], scratchOffsets[k], ops, 2 * k);
            } else {
                ops[2 * k] = Lowering.generic(scratch[k]);
            }
        }
        return new BasicBlock(
                Arrays.copyOf(scratch, n),
                Arrays.copyOf(scratchOffsets, n + 1),
                ops,
                frame,
                second,
                key);
    }

    private BasicBlock install(int n, int frame, int second, int key) {
        BasicBlock b = build(n, frame, second, key);
        page(frame).add(b);
        if (second >= 0) {
            page(second).addCrosser(b); // marked, so that a store into the tail is noticed
        }
        return b;
    }

    /**
     * The valid block of a page by offset, without decoding; null if there is none. 64-bit code.
     */
    public BasicBlock known(int frame, int offset) {
        CodePage page = pages[frame];
        return page == null ? null : page.find(BasicBlock.key(offset, 8));
    }

    /**
     * Makes a translation current, unless code that it was made of has changed in the meantime.
     *
     * @return whether it is
     */
    public boolean install(Translation t) {
        CodePage page = pages[t.blocks[0].frame];
        if (page == null || !t.blocksValid()) {
            return false;
        }
        page.dropTranslations(false);
        page.translations.add(t);
        t.blocks[0].translation = t;
        return true;
    }

    /** Forgets all translations; blocks stay. */
    public void dropTranslations() {
        for (CodePage page : pages) {
            if (page != null) {
                page.dropTranslations(true);
            }
        }
    }

    private CodePage page(int frame) {
        CodePage page = pages[frame];
        if (page == null) {
            page = pages[frame] = new CodePage();
            tracker.mark(frame);
            mmu.slowWrites(ram.frame(pageNumber(frame)));
        }
        return page;
    }

    private long pageNumber(int frame) {
        return ram.pageNumber(frame);
    }

    @Override
    public void codePageWritten(int frame, int offset, int length) {
        CodePage page = pages[frame];
        if (page == null) {
            return;
        }
        boolean all = ++page.writes > WRITES_UNTIL_UNMARKED;
        boolean left = false;
        for (BasicBlock b : page.table) {
            if (b != null && b.valid) {
                int start = b.startOffset();
                if (all || (start < offset + length && offset < start + b.length())) {
                    b.valid = false;
                } else {
                    left = true;
                }
            }
        }
        page.dropTranslations(false);
        if (!left || offset < InstructionDecoder.MAX_LENGTH) {
            for (BasicBlock b : page.crossers) {
                b.valid = false;
            }
            page.crossers.clear();
        }
        if (!left) {
            pages[frame] = null;
            tracker.unmark(frame);
        }
    }

    /** Counts what is there: looks at all of it. */
    public CodeCensus census() {
        int codePages = 0;
        int blocks = 0;
        long bytes = 0;
        long instructions = 0;
        int regions = 0;
        int regionBlocks = 0;
        for (CodePage page : pages) {
            if (page == null) {
                continue;
            }
            codePages++;
            for (BasicBlock b : page.table) {
                if (b != null && b.valid) {
                    blocks++;
                    bytes += b.length();
                    instructions += b.count;
                }
            }
            for (int i = 0; i < page.translations.size(); i++) {
                Translation t = page.translations.get(i);
                if (t.valid && t.blocksValid()) {
                    regions++;
                    regionBlocks += t.blocks.length;
                }
            }
        }
        return new CodeCensus(codePages, blocks, bytes, instructions, regions, regionBlocks);
    }

    /** Forgets everything, as at reset or when a snapshot is loaded. */
    public void clear() {
        for (int f = 0; f < pages.length; f++) {
            if (pages[f] != null) {
                for (BasicBlock b : pages[f].table) {
                    if (b != null) {
                        b.valid = false;
                    }
                }
                pages[f].dropTranslations(true);
                pages[f] = null;
                tracker.unmark(f);
            }
        }
    }
}
