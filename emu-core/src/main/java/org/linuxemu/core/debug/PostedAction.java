package org.linuxemu.core.debug;

/** An action for {@link DebugTarget#post} that wants to know when it will not run any more. */
public interface PostedAction extends Runnable {
    /** The machine has ended before the action's turn came. Machine thread. */
    void dropped();
}
