package org.linuxemu.gdbstub.toy;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A plain client of the remote protocol, written without the stub's codec so that each checks the
 * other.
 */
public final class RspClient implements AutoCloseable {
    private final Socket socket = new Socket();
    private final InputStream in;
    private boolean acks = true;

    public RspClient(int port) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        in = new BufferedInputStream(socket.getInputStream());
    }

    public Socket socket() {
        return socket;
    }

    /** Sends bytes as they are. */
    public void raw(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Frames and sends a packet. */
    public void send(String packet) throws IOException {
        raw(frame(packet));
    }

    /** A packet with its frame. */
    public static String frame(String packet) {
        int sum = 0;
        for (int i = 0; i < packet.length(); i++) {
            sum += packet.charAt(i);
        }
        return "$" + packet + "#" + Integer.toHexString(0x100 | sum & 0xff).substring(1);
    }

    /** Sends a packet and returns its reply. */
    public String request(String packet) throws IOException {
        send(packet);
        return receive();
    }

    /** Sends a packet and returns the reply behind the console output. */
    public String requestSkippingConsole(String packet, StringBuilder console) throws IOException {
        send(packet);
        while (true) {
            String reply = receive();
            if (!reply.startsWith("O") || reply.equals("OK")) {
                return reply;
            }
            console.append(unhex(reply.substring(1)));
        }
    }

    /** Sends a monitor command and returns what it prints. */
    public String monitor(String command) throws IOException {
        StringBuilder console = new StringBuilder();
        requestSkippingConsole("qRcmd," + hex(command), console);
        return console.toString();
    }

    public void stopAcknowledging() throws IOException {
        if (!request("QStartNoAckMode").equals("OK")) {
            throw new IOException("no QStartNoAckMode");
        }
        acks = false;
    }

    /** Next packet: acknowledged, run lengths expanded, unescaped. */
    public String receive() throws IOException {
        int c;
        do {
            c = next();
        } while (c != '$' && c != '%');
        StringBuilder body = new StringBuilder();
        int sum = 0;
        while ((c = next()) != '#') {
            sum += c;
            if (c == '*') {
                int count = next();
                sum += count;
                body.append(String.valueOf(body.charAt(body.length() - 1)).repeat(count - 29));
            } else {
                body.append((char) c);
            }
        }
        int expected = Character.digit(next(), 16) << 4 | Character.digit(next(), 16);
        if (expected != (sum & 0xff)) {
            throw new IOException("checksum of " + body);
        }
        if (acks) {
            raw("+");
        }
        return unescape(body);
    }

    /** True when the server has closed the connection, after whatever it still sends. */
    public boolean atEnd() throws IOException {
        while (true) {
            if (in.read() < 0) {
                return true;
            }
        }
    }

    private int next() throws IOException {
        int c = in.read();
        if (c < 0) {
            throw new EOFException("the server has closed the connection");
        }
        return c;
    }

    private static String unescape(CharSequence text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            plain.append(c == '}' ? (char) (text.charAt(++i) ^ 0x20) : c);
        }
        return plain.toString();
    }

    public static String hex(String text) {
        StringBuilder digits = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            digits.append(Character.forDigit(b >> 4 & 15, 16))
                    .append(Character.forDigit(b & 15, 16));
        }
        return digits.toString();
    }

    public static String unhex(String digits) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i + 1 < digits.length(); i += 2) {
            bytes.write(Integer.parseInt(digits.substring(i, i + 2), 16));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** A register's value from a reply's digits. */
    public static long little(String digits) {
        long value = 0;
        for (int i = digits.length() - 2; i >= 0; i -= 2) {
            value = value << 8 | Integer.parseInt(digits.substring(i, i + 2), 16);
        }
        return value;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
