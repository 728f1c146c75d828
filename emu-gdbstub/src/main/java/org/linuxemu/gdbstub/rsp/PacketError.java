package org.linuxemu.gdbstub.rsp;

/**
 * A packet that cannot be served; the debugger gets {@code Enn}. Preallocated and without a stack.
 */
public final class PacketError extends RuntimeException {
    /** The packet does not follow its grammar: EINVAL. */
    public static final PacketError MALFORMED = new PacketError(22);

    /** Memory is not mapped or is no memory: EFAULT, written decimal as other stubs do. */
    public static final PacketError FAULT = new PacketError(14);

    /** A table of the stub is full: ENOSPC. */
    public static final PacketError NO_SPACE = new PacketError(28);

    private final int number;

    private PacketError(int number) {
        super("E" + number, null, false, false);
        this.number = number;
    }

    /** Two decimal digits behind the E. */
    public int number() {
        return number;
    }
}
