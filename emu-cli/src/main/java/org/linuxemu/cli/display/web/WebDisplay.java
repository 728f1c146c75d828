package org.linuxemu.cli.display.web;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.linuxemu.cli.display.Display;
import org.linuxemu.cli.machine.KeyInput;
import org.linuxemu.devices.vga.TextScreen;

/**
 * A small web server on the loopback interface that shows the screen to any number of browsers and
 * takes their keys. The address holds a random token, without which nothing is answered, so that
 * other users of this host and pages of other sites are kept out.
 */
public final class WebDisplay implements Display {
    private static final int TOKEN_BYTES = 16;
    private static final int MAX_REQUEST = 65_536;
    private static final long CLOSE_MILLIS = 500;

    private final MultiThreadIoEventLoopGroup group;
    private final Viewers viewers = new Viewers();
    private final String token;
    private Channel server;

    private WebDisplay(MultiThreadIoEventLoopGroup group, String token) {
        this.group = group;
        this.token = token;
    }

    /**
     * Starts to listen.
     *
     * @param port TCP port, 0 for any that is free
     * @param title of the page, or null
     * @throws IOException when the port cannot be used
     */
    public static WebDisplay start(int port, String title, KeyInput keys) throws IOException {
        MultiThreadIoEventLoopGroup group =
                new MultiThreadIoEventLoopGroup(
                        1,
                        task -> {
                            Thread thread = new Thread(task, "web-display");
                            thread.setDaemon(true);
                            return thread;
                        },
                        NioIoHandler.newFactory());
        WebDisplay display = new WebDisplay(group, newToken());
        String page = Page.html(title == null ? "emu" : title);
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(group)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        display.initialise(channel, page, keys);
                                    }
                                });
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try {
            display.server = bootstrap.bind(new InetSocketAddress(loopback, port)).sync().channel();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (RuntimeException e) {
            group.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            throw e;
        } catch (Exception e) { // Netty throws checked exceptions without declaring them
            group.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            throw e instanceof BindException bind ? bind : new IOException(e.getMessage(), e);
        }
        return display;
    }

    private static String newToken() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        StringBuilder text = new StringBuilder();
        for (byte value : bytes) {
            text.append(Character.forDigit(value >> 4 & 0x0F, 16));
            text.append(Character.forDigit(value & 0x0F, 16));
        }
        return text.toString();
    }

    private void initialise(Channel channel, String page, KeyInput keys) {
        channel.pipeline()
                .addLast(new HttpServerCodec())
                .addLast(new HttpObjectAggregator(MAX_REQUEST))
                .addLast(new PageHandler("/" + token + "/", page))
                .addLast(new WebSocketServerProtocolHandler("/" + token + "/screen"))
                .addLast(new Viewer(viewers, keys));
    }

    /** What to open in a browser. */
    public String address() {
        InetSocketAddress local = (InetSocketAddress) server.localAddress();
        return "http://127.0.0.1:" + local.getPort() + "/" + token + "/";
    }

    @Override
    public void show(TextScreen screen) {
        String picture = Picture.json(screen);
        group.execute(() -> viewers.show(picture));
    }

    /** Ends it; the pages say so. */
    public void close() {
        try {
            group.submit(viewers::close).await(CLOSE_MILLIS);
            server.close().await(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        group.shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
