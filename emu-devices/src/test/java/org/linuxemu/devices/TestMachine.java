package org.linuxemu.devices;

import java.util.ArrayList;
import java.util.List;
import org.linuxemu.devices.misc.MachineControl;

/** Records what devices ask of the machine. */
public final class TestMachine implements MachineControl {
    public final List<String> requests = new ArrayList<>();

    @Override
    public void requestReset() {
        requests.add("reset");
    }

    @Override
    public void requestExit(int status) {
        requests.add("exit " + status);
    }
}
