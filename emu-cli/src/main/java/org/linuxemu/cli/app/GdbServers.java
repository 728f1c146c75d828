package org.linuxemu.cli.app;

import java.io.IOException;
import org.linuxemu.cli.options.Endpoint;
import org.linuxemu.core.debug.DebugTarget;
import org.linuxemu.gdbstub.GdbServer;
import org.linuxemu.gdbstub.GdbServerOptions;

/** Serves gdb. */
final class GdbServers implements DebugServers {
    @Override
    public AutoCloseable start(Endpoint endpoint, String properties, DebugTarget target) throws IOException {
        String place;
        if (endpoint.path() != null) {
            place = "unix:" + endpoint.path();
        } else {
            String host = endpoint.host().indexOf(':') < 0 ? endpoint.host() : "[" + endpoint.host() + "]";
            place = "tcp:" + host + ":" + endpoint.port();
        }
        GdbServerOptions options;
        try {
            options = GdbServerOptions.parse(place + properties);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        GdbServer server = GdbServer.start(options, target);
        if (endpoint.path() == null && endpoint.port() == 0) {
            Emulator.say("gdb: " + server.connectHint());
        }
        return server;
    }
}
