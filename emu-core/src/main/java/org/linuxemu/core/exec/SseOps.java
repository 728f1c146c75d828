package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;

/** Sse instructions. */
public final class SseOps {
    private SseOps() {}

    /** Executes one instruction of the family by the contract of {@link ExecContext}. */
    public static void execute(ExecContext c, Instruction i) {
        throw c.invalidOpcode();
    }
}
