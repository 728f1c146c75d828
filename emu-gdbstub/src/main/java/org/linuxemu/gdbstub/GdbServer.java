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
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.linuxemu.core.debug.DebugTarget;
import org.linuxemu.gdbstub.rsp.ReadBuffer;
import org.linuxemu.gdbstub.rsp.RspAckHandler;
import org.linuxemu.gdbstub.rsp.RspDecoder;
import org.linuxemu.gdbstub.rsp.RspEncoder;
import org.linuxemu.gdbstub.rsp.RspReply;
import org.linuxemu.gdbstub.session.StubSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gdb server: listens, serves one debugger at a time, and refuses others with a message.
 *
 * <p>The address is bound at once; Netty, which takes much longer to load than that, starts on a
 * thread of its own.
 */
public final class GdbServer implements AutoCloseable {
    /** Connections at a time that wait for a place, or are being told that there is none. */
    private static final int MAX_OTHERS = 32;

    private static final int TRIES = 20;
    private static final int TRY_MILLIS = 10;
    private static final long CLOSE_MILLIS = 1000;
    private static final long WARM_UP_MILLIS = 1000;

    private final DebugTarget target;

    /** Whether it makes itself ready for the first debugger. */
    private final boolean warm;

    private final StubSettings settings;
    private final Path socketPath;
    private final ServerSocketChannel socket;
    private final SocketAddress address;
    private final Thread starter;
    private final AtomicReference<Channel> attached = new AtomicReference<>();
    private final AtomicInteger others = new AtomicInteger();

    private final EagerSelect eager =
            new EagerSelect(System::nanoTime, Runtime.getRuntime().availableProcessors());
    private volatile boolean closed;

    /** Written by the starter, read after it has ended. */
    private EventLoopGroup group;

    private GdbServer(GdbServerOptions options, DebugTarget target, boolean warm)
            throws IOException {
        this.target = target;
        this.warm = warm;
        this.settings = new StubSettings(options.arch(), options.stopOnClose());
        this.socketPath = options.socketPath();
        this.socket = socketPath != null ? bindUnix(socketPath) : bindTcp(inetAddress(options));
        this.address = socket.getLocalAddress();
        this.starter = new Thread(this::serve, "gdb-server-start");
        starter.setDaemon(true);
    }

    /**
     * Starts listening.
     *
     * @throws IOException when the address cannot be bound, with a message for the user
     */
    public static GdbServer start(GdbServerOptions options, DebugTarget target) throws IOException {
        GdbServer server = new GdbServer(options, target, true);
        server.starter.start();
        return server;
    }

    /** As {@link #start}, for the one server that warms the others up. */
    static GdbServer startCold(GdbServerOptions options, DebugTarget target) throws IOException {
        GdbServer server = new GdbServer(options, target, false);
        server.starter.start();
        return server;
    }

    /**
     * Where the stub listens: an {@link InetSocketAddress} or a {@link UnixDomainSocketAddress}.
     */
    public SocketAddress boundAddress() {
        return address;
    }

    /** What to type in gdb to connect, such as {@code target remote 127.0.0.1:1234}. */
    public String connectHint() {
        if (address instanceof InetSocketAddress inet) {
            return "target remote "
                    + (inet.getAddress().isAnyLocalAddress()
                            ? "localhost:" + inet.getPort()
                            : shown(inet));
        }
        return "target remote " + socketPath;
    }

    /**
     * Ends the session, if there is one, and stops listening. What has been sent is delivered
     * first.
     */
    @Override
    public void close() {
        closed = true;
        boolean interrupted = false;
        try {
            starter.join();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        Channel client = attached.get();
        if (client != null) {
            client.close().awaitUninterruptibly(CLOSE_MILLIS);
        }
        if (group != null) {
            group.shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly(CLOSE_MILLIS);
        }
        try {
            socket.close();
            if (socketPath != null) {
                Files.deleteIfExists(socketPath);
            }
        } catch (IOException e) {
            log().warn("cannot remove the gdb socket: {}", e.getMessage());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Hands the bound socket over to Netty. */
    private void serve() {
        group =
                new MultiThreadIoEventLoopGroup(
                        1,
                        new DefaultThreadFactory("gdb-server", true),
                        NioIoHandler.newFactory(SelectorProvider.provider(), eager));
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
        if (socketPath != null) {
            bootstrap.channelFactory(() -> new NioServerDomainSocketChannel(socket));
        } else {
            bootstrap.channelFactory(() -> new NioServerSocketChannel(socket));
            bootstrap.childOption(ChannelOption.TCP_NODELAY, true);
            bootstrap.childOption(ChannelOption.SO_KEEPALIVE, true);
        }
        ChannelFuture future = bootstrap.register().awaitUninterruptibly();
        if (!future.isSuccess()) {
            log().error("the gdb server cannot start", future.cause());
            return;
        }
        if (!warm) {
            return;
        }
        Thread warmUp = new Thread(this::warmUp, "gdb-server-warm-up");
        warmUp.setDaemon(true);
        warmUp.start();
    }

    private void warmUp() {
        try {
            // The guest begins to run in this time, which matters more.
            Thread.sleep(WARM_UP_MILLIS);
            WarmUp.run(() -> attached.get() == null && !closed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            log().debug("nothing is lost but time at the first attach", e);
        }
    }

    /** Not a field: loading the log costs more than listening, and mostly nothing is logged. */
    private static Logger log() {
        return LoggerFactory.getLogger(GdbServer.class);
    }

    private static ServerSocketChannel bindTcp(InetSocketAddress address) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            // A port whose last connection is just ending can be used again; on Windows that is so
            // anyway.
            if (File.separatorChar == '/') {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            }
            return channel.bind(address);
        } catch (IOException e) {
            channel.close();
            throw new IOException(
                    "cannot listen for gdb at " + shown(address) + ": " + e.getMessage(), e);
        }
    }

    private static String shown(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private static ServerSocketChannel bindUnix(Path path) throws IOException {
        removeStaleSocket(path);
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            return channel.bind(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            channel.close();
            throw new IOException("cannot listen for gdb at " + path + ": " + e.getMessage(), e);
        }
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
            log().warn(
                            "the gdb server is open to the network at {}; whoever connects controls the guest",
                            ip.getHostAddress());
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
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new IOException(
                    "cannot listen for gdb at " + probe.getRemoteAddress() + ": it is in use");
        } catch (ConnectException e) {
            Files.delete(path);
        }
    }

    private void accept(Channel channel) {
        if (attached.compareAndSet(null, channel)) {
            attach(channel);
            return;
        }
        if (others.incrementAndGet() > MAX_OTHERS) {
            others.decrementAndGet();
            channel.close();
            return;
        }
        channel.closeFuture().addListener(future -> others.decrementAndGet());
        channel.config().setAutoRead(false);
        channel.eventLoop().execute(() -> awaitPlace(channel, TRIES));
    }

    /** A debugger that has just gone may not have been seen to be gone. */
    private void awaitPlace(Channel channel, int tries) {
        if (!channel.isOpen()) {
            return;
        }
        if (attached.compareAndSet(null, channel)) {
            attach(channel);
        } else if (tries > 0) {
            channel.eventLoop()
                    .schedule(
                            () -> awaitPlace(channel, tries - 1),
                            TRY_MILLIS,
                            TimeUnit.MILLISECONDS);
            return;
        } else {
            log().warn("a second debugger was refused");
            channel.pipeline().addLast(new RefusedConnection());
        }
        channel.config().setAutoRead(true);
    }

    private void attach(Channel channel) {
        channel.config().setRecvByteBufAllocator(new ReadBuffer());
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(new RspEncoder(eager::expect));
        pipeline.addLast(new RspDecoder());
        pipeline.addLast(new RspAckHandler());
        pipeline.addLast(
                new GdbConnection(target, settings, () -> attached.compareAndSet(channel, null)));
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
