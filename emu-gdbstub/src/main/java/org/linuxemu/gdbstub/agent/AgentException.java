package org.linuxemu.gdbstub.agent;

/**
 * An expression that cannot be evaluated: unreadable memory, a bad program. Preallocated and
 * without a stack.
 */
public final class AgentException extends RuntimeException {
    static final AgentException BAD_PROGRAM = new AgentException("not a valid agent expression");
    static final AgentException UNREADABLE = new AgentException("memory is not readable");
    static final AgentException DIVISION = new AgentException("division by zero");
    static final AgentException ENDLESS = new AgentException("too many operations");

    private AgentException(String message) {
        super(message, null, false, false);
    }
}
