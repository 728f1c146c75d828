package org.linuxemu.core.mmu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.memory.AddressSpace;
import org.linuxemu.core.memory.CodePageTracker;
import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/**
 * Data and code accesses by linear address. A hit in the TLB of the current context goes straight
 * to RAM; everything else (walk, device, code page, page crossing, watched page) takes the slow
 * path. A faulting access changes nothing, also when only its second page faults.
 */
public final class Mmu {
    /** What the engine and the debugger want to know before a slow access is carried out. */
    public interface AccessListener {
        /**
         * A device or a page with cached code is about to be touched; may throw to restart the
         * instruction.
         */
        void beforeSpecialAccess();

        /** Whether an access to a watched page is to be reported. */
        boolean watches(long linear, int size, boolean write);

        /** Watched bytes are accessed. */
        void watchedAccess(long linear, int size, boolean write);
    }

    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Entries of the arrays below; a page's entry is its number modulo this. */
    public static final int TLB_SIZE = Tlb.SIZE;

    private static final long PAGE_MASK = ~0xFFFL;
    private static final int INDEX_MASK = Tlb.MASK;

    /**
     * Contexts: supervisor with user pages closed (SMAP), supervisor with user pages open, user.
     */
    private static final int SUPERVISOR_SMAP = 0;

    private static final int SUPERVISOR = 1;
    private static final int USER = 2;

    /** User with alignment checks: never has a TLB hit. */
    private static final int USER_ALIGNED = 3;

    private static final int CONTEXTS = 4;

    private final CpuState state;
    private final AddressSpace memory;
    private final PhysicalMemory ram;
    private final CodePageTracker codePages;
    private final PageWalker walker;
    private final CpuException fault;
    private final Tlb[] readTlbs = new Tlb[CONTEXTS];
    private final Tlb[] writeTlbs = new Tlb[CONTEXTS];

    /** Execute translations, supervisor then user: frame indices instead of frames. */
    private final long[][] executeTags = {new long[Tlb.SIZE], new long[Tlb.SIZE]};

    private final int[][] executeFrames = {new int[Tlb.SIZE], new int[Tlb.SIZE]};
    private final boolean[][] executeGlobal = {new boolean[Tlb.SIZE], new boolean[Tlb.SIZE]};

    private final LocalEntries[] executeLocals = {new LocalEntries(), new LocalEntries()};

    private final LargePages largePages = new LargePages();

    private AccessListener listener;
    private long[] watchedPages = new long[0];

    // The current context's arrays, so that a hit costs no further indirection.
    private int context = SUPERVISOR;
    private long[] readTags;
    private byte[][] readFrames;
    private long[] writeTags;
    private byte[][] writeFrames;

    /** Physical address that {@link #slowFrame} found when it returned null: not RAM. */
    private long devicePhysical;

    private int slowFrameIndex;

    public Mmu(CpuState state, AddressSpace memory, CpuException fault) {
        this.state = state;
        this.memory = memory;
        this.ram = memory.ram();
        this.codePages = memory.codePages();
        this.walker = new PageWalker(state, memory);
        this.fault = fault;
        for (int i = 0; i < CONTEXTS; i++) {
            readTlbs[i] = new Tlb();
            writeTlbs[i] = new Tlb();
        }
        Arrays.fill(executeTags[0], -1);
        Arrays.fill(executeTags[1], -1);
        updateContext();
    }

    /** Whether the processor has pages of 1 GiB (CPUID leaf 80000001h, EDX bit 26); usually so. */
    public void setGigabytePages(boolean supported) {
        walker.setGigabytePages(supported);
    }

    public void setListener(AccessListener listener) {
        this.listener = listener;
    }

    /** The exception object that all faults of this processor are thrown in. */
    public CpuException fault() {
        return fault;
    }

    public AddressSpace memory() {
        return memory;
    }

    /** To be called after every change of CPL, EFLAGS.AC, CR0.AM or CR4.SMAP. */
    public void updateContext() {
        int c;
        if (state.cpl == 3) {
            c =
                    (state.systemFlags & Rflags.AC) != 0
                                    && (state.cr0 & ControlRegisters.CR0_AM) != 0
                            ? USER_ALIGNED
                            : USER;
        } else {
            c =
                    (state.cr4 & ControlRegisters.CR4_SMAP) != 0
                                    && (state.systemFlags & Rflags.AC) == 0
                            ? SUPERVISOR_SMAP
                            : SUPERVISOR;
        }
        context = c;
        readTags = readTlbs[c].tags;
        readFrames = readTlbs[c].frames;
        writeTags = writeTlbs[c].tags;
        writeFrames = writeTlbs[c].frames;
    }

    // ---- the current context's TLB, for translated code: see the invariant of Tlb ----

    /**
     * Tags of the TLB for reads; an access of n bytes hits if the entry of its page equals {@code
     * linear + n - 1} without its low 12 bits. Not valid beyond the next change of context.
     */
    public long[] readTags() {
        return readTags;
    }

    public byte[][] readFrames() {
        return readFrames;
    }

    /** Tags of the TLB for writes. */
    public long[] writeTags() {
        return writeTags;
    }

    public byte[][] writeFrames() {
        return writeFrames;
    }

    // ---- data accesses ----

    /** Reads a byte, zero-extended. */
    public int readByte(long linear) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (readTags[i] == (linear & PAGE_MASK)) {
            return readFrames[i][(int) linear & 0xFFF] & 0xFF;
        }
        return (int) readSlow(linear, 1, context);
    }

    /** Reads two bytes, zero-extended. */
    public int readShort(long linear) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (readTags[i] == ((linear + 1) & PAGE_MASK)) {
            return (short) SHORT.get(readFrames[i], (int) linear & 0xFFF) & 0xFFFF;
        }
        return (int) readSlow(linear, 2, context);
    }

    public int readInt(long linear) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (readTags[i] == ((linear + 3) & PAGE_MASK)) {
            return (int) INT.get(readFrames[i], (int) linear & 0xFFF);
        }
        return (int) readSlow(linear, 4, context);
    }

    public long readLong(long linear) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (readTags[i] == ((linear + 7) & PAGE_MASK)) {
            return (long) LONG.get(readFrames[i], (int) linear & 0xFFF);
        }
        return readSlow(linear, 8, context);
    }

    /** Reads 1, 2, 4 or 8 bytes, zero-extended. */
    public long read(long linear, int size) {
        switch (size) {
            case 1:
                return readByte(linear);
            case 2:
                return readShort(linear);
            case 4:
                return readInt(linear) & 0xFFFFFFFFL;
            default:
                return readLong(linear);
        }
    }

    public void writeByte(long linear, int value) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (writeTags[i] == (linear & PAGE_MASK)) {
            writeFrames[i][(int) linear & 0xFFF] = (byte) value;
        } else {
            writeSlow(linear, 1, value, context);
        }
    }

    public void writeShort(long linear, int value) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (writeTags[i] == ((linear + 1) & PAGE_MASK)) {
            SHORT.set(writeFrames[i], (int) linear & 0xFFF, (short) value);
        } else {
            writeSlow(linear, 2, value, context);
        }
    }

    public void writeInt(long linear, int value) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (writeTags[i] == ((linear + 3) & PAGE_MASK)) {
            INT.set(writeFrames[i], (int) linear & 0xFFF, value);
        } else {
            writeSlow(linear, 4, value, context);
        }
    }

    public void writeLong(long linear, long value) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (writeTags[i] == ((linear + 7) & PAGE_MASK)) {
            LONG.set(writeFrames[i], (int) linear & 0xFFF, value);
        } else {
            writeSlow(linear, 8, value, context);
        }
    }

    /** Writes the low 1, 2, 4 or 8 bytes. */
    public void write(long linear, int size, long value) {
        switch (size) {
            case 1:
                writeByte(linear, (int) value);
                break;
            case 2:
                writeShort(linear, (int) value);
                break;
            case 4:
                writeInt(linear, (int) value);
                break;
            default:
                writeLong(linear, value);
                break;
        }
    }

    /**
     * Reads the destination of a read-modify-write: faults as a write does, so the later store
     * cannot.
     */
    public long readForWrite(long linear, int size) {
        checkWrite(linear, size);
        return read(linear, size);
    }

    /** {@link #readForWrite} of four bytes, sign-extended. */
    public int readForWrite32(long linear) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (writeTags[i] == ((linear + 3) & PAGE_MASK)) {
            return (int) INT.get(writeFrames[i], (int) linear & 0xFFF);
        }
        return (int) readForWrite(linear, 4);
    }

    /** {@link #readForWrite} of eight bytes. */
    public long readForWrite64(long linear) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (writeTags[i] == ((linear + 7) & PAGE_MASK)) {
            return (long) LONG.get(writeFrames[i], (int) linear & 0xFFF);
        }
        return readForWrite(linear, 8);
    }

    /**
     * Faults if any of {@code size} bytes (1-4096) cannot be written; otherwise a store there
     * cannot fault.
     */
    public void checkWrite(long linear, int size) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (writeTags[i] != ((linear + size - 1) & PAGE_MASK)) {
            checkSlow(linear, size, PageWalker.WRITE);
        }
    }

    /** Faults if any of {@code size} bytes (1-4096) cannot be read. */
    public void checkRead(long linear, int size) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (readTags[i] != ((linear + size - 1) & PAGE_MASK)) {
            checkSlow(linear, size, PageWalker.READ);
        }
    }

    private void checkSlow(long linear, int size, int access) {
        checkCanonical(linear);
        checkCanonical(linear + size - 1);
        if (context == USER_ALIGNED) {
            checkAlignment(linear, size);
        }
        if (slowFrame(linear, access, context) == null || isMarkedForWrite(access)) {
            listener.beforeSpecialAccess();
        }
        long last = wrap(linear + size - 1) & PAGE_MASK;
        if (last != (linear & PAGE_MASK)
                && (slowFrame(last, access, context) == null || isMarkedForWrite(access))) {
            listener.beforeSpecialAccess();
        }
    }

    private boolean isMarkedForWrite(int access) {
        return access == PageWalker.WRITE && codePages.isMarked(slowFrameIndex);
    }

    /**
     * The frame to read from if the whole page of {@code linear} is plain RAM in the read TLB of
     * the current context, or null. For bulk operations, which fall back to single accesses.
     */
    public byte[] readableFrame(long linear) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        return readTags[i] == (linear & PAGE_MASK) ? readFrames[i] : null;
    }

    /** As {@link #readableFrame} for writing. */
    public byte[] writableFrame(long linear) {
        int i = (int) (linear >>> 12) & INDEX_MASK;
        return writeTags[i] == (linear & PAGE_MASK) ? writeFrames[i] : null;
    }

    // ---- implicit supervisor accesses: descriptor tables, TSS, stacks of inner levels ----

    /** Reads with supervisor privilege whatever CPL is; EFLAGS.AC does not open user pages. */
    public long readSystem(long linear, int size) {
        Tlb tlb = readTlbs[systemContext()];
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (tlb.tags[i] == ((linear + size - 1) & PAGE_MASK)) {
            return AddressSpace.get(tlb.frames[i], (int) linear & 0xFFF, size);
        }
        return readSlow(linear, size, systemContext());
    }

    /** Writes with supervisor privilege whatever CPL is. */
    public void writeSystem(long linear, int size, long value) {
        Tlb tlb = writeTlbs[systemContext()];
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (tlb.tags[i] == ((linear + size - 1) & PAGE_MASK)) {
            AddressSpace.put(tlb.frames[i], (int) linear & 0xFFF, size, value);
            return;
        }
        writeSlow(linear, size, value, systemContext());
    }

    private int systemContext() {
        return (state.cr4 & ControlRegisters.CR4_SMAP) != 0 ? SUPERVISOR_SMAP : SUPERVISOR;
    }

    // ---- slow path ----

    private long wrap(long linear) {
        return state.longMode() ? linear : linear & 0xFFFFFFFFL;
    }

    private void checkCanonical(long linear) {
        if (state.longMode() && (linear << 16 >> 16) != linear) {
            throw fault.nonCanonicalAccess();
        }
    }

    /** SDM Vol. 3, table 6-7: extended precision wants 8 bytes; larger operands are not checked. */
    private void checkAlignment(long linear, int size) {
        int mask = size == 10 ? 7 : size - 1;
        if ((linear & mask) != 0 && mask < 8) {
            throw fault.raise(CpuException.AC, 0);
        }
    }

    private long readSlow(long linear, int size, int ctx) {
        checkCanonical(linear);
        checkCanonical(linear + size - 1);
        if (ctx == USER_ALIGNED) {
            checkAlignment(linear, size);
        }
        if (watchedPages.length != 0 && isWatched(linear, size, false)) {
            listener.beforeSpecialAccess();
            listener.watchedAccess(linear, size, false);
        }
        int offset = (int) linear & 0xFFF;
        if (offset + size <= 4096) {
            byte[] frame = slowFrame(linear, PageWalker.READ, ctx);
            if (frame != null) {
                return AddressSpace.get(frame, offset, size);
            }
            listener.beforeSpecialAccess();
            return memory.read(devicePhysical | offset, size);
        }
        long second = wrap((linear & PAGE_MASK) + 4096);
        slowFrame(linear, PageWalker.READ, ctx);
        slowFrame(second, PageWalker.READ, ctx);
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= readSlow(wrap(linear + i), 1, ctx == USER_ALIGNED ? USER : ctx) << (8 * i);
        }
        return value;
    }

    private void writeSlow(long linear, int size, long value, int ctx) {
        checkCanonical(linear);
        checkCanonical(linear + size - 1);
        if (ctx == USER_ALIGNED) {
            checkAlignment(linear, size);
        }
        boolean watched = watchedPages.length != 0 && isWatched(linear, size, true);
        if (watched) {
            listener.beforeSpecialAccess();
        }
        int offset = (int) linear & 0xFFF;
        if (offset + size <= 4096) {
            byte[] frame = slowFrame(linear, PageWalker.WRITE, ctx);
            if (frame == null) {
                listener.beforeSpecialAccess();
                memory.write(devicePhysical | offset, size, value);
            } else if (codePages.isMarked(slowFrameIndex)) {
                int index = slowFrameIndex;
                listener.beforeSpecialAccess();
                AddressSpace.put(frame, offset, size, value);
                codePages.written(index, offset, size);
            } else {
                AddressSpace.put(frame, offset, size, value);
            }
        } else {
            long second = wrap((linear & PAGE_MASK) + 4096);
            // The first page faults first.
            boolean special =
                    slowFrame(linear, PageWalker.WRITE, ctx) == null
                            || codePages.isMarked(slowFrameIndex);
            special |=
                    slowFrame(second, PageWalker.WRITE, ctx) == null
                            || codePages.isMarked(slowFrameIndex);
            if (special) {
                listener.beforeSpecialAccess();
            }
            for (int i = 0; i < size; i++) {
                writeSlow(wrap(linear + i), 1, value >>> (8 * i), ctx == USER_ALIGNED ? USER : ctx);
            }
        }
        if (watched) {
            listener.watchedAccess(linear, size, true);
        }
    }

    /**
     * Translates, fills the TLBs and returns the frame; null if the page is not RAM, with {@link
     * #devicePhysical} set.
     */
    private byte[] slowFrame(long linear, int access, int ctx) {
        long page = linear & PAGE_MASK;
        boolean write = access == PageWalker.WRITE;
        Tlb tlb = write ? writeTlbs[ctx] : readTlbs[ctx];
        int slot = (int) (page >>> 12) & INDEX_MASK;
        if (tlb.pages[slot] == page) {
            int index = tlb.indices[slot];
            slowFrameIndex = index;
            if (tlb.tags[slot] != page) {
                if (write) {
                    ram.markWritten(index);
                }
                if (!isWatched(page) && !(write && codePages.isMarked(index))) {
                    tlb.tags[slot] = page;
                }
            }
            return tlb.frames[slot];
        }
        boolean user = ctx >= USER;
        walk(linear, access, user, ctx != SUPERVISOR_SMAP);
        long physical = walker.physicalPage();
        int index = ram.frameIndex(physical >>> 12);
        slowFrameIndex = index;
        if (index < 0) {
            devicePhysical = physical;
            return null;
        }
        byte[] frame = ram.frame(physical >>> 12);
        if (write) {
            ram.markWritten(index);
        }
        if (ctx != USER_ALIGNED) {
            boolean fast = !isWatched(page);
            readTlbs[ctx].put(page, frame, index, walker.global(), fast);
            if (walker.writeReady(!user)) {
                fast &= !codePages.isMarked(index) && ram.isWritten(index);
                writeTlbs[ctx].put(page, frame, index, walker.global(), fast);
            }
        }
        return frame;
    }

    /**
     * Walks the tables for an access that is about to be made and sets accessed and dirty bits; or
     * faults, which drops what is cached for the page (SDM Vol. 3, 4.10.4.1).
     */
    private void walk(long linear, int access, boolean user, boolean userDataAllowed) {
        if (!walker.probe(linear, access, user, userDataAllowed)) {
            flushPage(linear);
            throw fault.pageFault(linear, walker.error());
        }
        walker.markUsed(access);
        if (walker.pageShift() != 12) {
            largePages.add(linear, walker.pageShift());
        }
    }

    // ---- code fetch ----

    /**
     * Translates a code address at the current privilege.
     *
     * @return frame index of the page, or -1 if it is not RAM
     */
    public int fetchFrame(long linear) {
        int user = state.cpl == 3 ? 1 : 0;
        int i = (int) (linear >>> 12) & INDEX_MASK;
        if (executeTags[user][i] == (linear & PAGE_MASK)) {
            return executeFrames[user][i];
        }
        return fetchSlow(linear, user);
    }

    /** As {@link #fetchFrame} if the TLB knows the page; else -2, and nothing has happened. */
    public int knownFetchFrame(long linear) {
        int user = state.cpl == 3 ? 1 : 0;
        int i = (int) (linear >>> 12) & INDEX_MASK;
        return executeTags[user][i] == (linear & PAGE_MASK) ? executeFrames[user][i] : -2;
    }

    private int fetchSlow(long linear, int user) {
        checkCanonical(linear);
        walk(linear, PageWalker.EXECUTE, user != 0, true);
        long page = walker.physicalPage() >>> 12;
        int index = ram.frameIndex(page);
        if (index >= 0) {
            ram.frame(page);
            int i = (int) (linear >>> 12) & INDEX_MASK;
            executeTags[user][i] = linear & PAGE_MASK;
            executeFrames[user][i] = index;
            executeGlobal[user][i] = walker.global();
            if (!walker.global()) {
                executeLocals[user].add(i);
            }
        } else {
            devicePhysical = walker.physicalPage();
        }
        return index;
    }

    /** After {@link #fetchFrame} returned -1: the physical page that is not RAM. */
    public long fetchDevicePage() {
        return devicePhysical;
    }

    // ---- maintenance ----

    /**
     * Drops everything: CR0.PG, CR0.WP, CR4 paging bits, EFER.NXE changed, or INVPCID of all
     * contexts.
     */
    public void flushAll() {
        for (int i = 0; i < CONTEXTS; i++) {
            readTlbs[i].flushAll();
            writeTlbs[i].flushAll();
        }
        for (int u = 0; u < 2; u++) {
            Arrays.fill(executeTags[u], -1);
            executeLocals[u].clear();
        }
        largePages.clear();
    }

    /** Drops all but global translations: CR3 was written. */
    public void flushLocal() {
        for (int i = 0; i < USER_ALIGNED; i++) {
            readTlbs[i].flushLocal();
            writeTlbs[i].flushLocal();
        }
        for (int u = 0; u < 2; u++) {
            executeLocals[u].flush(executeGlobal[u], executeTags[u], executeTags[u]);
        }
    }

    /**
     * Drops the translations of one page: INVLPG. Large pages are cached in pieces of 4 KiB, which
     * go together (SDM Vol. 3, 4.10.2.3).
     */
    public void flushPage(long linear) {
        int shift = largePages.shift(linear);
        if (shift != 12) {
            flushRegion(linear, shift);
            return;
        }
        long page = linear & PAGE_MASK;
        for (int i = 0; i < USER_ALIGNED; i++) {
            readTlbs[i].flushPage(page);
            writeTlbs[i].flushPage(page);
        }
        int i = (int) (page >>> 12) & INDEX_MASK;
        for (int u = 0; u < 2; u++) {
            if (executeTags[u][i] == page) {
                executeTags[u][i] = -1;
            }
        }
    }

    private void flushRegion(long linear, int shift) {
        for (int i = 0; i < USER_ALIGNED; i++) {
            readTlbs[i].flushRegion(linear, shift);
            writeTlbs[i].flushRegion(linear, shift);
        }
        for (int u = 0; u < 2; u++) {
            Tlb.flushRegion(executeTags[u], linear, shift);
        }
    }

    /** Stores to a RAM frame take the slow way from now on: it starts to hold cached code. */
    public void slowWrites(byte[] frame) {
        for (int i = 0; i < USER_ALIGNED; i++) {
            writeTlbs[i].slowFrame(frame);
        }
    }

    /** The first store to any page takes the slow way, and is noted. */
    public void slowWrites() {
        for (int i = 0; i < USER_ALIGNED; i++) {
            writeTlbs[i].slowAll();
        }
    }

    /**
     * Linear pages some of whose accesses are reported to the listener; all accesses to them take
     * the slow way. In any order.
     */
    public void setWatchedPages(long[] pages) {
        watchedPages = pages.clone();
        Arrays.sort(watchedPages);
        for (int i = 0; i < USER_ALIGNED; i++) {
            for (long page : watchedPages) {
                readTlbs[i].slowPage(page);
                writeTlbs[i].slowPage(page);
            }
        }
    }

    private boolean isWatched(long page) {
        return Arrays.binarySearch(watchedPages, page) >= 0;
    }

    private boolean isWatched(long linear, int size, boolean write) {
        return (isWatched(linear & PAGE_MASK) || isWatched((linear + size - 1) & PAGE_MASK))
                && listener.watches(linear, size, write);
    }

    // ---- saved state ----

    /** The translations held, which a guest can notice, as {@link #loadTranslations} takes them. */
    public long[] saveTranslations() {
        return savedTranslations().save();
    }

    /**
     * Replaces all translations by saved ones.
     *
     * @return false if they are damaged; all are dropped then
     */
    public boolean loadTranslations(long[] saved) {
        flushAll();
        boolean good = savedTranslations().load(saved);
        for (int i = 0; i < USER_ALIGNED; i++) {
            readTlbs[i].locals.addUnknown();
            writeTlbs[i].locals.addUnknown();
        }
        for (LocalEntries locals : executeLocals) {
            locals.addUnknown();
        }
        if (!good) {
            flushAll();
        }
        return good;
    }

    private SavedTranslations savedTranslations() {
        Tlb[] tables = new Tlb[2 * USER_ALIGNED];
        for (int i = 0; i < USER_ALIGNED; i++) {
            tables[2 * i] = readTlbs[i];
            tables[2 * i + 1] = writeTlbs[i];
        }
        return new SavedTranslations(
                ram, tables, executeTags, executeFrames, executeGlobal, largePages);
    }

    // ---- for debuggers: no side effects ----

    /**
     * Physical address of a linear one by the current tables, permissions aside; -1 if there is
     * none.
     */
    public long translateForDebugger(long linear) {
        if (state.longMode() && (linear << 16 >> 16) != linear) {
            return -1;
        }
        long wrapped = wrap(linear);
        // A supervisor read with SMAP open is allowed wherever there is a translation.
        return walker.probe(wrapped, PageWalker.READ, false, true)
                ? walker.physicalPage() | (wrapped & 0xFFF)
                : -1;
    }

    /**
     * The page-fault error code (SDM Vol. 3, 4.7) that an access to a canonical address would raise
     * now, or -1 if it would not; nothing is changed.
     *
     * @param access one of {@link PageWalker}'s kinds
     */
    public int probeForDebugger(long linear, int access, boolean user) {
        boolean open =
                (state.cr4 & ControlRegisters.CR4_SMAP) == 0
                        || (state.systemFlags & Rflags.AC) != 0;
        return walker.probe(wrap(linear), access, user, open) ? -1 : walker.error();
    }

    /** The walker after {@link #translateForDebugger}, to show the entries on the way. */
    public PageWalker walker() {
        return walker;
    }
}
