package org.linuxemu.gdbstub.session;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.linuxemu.core.debug.BreakpointTable;
import org.linuxemu.core.debug.DebugRegister;
import org.linuxemu.core.debug.WatchKind;
import org.linuxemu.core.debug.Watchpoint;
import org.linuxemu.gdbstub.agent.AgentException;
import org.linuxemu.gdbstub.agent.AgentExpression;
import org.linuxemu.gdbstub.agent.AgentMachine;
import org.linuxemu.gdbstub.rsp.PacketError;
import org.linuxemu.gdbstub.rsp.RspPacket;
import org.linuxemu.gdbstub.rsp.RspReply;

/** {@code Z} and {@code z}, and what happens when a breakpoint is reached. */
final class BreakpointPackets implements AgentMachine {
    /** More than anybody sets by hand; a limit because packets must not fill memory. */
    private static final int MAX_BREAKPOINTS = 100_000;

    private static final int MAX_WATCHPOINTS = 1_000;

    private final SessionState state;
    private final Map<Long, GdbBreakpoint> breakpoints = new HashMap<>();
    private int cpu;
    private long pinnedPgd = -1;
    private long dropped;

    BreakpointPackets(SessionState state) {
        this.state = state;
    }

    RspReply insert(RspPacket packet) {
        char type = packet.next();
        packet.expect(',');
        long address = packet.hex();
        packet.expect(',');
        int kind = packet.hexInt();
        switch (type) {
            case '0', '1' -> insertBreakpoint(type == '1', address, packet);
            case '2', '3', '4' -> {
                packet.expectEnd();
                insertWatchpoint(watchpoint(type, address, kind));
            }
            default -> {
                return new RspReply();
            }
        }
        return RspReply.of("OK");
    }

    RspReply remove(RspPacket packet) {
        char type = packet.next();
        packet.expect(',');
        long address = packet.hex();
        packet.expect(',');
        int kind = packet.hexInt();
        packet.expectEnd();
        switch (type) {
            case '0', '1' -> removeBreakpoint(type == '1', address);
            case '2', '3', '4' ->
                    state.target.breakpoints().remove(watchpoint(type, address, kind));
            default -> {
                return new RspReply();
            }
        }
        return RspReply.of("OK");
    }

    /** Removes everything that this session has set. */
    void clear() {
        breakpoints.clear();
        state.target.breakpoints().clear();
        pinnedPgd = -1;
    }

    boolean isSoftware(long address) {
        GdbBreakpoint breakpoint = breakpoints.get(address);
        return breakpoint != null && breakpoint.software;
    }

    /** One word about each property of a breakpoint, for people. */
    String describe(long address) {
        GdbBreakpoint breakpoint = breakpoints.get(address);
        if (breakpoint == null) {
            return "";
        }
        return (breakpoint.software ? " software" : "")
                + (breakpoint.hardware ? " hardware" : "")
                + (breakpoint.conditions.isEmpty() ? "" : " conditional")
                + (breakpoint.commands.isEmpty() ? "" : " commands");
    }

    /** Breakpoints at user addresses count only while this page directory is loaded; -1 for all. */
    void pin(long pgd) {
        pinnedPgd = pgd;
    }

    /**
     * Decides whether the guest stops at a breakpoint. Conditions that cannot be evaluated count as
     * true, so that the user sees the place. A breakpoint with commands runs them and does not
     * stop.
     */
    boolean reached(int reachingCpu, long address) {
        GdbBreakpoint breakpoint = breakpoints.get(address);
        if (breakpoint == null) {
            return true;
        }
        cpu = reachingCpu;
        if (pinnedPgd != -1 && address >= 0 && (pgd() != pinnedPgd)) {
            return false;
        }
        if (!conditionsHold(breakpoint)) {
            return false;
        }
        if (breakpoint.commands.isEmpty()) {
            return true;
        }
        for (int i = 0; i < breakpoint.commands.size(); i++) {
            try {
                breakpoint.commands.get(i).evaluate(this);
            } catch (AgentException e) {
                print(
                        "breakpoint command at 0x"
                                + Long.toHexString(address)
                                + ": "
                                + e.getMessage()
                                + "\n");
            }
        }
        return false;
    }

    private long pgd() {
        return state.target.registers(cpu).read(DebugRegister.CR3) & 0x000f_ffff_ffff_f000L;
    }

    private boolean conditionsHold(GdbBreakpoint breakpoint) {
        if (breakpoint.conditions.isEmpty()) {
            return true;
        }
        for (int i = 0; i < breakpoint.conditions.size(); i++) {
            try {
                if (breakpoint.conditions.get(i).evaluate(this) != 0) {
                    return true;
                }
            } catch (AgentException e) {
                return true;
            }
        }
        return false;
    }

    private void insertBreakpoint(boolean hardware, long address, RspPacket packet) {
        List<AgentExpression> conditions = new ArrayList<>();
        List<AgentExpression> commands = new ArrayList<>();
        parseExpressions(packet, conditions, commands);
        GdbBreakpoint breakpoint = breakpoints.get(address);
        if (breakpoint == null) {
            if (breakpoints.size() >= MAX_BREAKPOINTS) {
                throw PacketError.NO_SPACE;
            }
            breakpoint = new GdbBreakpoint();
            breakpoints.put(address, breakpoint);
        }
        breakpoint.software |= !hardware;
        breakpoint.hardware |= hardware;
        breakpoint.conditions = conditions;
        breakpoint.commands = commands;
        state.target.breakpoints().insert(address);
    }

    /**
     * {@code ;X len,code X len,code ... ;cmds:persist,X len,code ...}, with or without separators.
     */
    private static void parseExpressions(
            RspPacket packet, List<AgentExpression> conditions, List<AgentExpression> commands) {
        List<AgentExpression> current = conditions;
        while (packet.remaining() != 0) {
            if (packet.skip(';')) {
                continue;
            }
            if (packet.skip("cmds:")) {
                packet.hex();
                packet.expect(',');
                current = commands;
                continue;
            }
            packet.expect('X');
            int length = packet.hexInt();
            packet.expect(',');
            current.add(new AgentExpression(packet.hexBytes(length)));
        }
    }

    private void removeBreakpoint(boolean hardware, long address) {
        GdbBreakpoint breakpoint = breakpoints.get(address);
        if (breakpoint == null) {
            return;
        }
        if (hardware) {
            breakpoint.hardware = false;
        } else {
            breakpoint.software = false;
        }
        if (!breakpoint.hardware && !breakpoint.software) {
            breakpoints.remove(address);
            state.target.breakpoints().remove(address);
        }
    }

    private void insertWatchpoint(Watchpoint watchpoint) {
        BreakpointTable table = state.target.breakpoints();
        if (table.watchpoints().size() >= MAX_WATCHPOINTS) {
            throw PacketError.NO_SPACE;
        }
        table.insert(watchpoint);
    }

    private static Watchpoint watchpoint(char type, long address, int length) {
        WatchKind kind =
                type == '2' ? WatchKind.WRITE : type == '3' ? WatchKind.READ : WatchKind.ACCESS;
        boolean wraps = Long.compareUnsigned(address + (length - 1L), address) < 0;
        if (length < 1 || length > BreakpointTable.MAX_WATCH_LENGTH || wraps) {
            throw PacketError.MALFORMED;
        }
        return new Watchpoint(address, length, kind);
    }

    @Override
    public int registerCount() {
        return state.description.size();
    }

    @Override
    public int registerBytes(int number) {
        return state.description.register(number).bytes();
    }

    @Override
    public long register(int number) {
        return state.registers(cpu).scalar(number, -1);
    }

    @Override
    public boolean memory(long address, byte[] destination, int length) {
        return state.target.memory(cpu).read(address, destination, 0, length) == length;
    }

    /**
     * Prints on the debugger's console. Lines for a reader that does not keep up are counted, not
     * kept.
     */
    @Override
    public void print(String text) {
        if (!state.client.keepsUp()) {
            dropped++;
            return;
        }
        String line = text;
        if (dropped != 0) {
            line = "[" + dropped + " lines dropped]\n" + text;
            dropped = 0;
        }
        state.client.send(RspReply.of("O").hexText(line));
    }
}
