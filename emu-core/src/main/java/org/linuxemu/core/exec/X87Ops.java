package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;

/** X87 instructions. */
public final class X87Ops {
    private X87Ops() {}

    /** Executes one instruction of the family by the contract of {@link ExecContext}. */
    public static void execute(ExecContext c, Instruction i) {
        throw c.invalidOpcode();
    }
}
