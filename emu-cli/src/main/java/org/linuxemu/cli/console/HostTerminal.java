package org.linuxemu.cli.console;

import java.io.IOException;
import java.io.InputStream;

/** The terminal that the emulator was started on. */
public interface HostTerminal {
    /**
     * Switches it to raw mode: every key arrives at once and as it is, nothing is echoed, output is
     * not changed.
     *
     * @param signals true to leave Ctrl-C and its kind with the host
     * @throws IOException when standard input is no terminal or cannot be switched
     */
    void enterRawMode(boolean signals) throws IOException;

    /**
     * Puts the terminal back as it was before {@link #enterRawMode}. Any thread, any number of
     * times.
     */
    void restore();

    /** The keys, one read for what is there. */
    InputStream input();

    /** Columns and rows, or null when it does not say. */
    int[] size();

    /** Calls back, on any thread, when the size may have changed. */
    void onResize(Runnable action);

    /** The one for this host. */
    static HostTerminal system() {
        String os = System.getProperty("os.name", "");
        return os.startsWith("Windows") ? new WindowsTerminal() : new SttyTerminal();
    }
}
