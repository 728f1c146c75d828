package org.linuxemu.cli.app;

import java.io.IOException;
import org.linuxemu.cli.options.Endpoint;
import org.linuxemu.core.debug.DebugTarget;

/** Starts the server for gdb. */
public interface DebugServers {
    /**
     * Starts to listen, at the loopback address when the endpoint names no host.
     *
     * @param properties of the server, such as {@code ,onclose=stop}; may be empty
     * @return to be closed when the machine has ended
     * @throws IOException when the address cannot be used; the message names the reason
     */
    AutoCloseable start(Endpoint endpoint, String properties, DebugTarget target) throws IOException;
}
