package org.linuxemu.core.translate;

/** Where the code of a region has the guest's registers and flags while it runs. */
public enum Placement {
    /** One of the others, as suits the region. */
    CHOSEN,

    /**
     * In JVM locals, from the region's entry to its exit: best for loops and long blocks. But each
     * access that may go wrong and each exit has all of them to save, and a region of many of those
     * takes the JIT compilers several times as long.
     */
    LOCALS,

    /** In the processor's state all the time: there is nothing to load or save. */
    MEMORY
}
