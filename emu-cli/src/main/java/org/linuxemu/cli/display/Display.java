package org.linuxemu.cli.display;

import org.linuxemu.devices.vga.TextScreen;

/** Something that shows the guest's screen. */
public interface Display {
    /** Shows a screen. Called on one thread, which may be held up while the host is slow. */
    void show(TextScreen screen);
}
