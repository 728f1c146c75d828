package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.debug.MachineRunner;
import org.linuxemu.core.exec.CpuModel;
import org.linuxemu.devices.board.PcBoard;
import org.linuxemu.devices.board.PcConfig;
import org.linuxemu.devices.board.PcHost;
import org.linuxemu.devices.board.SerialPort;
import org.linuxemu.devices.boot.BootLoader;
import org.linuxemu.devices.boot.BootRequest;
import org.linuxemu.gdbstub.GdbServer;
import org.linuxemu.gdbstub.GdbServerOptions;

/**
 * Debuggers come and go during a boot, rudely, a thousand times; the guest ends in the state that
 * it would have reached without them.
 */
class DebuggedBootIT {
    private static final int CONNECTIONS = 1000;

    /** Console bytes of the boot, fewer than there are; the connections are spread over them. */
    private static final int CONSOLE_BYTES = 5000;

    private static final String INPUT = "/bin/hello\nls -l /bin | md5sum\npoweroff -f\n";

    /** One boot on a thread of this process. */
    private static final class Boot {
        private final CRC32C console = new CRC32C();
        private final AtomicInteger started = new AtomicInteger();
        private final PcBoard board;
        private final MachineRunner runner;
        private volatile String end = "none";
        private int bytes;
        private int typed;

        /** Connections made while the guest ran. */
        private volatile int startedAtEnd;

        /** Connections that are awaited before the guest gets further than it should. */
        private boolean gated;

        Boot() throws Exception {
            BootRequest request =
                    new BootRequest(Images.slim().toString())
                            .initrd(Images.busybox().toString())
                            .commandLine("console=ttyS0");
            PcHost host =
                    new PcHost() {
                        @Override
                        public int ended(End reason, int value) {
                            startedAtEnd = started.get();
                            end =
                                    reason
                                            + " at "
                                            + board.clock().cycles()
                                            + " state "
                                            + Long.toHexString(board.cpu().stateHash())
                                            + " console "
                                            + Long.toHexString(console.getValue());
                            return 0;
                        }

                        @Override
                        public void reloadFailed(String message) {
                            throw new IllegalStateException(message);
                        }
                    };
            PcConfig config =
                    new PcConfig(128L << 20, CpuModel.max(), 1_767_225_600L, 1, -1, 0, false);
            board = new PcBoard(config, host, (ram, state) -> BootLoader.load(request, ram, state));
            runner = new MachineRunner(board, false);
            runner.mailbox().onPost(board::wake);
            board.serial(0)
                    .connect(
                            () ->
                                    typed < INPUT.length()
                                            ? INPUT.charAt(typed++)
                                            : SerialPort.Input.NONE,
                            this::written);
        }

        private void written(int value) {
            console.update(value);
            bytes++;
            board.atNextBoundary(this::awaitClients);
        }

        /**
         * Holds the guest where the connections are due. At a boundary, so that what a client has
         * posted is seen before the guest writes another byte.
         */
        private void awaitClients() {
            long due = Math.min(CONNECTIONS, (long) CONNECTIONS * bytes / CONSOLE_BYTES);
            // A client may have let the guest go on and wait; then its connection must stay alive.
            while (gated && started.get() < due && !runner.mailbox().pending()) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aBootThatIsDisturbedAThousandTimesEndsInTheSameState() throws Exception {
        Boot quiet = new Boot();
        assertThat(quiet.runner.run()).isZero();
        assertThat(quiet.end).startsWith("HALT at ");
        assertThat(quiet.bytes).isGreaterThan(CONSOLE_BYTES);

        Boot disturbed = new Boot();
        disturbed.gated = true;
        AtomicLong answers = new AtomicLong();
        try (GdbServer server =
                GdbServer.start(GdbServerOptions.parse("tcp::0"), disturbed.runner)) {
            int port = ((InetSocketAddress) server.boundAddress()).getPort();
            Thread rude = new Thread(() -> disturb(port, disturbed, answers), "rude clients");
            rude.start();
            assertThat(disturbed.runner.run()).isZero();
            rude.join();
        }
        assertThat(disturbed.startedAtEnd).isGreaterThanOrEqualTo(CONNECTIONS);
        assertThat(answers.get()).isGreaterThan(CONNECTIONS);
        assertThat(disturbed.end).isEqualTo(quiet.end);
    }

    private static void disturb(int port, Boot boot, AtomicLong answers) {
        Random random = new Random(6);
        StubClient neverReads = null;
        while (boot.started.get() < CONNECTIONS) {
            try {
                boolean deaf = random.nextInt(100) == 0;
                if (boot.started.get() % 300 == 150) {
                    boot.started.incrementAndGet();
                    killGdb(port);
                    continue;
                }
                StubClient client = new StubClient(port);
                boot.started.incrementAndGet();
                if (deaf) {
                    flood(client);
                    neverReads = client;
                } else {
                    session(client, random, answers);
                }
            } catch (EOFException | SocketException e) {
                // Refused, since the server has not yet seen the client before go: that one does
                // not
                // count. Or the guest has ended.
                if (boot.end.equals("none")) {
                    boot.started.decrementAndGet();
                }
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (neverReads != null) {
                try {
                    neverReads.reset();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
                neverReads = null;
            }
        }
    }

    /** A gdb that is killed while the guest runs up to its breakpoint. */
    private static void killGdb(int port) throws IOException, InterruptedException {
        if (!Files.isExecutable(Path.of("/usr/bin/gdb"))) {
            return;
        }
        Process gdb =
                new ProcessBuilder(
                                "gdb",
                                "-nx",
                                "-batch",
                                "-ex",
                                "target remote :" + port,
                                "-ex",
                                "break *($rip + 1)",
                                "-ex",
                                "watch *(long *) ($rsp - 8)",
                                "-ex",
                                "echo ready",
                                "-ex",
                                "continue")
                        .redirectErrorStream(true)
                        .start();
        gdb.getOutputStream().close();
        StringBuilder said = new StringBuilder();
        for (int c; said.indexOf("ready") < 0 && (c = gdb.getInputStream().read()) >= 0; ) {
            said.append((char) c);
        }
        gdb.destroyForcibly().waitFor();
        assertThat(said).contains("ready");
    }

    /** Asks for far more than the sockets hold and reads nothing of it. */
    private static void flood(StubClient client) throws IOException {
        for (int i = 0; i < 200; i++) {
            client.send("m1000000,8000");
        }
    }

    private static void session(StubClient client, Random random, AtomicLong answers)
            throws IOException {
        if (random.nextInt(4) == 0) {
            client.send("qSupported:swbreak+;hwbreak+");
            client.reset();
            return;
        }
        String stop = client.request("?");
        answers.incrementAndGet();
        long rip = register(stop, "10:");
        long rsp = register(stop, "07:");
        for (int i = random.nextInt(4); i > 0; i--) {
            String reply =
                    switch (random.nextInt(9)) {
                        case 0 -> client.request("g");
                        case 1 -> client.request("m" + Long.toHexString(rsp) + ",200");
                        case 2 -> client.request("mfee00000,40");
                        case 3 -> client.request("Z0," + Long.toHexString(rip) + ",1");
                        case 4 -> client.request("Z2," + Long.toHexString(rsp - 8) + ",8");
                        case 5 -> client.request("Z4," + Long.toHexString(rsp - 64) + ",40");
                        case 6 -> client.request("QCatchSyscalls:1");
                        case 7 -> client.request("qSearch:memory:1000000;10000;linux");
                        default -> client.request("qRcmd," + "77616c6b202472697020"); // walk $rip
                    };
            answers.addAndGet(reply.isEmpty() ? 0 : 1);
        }
        switch (random.nextInt(6)) {
            case 0 -> client.request("D");
            case 1 -> client.raw("$g#");
            case 2 -> client.raw("$vCont;c#a8\u0003$$$%%%garbage#zz");
            case 3 -> {
                client.send("vCont;c");
                client.raw("\u0003");
                client.receive();
            }
            case 4 -> client.send("vCont;c");
            default -> {
                // Just goes.
            }
        }
        if (random.nextBoolean()) {
            client.reset();
        } else {
            client.close();
        }
    }

    private static long register(String stop, String number) {
        int at = stop.indexOf(number);
        if (at < 0) {
            return 0;
        }
        String digits = stop.substring(at + number.length());
        long value = 0;
        int read = 0;
        for (int i = 0; read < 16 && i < digits.length(); i++) {
            char c = digits.charAt(i);
            int times = 1;
            if (c == '*') {
                times = digits.charAt(++i) - 29;
                c = digits.charAt(i - 2);
            }
            for (; times > 0; times--, read++) {
                int nibble = (read & ~1) + 1 - (read & 1);
                value |= (long) Character.digit(c, 16) << (4 * nibble);
            }
        }
        return value;
    }
}
