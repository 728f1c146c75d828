/**
 * Conditions and commands of breakpoints, evaluated where the breakpoint is hit.
 *
 * <p>Manual: "Debugging with GDB", appendix "The GDB Agent Expression Mechanism".
 */
package org.linuxemu.gdbstub.agent;
