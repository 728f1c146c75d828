package org.linuxemu.gdbstub.rsp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/**
 * Acknowledgements, until the debugger switches them off. Sits between the codec and the session,
 * which sees packets and interrupts only.
 */
public final class RspAckHandler extends ChannelDuplexHandler {
    /** Written by the session behind the reply to {@code QStartNoAckMode}. */
    public static final Object NO_ACK = new Object();

    private static final byte[] PLUS = {'+'};
    private static final byte[] MINUS = {'-'};

    private boolean acks = true;
    private RspReply last;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof RspMessage.Signal signal)) {
            acknowledge(context, PLUS);
            context.fireChannelRead(message);
            return;
        }
        switch (signal) {
            case ACK -> {
                // Nothing is kept waiting for it.
            }
            case NAK -> repeat(context);
            case DAMAGED -> acknowledge(context, MINUS);
            case TOO_LONG -> {
                acknowledge(context, PLUS);
                context.fireChannelRead(signal);
            }
            case INTERRUPT -> context.fireChannelRead(signal);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
        context.fireChannelReadComplete();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message == NO_ACK) {
            acks = false;
            last = null;
            promise.setSuccess();
            return;
        }
        if (acks && message instanceof RspReply reply && !reply.isNotification()) {
            last = reply;
        }
        context.write(message, promise);
    }

    private void repeat(ChannelHandlerContext context) {
        // Only into a channel that drains, or a peer that sends nothing but '-' would fill memory.
        if (acks && last != null && context.channel().isWritable()) {
            context.writeAndFlush(last);
        }
    }

    private void acknowledge(ChannelHandlerContext context, byte[] sign) {
        if (acks) {
            ByteBuf buffer = Unpooled.wrappedBuffer(sign);
            // Flushed with the reply, or when all that arrived has been looked at.
            context.write(buffer);
        }
    }
}
