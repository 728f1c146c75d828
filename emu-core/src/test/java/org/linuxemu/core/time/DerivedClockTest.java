package org.linuxemu.core.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DerivedClockTest {
    private static final BigInteger SECOND = BigInteger.valueOf(1_000_000_000L);

    @Test
    void agreesWithExactArithmeticOverALongRun() {
        Random random = new Random(7);
        for (long frequency : new long[] {1, 32_768, 1_193_182, 3_579_545, 1_000_000_000L}) {
            DerivedClock clock = new DerivedClock(frequency);
            BigInteger f = BigInteger.valueOf(frequency);
            for (int i = 0; i < 10_000; i++) {
                // Up to 30 years of guest time.
                long cycle = random.nextLong() >>> (7 + random.nextInt(50));
                long ticks = BigInteger.valueOf(cycle).multiply(f).divide(SECOND).longValueExact();
                assertThat(clock.ticksAt(cycle)).isEqualTo(ticks);
                long first = clock.cycleOf(ticks);
                assertThat(clock.ticksAt(first)).isEqualTo(ticks);
                assertThat(first == 0 || clock.ticksAt(first - 1) == ticks - 1).isTrue();
            }
        }
    }

    @Test
    void oneSecondHasExactlyTheNominalNumberOfTicks() {
        DerivedClock pit = new DerivedClock(1_193_182);
        assertThat(pit.ticksAt(3_600_000_000_000L)).isEqualTo(1_193_182L * 3600);
        assertThat(pit.cycleOf(1)).isEqualTo(839);
        assertThat(pit.cycleOf(1_193_182)).isEqualTo(1_000_000_000L);
    }

    @Test
    void ticksBeyondTheEndOfTimeNeverCome() {
        assertThat(new DerivedClock(1).cycleOf(Long.MAX_VALUE)).isEqualTo(EventScheduler.NEVER);
    }

    @Test
    void frequencyMustBePositive() {
        assertThatThrownBy(() -> new DerivedClock(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
