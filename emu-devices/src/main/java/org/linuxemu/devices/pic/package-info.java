/** The two Intel 8259A interrupt controllers of the PC and their edge/level control registers. */
package org.linuxemu.devices.pic;
