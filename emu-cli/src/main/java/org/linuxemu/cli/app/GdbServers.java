package org.linuxemu.cli.app;

import java.io.IOException;
import org.linuxemu.core.debug.DebugTarget;
import org.linuxemu.gdbstub.GdbServer;
import org.linuxemu.gdbstub.GdbServerOptions;

/** Serves gdb. */
final class GdbServers implements DebugServers {
    @Override
    public Running start(GdbServerOptions options, DebugTarget target) throws IOException {
        return new Server(GdbServer.start(options, target));
    }

    /** A server as the session sees it. */
    private static final class Server implements Running {
        private final GdbServer server;

        Server(GdbServer server) {
            this.server = server;
        }

        @Override
        public String connectHint() {
            return server.connectHint();
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
