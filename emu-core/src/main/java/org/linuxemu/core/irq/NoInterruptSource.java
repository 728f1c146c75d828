package org.linuxemu.core.irq;

/** Never requests anything. */
final class NoInterruptSource implements InterruptSource {
    @Override
    public boolean isPending() {
        return false;
    }

    @Override
    public int acknowledge() {
        return 0xFF;
    }

    @Override
    public void setListener(InterruptRequestListener listener) {}
}
