package org.linuxemu.cli.machine;

import org.linuxemu.devices.vga.TextScreen;

/** The plug of the machine's display adapter. */
public interface VideoOutput {
    /** Whether the picture may have changed since the last {@link #screen}. Any thread. */
    boolean changed();

    /** The present picture. Machine thread. */
    TextScreen screen();
}
