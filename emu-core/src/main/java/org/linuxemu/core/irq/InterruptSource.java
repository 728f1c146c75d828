package org.linuxemu.core.irq;

/**
 * The interrupt controller as the processor sees it: the INTR pin and the interrupt acknowledge
 * cycle (SDM vol. 3A, 6.3.2). The processor looks at {@link #isPending} at instruction boundaries
 * where interrupts are enabled.
 */
public interface InterruptSource {
    /** A processor with nothing on its INTR pin. */
    InterruptSource NONE = new NoInterruptSource();

    /** The level of the INTR pin. */
    boolean isPending();

    /**
     * The interrupt acknowledge cycle: puts the highest request in service.
     *
     * @return the vector, 0 to 255; the controller's spurious vector if the request has gone away
     */
    int acknowledge();

    /**
     * Names the one listener that hears of every change of {@link #isPending}, or none with null.
     * The listener is not told the present level on registration.
     */
    void setListener(InterruptRequestListener listener);
}
