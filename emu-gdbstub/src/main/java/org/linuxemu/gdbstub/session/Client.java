package org.linuxemu.gdbstub.session;

import org.linuxemu.gdbstub.rsp.RspReply;

/**
 * The debugger at the other end of a connection. Called by whoever holds the machine; no method
 * waits for the network.
 */
public interface Client {
    /** Sends a packet. */
    void send(RspReply reply);

    /** Switches acknowledgements off behind the packets sent so far. */
    void stopAcknowledging();

    /** False while much that was sent has not been read by the other side. */
    boolean keepsUp();

    /**
     * Gives a slow reader a limited time to catch up. The one method that waits, for monitor output
     * only, which is made on the machine's own thread.
     *
     * @return false when it has not caught up
     */
    boolean waitForReader();

    /** True when an interrupt byte has arrived that the session has not seen yet. */
    boolean interruptWaiting();

    /** Drops the interrupt bytes that wait: what they were to end has ended. */
    void forgetInterrupts();

    /**
     * While true, empty console packets are sent once a second, so that the debugger does not lose
     * patience.
     */
    void keepAlive(boolean on);

    /** The session is over: another debugger may attach, though this one is still connected. */
    void over();

    /** Ends the connection behind the packets sent so far. */
    void close();
}
