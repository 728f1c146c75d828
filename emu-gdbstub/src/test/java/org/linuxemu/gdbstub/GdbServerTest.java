package org.linuxemu.gdbstub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.linuxemu.gdbstub.target.TargetDescription;
import org.linuxemu.gdbstub.toy.RspClient;
import org.linuxemu.gdbstub.toy.ToyRun;

/** Connections: who gets in, and what they leave behind. */
@Timeout(120)
class GdbServerTest {
    private static void await(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            Thread.sleep(1);
        }
    }

    private static boolean running(ToyRun run) throws Exception {
        return run.runner.call(run.runner::running);
    }

    private static String breakAtHot(ToyRun run) {
        return "Z0," + Integer.toHexString(run.machine.program.at("hot")) + ",1";
    }

    @Test
    void listensOnLoopbackAndSaysWhere() throws Exception {
        try (ToyRun run = ToyRun.stopped()) {
            InetSocketAddress address = (InetSocketAddress) run.server.boundAddress();
            assertThat(address.getAddress().isLoopbackAddress()).isTrue();
            assertThat(address.getPort()).isPositive();
            assertThat(run.server.connectHint())
                    .isEqualTo("target remote 127.0.0.1:" + address.getPort());
        }
    }

    @Test
    void aPortInUseIsAMessage() throws Exception {
        try (ToyRun run = ToyRun.stopped()) {
            GdbServerOptions same = GdbServerOptions.parse("tcp:127.0.0.1:" + run.port());
            assertThatIOException()
                    .isThrownBy(() -> GdbServer.start(same, run.runner))
                    .withMessageContaining(Integer.toString(run.port()));
        }
    }

    @Test
    void attachingStopsARunningGuestAndALostConnectionLetsItRun() throws Exception {
        try (ToyRun run = new ToyRun(false, GdbServerOptions.anyPort())) {
            await(() -> run.instructions() > 0);
            try (RspClient client = run.connect()) {
                assertThat(client.request("?")).startsWith("T05");
                assertThat(running(run)).isFalse();
                client.request(breakAtHot(run));
                client.request("Z2,4008,8");
                // No detach: as if the debugger had been killed.
            }
            await(() -> running(run));
            assertThat(run.runner.call(run.machine.breakpoints::isEmpty)).isTrue();
            assertThat(run.runner.call(run.machine.breakpoints::hasWatchpoints)).isFalse();
            long before = run.instructions();
            await(() -> run.instructions() > before);
        }
    }

    @Test
    void aLostConnectionDuringARunClearsItsBreakpoints() throws Exception {
        try (ToyRun run = ToyRun.stopped()) {
            try (RspClient client = run.connect()) {
                client.request("Z0,123456,1");
                client.send("c");
                await(() -> running(run));
                client.socket().setSoLinger(true, 0);
            }
            await(() -> run.runner.call(run.machine.breakpoints::isEmpty));
            assertThat(running(run)).isTrue();
        }
    }

    @Test
    void onCloseStopKeepsTheGuestForTheNextDebugger() throws Exception {
        try (ToyRun run = new ToyRun(true, GdbServerOptions.parse("tcp::0,onclose=stop"))) {
            String registers;
            try (RspClient client = run.connect()) {
                client.request(breakAtHot(run));
                client.request("c");
                registers = client.request("g");
            }
            await(() -> run.runner.call(run.machine.breakpoints::isEmpty));
            assertThat(running(run)).isFalse();
            try (RspClient client = run.connect()) {
                assertThat(client.request("g")).isEqualTo(registers);
            }
        }
    }

    @Test
    void aSecondDebuggerIsRefusedWithAMessage() throws Exception {
        try (ToyRun run = ToyRun.stopped();
                RspClient first = run.connect()) {
            first.request("?");
            try (RspClient second = run.connect()) {
                assertThat(second.request("qSupported:multiprocess+"))
                        .isEqualTo("E.another debugger is attached");
                assertThat(second.atEnd()).isTrue();
            }
            assertThat(first.request("qAttached")).isEqualTo("1");
        }
    }

    @Test
    void anotherDebuggerMayComeAsSoonAsOneHasLearnedThatItIsDetached() throws Exception {
        try (ToyRun run = ToyRun.stopped()) {
            for (int i = 0; i < 200; i++) {
                try (RspClient first = run.connect()) {
                    first.request("?");
                    assertThat(first.request("D")).isEqualTo("OK");
                    try (RspClient second = run.connect()) {
                        assertThat(second.request("qAttached")).isEqualTo("1");
                        assertThat(second.request("D")).isEqualTo("OK");
                    }
                }
            }
        }
    }

    @Test
    void reconnectingWorksAtOnce() throws Exception {
        try (ToyRun run = ToyRun.stopped()) {
            for (int i = 0; i < 50; i++) {
                try (RspClient client = run.connect()) {
                    // The server may not have seen the last connection's end yet.
                    assertThat(client.request("?")).startsWith("T05");
                }
            }
            await(() -> running(run));
        }
    }

    @Test
    void aDebuggerThatComesAsTheMachineEndsIsNotLeftWaiting() throws Exception {
        for (int i = 0; i < 30; i++) {
            ToyRun run = ToyRun.stopped();
            CountDownLatch connected = new CountDownLatch(1);
            run.runner.post(
                    () -> {
                        try {
                            connected.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        run.runner.quit(0);
                    });
            try (RspClient client = run.connect()) {
                if (i % 2 == 0) {
                    client.send("?");
                }
                if (i % 3 == 0) {
                    Thread.sleep(20);
                }
                connected.countDown();
                assertThat(client.atEnd()).isTrue();
            }
            run.close();
        }
    }

    @Test
    void unixSocket(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("gdb.sock");
        try (ToyRun run = new ToyRun(true, GdbServerOptions.parse("unix:" + path))) {
            assertThat(run.server.connectHint()).isEqualTo("target remote " + path);
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                channel.write(ByteBuffer.wrap("$qAttached#8f".getBytes(StandardCharsets.US_ASCII)));
                ByteBuffer reply = ByteBuffer.allocate(100);
                while (reply.position() < 6) {
                    channel.read(reply);
                }
                assertThat(new String(reply.array(), 0, 6, StandardCharsets.US_ASCII))
                        .isEqualTo("+$1#31");
            }
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void aFileInThePlaceOfTheSocketIsLeftAlone(@TempDir Path directory) throws Exception {
        Path path = Files.writeString(directory.resolve("notes"), "mine");
        GdbServerOptions options = GdbServerOptions.parse("unix:" + path);
        try (ToyRun run = ToyRun.stopped()) {
            assertThatIOException().isThrownBy(() -> GdbServer.start(options, run.runner));
        }
        assertThat(path).hasContent("mine");
    }

    @Test
    void aSocketInUseIsLeftAlone(@TempDir Path directory) throws Exception {
        GdbServerOptions options = GdbServerOptions.parse("unix:" + directory.resolve("gdb.sock"));
        try (ToyRun run = new ToyRun(true, options)) {
            assertThatIOException()
                    .isThrownBy(() -> GdbServer.start(options, run.runner))
                    .withMessageContaining("in use");
            SocketChannel.open(UnixDomainSocketAddress.of(options.socketPath())).close();
        }
    }

    @Test
    void aStaleSocketIsReplaced(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("gdb.sock");
        // A socket that nobody listens on any more, as a killed emulator leaves it.
        try (var listener =
                java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
        new ToyRun(true, GdbServerOptions.parse("unix:" + path)).close();
    }

    @Test
    void aReaderThatSleepsNeitherHoldsTheMachineNorFillsMemory() throws Exception {
        try (ToyRun run = ToyRun.stopped();
                RspClient client = run.connect()) {
            client.stopAcknowledging();
            run.runner.call(
                    () -> {
                        // Runs of zeros would shrink on the way.
                        byte[] noise = new byte[0x10000];
                        new Random(1).nextBytes(noise);
                        return run.machine.memory.write(0x10000, noise, 0, noise.length);
                    });
            // A printf at each call of hot, and a guest that calls it for ever.
            client.request(
                    breakAtHot(run) + ";cmds:0,X11,22002200340000096c696e65206c696e6500" + "27");
            client.send("c");
            StringBuilder flood = new StringBuilder();
            for (int i = 0; i < 1000; i++) {
                flood.append(RspClient.frame("m10000,10000"));
            }
            client.raw(flood.toString());
            long before = run.instructions();
            await(() -> run.instructions() > before + 100_000);
            // Far fewer replies were made than were asked for: those that fit the buffers on the
            // way.
            long read = run.machine.memory.bytesRead;
            assertThat(read).isLessThan(500L << 16);
        }
    }

    @Test
    void aFloodWithoutReadingIsTakenUpAgainWhenItIsRead() throws Exception {
        try (ToyRun run = ToyRun.stopped();
                RspClient client = run.connect()) {
            client.stopAcknowledging();
            int packets = 400;
            Thread sender =
                    new Thread(
                            () -> {
                                try {
                                    for (int i = 0; i < packets; i++) {
                                        client.send("m10000,10000");
                                    }
                                } catch (java.io.IOException e) {
                                    throw new java.io.UncheckedIOException(e);
                                }
                            });
            sender.start();
            for (int i = 0; i < packets; i++) {
                assertThat(client.receive()).hasSize(0x20000);
            }
            sender.join();
            assertThat(client.request("qAttached")).isEqualTo("1");
        }
    }

    @Test
    void theOtherLayoutComesWithTheNextConnection() throws Exception {
        try (ToyRun run = ToyRun.stopped()) {
            try (RspClient client = run.connect()) {
                assertThat(client.monitor("arch i8086")).contains("next connection");
                assertThat(client.request("qXfer:features:read:target.xml:0,ffff"))
                        .contains("i386:x86-64");
                client.request("D");
            }
            await(
                    () -> {
                        try (RspClient client = run.connect()) {
                            String xml = client.request("qXfer:features:read:target.xml:0,ffff");
                            if (xml.startsWith("E.")) {
                                return false;
                            }
                            assertThat(xml)
                                    .contains("<architecture>i8086</architecture>", "\"eip\"");
                            int bytes =
                                    TargetDescription.of(TargetDescription.Arch.I8086, false)
                                            .packetBytes();
                            assertThat(client.request("g")).hasSize(bytes * 2);
                            return true;
                        }
                    });
        }
    }

    @Test
    void theFirstConnectionHasTheLayoutOfTheOption() throws Exception {
        try (ToyRun run = new ToyRun(true, GdbServerOptions.parse("tcp::0,arch=i8086"));
                RspClient client = run.connect()) {
            assertThat(client.request("qXfer:features:read:target.xml:0,ffff"))
                    .contains("<architecture>i8086</architecture>");
        }
    }

    @Test
    void stopsAndReadsLeaveNoTraceInTheGuest() throws Exception {
        long undisturbed = hashAfterBoot(false);
        assertThat(hashAfterBoot(true)).isEqualTo(undisturbed);
    }

    /**
     * Runs the toy for a fixed number of instructions, possibly with debuggers that come and go.
     */
    private static long hashAfterBoot(boolean disturbed) throws Exception {
        try (ToyRun run = new ToyRun(true, GdbServerOptions.anyPort())) {
            run.machine.haltAfter(2_000_000);
            run.runner.call(
                    () -> {
                        run.runner.resume(org.linuxemu.core.debug.ResumeRequest.proceed());
                        return null;
                    });
            Random random = new Random(5);
            for (int i = 0; disturbed && i < 100; i++) {
                try (RspClient client = run.connect()) {
                    if (client.request("?").startsWith("E.")) {
                        continue;
                    }
                    client.request("g");
                    client.request("m4000,100");
                    client.request("m5000,10");
                    client.request(breakAtHot(run));
                    // No steps: they hold interrupts back, which the guest can see.
                    for (int stop = random.nextInt(20); stop >= 0; stop--) {
                        client.send("c");
                        client.raw("\003");
                        client.receive();
                    }
                    if (random.nextBoolean()) {
                        client.raw("$m40");
                    }
                }
            }
            await(() -> run.instructions() >= 2_000_000);
            return run.runner.call(run.machine::hash);
        }
    }

    @Test
    void whatTheServerSendsOnRefusalIsOnePacket() throws Exception {
        try (ToyRun run = ToyRun.stopped();
                RspClient first = run.connect();
                RspClient second = run.connect()) {
            first.request("?");
            // Says nothing, and is told so all the same.
            InputStream in = second.socket().getInputStream();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            in.transferTo(bytes);
            assertThat(bytes.toString(StandardCharsets.US_ASCII))
                    .matches("\\+\\$E\\.another debugger is attached#..");
        }
    }
}
