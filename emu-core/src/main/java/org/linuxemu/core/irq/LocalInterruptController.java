package org.linuxemu.core.irq;

/**
 * A local APIC as its processor sees it beside the INTR pin: the parts that are reached by control
 * registers and MSRs, not by memory (SDM vol. 3A, "Advanced Programmable Interrupt Controller").
 */
public interface LocalInterruptController extends InterruptSource {
    /** CR8: the task-priority class, 0 to 15. */
    int taskPriorityClass();

    /** Sets CR8, 0 to 15. */
    void setTaskPriorityClass(int priorityClass);

    /** IA32_APIC_BASE bit 11: off, the processor has no local APIC and INTR comes from outside. */
    void setGloballyEnabled(boolean enabled);

    /**
     * When the armed IA32_TSC_DEADLINE comes, as a cycle of the virtual clock; {@link
     * Long#MAX_VALUE} when it is not armed, for which the MSR reads 0.
     */
    long tscDeadline();

    /**
     * Arms IA32_TSC_DEADLINE for a cycle of the virtual clock (the processor subtracts its TSC
     * offset), or disarms it with {@link Long#MAX_VALUE}. Ignored in the other timer modes.
     */
    void setTscDeadline(long cycle);
}
