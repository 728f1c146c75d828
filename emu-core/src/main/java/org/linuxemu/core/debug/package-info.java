/**
 * What a debugger may ask of the machine, and what the machine has to do to be debugged.
 *
 * <p>Two sides meet here. A debugger (the gdb stub, a monitor, a test) sees {@link
 * org.linuxemu.core.debug.DebugTarget}. The machine implements {@link
 * org.linuxemu.core.debug.DebuggableMachine}. {@link org.linuxemu.core.debug.MachineRunner} is the
 * one run loop between them; it decides when to run, step and stop, so that neither side has to.
 *
 * <p>Threads: the guest runs on one thread, the machine thread. Everything in this package except
 * {@link org.linuxemu.core.debug.MachineMailbox#post} and {@link
 * org.linuxemu.core.debug.DebugTarget#post} is used on that thread only. Other threads post
 * actions, which run at an exact instruction boundary whether the guest is running, idle or
 * stopped.
 *
 * <p>Nothing here changes what the guest computes: breakpoints are tables beside guest memory, and
 * reads have no side effects.
 */
package org.linuxemu.core.debug;
