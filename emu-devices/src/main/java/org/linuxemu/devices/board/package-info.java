/** The PC as a whole: its address map and wiring. */
package org.linuxemu.devices.board;
