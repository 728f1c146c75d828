package org.linuxemu.gdbstub.session;

import org.linuxemu.core.debug.StopReason;
import org.linuxemu.gdbstub.rsp.RspReply;
import org.linuxemu.gdbstub.target.GdbRegister;
import org.linuxemu.gdbstub.target.RegisterFile;

/**
 * Stop replies: the reason, the processor and the registers that a debugger asks for at every step.
 */
final class StopReplies {
    /** gdb's own signal numbers. */
    private static final int NONE = 0;

    private static final int SIGINT = 2;
    private static final int SIGILL = 4;
    private static final int SIGTRAP = 5;
    private static final int SIGABRT = 6;
    private static final int SIGFPE = 8;
    private static final int SIGBUS = 10;
    private static final int SIGSEGV = 11;

    private final SessionState state;
    private final ThreadIds threads;
    private final BreakpointPackets breakpoints;
    private final byte[] value = new byte[16];

    StopReplies(SessionState state, ThreadIds threads, BreakpointPackets breakpoints) {
        this.state = state;
        this.threads = threads;
        this.breakpoints = breakpoints;
    }

    /** The reply for the current stop. */
    RspReply current() {
        StopReason stop = state.stop;
        if (stop != null && stop.kind() == StopReason.Kind.EXITED) {
            return exited(stop);
        }
        int cpu = stop == null ? 0 : stop.cpu();
        RspReply reply =
                RspReply.sized(512).text('T').hexByte(stop == null ? SIGTRAP : signal(stop));
        if (stop != null) {
            reason(reply, stop);
        }
        threads.append(reply.text("thread:"), cpu).text(";core:").hexNumber(cpu).text(';');
        expedited(reply, cpu);
        return reply;
    }

    private RspReply exited(StopReason stop) {
        RspReply reply = new RspReply().text('W').hexByte((int) stop.number() & 0xff);
        if (state.multiprocess) {
            reply.text(";process:").hexNumber(SessionState.PID);
        }
        return reply;
    }

    private void expedited(RspReply reply, int cpu) {
        RegisterFile registers = state.registers(cpu);
        long origRax = state.origRax(cpu);
        for (int i = 0; i < state.description.expedited(); i++) {
            GdbRegister register = state.description.register(i);
            registers.read(i, origRax, value, 0);
            reply.hexByte(i).text(':').hexBytes(value, 0, register.bytes()).text(';');
        }
    }

    private void reason(RspReply reply, StopReason stop) {
        switch (stop.kind()) {
            case BREAKPOINT -> {
                if (breakpoints.isSoftware(stop.address())) {
                    if (state.reportsSoftwareBreakpoints) {
                        reply.text("swbreak:;");
                    }
                } else if (state.reportsHardwareBreakpoints) {
                    reply.text("hwbreak:;");
                }
            }
            case WATCHPOINT -> {
                switch (stop.watchKind()) {
                    case WRITE -> reply.text("watch:");
                    case READ -> reply.text("rwatch:");
                    case ACCESS -> reply.text("awatch:");
                }
                reply.hexNumber(stop.address()).text(';');
            }
            case SYSCALL_ENTRY -> reply.text("syscall_entry:").hexNumber(stop.number()).text(';');
            case SYSCALL_RETURN -> reply.text("syscall_return:").hexNumber(stop.number()).text(';');
            case HISTORY_BEGIN -> reply.text("replaylog:begin;");
            case HISTORY_END -> reply.text("replaylog:end;");
            default -> {
                // The signal says it.
            }
        }
    }

    private static int signal(StopReason stop) {
        return switch (stop.kind()) {
            case INTERRUPTED -> SIGINT;
            case EXCEPTION -> exceptionSignal((int) stop.number());
            case TRIPLE_FAULT -> SIGABRT;
            case SHUTDOWN -> NONE;
            default -> SIGTRAP;
        };
    }

    /** As Linux maps exceptions to signals. */
    private static int exceptionSignal(int vector) {
        return switch (vector) {
            case 0, 7, 16, 19 -> SIGFPE;
            case 6 -> SIGILL;
            case 8, 10, 11, 12, 13, 14 -> SIGSEGV;
            case 17, 18 -> SIGBUS;
            default -> SIGTRAP;
        };
    }
}
