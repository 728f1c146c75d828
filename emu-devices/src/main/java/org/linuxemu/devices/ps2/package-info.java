/** The 8042 keyboard controller and the PS/2 keyboard and mouse behind it. */
package org.linuxemu.devices.ps2;
