/** ACPI fixed hardware: power management registers and timer. */
package org.linuxemu.devices.acpi;
