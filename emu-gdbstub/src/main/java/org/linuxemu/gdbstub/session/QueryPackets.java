package org.linuxemu.gdbstub.session;

import java.util.Arrays;
import org.linuxemu.gdbstub.rsp.PacketError;
import org.linuxemu.gdbstub.rsp.RspPacket;
import org.linuxemu.gdbstub.rsp.RspReply;

/** {@code q} and {@code Q}. Each method returns an empty reply for a name that it does not know. */
final class QueryPackets {
    /** Announced size of packets in both directions. */
    static final int PACKET_SIZE = 0x20000;

    private static final int MAX_SYSCALLS = 4096;

    private static final String FEATURES =
            "PacketSize="
                    + Integer.toHexString(PACKET_SIZE)
                    + ";qXfer:features:read+;qXfer:threads:read+;qXfer:osdata:read+"
                    + ";vContSupported+;QStartNoAckMode+;QPassSignals+;QProgramSignals+;QCatchSyscalls+"
                    + ";ConditionalBreakpoints+;BreakpointCommands+;binary-upload+";

    private final SessionState state;
    private final ThreadIds threads;
    private final MemoryPackets memory;
    private final XferPackets xfer;
    private final MonitorPackets monitor;

    QueryPackets(
            SessionState state,
            ThreadIds threads,
            MemoryPackets memory,
            XferPackets xfer,
            MonitorPackets monitor) {
        this.state = state;
        this.threads = threads;
        this.memory = memory;
        this.xfer = xfer;
        this.monitor = monitor;
    }

    /** A packet whose {@code q} has been taken. */
    RspReply query(RspPacket packet) {
        if (packet.skip("Xfer:")) {
            return xfer.read(packet);
        }
        if (packet.skip("Rcmd,")) {
            return monitor.command(packet);
        }
        if (packet.skip("Search:memory:")) {
            return memory.search(packet);
        }
        if (packet.skip("CRC:")) {
            return memory.crc(packet);
        }
        if (packet.skip("ThreadExtraInfo,")) {
            return extraInfo(packet);
        }
        if (packet.skip("qemu.")) {
            return qemuQuery(packet);
        }
        String name = packet.until(':');
        return switch (name) {
            case "Supported" -> supported(packet);
            case "fThreadInfo" -> threadIds();
            case "sThreadInfo" -> RspReply.of("l");
            case "C" -> threads.append(RspReply.of("QC"), state.generalCpu);
            case "Attached" -> RspReply.of("1");
            case "Offsets" -> offsets();
            default -> new RspReply();
        };
    }

    /** A packet whose {@code Q} has been taken. */
    RspReply set(RspPacket packet) {
        if (packet.skip("qemu.")) {
            return qemuSet(packet);
        }
        String name = packet.until(':');
        switch (name) {
            case "StartNoAckMode" -> {
                state.client.send(RspReply.of("OK"));
                state.client.stopAcknowledging();
                return null;
            }
            case "PassSignals", "ProgramSignals" -> {
                return RspReply.of("OK");
            }
            case "CatchSyscalls" -> {
                return catchSyscalls(packet);
            }
            default -> {
                return new RspReply();
            }
        }
    }

    private RspReply supported(RspPacket packet) {
        String known = "";
        while (packet.remaining() != 0) {
            switch (packet.until(';')) {
                case "multiprocess+" -> {
                    state.multiprocess = true;
                    known += ";multiprocess+";
                }
                case "swbreak+" -> {
                    state.reportsSoftwareBreakpoints = true;
                    known += ";swbreak+";
                }
                case "hwbreak+" -> {
                    state.reportsHardwareBreakpoints = true;
                    known += ";hwbreak+";
                }
                default -> {
                    // Features of the debugger that need nothing from this side.
                }
            }
            if (known.length() > 256) {
                throw PacketError.MALFORMED;
            }
        }
        RspReply reply = RspReply.of(FEATURES).text(known);
        if (state.target.canReverse()) {
            reply.text(";ReverseStep+;ReverseContinue+");
        }
        return reply;
    }

    private RspReply threadIds() {
        RspReply reply = new RspReply();
        for (int cpu = 0; cpu < state.cpuCount(); cpu++) {
            threads.append(reply.text(cpu == 0 ? 'm' : ','), cpu);
        }
        return reply;
    }

    private RspReply extraInfo(RspPacket packet) {
        int cpu = Math.max(threads.parse(packet), 0);
        return new RspReply().hexText(xfer.name(cpu));
    }

    /**
     * Moves the symbols of a kernel that moved itself; the per-processor symbols at 0 stay, unlike
     * with TextSeg.
     */
    private RspReply offsets() {
        long slide = KernelSlide.find(state.memory());
        if (slide == KernelSlide.UNKNOWN) {
            return new RspReply();
        }
        RspReply reply = RspReply.of("Text=").hexNumber(slide);
        return reply.text(";Data=").hexNumber(slide).text(";Bss=").hexNumber(slide);
    }

    /** {@code QCatchSyscalls:1[;number]...} and {@code QCatchSyscalls:0}. */
    private RspReply catchSyscalls(RspPacket packet) {
        boolean on = packet.skip('1');
        if (!on) {
            packet.expect('0');
        }
        long[] numbers = new long[16];
        int count = 0;
        while (packet.skip(';')) {
            if (count == MAX_SYSCALLS) {
                throw PacketError.NO_SPACE;
            }
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, count * 2);
            }
            numbers[count++] = packet.hex();
        }
        packet.expectEnd();
        if (on && count == 0) {
            state.target.catches().catchAllSyscalls();
        } else {
            state.target.catches().catchSyscalls(on ? Arrays.copyOf(numbers, count) : new long[0]);
        }
        return RspReply.of("OK");
    }

    /** The queries that users of QEMU's stub know. */
    private RspReply qemuQuery(RspPacket packet) {
        return switch (packet.until(':')) {
            case "sstepbits" -> RspReply.of("ENABLE=1,NOIRQ=2,NOTIMER=4");
            case "sstep" -> RspReply.of(state.target.stepsHoldInterrupts() ? "0x7" : "0x1");
            case "PhyMemMode" -> RspReply.of(state.physicalMemory ? "1" : "0");
            case "Supported" -> RspReply.of("sstepbits;sstep;PhyMemMode");
            default -> new RspReply();
        };
    }

    private RspReply qemuSet(RspPacket packet) {
        if (packet.skip("PhyMemMode:")) {
            state.physicalMemory = packet.hex() != 0;
            packet.expectEnd();
            return RspReply.of("OK");
        }
        if (packet.skip("sstep=")) {
            packet.skip("0x");
            state.target.setStepsHoldInterrupts((packet.hex() & 2) != 0);
            packet.expectEnd();
            return RspReply.of("OK");
        }
        return new RspReply();
    }
}
