package org.linuxemu.cli.console;

import java.io.FileOutputStream;
import java.io.IOException;
import org.linuxemu.cli.machine.SerialInput;
import org.linuxemu.cli.machine.SerialLine;
import org.linuxemu.cli.machine.SerialOutput;

/** A file that takes the guest's output; what was in it is lost. */
public final class FileBackend implements SerialBackend {
    private static final long CLOSE_MILLIS = 2000;

    private final String path;
    private final FailureListener onFailure;
    private FileOutputStream file;
    private OutputPump pump;

    /** A file that is made when it is opened; a failure to write is told once. */
    public FileBackend(String path, FailureListener onFailure) {
        this.path = path;
        this.onFailure = onFailure;
    }

    @Override
    public void open() throws IOException {
        file = new FileOutputStream(path);
        pump = new OutputPump("serial-file", file, onFailure);
    }

    @Override
    public SerialOutput output() {
        return pump;
    }

    @Override
    public SerialInput input() {
        return new NullBackend();
    }

    @Override
    public void start(SerialLine line) {
        // A file sends nothing.
    }

    @Override
    public void close() {
        if (pump != null) {
            pump.close(CLOSE_MILLIS);
            try {
                file.close();
            } catch (IOException e) {
                onFailure.failed(e);
            }
        }
    }
}
