package org.linuxemu.devices.board;

import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;
import org.linuxemu.core.time.EventScheduler;
import org.linuxemu.core.time.TimedEvent;
import org.linuxemu.core.time.VirtualClock;
import org.linuxemu.devices.ps2.I8042;

/**
 * The way from the host's keys to the keyboard: brings key events in one by one, each when the
 * keyboard's buffer has room, not faster than its line carries them. What the keyboard has not
 * taken waits here; when very much does, more is lost.
 */
public final class KeyboardCable implements Stateful {
    private static final String SECTION = "keyboard.cable";

    /** Cycles between two events: up to three bytes of eleven bits at 12 kHz. */
    private static final long EVENT_CYCLES = 2_000_000;

    /** Cycles until a full buffer is tried again. */
    private static final long RETRY_CYCLES = 10_000_000;

    /** Set in a code when the key comes up. */
    private static final int UP = 0x10000;

    private static final int CAPACITY = 1 << 14;

    private final class Arrival extends TimedEvent {
        Arrival() {
            super("keyboard.arrival");
        }

        @Override
        public void fire(long deadline) {
            arrive();
        }
    }

    private final VirtualClock clock;
    private final EventScheduler scheduler;
    private final I8042 controller;
    private final Arrival arrival = new Arrival();
    private final int[] ring = new int[CAPACITY];
    private int head;
    private int count;

    KeyboardCable(VirtualClock clock, EventScheduler scheduler, I8042 controller) {
        this.clock = clock;
        this.scheduler = scheduler;
        this.controller = controller;
        scheduler.register(arrival);
    }

    /** A key goes down or comes up, by its code for {@link I8042#key}. Machine thread. */
    public void key(int code, boolean down) {
        if (count < CAPACITY) {
            ring[head + count & CAPACITY - 1] = down ? code : code | UP;
            count++;
            if (!arrival.isScheduled()) {
                scheduler.schedule(arrival, clock.cycles());
            }
        }
    }

    private void arrive() {
        if (count == 0) {
            return;
        }
        if (!controller.keyboardHasRoom()) {
            scheduler.schedule(arrival, clock.cycles() + RETRY_CYCLES);
            return;
        }
        int event = ring[head];
        head = head + 1 & CAPACITY - 1;
        count--;
        controller.key(event & ~UP, (event & UP) == 0);
        scheduler.schedule(arrival, clock.cycles() + EVENT_CYCLES);
    }

    @Override
    public void saveState(StateWriter writer) {
        writer.beginSection(SECTION, 1);
        writer.writeInt(count);
        for (int i = 0; i < count; i++) {
            writer.writeInt(ring[head + i & CAPACITY - 1]);
        }
        writer.endSection();
    }

    @Override
    public void loadState(StateReader reader) throws StateFormatException {
        reader.beginSection(SECTION, 1);
        head = 0;
        count = 0;
        int saved = reader.readInt(0, CAPACITY);
        for (int i = 0; i < saved; i++) {
            ring[i] = reader.readInt(0, UP | 0xFFFF);
        }
        count = saved;
        reader.endSection();
    }
}
