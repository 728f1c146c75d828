package org.linuxemu.core.exec;

import org.linuxemu.core.block.BasicBlock;

/** Who makes host code of blocks that run often. Never visible in the guest's state. */
public interface TranslationSource {
    /** Runs of a block after which {@link #hot} is told. */
    int threshold();

    /** A block was reached for the {@link #threshold}th time and is about to run. */
    void hot(BasicBlock block);

    /** Makes current what has been finished since; called between blocks. */
    void install();
}
