package org.linuxemu.cli.console;

import java.io.IOException;

/** Told when the host takes no more output. */
public interface FailureListener {
    /** Called once, on any thread. */
    void failed(IOException reason);
}
