package org.linuxemu.gdbstub.rsp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Arrays;

/**
 * Bytes to {@link RspMessage}s. Consumes every byte it gets, so that nothing accumulates but one
 * packet of at most {@link #MAX_PACKET} bytes; garbage between packets is dropped, a {@code $}
 * inside of one starts it anew.
 */
public final class RspDecoder extends ChannelInboundHandlerAdapter {
    /** Longest packet accepted, in unescaped bytes. */
    public static final int MAX_PACKET = 0x40000;

    private enum State {
        BETWEEN,
        DATA,
        ESCAPED,
        CHECKSUM_HIGH,
        CHECKSUM_LOW
    }

    private State state = State.BETWEEN;
    private byte[] data = new byte[256];
    private int length;
    private int sum;
    private int expected;
    private boolean tooLong;

    /** What one read brought. */
    private byte[] input = new byte[256];

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf in)) {
            context.fireChannelRead(message);
            return;
        }
        int n = in.readableBytes();
        try {
            if (n > input.length) {
                input = new byte[n];
            }
            in.readBytes(input, 0, n);
        } finally {
            in.release();
        }
        for (int i = 0; i < n; i++) {
            byte b = input[i];
            switch (state) {
                case BETWEEN -> between(b, context);
                case DATA -> data(b);
                case ESCAPED -> {
                    sum += b;
                    state = State.DATA;
                    append((byte) (b ^ 0x20));
                }
                case CHECKSUM_HIGH -> {
                    expected = Hex.digit(b) << 4;
                    state = State.CHECKSUM_LOW;
                }
                case CHECKSUM_LOW -> {
                    expected |= Hex.digit(b);
                    state = State.BETWEEN;
                    context.fireChannelRead(finished());
                }
            }
        }
    }

    private void between(byte b, ChannelHandlerContext context) {
        switch (b) {
            case '$' -> begin();
            case '+' -> context.fireChannelRead(RspMessage.Signal.ACK);
            case '-' -> context.fireChannelRead(RspMessage.Signal.NAK);
            case 3 -> context.fireChannelRead(RspMessage.Signal.INTERRUPT);
            default -> {
                // Noise on the line.
            }
        }
    }

    private void begin() {
        length = 0;
        sum = 0;
        tooLong = false;
        state = State.DATA;
    }

    private void data(byte b) {
        switch (b) {
            case '#' -> state = State.CHECKSUM_HIGH;
            case '$' -> begin();
            case '}' -> {
                sum += b;
                state = State.ESCAPED;
            }
            default -> {
                sum += b;
                append(b);
            }
        }
    }

    private void append(byte b) {
        if (length == data.length) {
            if (length >= MAX_PACKET) {
                tooLong = true;
                return;
            }
            data = Arrays.copyOf(data, Math.min(length * 2, MAX_PACKET));
        }
        data[length++] = b;
    }

    private RspMessage finished() {
        if (expected != (sum & 0xff)) {
            return RspMessage.Signal.DAMAGED;
        }
        return tooLong ? RspMessage.Signal.TOO_LONG : new RspPacket(Arrays.copyOf(data, length));
    }
}
