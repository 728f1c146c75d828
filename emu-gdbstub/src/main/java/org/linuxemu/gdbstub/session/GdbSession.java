package org.linuxemu.gdbstub.session;

import org.linuxemu.core.debug.DebugListener;
import org.linuxemu.core.debug.DebugTarget;
import org.linuxemu.core.debug.ResumeRequest;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.gdbstub.rsp.PacketError;
import org.linuxemu.gdbstub.rsp.RspMessage;
import org.linuxemu.gdbstub.rsp.RspPacket;
import org.linuxemu.gdbstub.rsp.RspReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One debugger's session from connect to disconnect. All methods run on the machine thread. */
public final class GdbSession implements DebugListener {

    private final DebugTarget target;
    private final Client client;
    private final SessionState state;
    private final ThreadIds threads;
    private final BreakpointPackets breakpoints;
    private final StopReplies stops;
    private final RegisterPackets registers;
    private final MemoryPackets memory;
    private final ResumePackets resume;
    private final QueryPackets queries;
    private boolean over;

    /** Attaches a debugger: the guest stops. */
    public GdbSession(DebugTarget target, Client client, StubSettings settings) {
        this.target = target;
        this.client = client;
        target.stop();
        state = new SessionState(target, client, settings);
        threads = new ThreadIds(state);
        breakpoints = new BreakpointPackets(state);
        stops = new StopReplies(state, threads, breakpoints);
        registers = new RegisterPackets(state);
        memory = new MemoryPackets(state);
        resume = new ResumePackets(state, threads, stops);
        XferPackets xfer = new XferPackets(state, threads);
        MonitorPackets monitor = new MonitorPackets(state, new MonitorConsole(state, breakpoints));
        queries = new QueryPackets(state, threads, memory, xfer, monitor);
        target.setListener(this);
        if (target.lastStop().kind() == StopReason.Kind.EXITED) {
            over = true;
            client.close();
            return;
        }
        long slide = KernelSlide.find(state.memory());
        if (slide > 0) {
            log().warn(
                            "the kernel has moved itself by 0x{}; gdb is told to move its symbols",
                            Long.toHexString(slide));
        }
    }

    /** Serves a packet or an interrupt. */
    public void handle(RspMessage message) {
        if (over) {
            return;
        }
        RspReply reply;
        try {
            reply = dispatch(message);
        } catch (PacketError e) {
            reply = RspReply.error(e);
        } catch (RuntimeException e) {
            // A bug here must neither end the machine nor leave the debugger without an answer.
            log().error("packet {} failed", message, e);
            reply = RspReply.error(PacketError.MALFORMED);
        }
        if (reply != null) {
            client.send(reply);
        }
        if (state.afterReply != null) {
            Runnable action = state.afterReply;
            state.afterReply = null;
            action.run();
        }
    }

    /** The connection is gone: nothing of the session stays behind. */
    public void closed() {
        if (over) {
            return;
        }
        letGo();
        if (state.settings.stopOnClose()) {
            target.stop();
        } else {
            target.resume(ResumeRequest.proceed());
        }
    }

    @Override
    public boolean breakpointReached(int cpu, long linear) {
        return breakpoints.reached(cpu, linear);
    }

    @Override
    public void stopped(StopReason reason) {
        state.stop = reason;
        if (state.stopExpected) {
            state.stopExpected = false;
            client.send(stops.current());
        }
        if (reason.kind() == StopReason.Kind.EXITED) {
            over = true;
            client.close();
        }
    }

    private RspReply dispatch(RspMessage message) {
        if (message instanceof RspPacket packet) {
            return packet.remaining() == 0 ? new RspReply() : command(packet);
        }
        if (message == RspMessage.Signal.INTERRUPT) {
            return resume.interrupt();
        }
        throw PacketError.MALFORMED;
    }

    private RspReply command(RspPacket packet) {
        switch (packet.next()) {
            case '?' -> {
                return status();
            }
            case 'g' -> {
                return registers.readAll();
            }
            case 'G' -> {
                return registers.writeAll(packet);
            }
            case 'p' -> {
                return registers.read(packet);
            }
            case 'P' -> {
                return registers.write(packet);
            }
            case 'm' -> {
                return memory.read(packet);
            }
            case 'x' -> {
                return memory.readBinary(packet);
            }
            case 'M' -> {
                return memory.writeHex(packet);
            }
            case 'X' -> {
                return memory.writeBinary(packet);
            }
            case 'Z' -> {
                return breakpoints.insert(packet);
            }
            case 'z' -> {
                return breakpoints.remove(packet);
            }
            case 'c', 's', 'C', 'S', 'b' -> {
                return resumeCommand(packet);
            }
            case 'v' -> {
                return verbose(packet);
            }
            case 'q' -> {
                return queries.query(packet);
            }
            case 'Q' -> {
                return queries.set(packet);
            }
            case 'H' -> {
                return selectThread(packet);
            }
            case 'T' -> {
                threads.parse(packet);
                return RspReply.of("OK");
            }
            case '!' -> {
                state.extended = true;
                return RspReply.of("OK");
            }
            case 'R' -> {
                restart();
                return null;
            }
            case 'D' -> {
                return detach();
            }
            case 'k' -> {
                return packet.remaining() == 0 ? kill() : new RspReply();
            }
            default -> {
                return new RspReply();
            }
        }
    }

    private RspReply resumeCommand(RspPacket packet) {
        String text = packet.toString();
        switch (text.charAt(0)) {
            case 'c' -> {
                return resume.old(packet, false);
            }
            case 's' -> {
                return resume.old(packet, true);
            }
            case 'C' -> {
                return resume.oldWithSignal(packet, false);
            }
            case 'S' -> {
                return resume.oldWithSignal(packet, true);
            }
            default -> {
                return switch (text) {
                    case "bs" -> resume.reverse(ResumeRequest.Kind.REVERSE_STEP);
                    case "bc" -> resume.reverse(ResumeRequest.Kind.REVERSE_CONTINUE);
                    default -> new RspReply();
                };
            }
        }
    }

    private RspReply verbose(RspPacket packet) {
        if (packet.skip("Cont?")) {
            // Both s and S have to be named, or gdb turns steps into continues.
            return RspReply.of("vCont;c;C;s;S;t;r");
        }
        if (packet.skip("Cont")) {
            return resume.vCont(packet);
        }
        if (packet.skip("Kill;")) {
            if (!state.extended) {
                return detach();
            }
            restart();
            return RspReply.of("OK");
        }
        if (packet.skip("Run;")) {
            restart();
            return stops.current();
        }
        if (packet.skip("Attach;")) {
            return status();
        }
        return new RspReply();
    }

    private RspReply status() {
        if (target.running()) {
            target.stop();
            state.stop = null;
            state.stopExpected = false;
        }
        return stops.current();
    }

    private RspReply selectThread(RspPacket packet) {
        char operation = packet.next();
        int cpu = threads.parse(packet);
        packet.expectEnd();
        int chosen = Math.max(cpu, 0);
        switch (operation) {
            case 'g' -> state.generalCpu = chosen;
            case 'c' -> state.controlCpu = chosen;
            default -> throw PacketError.MALFORMED;
        }
        return RspReply.of("OK");
    }

    private void restart() {
        target.reset();
        state.stop = null;
        state.stopExpected = false;
    }

    private RspReply detach() {
        letGo();
        target.resume(ResumeRequest.proceed());
        client.over(); // before the answer: with it gdb may connect again at once
        client.send(RspReply.of("OK"));
        client.close();
        return null;
    }

    /**
     * Ends the guest's run for extended clients, which start it again, and means detach for others.
     */
    private RspReply kill() {
        if (state.extended) {
            restart();
            return null;
        }
        letGo();
        target.resume(ResumeRequest.proceed());
        client.over();
        client.close();
        return null;
    }

    private void letGo() {
        over = true;
        breakpoints.clear();
        target.catches().clear();
        target.setStepsHoldInterrupts(true);
        target.setListener(null);
    }

    /** Not a field: an attach need not wait for the log to be loaded. */
    private static Logger log() {
        return LoggerFactory.getLogger(GdbSession.class);
    }
}
