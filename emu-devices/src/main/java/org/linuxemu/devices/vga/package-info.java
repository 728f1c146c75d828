/** The VGA, with a text screen to show; of its graphics modes only the registers and memory. */
package org.linuxemu.devices.vga;
