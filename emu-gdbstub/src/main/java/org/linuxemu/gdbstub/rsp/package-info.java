/**
 * The remote serial protocol's framing as a Netty codec: {@code $data#checksum}, escapes, run
 * lengths, acknowledgements and the interrupt byte. Knows nothing of what packets mean.
 *
 * <p>Manual: "Debugging with GDB", appendix "GDB Remote Serial Protocol", section "Overview".
 */
package org.linuxemu.gdbstub.rsp;
