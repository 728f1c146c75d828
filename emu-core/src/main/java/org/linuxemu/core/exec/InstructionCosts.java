package org.linuxemu.core.exec;

/**
 * Cycles beyond the ordinary one that slow instructions cost, as {@link ExecContext#charge} takes
 * them.
 */
public final class InstructionCosts {
    /** IN and OUT: a transaction on the peripheral bus takes about a microsecond. */
    public static final int PORT_IO = 1000;

    public static final int RDTSC = 25;
    public static final int CPUID = 100;
    public static final int PAUSE = 100;
    public static final int MSR = 50;

    /** A fault or a debug trap: the cycle of the instruction that was not executed. */
    public static final int EXCEPTION = 1;

    private InstructionCosts() {}
}
