/** The 16550A serial port and what it is plugged into. */
package org.linuxemu.devices.uart;
