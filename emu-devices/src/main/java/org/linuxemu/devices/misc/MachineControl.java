package org.linuxemu.devices.misc;

/**
 * What a device may ask of the machine it is in. Requests are taken at the next instruction
 * boundary; the access that made them completes first.
 */
public interface MachineControl {
    /** The RESET line was pulsed: restart the machine, or end it where it was so configured. */
    void requestReset();

    /** End the emulation with this exit status, 0 to 255. */
    void requestExit(int status);

    /** The guest has switched the power off: end the emulation, by default with status 0. */
    default void requestPowerOff() {
        requestExit(0);
    }
}
