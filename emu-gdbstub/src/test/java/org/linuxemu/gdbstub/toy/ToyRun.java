package org.linuxemu.gdbstub.toy;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.linuxemu.core.debug.MachineRunner;
import org.linuxemu.gdbstub.GdbServer;
import org.linuxemu.gdbstub.GdbServerOptions;

/** A toy that runs on its thread, with a gdb server. */
public final class ToyRun implements AutoCloseable {
    public final ToyMachine machine = new ToyMachine();
    public final MachineRunner runner;
    public final GdbServer server;
    private final Thread thread;
    private volatile int exitCode = -1;

    public ToyRun(boolean startStopped, GdbServerOptions options) throws IOException {
        runner = new MachineRunner(machine, startStopped);
        server = GdbServer.start(options, runner);
        thread = new Thread(() -> exitCode = runner.run(), "toy");
        thread.start();
    }

    /** Stopped at the start, any port. */
    public static ToyRun stopped() throws IOException {
        return new ToyRun(true, GdbServerOptions.anyPort());
    }

    public int port() {
        return ((InetSocketAddress) server.boundAddress()).getPort();
    }

    public RspClient connect() throws IOException {
        return new RspClient(port());
    }

    /** Instructions executed so far. */
    public long instructions() throws Exception {
        return runner.call(() -> machine.instructions);
    }

    /** Waits for the machine to end by itself. */
    public int exitCode() throws InterruptedException {
        thread.join();
        return exitCode;
    }

    @Override
    public void close() throws InterruptedException {
        runner.post(() -> runner.quit(0));
        thread.join();
        server.close();
    }
}
