package org.linuxemu.gdbstub;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.linuxemu.core.debug.BreakpointTable;
import org.linuxemu.core.debug.CatchTable;
import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.debug.DebugRegister;
import org.linuxemu.core.debug.DebuggableMachine;
import org.linuxemu.core.debug.MachineMailbox;
import org.linuxemu.core.debug.MachineRunner;
import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.debug.MonitorCommands;
import org.linuxemu.core.debug.RegisterAccess;
import org.linuxemu.core.debug.StopReason;

/**
 * Debuggers that attach to a machine which is not there, on a port of their own. They have the
 * classes loaded, and compiled by the JVM, that a real debugger needs, so that attaching stops the
 * guest at once and the first steps are as quick as later ones.
 */
final class WarmUp implements DebuggableMachine, RegisterAccess, MemoryAccess, MonitorCommands {
    /** What a debugger sends when it attaches, and what it sends most. */
    private static final String[] PACKETS = {
        "qSupported:multiprocess+;swbreak+;hwbreak+",
        "vMustReplyEmpty",
        "QStartNoAckMode",
        "Hgp0.0",
        "qXfer:features:read:target.xml:0,1000",
        "?",
        "qXfer:threads:read::0,1000",
        "qAttached:1",
        "qOffsets",
        "g",
        "m0,8",
        "Z0,0,1",
        "z0,0,1",
        "vCont?",
        "vCont;r1,2:p1.1",
        "vCont;s:p1.1",
        "D;1"
    };

    /** Mostly what a debugger sends for each of its user's steps. */
    private static final String[] SHORT = {
        "?",
        "g",
        "vCont;r1,2:p1.1;c:p1.-1",
        "m0,40",
        "qXfer:threads:read::0,1000",
        "vCont;s:p1.1;c:p1.-1",
        "m0,40",
        "qXfer:threads:read::0,1000",
        "D;1"
    };

    /** HotSpot compiles what has been called 200 times. */
    private static final int SESSIONS = 250;

    /** Between two sessions, in milliseconds, as the guest is more important. */
    private static final long PAUSE = 2;

    private static final int SILENCE_MILLIS = 5000;
    private static final long IDLE_NANOS = 50_000_000;

    private final BreakpointTable breakpoints = new BreakpointTable();
    private final CatchTable catches = new CatchTable();

    /**
     * Holds sessions one after the other.
     *
     * @param wanted asked before each of them whether to go on
     */
    static void run(BooleanSupplier wanted) throws IOException, InterruptedException {
        MachineRunner runner = new MachineRunner(new WarmUp(), false);
        Thread machine = new Thread(runner::run, "gdb-server-warm-up-machine");
        machine.setDaemon(true);
        machine.start();
        try (GdbServer server = GdbServer.startCold(GdbServerOptions.anyPort(), runner)) {
            SocketAddress address = server.boundAddress();
            for (int i = 0; i < SESSIONS && wanted.getAsBoolean(); i++) {
                session(address, i % 10 == 0 ? PACKETS : SHORT);
                Thread.sleep(PAUSE);
            }
        } finally {
            runner.post(() -> runner.quit(0));
        }
    }

    private static void session(SocketAddress address, String[] packets) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(SILENCE_MILLIS);
            for (String packet : packets) {
                int sum = 0;
                for (int i = 0; i < packet.length(); i++) {
                    sum += packet.charAt(i);
                }
                String digits = Integer.toHexString(0x100 | sum & 0xff).substring(1);
                String framed = "+$" + packet + "#" + digits;
                socket.getOutputStream().write(framed.getBytes(StandardCharsets.ISO_8859_1));
                skipReply(socket.getInputStream());
            }
        }
    }

    private static void skipReply(InputStream in) throws IOException {
        int b;
        do {
            b = in.read();
        } while (b >= 0 && b != '#');
        if (b < 0 || in.read() < 0 || in.read() < 0) {
            throw new EOFException();
        }
    }

    @Override
    public int cpuCount() {
        return 1;
    }

    @Override
    public RegisterAccess registers(int cpu) {
        return this;
    }

    @Override
    public MemoryAccess memory(int cpu) {
        return this;
    }

    @Override
    public BreakpointTable breakpoints() {
        return breakpoints;
    }

    @Override
    public CatchTable catches() {
        return catches;
    }

    @Override
    public MonitorCommands monitor() {
        return this;
    }

    @Override
    public StopReason run(MachineMailbox mailbox, boolean overBreakpoint) {
        mailbox.awaitPending(IDLE_NANOS);
        return null;
    }

    @Override
    public StopReason runBriefly(boolean overBreakpoint) {
        return null;
    }

    @Override
    public StopReason step(int cpu, boolean holdInterrupts) {
        return null;
    }

    @Override
    public void reset() {}

    @Override
    public long read(DebugRegister register) {
        return 0;
    }

    @Override
    public void read(DebugRegister register, byte[] destination, int offset) {}

    @Override
    public boolean write(DebugRegister register, long value) {
        return false;
    }

    @Override
    public boolean write(DebugRegister register, byte[] source, int offset) {
        return false;
    }

    @Override
    public boolean hasAvx() {
        return true;
    }

    @Override
    public long codeBase() {
        return 0;
    }

    @Override
    public int cpl() {
        return 0;
    }

    @Override
    public int codeBits() {
        return 64;
    }

    @Override
    public boolean halted() {
        return false;
    }

    @Override
    public int read(long linear, byte[] destination, int offset, int length) {
        return length;
    }

    @Override
    public int write(long linear, byte[] source, int offset, int length) {
        return 0;
    }

    @Override
    public int readPhysical(long physical, byte[] destination, int offset, int length) {
        return 0;
    }

    @Override
    public int writePhysical(long physical, byte[] source, int offset, int length) {
        return 0;
    }

    @Override
    public long translate(long linear) {
        return -1;
    }

    @Override
    public void describeWalk(long linear, DebugOutput output) {}

    @Override
    public boolean execute(String line, DebugOutput output) {
        return false;
    }

    @Override
    public void help(DebugOutput output) {}
}
