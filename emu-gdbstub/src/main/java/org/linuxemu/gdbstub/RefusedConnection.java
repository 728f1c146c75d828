package org.linuxemu.gdbstub;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A client that comes while another is attached. It gets an error with a text, which gdb shows, as
 * the answer to its first packet, or after a second if it sends none.
 */
final class RefusedConnection extends ChannelInboundHandlerAdapter {
    private static final String MESSAGE = "E.another debugger is attached";

    private boolean answered;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.executor().schedule(() -> answer(context), 1, TimeUnit.SECONDS);
        context.executor().schedule(() -> context.close(), 3, TimeUnit.SECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        // Data is drained until the end, or closing would reset the connection before the text is
        // read.
        boolean packet =
                message instanceof ByteBuf buffer
                        && buffer.indexOf(buffer.readerIndex(), buffer.writerIndex(), (byte) '#')
                                >= 0;
        ReferenceCountUtil.release(message);
        if (packet) {
            answer(context);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    private void answer(ChannelHandlerContext context) {
        if (answered || !context.channel().isActive()) {
            return;
        }
        answered = true;
        int sum = 0;
        for (int i = 0; i < MESSAGE.length(); i++) {
            sum += MESSAGE.charAt(i);
        }
        String digits = Integer.toHexString(0x100 | sum & 0xff).substring(1);
        String text = "+$" + MESSAGE + "#" + digits;
        context.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII))
                .addListener(future -> endOutput(context.channel()));
    }

    /**
     * The end of data without a close, which would reset the connection while the client still
     * sends.
     */
    private static void endOutput(Channel channel) {
        if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
    }
}
