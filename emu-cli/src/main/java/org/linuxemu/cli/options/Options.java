package org.linuxemu.cli.options;

import java.util.List;
import org.linuxemu.cli.machine.EndActions;
import org.linuxemu.cli.machine.MachineConfig;
import org.linuxemu.gdbstub.GdbServerOptions;

/**
 * What the command line asks for.
 *
 * @param machine the machine; the caller adds what depends on the host's streams and builds it
 * @param name of the guest, or null
 * @param display where the screen is shown
 * @param displayMonitor whether the monitor is behind the screen on the terminal
 * @param serials where the serial ports lead to, ttyS0 first; one for each port of the machine
 * @param monitorAlone true when the monitor is on standard input and output with no serial port
 *     beside it
 * @param stdioSignals true when Ctrl-C on the terminal ends the emulator instead of going to the
 *     guest
 * @param startStopped true to wait for gdb or the monitor before the first instruction
 * @param gdb where to serve gdb, or null
 * @param endActions what to do at the ends of the guest
 * @param logFile where the log goes, or null for standard error
 * @param pidFile where to write the process number, or null
 * @param notes lines for the user: what was added or has no effect
 */
public record Options(
        MachineConfig.Builder machine,
        String name,
        DisplaySpec display,
        boolean displayMonitor,
        List<SerialSpec> serials,
        boolean monitorAlone,
        boolean stdioSignals,
        boolean startStopped,
        GdbServerOptions gdb,
        EndActions endActions,
        String logFile,
        String pidFile,
        List<String> notes) {
    /** The port that shares standard input and output, or null. */
    public SerialSpec stdioPort() {
        for (SerialSpec serial : serials) {
            if (serial.onStdio()) {
                return serial;
            }
        }
        return null;
    }
}
