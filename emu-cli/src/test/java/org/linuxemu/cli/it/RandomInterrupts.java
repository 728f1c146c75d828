package org.linuxemu.cli.it;

import java.util.SplittableRandom;
import org.linuxemu.core.time.TimedEvent;
import org.linuxemu.devices.board.PcBoard;

/**
 * Interrupts that no device has asked for, at cycles and with vectors that a seed chooses: sent by
 * the local APIC to itself, and NMIs. Linux reports them and goes on.
 */
final class RandomInterrupts {
    /** By then Linux has set up its descriptor tables and its APIC. */
    private static final long FIRST = 200_000_000;

    private static final int MOST_CYCLES_BETWEEN = 1 << 20;
    private static final long INTERRUPT_COMMAND = 0xFEE0_0300L;
    private static final int TO_SELF = 1 << 18;

    private static final int FIRST_VECTOR = 0x22;
    private static final int SYSTEM_CALL = 0x80;

    /** From here on Linux has its own: to stop this processor, for example. */
    private static final int LAST_VECTOR = 0xE0;

    private final PcBoard board;
    private final SplittableRandom random;
    private final TimedEvent event;
    private int count;

    RandomInterrupts(PcBoard board, long seed) {
        this.board = board;
        random = new SplittableRandom(seed);
        event =
                new TimedEvent("random interrupts") {
                    @Override
                    public void fire(long deadline) {
                        interrupt(deadline);
                    }
                };
        board.scheduler().register(event);
        board.scheduler().schedule(event, FIRST);
    }

    /** How many there were. */
    int count() {
        return count;
    }

    private void interrupt(long now) {
        count++;
        int vector = FIRST_VECTOR + random.nextInt(LAST_VECTOR - FIRST_VECTOR);
        if (random.nextInt(64) == 0) {
            board.cpu().nmiLine().set(true);
        } else if (vector != SYSTEM_CALL) {
            board.memory().write(INTERRUPT_COMMAND, 4, TO_SELF | vector);
        }
        long distance = 1 + random.nextInt(random.nextInt(4) == 0 ? 200 : MOST_CYCLES_BETWEEN);
        board.scheduler().schedule(event, now + distance);
    }
}
