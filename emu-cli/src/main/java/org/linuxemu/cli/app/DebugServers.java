package org.linuxemu.cli.app;

import java.io.IOException;
import org.linuxemu.core.debug.DebugTarget;
import org.linuxemu.gdbstub.GdbServerOptions;

/** Starts the server for gdb. */
public interface DebugServers {
    /**
     * Starts to listen.
     *
     * @throws IOException when the address cannot be used; the message names it and the reason
     */
    Running start(GdbServerOptions options, DebugTarget target) throws IOException;

    /** A server that listens. */
    interface Running {
        /** What to type in gdb. */
        String connectHint();

        /** Ends it. */
        void close();
    }
}
