package org.linuxemu.gdbstub.rsp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.nio.ByteBuffer;

/**
 * {@link RspReply}s to bytes, with run lengths: a character followed by {@code *} and a count
 * character stands for count - 29 more of it.
 */
public final class RspEncoder extends ChannelOutboundHandlerAdapter {
    private static final int MIN_RUN = 3;
    private static final int MAX_RUN = 126 - 29;

    private static final int FRAME = 4;
    private static final int SMALL = 2048;

    private final Runnable onReply;
    private byte[] packed = new byte[SMALL];

    /** Used again when it has been sent, which is mostly at once. */
    private ByteBuf buffer;

    /** Encodes, and tells of each reply on the channel's thread. */
    public RspEncoder(Runnable onReply) {
        this.onReply = onReply;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof RspReply reply) {
            ByteBuf out = buffer(context, reply.length() + FRAME);
            encode(reply, out);
            context.write(out, promise);
            onReply.run();
        } else {
            context.write(message, promise);
        }
    }

    private ByteBuf buffer(ChannelHandlerContext context, int size) {
        if (buffer != null && buffer.refCnt() != 1) {
            return context.alloc().ioBuffer(size);
        }
        if (buffer == null || buffer.capacity() < size) {
            // Freed by the garbage collector, as its memory is of the JDK.
            buffer = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(Math.max(size, SMALL)));
        }
        return buffer.retain().clear();
    }

    private void encode(RspReply reply, ByteBuf out) {
        byte[] data = reply.array();
        int length = reply.length();
        if (packed.length < length) {
            packed = new byte[length];
        }
        int at = 0;
        int sum = 0;
        int i = 0;
        while (i < length) {
            byte b = data[i++];
            packed[at++] = b;
            sum += b;
            if (i + MIN_RUN <= length
                    && data[i] == b
                    && data[i + 1] == b
                    && data[i + MIN_RUN - 1] == b) {
                int run = MIN_RUN;
                while (run < MAX_RUN && i + run < length && data[i + run] == b) {
                    run++;
                }
                // Counts that would look like $ or # are shortened to ", which is a run of five.
                if (run == '#' - 29 || run == '$' - 29) {
                    run = '"' - 29;
                }
                packed[at++] = '*';
                packed[at++] = (byte) (run + 29);
                sum += '*' + run + 29;
                i += run;
            }
        }
        out.writeByte(reply.isNotification() ? '%' : '$');
        out.writeBytes(packed, 0, at);
        out.writeByte('#');
        out.writeByte(Hex.digit(sum >> 4));
        out.writeByte(Hex.digit(sum));
    }
}
