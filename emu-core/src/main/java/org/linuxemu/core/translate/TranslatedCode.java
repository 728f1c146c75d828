package org.linuxemu.core.translate;

import org.linuxemu.core.block.BasicBlock;
import org.linuxemu.core.block.Translation;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.exec.ExecContext;
import org.linuxemu.core.mmu.Mmu;
import org.linuxemu.core.state.CpuState;

/** Base of the generated classes: what their code needs at hand. */
abstract class TranslatedCode extends Translation {
    final ExecContext context;
    final CpuState state;
    final Mmu mmu;
    final long[] regs;
    final long[] vectors;
    final long[] scratch;

    /** Instructions that are executed by the class of their family. */
    final Instruction[] instructions;

    TranslatedCode(Parts p) {
        super(p.blocks, p.exits, p.sites);
        context = p.context;
        state = p.context.state;
        mmu = p.context.mmu;
        regs = state.regs;
        vectors = state.vectors;
        scratch = p.context.vector.memory;
        instructions = p.instructions;
    }

    /** What a generated class is built around. */
    static final class Parts {
        final ExecContext context;
        final BasicBlock[] blocks;
        int exits;
        int[] sites;
        Instruction[] instructions;

        Parts(ExecContext context, BasicBlock[] blocks) {
            this.context = context;
            this.blocks = blocks;
        }
    }
}
