package org.linuxemu.core.debug;

/** What a watchpoint waits for. */
public enum WatchKind {
    WRITE,
    READ,
    ACCESS;

    /** True when an access of that direction triggers this kind. */
    public boolean matches(boolean write) {
        return this == ACCESS || (this == WRITE) == write;
    }
}
