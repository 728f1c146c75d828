package org.linuxemu.core.irq;

/** Hears of level changes of an {@link InterruptSource}'s request, on the emulation thread. */
public interface InterruptRequestListener {
    /** The request level is now {@code pending}; called only when it has changed. */
    void interruptRequestChanged(boolean pending);
}
