package org.linuxemu.core.time;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Waits have a lower bound only: how late a host wakes a thread is not the emulator's doing. */
class RealTimePacerTest {
    @Test
    void waitsForTheHostClock() {
        RealTimePacer pacer = new RealTimePacer();
        long before = System.nanoTime();
        assertThat(pacer.awaitIdle(1_000, 30_001_000)).isEqualTo(30_001_000);
        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(30_000_000);
    }

    @Test
    void wakeBeforeTheWaitEndsItAtOnce() {
        RealTimePacer pacer = new RealTimePacer();
        pacer.wake();
        long reached = pacer.awaitIdle(1_000, EventScheduler.NEVER);
        assertThat(reached).isGreaterThanOrEqualTo(1_000).isLessThan(EventScheduler.NEVER);
    }

    @Test
    void wakeFromAnotherThreadEndsAnEndlessWait() throws InterruptedException {
        RealTimePacer pacer = new RealTimePacer();
        Thread waker =
                new Thread(
                        () -> {
                            pacer.wake();
                        });
        waker.start();
        assertThat(pacer.awaitIdle(5, EventScheduler.NEVER)).isLessThan(EventScheduler.NEVER);
        waker.join();
    }

    @Test
    void unpacedIdleTimePassesAtOnce() {
        assertThat(HostPacer.UNPACED.awaitIdle(3, 4_000_000_000_000L))
                .isEqualTo(4_000_000_000_000L);
    }
}
