package org.linuxemu.cli.machine;

/** The machine's keyboard. */
public interface KeyInput {
    /**
     * A key goes down, repeats (down again) or comes up. Any thread; it reaches the guest at its
     * next instruction boundary.
     *
     * @param code of scan code set 1, 01h to 7Fh; with E000h added where it has the prefix E0, and
     *     E11Dh for Pause
     */
    void key(int code, boolean down);
}
