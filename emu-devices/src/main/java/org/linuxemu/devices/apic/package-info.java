/** The processor's local APIC and the board's I/O APIC. */
package org.linuxemu.devices.apic;
