package org.linuxemu.cli.display.web;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/** Answers with the page at its address, lets its socket through, and knows nothing else. */
final class PageHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final String path;
    private final String page;

    PageHandler(String path, String page) {
        super(false);
        this.path = path;
        this.page = page;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (request.uri().equals(path + "screen")) {
            ctx.fireChannelRead(request);
            return;
        }
        boolean good = request.uri().equals(path) && request.method().equals(HttpMethod.GET);
        request.release();
        byte[] body = (good ? page : "not found\n").getBytes(StandardCharsets.UTF_8);
        ByteBuf content = Unpooled.wrappedBuffer(body);
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        good ? HttpResponseStatus.OK : HttpResponseStatus.NOT_FOUND,
                        content);
        response.headers()
                .set(
                        HttpHeaderNames.CONTENT_TYPE,
                        good ? "text/html; charset=utf-8" : "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set(HttpHeaderNames.CONNECTION, "close")
                .set("Referrer-Policy", "no-referrer")
                .set("X-Frame-Options", "DENY");
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
