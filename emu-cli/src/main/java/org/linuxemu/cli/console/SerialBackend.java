package org.linuxemu.cli.console;

import java.io.IOException;
import org.linuxemu.cli.machine.SerialInput;
import org.linuxemu.cli.machine.SerialLine;
import org.linuxemu.cli.machine.SerialOutput;

/** What a serial port leads to on the host, other than the console. */
public interface SerialBackend {
    /** Opens it, which may wait for a client; before there is a machine. */
    void open() throws IOException;

    /** Where the guest's bytes go. */
    SerialOutput output();

    /** Where bytes for the guest come from. */
    SerialInput input();

    /** The machine is there: bytes may be passed on to it. */
    void start(SerialLine line);

    /** Writes what is left, waiting a short while at most, and closes. */
    void close();
}
