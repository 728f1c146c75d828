package org.linuxemu.devices.apic;

/**
 * Delivery modes of APIC messages and local vector table entries (SDM vol. 3A, "Delivery mode").
 */
final class DeliveryMode {
    static final int FIXED = 0;
    static final int LOWEST_PRIORITY = 1;
    static final int SMI = 2;
    static final int NMI = 4;
    static final int INIT = 5;
    static final int STARTUP = 6;
    static final int EXT_INT = 7;

    private DeliveryMode() {}
}
