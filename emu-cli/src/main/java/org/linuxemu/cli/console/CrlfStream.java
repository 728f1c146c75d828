package org.linuxemu.cli.console;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Turns line ends into what a terminal in raw mode needs. For the emulator's own words, not for the
 * guest's.
 */
public final class CrlfStream extends FilterOutputStream {
    private int last;

    /** Writes to the stream that the terminal shows. */
    public CrlfStream(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int value) throws IOException {
        if (value == '\n' && last != '\r') {
            out.write('\r');
        }
        out.write(value);
        last = value;
    }

    @Override
    public void write(byte[] data, int offset, int length) throws IOException {
        byte[] text = new byte[length * 2];
        int n = 0;
        for (int i = 0; i < length; i++) {
            byte value = data[offset + i];
            if (value == '\n' && last != '\r') {
                text[n++] = '\r';
            }
            text[n++] = value;
            last = value;
        }
        out.write(text, 0, n);
    }
}
