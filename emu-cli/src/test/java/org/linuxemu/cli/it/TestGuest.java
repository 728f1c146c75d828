package org.linuxemu.cli.it;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.linuxemu.core.exec.CpuModel;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.devices.board.PcBoard;
import org.linuxemu.devices.board.PcConfig;
import org.linuxemu.devices.board.PcHost;
import org.linuxemu.devices.board.SerialPort;
import org.linuxemu.devices.boot.BootLoader;
import org.linuxemu.devices.boot.BootRequest;

/**
 * A machine in this JVM with a kernel, an initramfs and a serial console, at which a text is typed
 * as fast as the guest reads.
 */
final class TestGuest {
    /** Some commands, and the end. */
    static final String INPUT = "uname -a\n/bin/hello\nls -l /bin | md5sum\nsleep 1\npoweroff -f\n";

    final PcBoard board;

    /** What it has printed, if {@link #board}'s first serial port was not connected anew. */
    final ByteArrayOutputStream console = new ByteArrayOutputStream();

    /** How many characters of the text it has read. */
    int typed;

    /** How often it has ended, and how the last time. */
    int ends;

    PcHost.End end;

    private final byte[] input;

    /** The small kernel and busybox in 64 MiB. */
    TestGuest() throws Exception {
        this(Images.slim().toString(), Images.busybox().toString(), 64, INPUT, true);
    }

    /**
     * @param megabytes of RAM
     * @param load false: nothing is loaded, for a machine that is to take over a saved state
     */
    TestGuest(String kernel, String initrd, int megabytes, String input, boolean load)
            throws Exception {
        this.input = input.getBytes(StandardCharsets.ISO_8859_1);
        BootRequest request = new BootRequest(kernel).initrd(initrd).commandLine("console=ttyS0");
        PcHost host =
                new PcHost() {
                    @Override
                    public int ended(End how, int value) {
                        ends++;
                        end = how;
                        return 0;
                    }

                    @Override
                    public void reloadFailed(String message) {
                        throw new IllegalStateException(message);
                    }
                };
        PcConfig config =
                new PcConfig(
                        (long) megabytes << 20, CpuModel.max(), 1_767_225_600L, 1, -1, 0, false);
        board =
                new PcBoard(
                        config,
                        host,
                        (ram, state) -> {
                            if (load) {
                                BootLoader.load(request, ram, state);
                            }
                        });
        board.serial(0)
                .connect(
                        () ->
                                typed < this.input.length
                                        ? this.input[typed++]
                                        : SerialPort.Input.NONE,
                        console::write);
    }

    boolean ended() {
        return ends > 0;
    }

    /** Runs it up to a cycle, unless it has ended. */
    void runTo(long cycle) {
        if (!ended()) {
            board.runUntil(cycle);
        }
    }

    long hash() {
        return board.cpu().stateHash();
    }

    /** Where it is, in one line. */
    String registers() {
        CpuState s = board.cpu().state();
        StringBuilder text = new StringBuilder();
        text.append("cycle ").append(board.clock().cycles());
        text.append(" rip ").append(Long.toHexString(s.rip));
        text.append(" rflags ").append(Long.toHexString(s.rflags()));
        for (int i = 0; i < 16; i++) {
            text.append(" r").append(i).append('=').append(Long.toHexString(s.regs[i]));
        }
        return text.toString();
    }
}
