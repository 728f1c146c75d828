package org.linuxemu.core.translate;

import org.linuxemu.core.block.BasicBlock;
import org.linuxemu.core.block.Translation;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.exec.ExecContext;
import org.linuxemu.core.mmu.Mmu;
import org.linuxemu.core.state.CpuState;

/** Base of the generated classes: what their code needs at hand. */
abstract class TranslatedCode extends Translation {
    /** Instructions that are executed by the class of their family. */
    final Instruction[] instructions;

    TranslatedCode(Parts p) {
        super(p.blocks, p.cycles, p.exits, p.sites);
        instructions = p.instructions;
    }

    /** The parts of one machine that generated code has as constants. */
    static final class Constants {
        final ExecContext context;
        final CpuState state;
        final Mmu mmu;
        final long[] regs;
        final long[] vectors;
        final long[] scratch;

        Constants(ExecContext context) {
            this.context = context;
            state = context.state;
            mmu = context.mmu;
            regs = state.regs;
            vectors = state.vectors;
            scratch = context.vector.memory;
        }
    }

    /** What a generated class is built around. */
    static final class Parts {
        final BasicBlock[] blocks;
        int cycles;
        int exits;
        int[] sites;
        Instruction[] instructions;

        Parts(BasicBlock[] blocks) {
            this.blocks = blocks;
        }
    }
}
