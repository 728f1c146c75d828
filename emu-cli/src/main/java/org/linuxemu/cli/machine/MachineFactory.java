package org.linuxemu.cli.machine;

/** Builds the machine that the command line describes and loads the images into it. */
public interface MachineFactory {
    /**
     * Builds a machine, ready for its first instruction.
     *
     * @throws MachineException when an image is no good or does not fit
     */
    MachineHandle create(MachineConfig config, MachineHost host) throws MachineException;
}
