package org.linuxemu.core.debug;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Breakpoints and watchpoints by linear address, beside the guest: its memory is never patched, so
 * they are valid before the code is loaded, before paging is on, in every address space and mode.
 *
 * <p>How a processor uses it, at no cost while it is empty:
 *
 * <ul>
 *   <li>Instructions: decoded or translated code must not run past the start of an instruction that
 *       {@link #contains} a breakpoint, except as its first instruction after the check. Ask {@link
 *       #mayBeInPage} when code of a page is entered; most pages have none. What is found out about
 *       a piece of code at an address holds while {@link #generation} stays.
 *   <li>Data: pages with watched bytes never enter the fast TLB; the slow path asks {@link
 *       #watches} and calls {@link #access} for each access made (also those of REP iterations,
 *       page-crossing halves with their own address, and supervisor accesses to user memory). After
 *       the instruction or REP iteration has completed, {@link #hitPending} tells whether to stop.
 *       An instruction that faults calls {@link #discardHit}.
 * </ul>
 *
 * <p>Machine thread only. Inserting twice is the same as inserting once.
 */
public final class BreakpointTable {
    /** Longest watchpoint, in bytes. */
    public static final int MAX_WATCH_LENGTH = 1 << 20;

    /** Bits of the offset in a page. */
    public static final int PAGE_SHIFT = 12;

    private static final int LINE_SHIFT = 6;

    /** Told after each change, so that affected code and TLB entries can be discarded. */
    public interface Listener {
        /** The breakpoint at this linear address was inserted or removed. */
        void breakpointChanged(long linear);

        /** A watchpoint over this range was inserted or removed. */
        void watchpointChanged(long linear, int length);
    }

    private final LongCounter breakpoints = new LongCounter();

    /** Number of breakpoints by the low bits of their page's number, and by 64 bytes of address. */
    private final int[] pageCounts = new int[1 << 12];

    private final int[] lineCounts = new int[1 << 12];
    private final List<Watchpoint> watchpoints = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private int generation;
    private Watchpoint hit;
    private long hitAddress;
    private boolean hitWrite;

    /** Adds a listener; there is no way back, the machine's parts live as long as the table. */
    public void addListener(Listener listener) {
        listeners.add(listener);
    }

    /** Increases at each change of breakpoints or watchpoints. */
    public int generation() {
        return generation;
    }

    /** True when there is no breakpoint (there may be watchpoints). */
    public boolean isEmpty() {
        return breakpoints.isEmpty();
    }

    /** True when there is a breakpoint at this linear address. */
    public boolean contains(long linear) {
        return breakpoints.contains(linear);
    }

    /** False only when there is no breakpoint in the page of this address. */
    public boolean mayBeInPage(long linear) {
        return pageCounts[(int) (linear >>> PAGE_SHIFT) & pageCounts.length - 1] != 0;
    }

    /** False only when there is no breakpoint in these bytes of one page. */
    public boolean mayBeIn(long linear, int length) {
        for (long line = linear >>> LINE_SHIFT;
                line <= linear + length - 1 >>> LINE_SHIFT;
                line++) {
            if (lineCounts[(int) line & lineCounts.length - 1] != 0) {
                return true;
            }
        }
        return false;
    }

    /** Inserts a breakpoint. Returns false when it was there already. */
    public boolean insert(long linear) {
        if (breakpoints.contains(linear)) {
            return false;
        }
        breakpoints.add(linear);
        count(linear, 1);
        breakpointChanged(linear);
        return true;
    }

    /** Removes a breakpoint. Returns false when there was none. */
    public boolean remove(long linear) {
        if (!breakpoints.contains(linear)) {
            return false;
        }
        breakpoints.remove(linear);
        count(linear, -1);
        breakpointChanged(linear);
        return true;
    }

    private void count(long linear, int more) {
        pageCounts[(int) (linear >>> PAGE_SHIFT) & pageCounts.length - 1] += more;
        lineCounts[(int) (linear >>> LINE_SHIFT) & lineCounts.length - 1] += more;
    }

    /** All breakpoints, ascending. */
    public long[] breakpoints() {
        return breakpoints.sortedKeys();
    }

    /** All watchpoints in the order of insertion. */
    public List<Watchpoint> watchpoints() {
        return Collections.unmodifiableList(watchpoints);
    }

    /** True when there is a watchpoint of any kind. */
    public boolean hasWatchpoints() {
        return !watchpoints.isEmpty();
    }

    /** True when an access would be a hit. */
    public boolean watches(long linear, int size, boolean write) {
        for (int i = 0; i < watchpoints.size(); i++) {
            if (watchpoints.get(i).matches(linear, size, write)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Inserts a watchpoint. Returns false when the same one is there already.
     *
     * @throws IllegalArgumentException when the length is not 1 to {@link #MAX_WATCH_LENGTH} or the
     *     range wraps
     */
    public boolean insert(Watchpoint watchpoint) {
        checkRange(watchpoint);
        if (watchpoints.contains(watchpoint)) {
            return false;
        }
        watchpoints.add(watchpoint);
        watchpointChanged(watchpoint);
        return true;
    }

    /** Removes a watchpoint. Returns false when there was none. */
    public boolean remove(Watchpoint watchpoint) {
        if (!watchpoints.remove(watchpoint)) {
            return false;
        }
        watchpointChanged(watchpoint);
        return true;
    }

    /** Removes everything. */
    public void clear() {
        for (long linear : breakpoints()) {
            remove(linear);
        }
        for (Watchpoint watchpoint : new ArrayList<>(watchpoints)) {
            remove(watchpoint);
        }
        discardHit();
    }

    /**
     * Notes an access made by the current instruction or REP iteration. The first watched one
     * counts.
     *
     * @param size bytes, at least 1; the access does not wrap around the address space
     */
    public void access(long linear, int size, boolean write) {
        if (hit != null) {
            return;
        }
        for (int i = 0; i < watchpoints.size(); i++) {
            Watchpoint watchpoint = watchpoints.get(i);
            if (watchpoint.matches(linear, size, write)) {
                hit = watchpoint;
                hitAddress = watchpoint.reported(linear);
                hitWrite = write;
                return;
            }
        }
    }

    /** True when a noted access was watched and has not been taken. */
    public boolean hitPending() {
        return hit != null;
    }

    /** Forgets a noted access: the instruction faulted and none of it was committed. */
    public void discardHit() {
        hit = null;
    }

    /** The stop for the noted access, which is forgotten; null when there is none. */
    public StopReason takeHit(int cpu) {
        if (hit == null) {
            return null;
        }
        StopReason reason = StopReason.watchpoint(cpu, hitAddress, hit.kind(), hitWrite);
        hit = null;
        return reason;
    }

    private static void checkRange(Watchpoint watchpoint) {
        int length = watchpoint.length();
        if (length < 1 || length > MAX_WATCH_LENGTH) {
            throw new IllegalArgumentException("watchpoint of " + length + " bytes");
        }
        long last = watchpoint.address() + (length - 1);
        if (Long.compareUnsigned(last, watchpoint.address()) < 0) {
            throw new IllegalArgumentException("watchpoint wraps around the address space");
        }
    }

    private void breakpointChanged(long linear) {
        generation++;
        for (int i = 0; i < listeners.size(); i++) {
            listeners.get(i).breakpointChanged(linear);
        }
    }

    private void watchpointChanged(Watchpoint watchpoint) {
        generation++;
        for (int i = 0; i < listeners.size(); i++) {
            listeners.get(i).watchpointChanged(watchpoint.address(), watchpoint.length());
        }
    }
}
