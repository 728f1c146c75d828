/**
 * From the files named on the command line to a machine that stands at the kernel's first
 * instruction.
 */
package org.linuxemu.devices.boot;
