/**
 * What packets mean: one session for each connection, its commands by family. Sessions live on the
 * machine thread; only {@link org.linuxemu.gdbstub.GdbServer}'s connection handler touches Netty.
 */
package org.linuxemu.gdbstub.session;
