package org.linuxemu.gdbstub.session;

import java.util.List;
import org.linuxemu.gdbstub.agent.AgentExpression;

/** A breakpoint as a debugger set it; several of its breakpoints at one address come as one. */
final class GdbBreakpoint {
    boolean software;
    boolean hardware;

    /** Any true one is enough; none means always. */
    List<AgentExpression> conditions = List.of();

    /** Run instead of stopping. */
    List<AgentExpression> commands = List.of();
}
