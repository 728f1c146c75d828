/** The real-time clock and its battery-backed memory ("CMOS"). */
package org.linuxemu.devices.rtc;
