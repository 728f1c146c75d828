package org.linuxemu.core.oracle;

/** The addresses of {@code oracle.c}, the same in the emulated processor. */
final class Layout {
    static final long CODE = 0x10000000L;
    static final int CODE_SIZE = 0x2000;
    static final long WINDOW = 0x20000000L;

    /** The window once more, out of reach of 32-bit addresses. */
    static final long WINDOW_HIGH = 0x600020000000L;

    static final int RW_SIZE = 0x4000;
    static final int WINDOW_SIZE = 0x5000;
    static final int DATA_SELECTOR = 0x2B;
    static final int CODE_SELECTOR = 0x33;
    static final int CODE_SELECTOR_32 = 0x23;

    /** First address that Linux never gives to a program. */
    static final long TASK_SIZE = 0x7FFFFFFFF000L;

    private Layout() {}
}
