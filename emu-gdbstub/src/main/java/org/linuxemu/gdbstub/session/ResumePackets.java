package org.linuxemu.gdbstub.session;

import org.linuxemu.core.debug.ResumeRequest;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.gdbstub.rsp.PacketError;
import org.linuxemu.gdbstub.rsp.RspPacket;
import org.linuxemu.gdbstub.rsp.RspReply;
import org.linuxemu.gdbstub.target.GdbRegister;

/**
 * {@code vCont c C s S bs bc} and the interrupt byte. Methods return null when the reply comes with
 * the stop.
 */
final class ResumePackets {
    private final SessionState state;
    private final ThreadIds threads;
    private final StopReplies stops;

    /** An interrupt that arrived while the guest was stopped; the next resumption ends at once. */
    private boolean interruptQueued;

    ResumePackets(SessionState state, ThreadIds threads, StopReplies stops) {
        this.state = state;
        this.threads = threads;
        this.stops = stops;
    }

    /**
     * {@code vCont;action[:thread]...}: for each processor the first action that names it counts.
     */
    RspReply vCont(RspPacket packet) {
        ResumeRequest[] actions = new ResumeRequest[state.cpuCount()];
        boolean[] named = new boolean[state.cpuCount()];
        boolean stop = false;
        while (packet.skip(';')) {
            char action = packet.next();
            long start = 0;
            long end = 0;
            switch (action) {
                case 'C', 'S' -> packet.hex();
                case 'r' -> {
                    start = packet.hex();
                    packet.expect(',');
                    end = packet.hex();
                }
                case 'c', 's' -> {
                    // No parameters.
                }
                case 't' -> stop = true;
                default -> throw PacketError.MALFORMED;
            }
            int cpu = packet.skip(':') ? threads.parse(packet) : ThreadIds.ANY;
            for (int i = 0; i < actions.length; i++) {
                if (!named[i] && (cpu == i || cpu == ThreadIds.ANY)) {
                    named[i] = true;
                    actions[i] = request(action, i, start, end);
                }
            }
        }
        packet.expectEnd();
        ResumeRequest request = merge(actions);
        if (request != null) {
            return resume(request);
        }
        if (!stop) {
            throw PacketError.MALFORMED;
        }
        return halt();
    }

    private static ResumeRequest request(char action, int cpu, long start, long end) {
        return switch (action) {
            case 's', 'S' -> ResumeRequest.step(cpu, false);
            case 'r' -> ResumeRequest.range(cpu, false, start, end);
            case 'c', 'C' -> ResumeRequest.proceed();
            default -> null;
        };
    }

    /** One request for all: a stepping processor, if there is one, decides when the guest stops. */
    private static ResumeRequest merge(ResumeRequest[] actions) {
        ResumeRequest stepping = null;
        ResumeRequest running = null;
        for (ResumeRequest action : actions) {
            if (action == null) {
                continue;
            }
            if (action.kind() == ResumeRequest.Kind.CONTINUE) {
                running = action;
            } else if (stepping == null) {
                stepping = action;
            }
        }
        if (stepping == null) {
            return running;
        }
        return new ResumeRequest(
                stepping.kind(),
                stepping.cpu(),
                running != null,
                stepping.rangeStart(),
                stepping.rangeEnd());
    }

    /** {@code c [addr]} and {@code s [addr]}. */
    RspReply old(RspPacket packet, boolean step) {
        if (packet.atHex()) {
            jump(packet.hex());
        }
        packet.expectEnd();
        return resume(step ? ResumeRequest.step(state.controlCpu, true) : ResumeRequest.proceed());
    }

    /** {@code C sig[;addr]} and {@code S sig[;addr]}; guests get no signals. */
    RspReply oldWithSignal(RspPacket packet, boolean step) {
        packet.hex();
        if (packet.skip(';')) {
            jump(packet.hex());
        }
        packet.expectEnd();
        return resume(step ? ResumeRequest.step(state.controlCpu, true) : ResumeRequest.proceed());
    }

    RspReply reverse(ResumeRequest.Kind kind) {
        if (!state.target.canReverse()) {
            return new RspReply();
        }
        return resume(new ResumeRequest(kind, state.controlCpu, true, 0, 0));
    }

    /**
     * The byte 0x03: stops a running guest, and is kept for the next resumption of a stopped one.
     */
    RspReply interrupt() {
        if (!state.target.running()) {
            interruptQueued = true;
            return null;
        }
        return halt();
    }

    private RspReply halt() {
        if (state.target.running()) {
            state.target.stop();
            state.stop = state.target.lastStop();
            state.stopExpected = false;
        }
        return stops.current();
    }

    private RspReply resume(ResumeRequest request) {
        if (state.target.running()) {
            return null;
        }
        if (interruptQueued) {
            interruptQueued = false;
            state.stop = StopReason.of(StopReason.Kind.INTERRUPTED, 0);
            return stops.current();
        }
        state.stopExpected = true;
        state.target.resume(request);
        return null;
    }

    private void jump(long address) {
        for (int i = 0; i < state.description.size(); i++) {
            GdbRegister register = state.description.register(i);
            if (register.source() == GdbRegister.Source.LINEAR_PC) {
                byte[] bytes = new byte[8];
                for (int b = 0; b < 8; b++) {
                    bytes[b] = (byte) (address >>> (8 * b));
                }
                state.registers(state.controlCpu).write(i, -1, bytes, 0);
                return;
            }
        }
    }
}
