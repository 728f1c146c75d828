package org.linuxemu.core.debug;

/**
 * A watched range of linear addresses. It does not wrap around the end of the address space.
 *
 * @param address first byte
 * @param length 1 to {@link BreakpointTable#MAX_WATCH_LENGTH}
 * @param kind which accesses count
 */
public record Watchpoint(long address, int length, WatchKind kind) {
    /** True when the access touches at least one watched byte in a direction that counts. */
    public boolean matches(long linear, int size, boolean write) {
        // Differences instead of sums: address + length may be 2^64.
        return kind.matches(write)
                && (Long.compareUnsigned(linear - address, length) < 0
                        || Long.compareUnsigned(address - linear, size) < 0);
    }

    /** First byte of the access that is watched: the address to report. */
    public long reported(long linear) {
        return Long.compareUnsigned(linear, address) < 0 ? address : linear;
    }
}
