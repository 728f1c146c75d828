package org.linuxemu.gdbstub.session;

import java.nio.charset.StandardCharsets;
import org.linuxemu.core.debug.DebugRegister;
import org.linuxemu.core.debug.RegisterAccess;
import org.linuxemu.gdbstub.rsp.PacketError;
import org.linuxemu.gdbstub.rsp.RspPacket;
import org.linuxemu.gdbstub.rsp.RspReply;

/** {@code qXfer:object:read:annex:offset,length}: documents in pieces. */
final class XferPackets {
    private final SessionState state;
    private final ThreadIds threads;

    XferPackets(SessionState state, ThreadIds threads) {
        this.state = state;
        this.threads = threads;
    }

    RspReply read(RspPacket packet) {
        String object = packet.until(':');
        if (!packet.skip("read:")) {
            return new RspReply();
        }
        String annex = packet.until(':');
        long offset = packet.hex();
        packet.expect(',');
        int length = packet.hexInt();
        packet.expectEnd();
        String document = document(object, annex);
        return document == null ? new RspReply() : piece(document, offset, length);
    }

    private String document(String object, String annex) {
        switch (object) {
            case "features" -> {
                if (!annex.equals("target.xml")) {
                    throw PacketError.MALFORMED;
                }
                return state.description.xml();
            }
            case "threads" -> {
                return threadList();
            }
            case "osdata" -> {
                return osData(annex);
            }
            default -> {
                return null;
            }
        }
    }

    private static RspReply piece(String document, long offset, int length) {
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        if (Long.compareUnsigned(offset, bytes.length) > 0) {
            throw PacketError.MALFORMED;
        }
        int from = (int) offset;
        int count = Math.min(Math.min(length, MemoryPackets.MAX_READ), bytes.length - from);
        RspReply reply = RspReply.sized(count + 64);
        return reply.text(from + count == bytes.length ? 'l' : 'm').binary(bytes, from, count);
    }

    private String threadList() {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\"?>\n<threads>\n");
        for (int cpu = 0; cpu < state.cpuCount(); cpu++) {
            xml.append("<thread id=\"").append(threads.append(new RspReply(), cpu));
            xml.append("\" core=\"").append(cpu);
            xml.append("\" name=\"").append(name(cpu)).append("\"/>\n");
        }
        return xml.append("</threads>\n").toString();
    }

    private String osData(String annex) {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\"?>\n");
        xml.append("<!DOCTYPE target SYSTEM \"osdata.dtd\">\n");
        switch (annex) {
            case "" -> {
                xml.append("<osdata type=\"types\">\n<item>");
                column(xml, "Type", "cpus");
                column(xml, "Description", "Processors of the machine");
                column(xml, "Title", "Processors");
                xml.append("</item>\n");
            }
            case "cpus" -> {
                xml.append("<osdata type=\"cpus\">\n");
                for (int cpu = 0; cpu < state.cpuCount(); cpu++) {
                    RegisterAccess registers = state.target.registers(cpu);
                    xml.append("<item>");
                    column(xml, "cpu", Integer.toString(cpu));
                    column(xml, "state", mode(registers));
                    column(
                            xml,
                            "pc",
                            hex(registers.codeBase() + registers.read(DebugRegister.RIP)));
                    column(xml, "cr3", hex(registers.read(DebugRegister.CR3)));
                    xml.append("</item>\n");
                }
            }
            default -> throw PacketError.MALFORMED;
        }
        return xml.append("</osdata>\n").toString();
    }

    private static void column(StringBuilder xml, String name, String value) {
        xml.append("<column name=\"").append(name).append("\">").append(value).append("</column>");
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    /** Name of a processor in thread lists, with what it is doing. */
    String name(int cpu) {
        return "CPU#" + cpu + " [" + mode(state.target.registers(cpu)) + "]";
    }

    private static String mode(RegisterAccess registers) {
        if (registers.halted()) {
            return "halted";
        }
        if (registers.codeBits() == 16) {
            return "16-bit";
        }
        return registers.cpl() == 3 ? "user" : "kernel";
    }
}
