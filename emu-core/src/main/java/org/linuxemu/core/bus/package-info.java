/** Contracts between the processor and devices: port and memory mapped I/O, saved state. */
package org.linuxemu.core.bus;
