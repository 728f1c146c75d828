package org.linuxemu.devices.board.snapshot;

import org.linuxemu.core.time.TimedEvent;
import org.linuxemu.core.time.VirtualClock;
import org.linuxemu.devices.board.PcBoard;
import org.linuxemu.devices.board.SerialPort;

/**
 * Finds the moment at which a guest that has booted first waits for somebody to type. It looks at
 * the machine about a hundred times in a second of guest time, so the moment is the same in every
 * run. Until then no serial input gets in, so that nothing typed ahead comes before it.
 *
 * <p>The guest waits if for about 0.1 s the processor was halted at every look (or polled the
 * port), the guest sent nothing, a serial port was ready for input, and there was the beginning of
 * a line, as a prompt is one. A guest without a prompt waits if it was quiet for 2 s. A wait that
 * is none, such as a long sleep in a start script, does no harm: the moment comes too early to save
 * much.
 */
public final class PromptWatch extends TimedEvent {
    /** Not a multiple of the periods of timers. */
    private static final long LOOK_CYCLES = 9_731_117;

    private static final int LOOKS_AT_A_PROMPT = 12;
    private static final int LOOKS_WITHOUT_A_PROMPT = 210;

    /** A guest that is never idle is given up. */
    private static final long LIMIT_CYCLES = 600 * VirtualClock.CYCLES_PER_SECOND;

    private static final int PORTS = 4;

    /** Told what became of it. */
    public interface Listener {
        /** The guest waits; the machine is between two instructions. */
        void waiting();

        /** The guest was given up; input gets in from now on. */
        void givenUp();
    }

    private final PcBoard board;
    private final Listener listener;
    private final long limit;
    private long sent;
    private int quietLooks;
    private boolean ended;

    private PromptWatch(PcBoard board, Listener listener) {
        super("host.prompt");
        this.board = board;
        this.listener = listener;
        limit = board.clock().cycles() + LIMIT_CYCLES;
    }

    /** Begins to watch a machine that is about to boot. */
    public static void start(PcBoard board, Listener listener) {
        PromptWatch watch = new PromptWatch(board, listener);
        board.scheduler().register(watch);
        watch.holdInput(true);
        watch.lookLater();
    }

    @Override
    public boolean ofTheMachine() {
        return false;
    }

    private void lookLater() {
        board.scheduler().schedule(this, board.clock().cycles() + LOOK_CYCLES);
    }

    private void holdInput(boolean hold) {
        for (int i = 0; i < PORTS; i++) {
            board.serial(i).hold(hold);
        }
    }

    @Override
    public void fire(long deadline) {
        long sentNow = 0;
        boolean prompt = false;
        boolean idle = board.cpu().state().halted;
        for (int i = 0; i < PORTS; i++) {
            SerialPort port = board.serial(i);
            sentNow += port.sent();
            prompt |= port.listening() && !blank(port.openLine());
            idle |= port.polled();
        }
        quietLooks = idle && sentNow == sent ? quietLooks + 1 : 0;
        sent = sentNow;
        if (quietLooks >= (prompt ? LOOKS_AT_A_PROMPT : LOOKS_WITHOUT_A_PROMPT)) {
            end(true);
        } else if (deadline >= limit) {
            end(false);
        } else {
            lookLater();
        }
    }

    private static boolean blank(byte[] line) {
        for (byte b : line) {
            if (b != '\r') {
                return false;
            }
        }
        return true;
    }

    private void end(boolean found) {
        if (ended) {
            return;
        }
        ended = true;
        board.atNextBoundary(
                new Runnable() {
                    @Override
                    public void run() {
                        if (found) {
                            listener.waiting();
                        } else {
                            listener.givenUp();
                        }
                        holdInput(false);
                    }
                });
    }
}
