/** Small board devices: reset and exit ports, POST code, debug console, and time's saved state. */
package org.linuxemu.devices.misc;
