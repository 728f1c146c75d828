package org.linuxemu.cli.console;

import org.linuxemu.cli.machine.SerialInput;
import org.linuxemu.cli.machine.SerialLine;
import org.linuxemu.cli.machine.SerialOutput;

/** Nowhere. */
public final class NullBackend implements SerialBackend, SerialInput, SerialOutput {
    @Override
    public void open() {
        // Nothing to open.
    }

    @Override
    public SerialOutput output() {
        return this;
    }

    @Override
    public SerialInput input() {
        return this;
    }

    @Override
    public void start(SerialLine line) {
        // Nothing will come.
    }

    @Override
    public void close() {
        // Nothing is open.
    }

    @Override
    public int poll() {
        return NONE;
    }

    @Override
    public void write(int value) {
        // Lost.
    }
}
