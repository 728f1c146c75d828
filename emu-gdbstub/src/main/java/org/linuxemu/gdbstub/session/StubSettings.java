package org.linuxemu.gdbstub.session;

import org.linuxemu.gdbstub.target.TargetDescription;

/** What outlives a connection. Machine thread only. */
public final class StubSettings {
    private final boolean stopOnClose;
    private TargetDescription.Arch arch;

    /**
     * Settings of a server.
     *
     * @param arch layout for the next connection
     * @param stopOnClose true to keep the guest stopped when a debugger goes away
     */
    public StubSettings(TargetDescription.Arch arch, boolean stopOnClose) {
        this.arch = arch;
        this.stopOnClose = stopOnClose;
    }

    boolean stopOnClose() {
        return stopOnClose;
    }

    TargetDescription.Arch arch() {
        return arch;
    }

    void setArch(TargetDescription.Arch arch) {
        this.arch = arch;
    }
}
