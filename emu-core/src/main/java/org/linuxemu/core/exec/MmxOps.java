package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;

/** EMMS; every other MMX instruction is in the class of its SSE counterpart. */
public final class MmxOps {
    private MmxOps() {}

    /** Executes one instruction of the family by the contract of {@link ExecContext}. */
    public static void execute(ExecContext c, Instruction i) {
        VectorOperands.requireMmx(c);
        c.state.fpEmpty = 0xFF;
        c.state.fpTop = 0;
    }
}
