/** The high precision event timer. */
package org.linuxemu.devices.hpet;
