package org.linuxemu.core.irq;

/** One level-sensitive interrupt wire from a device to an interrupt controller input. */
@FunctionalInterface
public interface IrqLine {
    /** A wire that ends nowhere, for devices whose interrupt output is not connected. */
    IrqLine UNCONNECTED = asserted -> {};

    /** Drives the wire; repeated calls with the same level have no effect. */
    void set(boolean asserted);
}
