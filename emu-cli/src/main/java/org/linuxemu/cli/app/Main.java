package org.linuxemu.cli.app;

/** Entry point of {@code emu.jar}. */
public final class Main {
    private Main() {}

    /** Runs the emulator and ends the process with its status. */
    public static void main(String[] args) {
        System.exit(new Emulator(new PcMachineFactory(), new GdbServers()).run(args));
    }
}
