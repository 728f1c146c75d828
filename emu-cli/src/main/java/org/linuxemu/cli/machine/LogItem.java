package org.linuxemu.cli.machine;

/** Things that {@code -d} asks to be logged. */
public enum LogItem {
    IN_ASM("in_asm", "each piece of guest code when it is first decoded"),
    EXEC("exec", "each block of guest code that is executed"),
    INT("int", "interrupts and exceptions"),
    CPU("cpu", "all registers before each block"),
    MMU("mmu", "page faults and translations"),
    GUEST_ERRORS(
            "guest_errors", "what a guest should not do, such as access to ports without a device"),
    UNIMP("unimp", "instructions and registers that are not implemented"),
    IOPORT("ioport", "accesses to I/O ports"),
    SYSCALL("syscall", "system calls of the guest's processes"),
    EXECVE("execve", "programs that the guest starts"),
    EMULATOR("emulator", "the emulator's own doings, and stack traces of its errors");

    private static final LogItem[] ALL = values();

    private final String key;
    private final String description;

    LogItem(String key, String description) {
        this.key = key;
        this.description = description;
    }

    /** Name on the command line. */
    public String key() {
        return key;
    }

    /** One line for the list. */
    public String description() {
        return description;
    }

    /** The item of this name, or null. */
    public static LogItem named(String key) {
        for (LogItem item : ALL) {
            if (item.key.equals(key)) {
                return item;
            }
        }
        return null;
    }
}
