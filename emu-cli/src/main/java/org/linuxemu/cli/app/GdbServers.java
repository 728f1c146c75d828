package org.linuxemu.cli.app;

import java.io.IOException;
import org.linuxemu.cli.options.Endpoint;
import org.linuxemu.core.debug.DebugTarget;

/** Serves gdb. */
final class GdbServers implements DebugServers {
    @Override
    public AutoCloseable start(Endpoint endpoint, DebugTarget target) throws IOException {
        throw new IOException("this build has no gdb server yet");
    }
}
