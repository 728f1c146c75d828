package org.linuxemu.cli.machine;

import org.linuxemu.core.debug.DebugTarget;
import org.linuxemu.core.state.CpuState;

/** A machine as the program around it holds it. */
public interface MachineHandle {
    /** Number of serial ports of the machine: ttyS0 to ttyS3. */
    int SERIAL_PORTS = 4;

    /** To post actions to the machine thread, to stop, resume, reset, quit and look at it. */
    DebugTarget target();

    /** The outer end of a serial port, 0 to {@link #SERIAL_PORTS} - 1. */
    SerialLine serial(int port);

    /** What the display adapter shows; null for a machine without one. */
    default VideoOutput video() {
        return null;
    }

    /** The keyboard; null for a machine without one. */
    default KeyInput keyboard() {
        return null;
    }

    /** Saving and loading; null for a machine that cannot. */
    default SnapshotControl snapshots() {
        return null;
    }

    /** The registers of a processor. Machine thread only, to read. */
    CpuState cpuState(int cpu);

    /**
     * Runs the guest on the calling thread until the machine ends.
     *
     * @return exit status of the process, 0 to 255
     */
    int run();
}
