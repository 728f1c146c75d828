package org.linuxemu.core.time;

/** Lets idle time pass at once. */
final class UnpacedHostPacer implements HostPacer {
    @Override
    public long awaitIdle(long now, long deadline) {
        return deadline;
    }

    @Override
    public void wake() {}
}
