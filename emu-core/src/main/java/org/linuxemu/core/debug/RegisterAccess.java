package org.linuxemu.core.debug;

/** One processor's registers as a debugger sees them. Machine thread only. */
public interface RegisterAccess {
    /** Value of a register of at most 8 bytes, zero-extended. */
    long read(DebugRegister register);

    /**
     * Stores {@link DebugRegister#bytes()} little-endian bytes of any register. The caller provides
     * the space.
     */
    void read(DebugRegister register, byte[] destination, int offset);

    /**
     * Changes a register of at most 8 bytes. Returns false, and changes nothing, when the value is
     * not possible (a reserved control register bit, a selector with no descriptor, a read-only
     * register).
     */
    boolean write(DebugRegister register, long value);

    /** As {@link #write(DebugRegister, long)}, from little-endian bytes, for any register. */
    boolean write(DebugRegister register, byte[] source, int offset);

    /** True when the processor model has the upper YMM halves. */
    boolean hasAvx();

    /**
     * Base of the code segment as instruction fetch uses it: 0 in 64-bit mode. RIP plus this is the
     * linear address of the next instruction, which is what breakpoints are compared with.
     */
    long codeBase();

    /** Current privilege level, 0-3. */
    int cpl();

    /** Default code size of the current mode: 16, 32 or 64. */
    int codeBits();

    /** True while the processor waits in HLT. */
    boolean halted();
}
