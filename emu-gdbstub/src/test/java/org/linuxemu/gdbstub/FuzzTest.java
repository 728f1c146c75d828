package org.linuxemu.gdbstub;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.linuxemu.core.debug.MachineRunner;
import org.linuxemu.gdbstub.rsp.RspAckHandler;
import org.linuxemu.gdbstub.rsp.RspDecoder;
import org.linuxemu.gdbstub.rsp.RspEncoder;
import org.linuxemu.gdbstub.rsp.RspMessage;
import org.linuxemu.gdbstub.rsp.RspReply;
import org.linuxemu.gdbstub.session.Client;
import org.linuxemu.gdbstub.session.GdbSession;
import org.linuxemu.gdbstub.session.StubSettings;
import org.linuxemu.gdbstub.target.TargetDescription;
import org.linuxemu.gdbstub.toy.RspClient;
import org.linuxemu.gdbstub.toy.ToyMachine;
import org.linuxemu.gdbstub.toy.ToyRun;

/** Mutated packets: nothing that arrives may throw, hang or go unanswered. */
@Timeout(300)
class FuzzTest {
    private static final String[] CORPUS = {
        "qSupported:multiprocess+;swbreak+;hwbreak+;vContSupported+",
        "vMustReplyEmpty",
        "QStartNoAckMode",
        "!",
        "Hgp0.0",
        "Hc-1",
        "qXfer:features:read:target.xml:0,fff",
        "qXfer:threads:read::0,1000",
        "qXfer:osdata:read:cpus:0,1000",
        "qTStatus",
        "?",
        "qfThreadInfo",
        "qsThreadInfo",
        "qThreadExtraInfo,p1.1",
        "qC",
        "qAttached:1",
        "qOffsets",
        "g",
        "p10",
        "P3=1122334455667788",
        "m1000,40",
        "M6000,4:01020304",
        "X6000,4:abcd",
        "x1000,40",
        "vCont?",
        "vCont;s:p1.1;c:p1.-1",
        "vCont;r1000,1012:p1.1",
        "vCont;c:p1.-1",
        "s",
        "c",
        "\003",
        "Z0,1043,1;X8,2600012301f41327;cmds:0,X5,2200220027",
        "z0,1043,1",
        "Z1,1043,1",
        "Z2,4008,8",
        "z2,4008,8",
        "Z4,4100,1000",
        "QCatchSyscalls:1;3b;1",
        "qSearch:memory:1000;1000;\u00f3\u00a4",
        "qCRC:1000,100",
        "qRcmd,68656c70",
        "qRcmd,7870202f347862203078313030",
        "qRcmd,77616c6b203078353030",
        "QPassSignals:e;10",
        "Qqemu.sstep=0x7",
        "qqemu.PhyMemMode",
        "vKill;1",
        "vRun;",
        "vAttach;1",
        "D;1",
        "R00",
        "T1",
        "bs",
        "bc",
    };

    private final Random random = new Random(20_240_229);

    private String packet() {
        return CORPUS[random.nextInt(CORPUS.length)];
    }

    private String mutated(String packet) {
        StringBuilder text = new StringBuilder(packet);
        for (int n = random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(6)) {
                case 0 -> text.insert(at, (char) random.nextInt(256));
                case 1 -> text.insert(at, "0123456789abcdef,;:.-".charAt(random.nextInt(21)));
                case 2 -> text.setLength(at);
                case 3 -> text.insert(at, "ffffffffffffffff".substring(random.nextInt(16)));
                case 4 -> text.append(packet());
                default -> {
                    if (at < text.length()) {
                        text.setCharAt(at, (char) (text.charAt(at) ^ 1 << random.nextInt(8)));
                    }
                }
            }
        }
        return text.toString();
    }

    /** A packet whose frame is right, so that it reaches the session. */
    private static String frame(String packet) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < packet.length(); i++) {
            char c = packet.charAt(i);
            if (c == '#' || c == '$' || c == '}') {
                escaped.append('}').append((char) (c ^ 0x20));
            } else {
                escaped.append(c);
            }
        }
        return RspClient.frame(escaped.toString());
    }

    @Test
    void everyPacketIsAnsweredOrResumes() {
        ToyMachine machine = new ToyMachine();
        MachineRunner runner = new MachineRunner(machine, true);
        EmbeddedChannel channel =
                new EmbeddedChannel(
                        new RspEncoder(() -> {}), new RspDecoder(), new RspAckHandler());
        Replies client = new Replies(channel);
        StubSettings settings = new StubSettings(TargetDescription.Arch.X86_64, false);
        GdbSession session = new GdbSession(runner, client, settings);
        int errors = 0;
        int served = 0;
        for (int i = 0; i < 100_000; i++) {
            String packet = mutated(packet());
            channel.writeInbound(Unpooled.copiedBuffer(frame(packet), StandardCharsets.ISO_8859_1));
            RspMessage message;
            while ((message = channel.readInbound()) != null) {
                int before = client.sent;
                session.handle(message);
                served++;
                boolean silent =
                        packet.startsWith("R")
                                || packet.equals("k")
                                || message == RspMessage.Signal.INTERRUPT;
                assertThat(client.sent > before || runner.running() || client.closed || silent)
                        .as("answer to %s", packet)
                        .isTrue();
            }
            errors += client.takeErrors();
            if (client.closed) {
                session.closed();
                runner.stop();
                client.closed = false;
                session = new GdbSession(runner, client, settings);
            }
            if (runner.running()) {
                runner.stop();
            }
        }
        assertThat(served).isGreaterThan(90_000);
        assertThat(errors).isGreaterThan(1000);
        assertThat(machine.breakpoints.watchpoints().size()).isLessThanOrEqualTo(1000);
    }

    @Test
    void bytesOfAnyKindLeaveTheServerAlive() throws Exception {
        try (ToyRun run = ToyRun.stopped()) {
            int sent = 0;
            while (sent < 20_000) {
                try (RspClient client = run.connect()) {
                    Thread reader = drain(client);
                    try {
                        for (int i = random.nextInt(2000); i >= 0; i--, sent++) {
                            client.raw(
                                    random.nextBoolean()
                                            ? frame(mutated(packet()))
                                            : mutated(frame(packet())));
                        }
                    } catch (IOException e) {
                        // A mutated packet has ended the connection.
                        assertThat(e)
                                .hasMessageMatching("(?s).*(Broken pipe|reset|closed|aborted).*");
                    }
                    client.socket().shutdownInput();
                    reader.join();
                }
            }
            try (RspClient client = waitForTurn(run)) {
                assertThat(client.request("vMustReplyEmpty")).isEmpty();
                assertThat(client.request("g")).hasSizeGreaterThan(500);
            }
        }
    }

    private static RspClient waitForTurn(ToyRun run) throws Exception {
        while (true) {
            RspClient client = run.connect();
            if (!client.request("qAttached").startsWith("E")) {
                return client;
            }
            client.close();
        }
    }

    private static Thread drain(RspClient client) {
        Thread reader =
                new Thread(
                        () -> {
                            try {
                                client.atEnd();
                            } catch (IOException e) {
                                // The other end has had enough.
                                return;
                            }
                        });
        reader.start();
        return reader;
    }

    /** Encodes what is sent, and forgets it. */
    private static final class Replies implements Client {
        private final EmbeddedChannel channel;
        private int sent;
        private int errors;
        private boolean closed;

        Replies(EmbeddedChannel channel) {
            this.channel = channel;
        }

        int takeErrors() {
            int count = errors;
            errors = 0;
            return count;
        }

        @Override
        public void send(RspReply reply) {
            sent++;
            if (reply.toString().startsWith("E")) {
                errors++;
            }
            channel.writeOutbound(reply);
            ByteBuf buffer;
            while ((buffer = channel.readOutbound()) != null) {
                buffer.release();
            }
        }

        @Override
        public void stopAcknowledging() {}

        @Override
        public boolean keepsUp() {
            return true;
        }

        @Override
        public boolean waitForReader() {
            return true;
        }

        @Override
        public boolean interruptWaiting() {
            return false;
        }

        @Override
        public void forgetInterrupts() {}

        @Override
        public void keepAlive(boolean on) {}

        @Override
        public void over() {}

        @Override
        public void close() {
            closed = true;
        }
    }
}
