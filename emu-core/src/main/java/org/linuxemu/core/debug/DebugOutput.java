package org.linuxemu.core.debug;

/** Where monitor commands print. Text is streamed, so a long answer never waits for its end. */
public interface DebugOutput {
    /** Prints text; the caller supplies line ends. */
    void print(String text);

    /** Prints text and a line end. */
    default void println(String text) {
        print(text);
        print("\n");
    }

    /** True when the reader has gone away or pressed Ctrl-C; long commands should end soon. */
    default boolean cancelled() {
        return false;
    }
}
