package org.linuxemu.gdbstub;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
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
import org.linuxemu.gdbstub.rsp.RspAckHandler;
import org.linuxemu.gdbstub.rsp.RspDecoder;
import org.linuxemu.gdbstub.rsp.RspEncoder;
import org.linuxemu.gdbstub.session.StubSettings;

/**
 * A session with a machine that is not there. It has the classes loaded that the first debugger
 * needs, so that attaching stops the guest at once.
 */
final class WarmUp implements DebuggableMachine, RegisterAccess, MemoryAccess, MonitorCommands {
    /** What a debugger sends when it attaches; "quit" is the last. */
    private static final String[] PACKETS = {
        "qSupported:multiprocess+;swbreak+;hwbreak+",
        "vMustReplyEmpty",
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
        "qRcmd,71756974"
    };

    private final BreakpointTable breakpoints = new BreakpointTable();
    private final CatchTable catches = new CatchTable();

    /** Goes through a whole session on this thread. */
    static void run(StubSettings settings) throws IOException {
        MachineRunner runner = new MachineRunner(new WarmUp(), true);
        EmbeddedChannel channel =
                new EmbeddedChannel(
                        new RspEncoder(),
                        new RspDecoder(),
                        new RspAckHandler(),
                        new GdbConnection(runner, settings, () -> {}));
        for (String packet : PACKETS) {
            int sum = 0;
            for (int i = 0; i < packet.length(); i++) {
                sum += packet.charAt(i);
            }
            String digits = Integer.toHexString(0x100 | sum & 0xff).substring(1);
            channel.writeInbound(
                    Unpooled.copiedBuffer(
                            "+$" + packet + "#" + digits, StandardCharsets.ISO_8859_1));
        }
        runner.run();
        channel.finishAndReleaseAll();
        try (SocketChannel socket = SocketChannel.open()) {
            new NioSocketChannel(socket);
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
        return StopReason.exited(0);
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
        return 0;
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
