package org.linuxemu.cli.display.web;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.util.TreeSet;
import org.linuxemu.cli.display.Typist;
import org.linuxemu.cli.machine.KeyInput;

/**
 * One browser. It sends {@code d CODE} and {@code u CODE} for keys that go down and up, with the
 * decimal code of {@link KeyInput}, and {@code t TEXT} for text to be typed.
 */
final class Viewer extends SimpleChannelInboundHandler<TextWebSocketFrame> {
    private static final int MAX_TEXT = 4096;

    private final Viewers viewers;
    private final KeyInput keys;

    /** Keys that this browser holds; they come up when it goes. */
    private final TreeSet<Integer> held = new TreeSet<>();

    private ChannelHandlerContext context;
    private boolean behind;

    Viewer(Viewers viewers, KeyInput keys) {
        this.viewers = viewers;
        this.keys = keys;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
            context = ctx;
            viewers.add(this);
        }
        super.userEventTriggered(ctx, event);
    }

    void show(String picture) {
        if (context.channel().isWritable()) {
            context.writeAndFlush(new TextWebSocketFrame(picture));
        } else {
            behind = true;
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (behind && ctx.channel().isWritable()) {
            behind = false;
            show(viewers.latest());
        }
        ctx.fireChannelWritabilityChanged();
    }

    void close() {
        context.writeAndFlush(new CloseWebSocketFrame(1001, "the guest has ended"));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, TextWebSocketFrame frame) {
        String text = frame.text();
        if (text.startsWith("t ") && text.length() <= MAX_TEXT) {
            new Typist(keys).text(text.substring(2));
        } else if (text.startsWith("d ") || text.startsWith("u ")) {
            key(text.substring(2), text.charAt(0) == 'd');
        }
    }

    private void key(String number, boolean down) {
        int code;
        try {
            code = Integer.parseInt(number);
        } catch (NumberFormatException e) {
            return; // not one of our pages
        }
        int prefix = code >> 8;
        boolean valid = (prefix == 0 || prefix == 0xE0) && (code & 0xFF) > 0 && (code & 0x80) == 0;
        if (!valid && code != 0xE11D) {
            return;
        }
        if (down) {
            held.add(code);
        } else {
            held.remove(code);
        }
        keys.key(code, down);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        viewers.remove(this);
        for (int code : held) {
            keys.key(code, false);
        }
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close(); // a broken connection, or no browser of ours
    }
}
