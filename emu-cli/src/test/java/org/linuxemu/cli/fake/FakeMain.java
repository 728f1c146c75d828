package org.linuxemu.cli.fake;

import java.io.IOException;
import org.linuxemu.cli.app.DebugServers;
import org.linuxemu.cli.app.Emulator;
import org.linuxemu.cli.machine.MachineException;
import org.linuxemu.cli.machine.MachineFactory;

/** The program with a fake machine. */
public final class FakeMain {
    private FakeMain() {}

    public static void main(String[] args) {
        System.exit(new Emulator(machines(), debugServers()).run(args));
    }

    /** Makes fake machines; a kernel file named "garbage" is refused. */
    public static MachineFactory machines() {
        return (config, host) -> {
            if (config.kernel().getName().equals("garbage")) {
                throw new MachineException("-kernel: 'garbage' is no kernel");
            }
            return new FakeMachine(config, host);
        };
    }

    /** Port 1 is in use. */
    public static DebugServers debugServers() {
        return (options, target) -> {
            if (options.port() == 1) {
                throw new IOException("cannot listen for gdb at port 1");
            }
            return new DebugServers.Running() {
                @Override
                public String connectHint() {
                    return "target remote fake:" + options.port();
                }

                @Override
                public void close() {
                    // Nothing is open.
                }
            };
        };
    }
}
