package org.linuxemu.cli.console;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.linuxemu.cli.machine.SerialInput;
import org.linuxemu.cli.machine.SerialLine;
import org.linuxemu.cli.machine.SerialOutput;
import org.linuxemu.cli.options.Endpoint;

/**
 * A TCP or Unix-domain socket, as server or client. One peer at a time; while there is none the
 * guest's output is lost, and a server takes the next one that comes.
 */
public final class SocketBackend implements SerialBackend {
    private static final int AHEAD = 1 << 16;
    private static final long CLOSE_MILLIS = 500;

    private final Endpoint endpoint;
    private final Consumer<String> note;
    private final InputQueue queue = new InputQueue(AHEAD);
    private final OutputPump pump;
    private ServerSocketChannel listener;
    private Path socketFile;
    private volatile SocketChannel peer;
    private volatile boolean closed;

    /**
     * Makes a backend that is not open yet.
     *
     * @param note shows a line to the user
     */
    public SocketBackend(Endpoint endpoint, Consumer<String> note) {
        this.endpoint = endpoint;
        this.note = note;
        this.pump = new OutputPump("serial-socket", new PeerStream(), e -> {});
    }

    @Override
    public void open() throws IOException {
        if (!endpoint.server()) {
            peer = connect();
            return;
        }
        listen();
        if (endpoint.awaitClient()) {
            note.accept("waiting for a connection on " + address());
            peer = accept();
        } else if (endpoint.path() == null && endpoint.port() == 0) {
            note.accept("serial port listens on " + address());
        }
    }

    /** The address in use, with the port that the host chose. */
    public String address() {
        try {
            if (listener != null && listener.getLocalAddress() instanceof InetSocketAddress inet) {
                InetAddress address = inet.getAddress();
                return new Endpoint(null, address.getHostAddress(), inet.getPort(), true, false)
                        .address();
            }
        } catch (IOException e) {
            return endpoint.address();
        }
        return endpoint.address();
    }

    @Override
    public SerialOutput output() {
        return pump;
    }

    @Override
    public SerialInput input() {
        return queue;
    }

    @Override
    public void start(SerialLine line) {
        Thread thread = new Thread(() -> serve(line), "serial-socket-input");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        pump.close(CLOSE_MILLIS);
        closed = true;
        drop(peer);
        if (listener != null) {
            try {
                listener.close();
                if (socketFile != null) {
                    Files.deleteIfExists(socketFile);
                }
            } catch (IOException e) {
                // The process ends; the host closes what is left.
                return;
            }
        }
    }

    private void serve(SerialLine line) {
        try {
            while (!closed) {
                if (peer == null) {
                    peer = accept();
                }
                receive(peer, line);
                drop(peer);
                if (listener == null) {
                    return;
                }
            }
        } catch (IOException e) {
            if (!closed) {
                note.accept("serial port at " + endpoint.address() + ": " + e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void receive(SocketChannel from, SerialLine line) throws InterruptedException {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    int value = buffer.get() & 0xFF;
                    while (!queue.offer(value)) {
                        line.inputAvailable();
                        queue.awaitRoom();
                    }
                }
                buffer.clear();
                line.inputAvailable();
            }
        } catch (IOException e) {
            // The peer has gone, which is no concern of the guest.
            return;
        }
    }

    private void drop(SocketChannel channel) {
        if (channel != null) {
            peer = null;
            try {
                channel.close();
            } catch (IOException e) {
                // Closed or not, it is not used any more.
                return;
            }
        }
    }

    private SocketChannel connect() throws IOException {
        return noDelay(SocketChannel.open(remoteAddress()));
    }

    private SocketAddress remoteAddress() throws IOException {
        if (endpoint.path() != null) {
            return unixAddress();
        }
        return new InetSocketAddress(host(), endpoint.port());
    }

    private InetAddress host() throws IOException {
        return endpoint.host().isEmpty()
                ? InetAddress.getLoopbackAddress()
                : InetAddress.getByName(endpoint.host());
    }

    private UnixDomainSocketAddress unixAddress() throws IOException {
        try {
            return UnixDomainSocketAddress.of(endpoint.path());
        } catch (IllegalArgumentException e) {
            throw new IOException("not a path of a socket", e);
        }
    }

    private void listen() throws IOException {
        if (endpoint.path() == null) {
            listener = ServerSocketChannel.open();
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(new InetSocketAddress(host(), endpoint.port()), 1);
            return;
        }
        UnixDomainSocketAddress address = unixAddress();
        removeLeftover(address);
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(address, 1);
        socketFile = address.getPath();
    }

    /** A socket file that nobody listens at is left over from a process that died. */
    private static void removeLeftover(UnixDomainSocketAddress address) throws IOException {
        Path path = address.getPath();
        if (!Files.exists(path) || Files.isRegularFile(path) || Files.isDirectory(path)) {
            return;
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(address);
        } catch (IOException e) {
            Files.deleteIfExists(path);
        }
    }

    private SocketChannel accept() throws IOException {
        return noDelay(listener.accept());
    }

    private SocketChannel noDelay(SocketChannel channel) throws IOException {
        if (endpoint.path() == null) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        return channel;
    }

    /** Writes to the peer of the moment. */
    private final class PeerStream extends OutputStream {
        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] data, int offset, int length) {
            SocketChannel channel = peer;
            if (channel == null) {
                return;
            }
            ByteBuffer buffer = ByteBuffer.wrap(data, offset, length);
            try {
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            } catch (IOException e) {
                // The reading side notices too and looks for the next peer.
                return;
            }
        }
    }
}
