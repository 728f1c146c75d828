package org.linuxemu.gdbstub.rsp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToByteEncoder;

/**
 * {@link RspReply}s to bytes, with run lengths: a character followed by {@code *} and a count
 * character stands for count - 29 more of it.
 */
public final class RspEncoder extends MessageToByteEncoder<RspReply> {
    private static final int MIN_RUN = 3;
    private static final int MAX_RUN = 126 - 29;

    /** Creates the encoder of one connection. */
    public RspEncoder() {
        super(RspReply.class);
    }

    @Override
    protected ByteBuf allocateBuffer(
            ChannelHandlerContext context, RspReply reply, boolean preferDirect) {
        int size = reply.length() + 4;
        return preferDirect ? context.alloc().ioBuffer(size) : context.alloc().heapBuffer(size);
    }

    @Override
    protected void encode(ChannelHandlerContext context, RspReply reply, ByteBuf out) {
        encode(reply, out);
    }

    static void encode(RspReply reply, ByteBuf out) {
        byte[] data = reply.array();
        int length = reply.length();
        byte[] packed = new byte[length];
        int at = 0;
        int sum = 0;
        int i = 0;
        while (i < length) {
            byte b = data[i++];
            packed[at++] = b;
            sum += b;
            int run = 0;
            while (run < MAX_RUN && i + run < length && data[i + run] == b) {
                run++;
            }
            if (run >= MIN_RUN) {
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
