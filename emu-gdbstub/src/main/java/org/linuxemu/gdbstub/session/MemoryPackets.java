package org.linuxemu.gdbstub.session;

import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.gdbstub.rsp.PacketError;
import org.linuxemu.gdbstub.rsp.RspPacket;
import org.linuxemu.gdbstub.rsp.RspReply;

/** {@code m M X x}, {@code qSearch:memory} and {@code qCRC}. */
final class MemoryPackets {
    /** Most bytes of one read: twice as many digits fill the announced packet size. */
    static final int MAX_READ = QueryPackets.PACKET_SIZE / 2;

    private static final int CHUNK = 1 << 16;
    private static final int CRC_POLYNOMIAL = 0x04c11db7;

    private final SessionState state;
    private byte[] buffer = new byte[4096];

    MemoryPackets(SessionState state) {
        this.state = state;
    }

    /** {@code m addr,length}: shorter when the tail is not readable, an error when nothing is. */
    RspReply read(RspPacket packet) {
        int count = load(packet);
        return RspReply.sized(count * 2).hexBytes(buffer, 0, count);
    }

    /** {@code x addr,length}: {@code b} and binary. */
    RspReply readBinary(RspPacket packet) {
        int count = load(packet);
        return RspReply.sized(count + 1).text('b').binary(buffer, 0, count);
    }

    private int load(RspPacket packet) {
        long address = packet.hex();
        packet.expect(',');
        int length = Math.min(packet.hexInt(), MAX_READ);
        packet.expectEnd();
        if (length > buffer.length) {
            buffer = new byte[MAX_READ];
        }
        int count = length == 0 ? 0 : state.read(address, buffer, length);
        if (count == 0 && length != 0) {
            throw PacketError.FAULT;
        }
        return count;
    }

    /** {@code M addr,length:digits}. */
    RspReply writeHex(RspPacket packet) {
        long address = packet.hex();
        packet.expect(',');
        int length = packet.hexInt();
        packet.expect(':');
        byte[] bytes = packet.hexBytes(length);
        packet.expectEnd();
        return write(address, bytes);
    }

    /** {@code X addr,length:binary}. */
    RspReply writeBinary(RspPacket packet) {
        long address = packet.hex();
        packet.expect(',');
        int length = packet.hexInt();
        packet.expect(':');
        byte[] bytes = packet.rest();
        if (bytes.length != length) {
            throw PacketError.MALFORMED;
        }
        return write(address, bytes);
    }

    private RspReply write(long address, byte[] bytes) {
        MemoryAccess memory = state.memory();
        if (bytes.length != 0) {
            int count =
                    state.physicalMemory
                            ? memory.writePhysical(address, bytes, 0, bytes.length)
                            : memory.write(address, bytes, 0, bytes.length);
            if (count != bytes.length) {
                throw PacketError.FAULT;
            }
        }
        return RspReply.of("OK");
    }

    /** {@code qSearch:memory:addr;length;pattern}: {@code 1,addr} or {@code 0}. */
    RspReply search(RspPacket packet) {
        long address = packet.hex();
        packet.expect(';');
        long left = packet.hex();
        packet.expect(';');
        byte[] pattern = packet.rest();
        if (pattern.length == 0 || pattern.length > CHUNK / 2) {
            throw PacketError.MALFORMED;
        }
        byte[] chunk = new byte[CHUNK];
        while (Long.compareUnsigned(left, pattern.length) >= 0) {
            int length = Long.compareUnsigned(left, CHUNK) < 0 ? (int) left : CHUNK;
            int count = state.read(address, chunk, length);
            int at = find(chunk, count, pattern);
            if (at >= 0) {
                return RspReply.of("1,").hexNumber(address + at);
            }
            if (count < length) {
                throw PacketError.FAULT;
            }
            // The next chunk starts with the last bytes of this one, which may begin a match.
            int advance = count - pattern.length + 1;
            address += advance;
            left -= advance;
        }
        return RspReply.of("0");
    }

    private static int find(byte[] data, int count, byte[] pattern) {
        byte first = pattern[0];
        int last = count - pattern.length;
        for (int i = 0; i <= last; i++) {
            if (data[i] == first && matches(data, i, pattern)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean matches(byte[] data, int at, byte[] pattern) {
        for (int i = 1; i < pattern.length; i++) {
            if (data[at + i] != pattern[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * {@code qCRC:addr,length}: {@code C} and the CRC-32 with gdb's initial value and bit order.
     */
    RspReply crc(RspPacket packet) {
        long address = packet.hex();
        packet.expect(',');
        long left = packet.hex();
        packet.expectEnd();
        byte[] chunk = new byte[CHUNK];
        int[] table = crcTable();
        int crc = -1;
        while (left != 0) {
            int length = Long.compareUnsigned(left, CHUNK) < 0 ? (int) left : CHUNK;
            int count = state.read(address, chunk, length);
            if (count < length) {
                throw PacketError.FAULT;
            }
            for (int i = 0; i < count; i++) {
                crc = crc << 8 ^ table[(crc >>> 24 ^ chunk[i]) & 0xff];
            }
            address += count;
            left -= count;
        }
        return RspReply.of("C").hexNumber(crc & 0xffff_ffffL);
    }

    private static int[] crcTable() {
        int[] table = new int[256];
        for (int i = 0; i < 256; i++) {
            int value = i << 24;
            for (int bit = 0; bit < 8; bit++) {
                value = value << 1 ^ (value < 0 ? CRC_POLYNOMIAL : 0);
            }
            table[i] = value;
        }
        return table;
    }
}
