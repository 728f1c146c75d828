package org.linuxemu.gdbstub.session;

import org.linuxemu.gdbstub.rsp.PacketError;
import org.linuxemu.gdbstub.rsp.RspPacket;
import org.linuxemu.gdbstub.rsp.RspReply;
import org.linuxemu.gdbstub.target.RegisterFile;
import org.linuxemu.gdbstub.target.TargetDescription;

/** {@code g G p P}. */
final class RegisterPackets {
    private final SessionState state;
    private final byte[] value = new byte[16];

    RegisterPackets(SessionState state) {
        this.state = state;
    }

    RspReply readAll() {
        TargetDescription description = state.description;
        RegisterFile registers = state.registers(state.generalCpu);
        long origRax = state.origRax(state.generalCpu);
        RspReply reply = RspReply.sized(description.packetBytes() * 2);
        for (int i = 0; i < description.size(); i++) {
            registers.read(i, origRax, value, 0);
            reply.hexBytes(value, 0, description.register(i).bytes());
        }
        return reply;
    }

    /** Registers that cannot be changed are passed over: the debugger sends them back unchanged. */
    RspReply writeAll(RspPacket packet) {
        TargetDescription description = state.description;
        RegisterFile registers = state.registers(state.generalCpu);
        long origRax = state.origRax(state.generalCpu);
        byte[] bytes = packet.hexBytes(Math.min(packet.remaining() / 2, description.packetBytes()));
        packet.expectEnd();
        int offset = 0;
        for (int i = 0; i < description.size(); i++) {
            int size = description.register(i).bytes();
            if (offset + size > bytes.length) {
                break;
            }
            registers.write(i, origRax, bytes, offset);
            offset += size;
        }
        return RspReply.of("OK");
    }

    RspReply read(RspPacket packet) {
        int number = number(packet);
        packet.expectEnd();
        int bytes = state.description.register(number).bytes();
        state.registers(state.generalCpu).read(number, state.origRax(state.generalCpu), value, 0);
        return RspReply.sized(bytes * 2).hexBytes(value, 0, bytes);
    }

    RspReply write(RspPacket packet) {
        int number = number(packet);
        packet.expect('=');
        byte[] bytes = packet.hexBytes(state.description.register(number).bytes());
        packet.expectEnd();
        long origRax = state.origRax(state.generalCpu);
        if (!state.registers(state.generalCpu).write(number, origRax, bytes, 0)) {
            throw PacketError.MALFORMED;
        }
        return RspReply.of("OK");
    }

    private int number(RspPacket packet) {
        int number = packet.hexInt();
        if (number >= state.description.size()) {
            throw PacketError.MALFORMED;
        }
        return number;
    }
}
