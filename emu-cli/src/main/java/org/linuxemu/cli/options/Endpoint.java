package org.linuxemu.cli.options;

/**
 * A socket of the host.
 *
 * @param path of a Unix-domain socket; null for TCP
 * @param host name or address for TCP; empty for the loopback address
 * @param port TCP port, 0 to 65535; 0 lets the host choose
 * @param server true to wait for clients, false to connect
 * @param awaitClient for a server: true to hold the start up until the first client is there
 */
public record Endpoint(String path, String host, int port, boolean server, boolean awaitClient) {
    /** The endpoint without its options, for messages. */
    public String address() {
        if (path != null) {
            return "unix:" + path;
        }
        boolean literal = host.indexOf(':') >= 0;
        return "tcp:" + (literal ? "[" + host + "]" : host) + ":" + port;
    }

    /**
     * Parses what follows {@code tcp:} or {@code unix:}.
     *
     * @param option begins messages
     */
    static Endpoint parse(String option, boolean unix, String text) throws UsageException {
        int comma = text.indexOf(',');
        String address = comma < 0 ? text : text.substring(0, comma);
        boolean server = false;
        boolean wait = true;
        boolean waitGiven = false;
        if (comma >= 0) {
            for (KeyValue property : KeyValue.list(option, text.substring(comma + 1), null)) {
                switch (property.key()) {
                    case "server":
                        server = property.isOn(option);
                        break;
                    case "wait":
                        wait = property.isOn(option);
                        waitGiven = true;
                        break;
                    case "delay":
                    case "nodelay":
                        break;
                    default:
                        throw new UsageException(
                                option
                                        + ": unknown property '"
                                        + property.word()
                                        + "' in '"
                                        + text
                                        + "'; there are server, wait and nodelay");
                }
            }
        }
        if (waitGiven && wait && !server) {
            throw new UsageException(option + ": wait is only for server=on");
        }
        if (unix) {
            if (address.isEmpty()) {
                throw new UsageException(option + ": unix: needs a path");
            }
            return new Endpoint(address, "", 0, server, wait);
        }
        int colon = address.lastIndexOf(':');
        if (colon < 0) {
            throw new UsageException(
                    option + ": '" + address + "' names no port; write tcp:HOST:PORT or tcp::PORT");
        }
        String host = address.substring(0, colon);
        if (host.length() >= 2 && host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new UsageException(
                    option + ": write an IPv6 address in brackets: tcp:[" + host + "]:PORT");
        }
        int port = (int) Numbers.parse(option + " port", address.substring(colon + 1), 0, 65535);
        if (port == 0 && !server) {
            throw new UsageException(option + " port: 0 is only for server=on");
        }
        return new Endpoint(null, host, port, server, wait);
    }
}
