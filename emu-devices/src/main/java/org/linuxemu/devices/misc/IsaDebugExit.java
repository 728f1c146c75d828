package org.linuxemu.devices.misc;

import org.linuxemu.core.bus.PortDevice;

/**
 * The "isa-debug-exit" device: a write of {@code v} ends the emulation with status {@code (v << 1)
 * | 1}, cut to eight bits as exit statuses are. Its default window is two ports at 501h. Reads give
 * 0. It has no state.
 */
public final class IsaDebugExit implements PortDevice {
    /** Where the device is when the command line does not say. */
    public static final int DEFAULT_FIRST_PORT = 0x501;

    /** How many ports it has when the command line does not say. */
    public static final int DEFAULT_PORT_COUNT = 2;

    private final MachineControl machine;

    /** Sends its exits to {@code machine}. */
    public IsaDebugExit(MachineControl machine) {
        this.machine = machine;
    }

    /** A 2 or 4 byte write is one exit with the whole value. */
    @Override
    public boolean claimsWide(int offset, int size) {
        return true;
    }

    @Override
    public int read(int offset, int size) {
        return 0;
    }

    @Override
    public void write(int offset, int size, int value) {
        machine.requestExit((value << 1 | 1) & 0xFF);
    }
}
