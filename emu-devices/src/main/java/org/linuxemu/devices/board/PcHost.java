package org.linuxemu.devices.board;

import org.linuxemu.core.debug.MonitorCommands;

/** What the board asks of the program around it. Called on the machine thread. */
public interface PcHost {
    /** Ends that a guest can come to. */
    enum End {
        /**
         * A reset was requested: keyboard controller, port 92h, CF9h, or a triple fault through an
         * empty IDT.
         */
        RESET,
        /** The power was switched off. */
        POWER_OFF,
        /** HLT with interrupts off: nothing will wake the processor. */
        HALT,
        /** The guest wrote to isa-debug-exit. */
        DEBUG_EXIT,
        /** A triple fault that is not a way to reboot. */
        TRIPLE_FAULT
    }

    /** Answers of {@link #ended} other than an exit status 0 to 255. */
    int RESET_AND_RUN = -1;

    int STAY_STOPPED = -2;

    /**
     * The guest has come to an end.
     *
     * @param value exit status for DEBUG_EXIT, else 0
     * @return an exit status of the process, {@link #RESET_AND_RUN} or {@link #STAY_STOPPED}
     */
    int ended(End end, int value);

    /** Monitor commands that the program adds to those of the board; null for none. */
    default MonitorCommands monitor() {
        return null;
    }

    /** The guest could not be loaded again at a reset; the machine then ends with status 1. */
    void reloadFailed(String message);
}
