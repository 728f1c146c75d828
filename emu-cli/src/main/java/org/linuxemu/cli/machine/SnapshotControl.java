package org.linuxemu.cli.machine;

import java.io.File;

/** Saves and loads the machine while it is there. Machine thread only. */
public interface SnapshotControl {
    /**
     * Saves the machine as it is now; the file is complete at the return.
     *
     * @throws MachineException when the file cannot be written
     */
    void save(File file) throws MachineException;

    /**
     * Goes on from a file.
     *
     * @throws MachineException when it is no good or of another machine; the machine is then as
     *     before
     */
    void load(File file) throws MachineException;
}
