package org.linuxemu.cli.app;

import org.linuxemu.cli.machine.MachineConfig;
import org.linuxemu.cli.machine.MachineException;
import org.linuxemu.cli.machine.MachineFactory;
import org.linuxemu.cli.machine.MachineHandle;
import org.linuxemu.cli.machine.MachineHost;

/** Builds the PC. */
final class PcMachineFactory implements MachineFactory {
    @Override
    public MachineHandle create(MachineConfig config, MachineHost host) throws MachineException {
        throw new MachineException("this build has no machine yet");
    }
}
