package org.linuxemu.gdbstub.rsp;

/** What can arrive from a debugger. */
public sealed interface RspMessage permits RspMessage.Signal, RspPacket {
    /** Everything that is not a packet. */
    enum Signal implements RspMessage {
        /** {@code +}: the last reply arrived. */
        ACK,
        /** {@code -}: the last reply arrived damaged. */
        NAK,
        /** The byte 0x03 outside of packets: stop the guest. */
        INTERRUPT,
        /** A packet whose checksum is wrong; nothing of it is known to be right. */
        DAMAGED,
        /** A packet longer than {@link RspDecoder#MAX_PACKET}, dropped. */
        TOO_LONG
    }
}
