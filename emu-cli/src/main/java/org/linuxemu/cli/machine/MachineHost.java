package org.linuxemu.cli.machine;

import org.linuxemu.core.state.CpuState;

/** What the machine asks of the program around it. Called on the machine thread. */
public interface MachineHost {
    /**
     * The guest has come to an end of some kind; the program tells the user and decides.
     *
     * @param end what happened
     * @param state registers of the processor that did it, to be read during the call only
     * @return how to go on: reset and run, stay stopped, or end with a status
     */
    EndDecision guestEnded(GuestEnd end, CpuState state);
}
