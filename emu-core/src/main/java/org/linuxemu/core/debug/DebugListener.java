package org.linuxemu.core.debug;

/** A debugger's ear on the machine. Called on the machine thread, between instructions. */
public interface DebugListener {
    /**
     * The guest is about to execute an instruction with a breakpoint. Conditions and commands of
     * the breakpoint are evaluated here, so that a false condition costs no change of thread.
     *
     * @param cpu index of the processor
     * @param linear address of the breakpoint
     * @return true to stop; false to go on, over the breakpoint
     */
    boolean breakpointReached(int cpu, long linear);

    /** The guest stopped by itself or ended; not called for {@link DebugTarget#stop}. */
    void stopped(StopReason reason);
}
