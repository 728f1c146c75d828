package org.linuxemu.cli.it;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client of the remote protocol that may behave as badly as it likes. */
final class StubClient implements AutoCloseable {
    private final Socket socket = new Socket();
    private final InputStream in;

    StubClient(int port) throws IOException {
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        in = socket.getInputStream();
    }

    /** Sends bytes as they are. */
    void raw(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends a packet. */
    void send(String packet) throws IOException {
        int sum = 0;
        for (int i = 0; i < packet.length(); i++) {
            sum += packet.charAt(i);
        }
        raw("$" + packet + "#" + Integer.toHexString(0x100 | sum & 0xff).substring(1));
    }

    /** Sends a packet and returns the body of the reply, run lengths as they came. */
    String request(String packet) throws IOException {
        send(packet);
        return receive();
    }

    String receive() throws IOException {
        while (next() != '$') {
            // Acknowledgements.
        }
        StringBuilder body = new StringBuilder();
        for (int c; (c = next()) != '#'; ) {
            body.append((char) c);
        }
        next();
        next();
        raw("+");
        return body.toString();
    }

    private int next() throws IOException {
        int c = in.read();
        if (c < 0) {
            throw new EOFException("closed by the server");
        }
        return c;
    }

    /** Goes away as a killed process on another machine does: with a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
