package org.linuxemu.core.debug;

/**
 * Guest memory as a debugger sees it, through one processor's current page tables. No access here
 * has a side effect on the guest beyond the bytes written: no accessed or dirty bits, no TLB fill,
 * no fault, no device read. Only RAM and ROM can be read and only RAM written; permissions
 * (read-only, supervisor, no-execute, SMAP) are not checked. Machine thread only.
 */
public interface MemoryAccess {
    /**
     * Reads up to {@code length} bytes from a linear address.
     *
     * @return how many bytes, from the first on, could be read; fewer than asked when a page is not
     *     mapped or is not memory, 0 when the first byte is not readable
     */
    int read(long linear, byte[] destination, int offset, int length);

    /**
     * Writes up to {@code length} bytes to a linear address, read-only pages included. Decoded or
     * translated code of the bytes written is discarded.
     *
     * @return how many bytes, from the first on, were written
     */
    int write(long linear, byte[] source, int offset, int length);

    /** As {@link #read}, from a physical address. */
    int readPhysical(long physical, byte[] destination, int offset, int length);

    /** As {@link #write}, to a physical address. */
    int writePhysical(long physical, byte[] source, int offset, int length);

    /** Physical address of a linear one, or -1 when it is not mapped. */
    long translate(long linear);

    /**
     * Explains the translation, one line for each level: entry address, value, flags; then the
     * result, and for a failing one why the access would fault.
     */
    void describeWalk(long linear, DebugOutput output);
}
