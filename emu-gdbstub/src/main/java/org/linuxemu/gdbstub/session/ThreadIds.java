package org.linuxemu.gdbstub.session;

import org.linuxemu.gdbstub.rsp.PacketError;
import org.linuxemu.gdbstub.rsp.RspPacket;
import org.linuxemu.gdbstub.rsp.RspReply;

/**
 * Thread ids: processor n is thread n + 1 of process 1, written {@code p1.2} with the multiprocess
 * extensions and {@code 2} without.
 */
final class ThreadIds {
    /** Any or all processors. */
    static final int ANY = -1;

    private final SessionState state;

    ThreadIds(SessionState state) {
        this.state = state;
    }

    RspReply append(RspReply reply, int cpu) {
        if (state.multiprocess) {
            reply.text('p').hexNumber(SessionState.PID).text('.');
        }
        return reply.hexNumber(cpu + 1L);
    }

    /** Parses an id: index of a processor or {@link #ANY}. An unknown one is an error. */
    int parse(RspPacket packet) {
        if (packet.skip('p')) {
            if (packet.skip("-1")) {
                if (packet.skip('.')) {
                    thread(packet);
                }
                return ANY;
            }
            long pid = packet.hex();
            if (pid != 0 && pid != SessionState.PID) {
                throw PacketError.MALFORMED;
            }
            return packet.skip('.') ? thread(packet) : ANY;
        }
        return thread(packet);
    }

    private int thread(RspPacket packet) {
        if (packet.skip("-1")) {
            return ANY;
        }
        long tid = packet.hex();
        if (tid < 0 || tid > state.cpuCount()) {
            throw PacketError.MALFORMED;
        }
        return (int) tid - 1;
    }
}
