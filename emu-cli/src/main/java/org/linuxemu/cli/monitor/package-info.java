/** The monitor: commands to look at the machine and to control it, in QEMU's spelling. */
package org.linuxemu.cli.monitor;
