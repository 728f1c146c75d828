/** A gdb server for a {@link org.linuxemu.core.debug.DebugTarget}, on Netty. */
package org.linuxemu.gdbstub;
