package org.linuxemu.core.bus;

/** Something with a RESET pin. */
public interface Resettable {
    /**
     * Brings the object to its state after power-on or a hardware reset, at the present virtual
     * time: outputs inactive, events disarmed, battery-backed memory kept.
     */
    void reset();
}
