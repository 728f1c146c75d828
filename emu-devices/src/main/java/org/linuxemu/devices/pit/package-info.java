/**
 * The Intel 8254 interval timer and system control port B, which holds its third channel's gate.
 */
package org.linuxemu.devices.pit;
