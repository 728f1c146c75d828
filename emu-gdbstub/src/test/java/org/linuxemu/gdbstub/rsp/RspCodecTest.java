package org.linuxemu.gdbstub.rsp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.linuxemu.gdbstub.toy.RspClient;

class RspCodecTest {
    private final EmbeddedChannel channel =
            new EmbeddedChannel(new RspEncoder(() -> {}), new RspDecoder(), new RspAckHandler());

    private void in(String bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, ISO_8859_1));
    }

    /** What has arrived, packets as text. */
    private List<String> received() {
        List<String> messages = new ArrayList<>();
        Object message;
        while ((message = channel.readInbound()) != null) {
            messages.add(message.toString());
        }
        return messages;
    }

    /** What has been sent. */
    private String sent() {
        StringBuilder text = new StringBuilder();
        ByteBuf buffer;
        while ((buffer = channel.readOutbound()) != null) {
            text.append(buffer.toString(ISO_8859_1));
            buffer.release();
        }
        return text.toString();
    }

    private String reply(RspReply reply) {
        channel.writeOutbound(reply);
        return sent();
    }

    @Test
    void aPacketIsAcknowledgedAndPassedOn() {
        in("$g#67");
        assertThat(received()).containsExactly("g");
        assertThat(sent()).isEqualTo("+");
    }

    @Test
    void aPacketMayComeInAnyPieces() {
        String stream = "+" + RspClient.frame("m1000,40") + "\003" + RspClient.frame("p10") + "-";
        for (int cut = 0; cut <= stream.length(); cut++) {
            in(stream.substring(0, cut));
            in(stream.substring(cut));
            assertThat(received()).containsExactly("m1000,40", "INTERRUPT", "p10");
        }
    }

    @Test
    void garbageBetweenPacketsIsDropped() {
        in("hello\n\0#00%$?#3f~");
        assertThat(received()).containsExactly("?");
    }

    @Test
    void aPacketThatStartsAnewReplacesItsBeginning() {
        in("$m100$?#3f");
        assertThat(received()).containsExactly("?");
    }

    @Test
    void aDamagedPacketIsAskedForAgain() {
        in("$g#68");
        assertThat(received()).isEmpty();
        assertThat(sent()).isEqualTo("-");
        in("$g#zz");
        assertThat(sent()).isEqualTo("-");
        in("$g#67");
        assertThat(received()).containsExactly("g");
    }

    @Test
    void aLostReplyIsRepeated() {
        assertThat(reply(RspReply.of("OK"))).isEqualTo("$OK#9a");
        in("-");
        assertThat(sent()).isEqualTo("$OK#9a");
        assertThat(received()).isEmpty();
    }

    @Test
    void acknowledgementsEndBehindTheReplyThatAgrees() {
        in("$QStartNoAckMode#b0");
        assertThat(sent()).isEqualTo("+");
        reply(RspReply.of("OK"));
        channel.writeOutbound(RspAckHandler.NO_ACK);
        in("+$g#67");
        assertThat(sent()).isEmpty();
        in("$g#00-");
        assertThat(sent()).isEmpty();
    }

    @Test
    void escapesAreUndone() {
        in(RspClient.frame("X0,3:}\003}\004}]"));
        assertThat(received()).containsExactly("X0,3:#$}");
    }

    @Test
    void binaryRepliesEscapeWhatTheFramingNeeds() {
        String text = reply(new RspReply().binary("a#$}*b".getBytes(ISO_8859_1), 0, 6));
        assertThat(text).startsWith("$a}\003}\004}]}\nb#");
    }

    @Test
    void runsAreCountedWithoutReservedCharacters() {
        assertThat(reply(RspReply.of("0000"))).startsWith("$0* #");
        assertThat(reply(RspReply.of("000"))).startsWith("$000#");
        // Seven and eight zeros would be counted by # and $.
        assertThat(reply(RspReply.of("0000000"))).startsWith("$0*\"0#");
        assertThat(reply(RspReply.of("00000000"))).startsWith("$0*\"00#");
        assertThat(reply(RspReply.of("0".repeat(98)))).startsWith("$0*~#");
        assertThat(reply(RspReply.of("0".repeat(99)))).startsWith("$0*~0#");
    }

    @Test
    void numbersHaveNoLeadingZeros() {
        RspReply reply =
                new RspReply().hexNumber(0).text(',').hexNumber(-1).text(',').hexNumber(0x1234);
        assertThat(reply).hasToString("0,ffffffffffffffff,1234");
    }

    @Test
    void notificationsAreNeitherAcknowledgedNorRepeated() {
        reply(RspReply.of("OK"));
        assertThat(reply(RspReply.notification("Stop:T05"))).isEqualTo("%Stop:T05#99");
        in("-");
        assertThat(sent()).isEqualTo("$OK#9a");
    }

    @Test
    void aPacketWithoutEndIsCutOffAndReported() {
        in("$");
        String part = "m".repeat(50_000);
        for (int i = 0; i < 10; i++) {
            in(part);
        }
        int sum = "m".repeat(500_000).chars().sum();
        in("#" + Integer.toHexString(0x100 | sum & 0xff).substring(1));
        assertThat(received()).containsExactly("TOO_LONG");
        in("$g#67");
        assertThat(received()).containsExactly("g");
    }

    @Test
    void randomBytesSurviveTheWayThere() {
        Random random = new Random(3);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            // Runs, so that run lengths meet escapes.
            for (int j = 1; j < bytes.length; j++) {
                if (random.nextInt(3) != 0) {
                    bytes[j] = bytes[j - 1];
                }
            }
            String frame = reply(new RspReply().binary(bytes, 0, bytes.length));
            assertThat(unpack(frame)).isEqualTo(new String(bytes, ISO_8859_1));
        }
    }

    private static String unpack(String frame) {
        StringBuilder text = new StringBuilder();
        String body = frame.substring(1, frame.length() - 3);
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c == '*') {
                text.append(
                        String.valueOf(text.charAt(text.length() - 1))
                                .repeat(body.charAt(++i) - 29));
            } else {
                text.append(c);
            }
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            plain.append(c == '}' ? (char) (text.charAt(++i) ^ 0x20) : c);
        }
        return plain.toString();
    }
}
