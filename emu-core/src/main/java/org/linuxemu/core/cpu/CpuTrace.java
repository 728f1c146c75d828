package org.linuxemu.core.cpu;

import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.CpuState;

/** Told what a processor does, for logs. Machine thread; must change nothing. */
public interface CpuTrace {
    /**
     * The processor stands before an instruction. Not every instruction is told of: only the first
     * after each return to this interface's caller, which is every one while the answer is true.
     *
     * @param rip linear address of the instruction
     * @param memory as a debugger sees it
     * @return true to be told of the next instruction, too: this one is executed alone
     */
    boolean instruction(CpuState state, long rip, MemoryAccess memory);

    /** An interrupt is about to be delivered. */
    void interrupt(CpuState state, int vector);

    /**
     * An exception is about to be delivered.
     *
     * @param rip linear address of the instruction that caused it
     */
    void exception(CpuState state, CpuException exception, long rip, MemoryAccess memory);
}
