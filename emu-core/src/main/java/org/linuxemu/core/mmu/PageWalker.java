package org.linuxemu.core.mmu;

import org.linuxemu.core.memory.AddressSpace;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Efer;

/**
 * Linear to physical through the guest's page tables (SDM Vol. 3, chapter 4): 32-bit, PAE and
 * 4-level paging, 4 KiB to 1 GiB pages, permissions, accessed and dirty bits.
 */
public final class PageWalker {
    /** Kinds of access. */
    public static final int READ = 0;

    public static final int WRITE = 1;
    public static final int EXECUTE = 2;

    /** Bits of the page-fault error code (SDM Vol. 3, 4.7). */
    public static final int ERROR_PRESENT = 1;

    public static final int ERROR_WRITE = 2;
    public static final int ERROR_USER = 4;
    public static final int ERROR_RESERVED = 8;
    public static final int ERROR_FETCH = 16;

    /** Width of a physical address in bits, as CPUID leaf 80000008h reports it. */
    public static final int PHYSICAL_BITS = 40;

    static final long PRESENT = 1;
    static final long WRITABLE = 2;
    static final long USER = 4;
    static final long ACCESSED = 0x20;
    static final long DIRTY = 0x40;
    static final long LARGE = 0x80;
    static final long GLOBAL = 0x100;
    static final long NO_EXECUTE = 1L << 63;
    static final long ADDRESS = ((1L << PHYSICAL_BITS) - 1) & ~0xFFFL;
    private static final long RESERVED = 0x000FFFFFFFFFF000L & ~ADDRESS;

    /** As {@link #RESERVED} in PAE paging, which leaves no bits to software there (table 4-11). */
    private static final long RESERVED_PAE = 0x7FFFFFFFFFFFF000L & ~ADDRESS;

    private final CpuState state;
    private final AddressSpace memory;

    // The table entries of the last walk, outermost first, for setting accessed bits and for
    // displays.
    private final long[] entryAddresses = new long[4];
    private final long[] entries = new long[4];
    private int depth;

    // Result of the last successful walk.
    private long physicalPage;
    private int pageShift;
    private boolean global;
    private boolean writable;
    private boolean userPage;
    private boolean executable;

    // Result of the last failed walk.
    private int error;

    /** Whether an entry of a page-directory-pointer table may map a page of 1 GiB. */
    private boolean gigabytePages = true;

    PageWalker(CpuState state, AddressSpace memory) {
        this.state = state;
        this.memory = memory;
    }

    void setGigabytePages(boolean supported) {
        gigabytePages = supported;
    }

    /** Physical address of the 4 KiB page that the last walk found. */
    long physicalPage() {
        return physicalPage;
    }

    /** Base-2 logarithm of the size of the page that the last walk found: 12, 21, 22 or 30. */
    int pageShift() {
        return pageShift;
    }

    /** The page is global and CR4.PGE is on. */
    boolean global() {
        return global;
    }

    /** A write may go straight to the page: permission and dirty bit are there. */
    boolean writeReady(boolean supervisor) {
        boolean allowed = writable || (supervisor && (state.cr0 & ControlRegisters.CR0_WP) == 0);
        return allowed && (depth == 0 || (entries[depth - 1] & DIRTY) != 0);
    }

    boolean userPage() {
        return userPage;
    }

    /** Entries of the last walk: number, addresses and values, outermost first. */
    public int depth() {
        return depth;
    }

    public long entryAddress(int level) {
        return entryAddresses[level];
    }

    public long entry(int level) {
        return entries[level];
    }

    /** Sets accessed and dirty bits after a successful {@link #probe} for the same access. */
    void markUsed(int access) {
        boolean pae = (state.cr4 & ControlRegisters.CR4_PAE) != 0;
        for (int i = 0; i < depth; i++) {
            long e = entries[i];
            if (entryAddresses[i] < 0) {
                continue; // PDPTE register: has no accessed bit
            }
            long want = e | ACCESSED | (access == WRITE && i == depth - 1 ? DIRTY : 0);
            if (want != e) {
                entries[i] = want;
                memory.write(entryAddresses[i], pae ? 8 : 4, want);
            }
        }
    }

    /**
     * Walks without side effects. Returns false, with the error code kept, if the access would
     * fault.
     *
     * @param access {@link #READ}, {@link #WRITE} or {@link #EXECUTE}
     * @param user the access is made with user privilege
     * @param userDataAllowed a supervisor data access may touch user pages (SMAP off, or AC set)
     */
    boolean probe(long linear, int access, boolean user, boolean userDataAllowed) {
        depth = 0;
        error = 0;
        if ((state.cr0 & ControlRegisters.CR0_PG) == 0) {
            physicalPage = linear & 0xFFFFF000L;
            pageShift = 12;
            global = false;
            writable = userPage = executable = true;
            return true;
        }
        int basic = (access == WRITE ? ERROR_WRITE : 0) | (user ? ERROR_USER : 0);
        boolean nx = (state.efer & Efer.NXE) != 0 && (state.cr4 & ControlRegisters.CR4_PAE) != 0;
        boolean smep = (state.cr4 & ControlRegisters.CR4_SMEP) != 0;
        if (access == EXECUTE && (nx || smep)) {
            basic |= ERROR_FETCH;
        }
        boolean found;
        if ((state.cr4 & ControlRegisters.CR4_PAE) == 0) {
            found = walk32(linear);
        } else if ((state.efer & Efer.LMA) == 0) {
            found = walkPae(linear, nx);
        } else {
            found = walk4(linear, nx);
        }
        if (!found) {
            error |= basic;
            return false;
        }
        boolean allowed;
        if (user) {
            allowed =
                    userPage && (access != WRITE || writable) && (access != EXECUTE || executable);
        } else if (access == EXECUTE) {
            allowed = executable && !(smep && userPage);
        } else {
            allowed =
                    (access == READ || writable || (state.cr0 & ControlRegisters.CR0_WP) == 0)
                            && (!userPage || userDataAllowed);
        }
        if (!allowed) {
            error = basic | ERROR_PRESENT;
        }
        return allowed;
    }

    /** The error code of the last failed walk. */
    int error() {
        return error;
    }

    private long load(long address, int size) {
        long value = memory.read(address, size);
        entryAddresses[depth] = address;
        entries[depth++] = value;
        return value;
    }

    private boolean walk32(long linear) {
        long table = state.cr3 & 0xFFFFF000L;
        long pde = load(table + ((linear >>> 20) & 0xFFC), 4);
        if ((pde & PRESENT) == 0) {
            return false;
        }
        userPage = (pde & USER) != 0;
        writable = (pde & WRITABLE) != 0;
        executable = true;
        if ((pde & LARGE) != 0 && (state.cr4 & ControlRegisters.CR4_PSE) != 0) {
            if ((pde & 0x200000) != 0) {
                error = ERROR_PRESENT | ERROR_RESERVED;
                return false;
            }
            // PSE-36: bits 20:13 are physical address bits 39:32.
            pageShift = 22;
            physicalPage = (pde & 0xFFC00000L) | (pde & 0x1FE000) << 19 | (linear & 0x3FF000);
            global = (pde & GLOBAL) != 0 && (state.cr4 & ControlRegisters.CR4_PGE) != 0;
            return true;
        }
        long pte = load((pde & 0xFFFFF000L) + ((linear >>> 10) & 0xFFC), 4);
        if ((pte & PRESENT) == 0) {
            return false;
        }
        userPage &= (pte & USER) != 0;
        writable &= (pte & WRITABLE) != 0;
        pageShift = 12;
        physicalPage = pte & 0xFFFFF000L;
        global = (pte & GLOBAL) != 0 && (state.cr4 & ControlRegisters.CR4_PGE) != 0;
        return true;
    }

    private boolean walkPae(long linear, boolean nx) {
        long pdpte = state.pdpte[(int) (linear >>> 30) & 3];
        entryAddresses[depth] = -1;
        entries[depth++] = pdpte;
        if ((pdpte & PRESENT) == 0) {
            return false;
        }
        userPage = writable = executable = true;
        return walkTables(linear, pdpte & ADDRESS, 1, RESERVED_PAE | (nx ? 0 : NO_EXECUTE));
    }

    private boolean walk4(long linear, boolean nx) {
        userPage = writable = executable = true;
        return walkTables(linear, state.cr3 & ADDRESS, 3, RESERVED | (nx ? 0 : NO_EXECUTE));
    }

    /** Walks 8-byte entries from {@code level} (3 = PML4, 2 = PDPT, 1 = PD, 0 = PT) downwards. */
    private boolean walkTables(long linear, long table, int level, long alwaysReserved) {
        for (; ; level--) {
            int shift = 12 + 9 * level;
            long e = load(table + ((linear >>> shift & 0x1FF) << 3), 8);
            if ((e & PRESENT) == 0) {
                return false;
            }
            long reserved = alwaysReserved;
            boolean leaf = level == 0 || (e & LARGE) != 0;
            if (leaf && level > 0) {
                // Address bits below the page size are reserved, bit 12 (PAT) aside; a PML4 entry
                // has no size bit.
                boolean noSize = level == 3 || (level == 2 && !gigabytePages);
                reserved |= noSize ? LARGE : ((1L << shift) - 1) & ~0x1FFFL;
            }
            if ((e & reserved) != 0) {
                error = ERROR_PRESENT | ERROR_RESERVED;
                return false;
            }
            userPage &= (e & USER) != 0;
            writable &= (e & WRITABLE) != 0;
            executable &= (e & NO_EXECUTE) == 0;
            if (leaf) {
                long offset = (1L << shift) - 1;
                pageShift = shift;
                physicalPage = (e & ADDRESS & ~offset) | (linear & offset & ~0xFFFL);
                global = (e & GLOBAL) != 0 && (state.cr4 & ControlRegisters.CR4_PGE) != 0;
                return true;
            }
            table = e & ADDRESS;
        }
    }
}
