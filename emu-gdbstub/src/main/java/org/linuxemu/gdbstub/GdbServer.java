package org.linuxemu.gdbstub;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.DefaultMessageSizeEstimator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.linuxemu.core.debug.DebugTarget;
import org.linuxemu.gdbstub.rsp.RspAckHandler;
import org.linuxemu.gdbstub.rsp.RspDecoder;
import org.linuxemu.gdbstub.rsp.RspEncoder;
import org.linuxemu.gdbstub.rsp.RspReply;
import org.linuxemu.gdbstub.session.StubSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A gdb server: listens, serves one debugger at a time, and refuses others with a message. */
public final class GdbServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GdbServer.class);
    private static final int MAX_REFUSED = 32;
    private static final long CLOSE_MILLIS = 1000;

    private final DebugTarget target;
    private final StubSettings settings;
    private final Path socketPath;
    private final EventLoopGroup group;
    private final AtomicReference<Channel> attached = new AtomicReference<>();
    private final AtomicInteger refused = new AtomicInteger();
    private Channel listening;

    private GdbServer(GdbServerOptions options, DebugTarget target) {
        this.target = target;
        this.settings = new StubSettings(options.arch(), options.stopOnClose());
        this.socketPath = options.socketPath();
        this.group =
                new MultiThreadIoEventLoopGroup(
                        1, new DefaultThreadFactory("gdb-server", true), NioIoHandler.newFactory());
    }

    /**
     * Starts listening.
     *
     * @throws IOException when the address cannot be bound, with a message for the user
     */
    public static GdbServer start(GdbServerOptions options, DebugTarget target) throws IOException {
        GdbServer server = new GdbServer(options, target);
        try {
            server.bind(options);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
        return server;
    }

    /**
     * Where the stub listens: an {@link InetSocketAddress} or a {@link UnixDomainSocketAddress}.
     */
    public SocketAddress boundAddress() {
        return listening.localAddress();
    }

    /** What to type in gdb to connect, such as {@code target remote 127.0.0.1:1234}. */
    public String connectHint() {
        SocketAddress address = boundAddress();
        if (address instanceof InetSocketAddress inet) {
            InetAddress ip = inet.getAddress();
            String host = ip.isAnyLocalAddress() ? "localhost" : ip.getHostAddress();
            if (host.indexOf(':') >= 0) {
                host = "[" + host + "]";
            }
            return "target remote " + host + ":" + inet.getPort();
        }
        return "target remote " + socketPath;
    }

    /**
     * Ends the session, if there is one, and stops listening. What has been sent is delivered
     * first.
     */
    @Override
    public void close() {
        if (listening != null) {
            listening.close().awaitUninterruptibly(CLOSE_MILLIS);
        }
        Channel client = attached.get();
        if (client != null) {
            client.close().awaitUninterruptibly(CLOSE_MILLIS);
        }
        group.shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_MILLIS);
        if (socketPath != null && listening != null) {
            try {
                Files.deleteIfExists(socketPath);
            } catch (IOException e) {
                LOG.warn("cannot remove {}", socketPath);
            }
        }
    }

    private void bind(GdbServerOptions options) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap();
        bootstrap.group(group);
        bootstrap.childOption(ChannelOption.MESSAGE_SIZE_ESTIMATOR, new ReplySizes());
        bootstrap.childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(256 << 10, 1 << 20));
        bootstrap.childHandler(
                new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                });
        SocketAddress address;
        if (socketPath != null) {
            removeStaleSocket(socketPath);
            bootstrap.channel(NioServerDomainSocketChannel.class);
            address = UnixDomainSocketAddress.of(socketPath);
        } else {
            bootstrap.channel(NioServerSocketChannel.class);
            bootstrap.option(ChannelOption.SO_REUSEADDR, true);
            bootstrap.childOption(ChannelOption.TCP_NODELAY, true);
            bootstrap.childOption(ChannelOption.SO_KEEPALIVE, true);
            address = inetAddress(options);
        }
        ChannelFuture future = bootstrap.bind(address).awaitUninterruptibly();
        if (!future.isSuccess()) {
            throw new IOException(
                    "cannot listen for gdb at " + address + ": " + future.cause().getMessage());
        }
        listening = future.channel();
    }

    private static InetSocketAddress inetAddress(GdbServerOptions options) throws IOException {
        if (options.host() == null) {
            return new InetSocketAddress(
                    InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), options.port());
        }
        InetAddress ip;
        try {
            ip = InetAddress.getByName(options.host());
        } catch (UnknownHostException e) {
            throw new IOException("cannot listen for gdb: unknown host " + options.host(), e);
        }
        if (!ip.isLoopbackAddress()) {
            LOG.warn(
                    "the gdb server is open to the network at {}; whoever connects controls the guest",
                    ip);
        }
        return new InetSocketAddress(ip, options.port());
    }

    /** A socket left behind by a run that was killed; anything else at that path is left alone. */
    private static void removeStaleSocket(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isOther()) {
            throw new IOException("cannot listen for gdb at " + path + ": it is not a socket");
        }
        Files.delete(path);
    }

    private void accept(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (!attached.compareAndSet(null, channel)) {
            refuse(channel);
            return;
        }
        pipeline.addLast(new RspEncoder());
        pipeline.addLast(new RspDecoder());
        pipeline.addLast(new RspAckHandler());
        pipeline.addLast(
                new GdbConnection(target, settings, () -> attached.compareAndSet(channel, null)));
    }

    private void refuse(Channel channel) {
        if (refused.incrementAndGet() > MAX_REFUSED) {
            refused.decrementAndGet();
            channel.close();
            return;
        }
        LOG.warn("a second debugger was refused");
        channel.closeFuture().addListener(future -> refused.decrementAndGet());
        channel.pipeline().addLast(new RefusedConnection());
    }

    /** Lets replies count by their length while they wait for the event loop. */
    private static final class ReplySizes
            implements MessageSizeEstimator, MessageSizeEstimator.Handle {
        private final Handle others = DefaultMessageSizeEstimator.DEFAULT.newHandle();

        @Override
        public Handle newHandle() {
            return this;
        }

        @Override
        public int size(Object message) {
            return message instanceof RspReply reply ? reply.length() + 64 : others.size(message);
        }
    }
}
