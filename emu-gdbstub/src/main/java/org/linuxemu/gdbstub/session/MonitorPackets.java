package org.linuxemu.gdbstub.session;

import java.nio.charset.StandardCharsets;
import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.gdbstub.rsp.RspPacket;
import org.linuxemu.gdbstub.rsp.RspReply;

/** {@code qRcmd}: the text of a command in, streamed console packets out. */
final class MonitorPackets implements DebugOutput {
    /** Characters that are collected before they are sent. */
    private static final int CHUNK = 1024;

    private final SessionState state;
    private final MonitorConsole console;
    private final StringBuilder collected = new StringBuilder();
    private boolean cancelled;

    /** The command has been told that the user wants no more of it. */
    private boolean interrupted;

    MonitorPackets(SessionState state, MonitorConsole console) {
        this.state = state;
        this.console = console;
    }

    RspReply command(RspPacket packet) {
        byte[] bytes = packet.hexBytes(packet.remaining() / 2);
        packet.expectEnd();
        String line = new String(bytes, StandardCharsets.UTF_8).trim();
        cancelled = false;
        interrupted = false;
        collected.setLength(0);
        state.client.keepAlive(true);
        try {
            console.execute(line, this);
        } finally {
            state.client.keepAlive(false);
        }
        flush();
        if (interrupted) {
            // It must not end the next "continue", too.
            state.client.forgetInterrupts();
        }
        return RspReply.of("OK");
    }

    @Override
    public void print(String text) {
        collected.append(text);
        if (collected.length() >= CHUNK) {
            flush();
        }
    }

    @Override
    public boolean cancelled() {
        if (state.client.interruptWaiting()) {
            interrupted = true;
        }
        return cancelled || interrupted;
    }

    private void flush() {
        int at = 0;
        while (at < collected.length() && !cancelled) {
            if (!state.client.keepsUp() && !state.client.waitForReader()) {
                cancelled = true;
                break;
            }
            int end = Math.min(at + CHUNK, collected.length());
            state.client.send(
                    RspReply.sized(2 * CHUNK + 1).text('O').hexText(collected.substring(at, end)));
            at = end;
        }
        collected.setLength(0);
    }
}
