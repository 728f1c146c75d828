package org.linuxemu.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.linuxemu.cli.machine.SerialInput;
import org.linuxemu.cli.machine.SerialLine;
import org.linuxemu.cli.machine.SerialOutput;
import org.linuxemu.cli.options.Endpoint;

class SocketBackendTest {
    @TempDir Path directory;
    private final List<String> notes = new ArrayList<>();
    private final Semaphore available = new Semaphore(0);

    /** Counts the calls. */
    private final class Line implements SerialLine {
        @Override
        public void connect(SerialInput input, SerialOutput output) {
            throw new AssertionError();
        }

        @Override
        public void inputAvailable() {
            available.release();
        }
    }

    private static Endpoint server(int port) {
        return new Endpoint(null, "", port, true, false);
    }

    private int port(SocketBackend backend) {
        String address = backend.address();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private String take(SocketBackend backend, int count) throws InterruptedException {
        StringBuilder text = new StringBuilder();
        while (text.length() < count) {
            int value = backend.input().poll();
            if (value == SerialInput.NONE) {
                assertThat(available.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
            } else {
                text.append((char) value);
            }
        }
        return text.toString();
    }

    private static void print(SocketBackend backend, String text) {
        for (char c : text.toCharArray()) {
            backend.output().write(c);
        }
    }

    @Test
    void servesOneClientAfterTheOtherOnLoopback() throws Exception {
        SocketBackend backend = new SocketBackend(server(0), notes::add);
        backend.open();
        assertThat(backend.address()).startsWith("tcp:127.0.0.1:");
        assertThat(notes).hasSize(1).first().asString().contains(backend.address());
        backend.start(new Line());
        for (int i = 0; i < 3; i++) {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port(backend))) {
                client.getOutputStream().write(("hello" + i).getBytes());
                assertThat(take(backend, 6)).isEqualTo("hello" + i);
                print(backend, "answer" + i);
                assertThat(new String(client.getInputStream().readNBytes(7)))
                        .isEqualTo("answer" + i);
            }
        }
        backend.close();
    }

    @Test
    void outputWithoutAClientIsLostAndDoesNotWait() throws Exception {
        SocketBackend backend = new SocketBackend(server(0), notes::add);
        backend.open();
        backend.start(new Line());
        for (int i = 0; i < 100_000; i++) {
            backend.output().write(i & 0xFF);
        }
        backend.close();
        assertThat(backend.input().poll()).isEqualTo(SerialInput.NONE);
    }

    @Test
    void waitsForTheFirstClientWhenAsked() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        SocketBackend backend =
                new SocketBackend(new Endpoint(null, "127.0.0.1", port, true, true), notes::add);
        Thread opener =
                new Thread(
                        () -> {
                            try {
                                backend.open();
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        opener.start();
        Socket client = null;
        while (client == null) {
            try {
                client = new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (IOException e) {
                Thread.sleep(5);
            }
        }
        opener.join();
        print(backend, "first words");
        assertThat(new String(client.getInputStream().readNBytes(11))).isEqualTo("first words");
        assertThat(notes).containsExactly("waiting for a connection on tcp:127.0.0.1:" + port);
        client.close();
        backend.close();
    }

    @Test
    void connectsAsClientAndSurvivesTheEndOfTheServer() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SocketBackend backend =
                    new SocketBackend(
                            new Endpoint(null, "", server.getLocalPort(), false, false),
                            notes::add);
            backend.open();
            backend.start(new Line());
            try (Socket peer = server.accept()) {
                peer.getOutputStream().write("hi".getBytes());
                assertThat(take(backend, 2)).isEqualTo("hi");
            }
            print(backend, "nobody listens");
            backend.close();
        }
    }

    @Test
    void aPortInUseIsAnError() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SocketBackend backend = new SocketBackend(server(taken.getLocalPort()), notes::add);
            assertThatThrownBy(backend::open).isInstanceOf(java.net.BindException.class);
        }
    }

    @Test
    void unixSocketsReplaceOnlyLeftovers() throws Exception {
        Path path = directory.resolve("serial.sock");
        Endpoint endpoint = new Endpoint(path.toString(), "", 0, true, false);
        SocketBackend dead = new SocketBackend(endpoint, notes::add);
        dead.open();
        SocketBackend second = new SocketBackend(endpoint, notes::add);
        assertThatThrownBy(second::open).isInstanceOf(IOException.class);
        dead.close();
        assertThat(path).doesNotExist();

        try (var leftover =
                java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            leftover.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
        SocketBackend backend = new SocketBackend(endpoint, notes::add);
        backend.open();
        backend.start(new Line());
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            client.write(ByteBuffer.wrap("hello".getBytes()));
            assertThat(take(backend, 5)).isEqualTo("hello");
        }
        backend.close();
        assertThat(path).doesNotExist();

        Files.writeString(path, "precious");
        assertThatThrownBy(new SocketBackend(endpoint, notes::add)::open)
                .isInstanceOf(IOException.class);
        assertThat(path).hasContent("precious");
    }
}
