package org.linuxemu.devices.hpet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.irq.IrqLine;
import org.linuxemu.devices.TestTime;

/** After the IA-PC HPET specification 1.0a. Cycles are nanoseconds, ticks are ten of them. */
class HpetTest {
    private static final int CONFIGURATION = 0x010;
    private static final int STATUS = 0x020;
    private static final int COUNTER = 0x0F0;
    private static final int LEVEL = 0x002;
    private static final int ENABLED = 0x004;
    private static final int PERIODIC = 0x008;
    private static final int VALUE_SET = 0x040;
    private static final int MODE_32_BIT = 0x100;
    private static final int ROUTE_20 = 20 << 9;

    private final TestTime time = new TestTime();
    private final Line[] pins = new Line[24];
    private final Line irq0 = new Line();
    private final Line irq8 = new Line();
    private Hpet hpet;

    private static final class Line implements IrqLine {
        private boolean level;
        private int rises;

        @Override
        public void set(boolean asserted) {
            rises += asserted && !level ? 1 : 0;
            level = asserted;
        }
    }

    @BeforeEach
    void build() {
        for (int i = 0; i < pins.length; i++) {
            pins[i] = new Line();
        }
        hpet = new Hpet(time.clock, time.scheduler, pins, irq0, irq8);
    }

    private static int timer(int index) {
        return 0x100 + 0x20 * index;
    }

    private static int comparator(int index) {
        return 0x108 + 0x20 * index;
    }

    private long read(int register) {
        return hpet.read(register, 8);
    }

    private void write(int register, long value) {
        hpet.write(register, 8, value);
    }

    @Test
    void capabilities() {
        long value = read(0x000);
        assertThat(value >>> 32).as("femtoseconds in a tick").isEqualTo(10_000_000);
        assertThat((int) value).isEqualTo(0x8086A201);
        assertThat(hpet.read(0x004, 4)).isEqualTo(10_000_000);
        assertThat(read(timer(0))).isEqualTo(0x00FF0000_00000030L);
        assertThat(read(timer(3))).as("there are three").isZero();
    }

    @Test
    void counterRunsWhileEnabled() {
        time.run(1_000);
        assertThat(read(COUNTER)).isZero();
        write(CONFIGURATION, 1);
        time.run(1_005);
        assertThat(read(COUNTER)).isEqualTo(100);
        write(CONFIGURATION, 0);
        time.run(1_000);
        assertThat(read(COUNTER)).isEqualTo(100);
        write(COUNTER, 0x1_FFFF_FFFFL);
        write(CONFIGURATION, 1);
        time.run(10);
        assertThat(read(COUNTER)).isEqualTo(0x2_0000_0000L);
        assertThat(hpet.read(COUNTER + 4, 4)).isEqualTo(2);
    }

    @Test
    void oneShotOnARoutedPin() {
        write(CONFIGURATION, 1);
        write(timer(2), ENABLED | ROUTE_20);
        write(comparator(2), 500);
        time.run(4_999);
        assertThat(pins[20].rises).isZero();
        time.run(1);
        assertThat(pins[20].rises).isEqualTo(1);
        time.run(100_000_000);
        assertThat(pins[20].rises).isEqualTo(1);
    }

    @Test
    void matchWithoutInterruptEnableIsSilent() {
        write(CONFIGURATION, 1);
        write(timer(2), ROUTE_20);
        write(comparator(2), 500);
        time.run(10_000);
        assertThat(pins[20].rises).isZero();
        assertThat(read(STATUS)).isZero();
    }

    /** 2.3.8: without its interrupt enable "the timer can still operate" and sets its status. */
    @Test
    void levelStatusComesWithoutInterruptEnableAndInterruptsWhenEnabled() {
        write(CONFIGURATION, 1);
        write(timer(2), LEVEL | ROUTE_20);
        write(comparator(2), 500);
        time.run(5_000);
        assertThat(read(STATUS)).isEqualTo(4);
        assertThat(pins[20].level).isFalse();
        write(timer(2), ENABLED | LEVEL | ROUTE_20);
        assertThat(pins[20].level).isTrue();
        write(timer(2), LEVEL | ROUTE_20);
        assertThat(pins[20].level).isFalse();
        assertThat(read(STATUS)).isEqualTo(4);
        write(STATUS, 4);
        write(timer(2), ENABLED | LEVEL | ROUTE_20);
        assertThat(pins[20].level).isFalse();
    }

    @Test
    void levelInterruptStaysUntilItsStatusIsCleared() {
        write(CONFIGURATION, 1);
        write(timer(1), ENABLED | LEVEL | ROUTE_20);
        write(comparator(1), 500);
        time.run(5_000);
        assertThat(pins[20].level).isTrue();
        assertThat(read(STATUS)).isEqualTo(2);
        write(STATUS, 1);
        assertThat(pins[20].level).isTrue();
        write(STATUS, 2);
        assertThat(pins[20].level).isFalse();
        assertThat(read(STATUS)).isZero();
    }

    @Test
    void sharedLevelLineIsHeldByTheOther() {
        write(CONFIGURATION, 1);
        write(timer(1), ENABLED | LEVEL | ROUTE_20);
        write(timer(2), ENABLED | LEVEL | ROUTE_20);
        write(comparator(1), 500);
        write(comparator(2), 500);
        time.run(5_000);
        write(STATUS, 2);
        assertThat(pins[20].level).isTrue();
        write(STATUS, 4);
        assertThat(pins[20].level).isFalse();
    }

    /** The sequence of Linux's hpet_set_periodic: accumulator first, then the period. */
    @Test
    void periodicTimerAsLinuxProgramsItWithLegacyRouting() {
        write(CONFIGURATION, 3);
        time.run(12_340);
        long now = read(COUNTER);
        hpet.write(timer(0), 4, ENABLED | PERIODIC | VALUE_SET | MODE_32_BIT);
        hpet.write(comparator(0), 4, now + 100_000);
        hpet.write(comparator(0), 4, 100_000);
        assertThat(read(comparator(0))).isEqualTo(now + 100_000);
        long start = time.clock.cycles();
        for (int i = 1; i <= 50; i++) {
            time.runTo(start + i * 1_000_000L - 1);
            assertThat(irq0.rises).isEqualTo(i - 1);
            time.run(1);
            assertThat(irq0.rises).isEqualTo(i);
        }
        assertThat(read(comparator(0))).isEqualTo(now + 51 * 100_000);
        assertThat(irq8.rises).isZero();
    }

    @Test
    void thirtyTwoBitTimerWraps() {
        write(COUNTER, 0xFFFF_FF00L);
        write(timer(2), ENABLED | MODE_32_BIT | ROUTE_20);
        write(comparator(2), 0x1_0000_0010L);
        assertThat(read(comparator(2))).isEqualTo(0x10);
        write(CONFIGURATION, 1);
        time.run(0x110 * 10 - 1);
        assertThat(pins[20].rises).isZero();
        time.run(1);
        assertThat(pins[20].rises).isEqualTo(1);
        time.run((1L << 32) * 10);
        assertThat(pins[20].rises).as("again after the counter came round").isEqualTo(2);
    }

    @Test
    void legacyRoutingCutsOffTheOldDevices() {
        IrqLine pit = hpet.pitInput();
        pit.set(true);
        assertThat(irq0.level).isTrue();
        write(CONFIGURATION, 2);
        assertThat(irq0.level).isFalse();
        pit.set(false);
        pit.set(true);
        hpet.rtcInput().set(true);
        assertThat(irq0.level).isFalse();
        assertThat(irq8.level).isFalse();
        write(CONFIGURATION, 0);
        assertThat(irq0.level).isTrue();
        assertThat(irq8.level).isTrue();
    }

    @Test
    void veryShortPeriodsDoNotFloodTheEmulator() {
        write(CONFIGURATION, 1);
        write(timer(0), ENABLED | PERIODIC | VALUE_SET | ROUTE_20);
        write(comparator(0), 3);
        time.run(1_000_000);
        assertThat(pins[20].rises).isBetween(900, 1_001);
    }

    @Test
    void unsupportedRoutesAndNarrowAccessesAreIgnored() {
        write(timer(2), ENABLED | ROUTE_20);
        write(timer(2), ENABLED | 3 << 9);
        assertThat((read(timer(2)) >> 9) & 31).isEqualTo(20);
        hpet.write(CONFIGURATION, 1, 1);
        hpet.write(CONFIGURATION + 2, 4, 1);
        assertThat(read(CONFIGURATION)).isZero();
        write(timer(1), ENABLED);
        write(comparator(1), 5);
        write(CONFIGURATION, 1);
        time.run(100);
        for (Line pin : pins) {
            assertThat(pin.rises).isZero();
        }
    }

    @Test
    void accessAfterADeadlineThatHasNotBeenRunSeesTheMatch() {
        write(CONFIGURATION, 1);
        write(timer(1), ENABLED | LEVEL | ROUTE_20);
        write(comparator(1), 500);
        time.skip(6_000);
        assertThat(read(STATUS)).isEqualTo(2);
    }

    @Test
    void resetStopsEverything() {
        write(CONFIGURATION, 3);
        write(timer(1), ENABLED | LEVEL);
        write(comparator(1), 500);
        time.run(5_000);
        assertThat(irq8.level).isTrue();
        hpet.reset();
        assertThat(irq8.level).isFalse();
        time.run(1_000_000);
        assertThat(read(COUNTER)).isZero();
        assertThat(read(CONFIGURATION)).isZero();
    }

    @Test
    void savedStateContinues() throws StateFormatException {
        write(CONFIGURATION, 1);
        write(timer(0), ENABLED | PERIODIC | VALUE_SET | ROUTE_20);
        write(comparator(0), 1_000);
        time.run(15_000);
        TestTime otherTime = new TestTime();
        Line[] otherPins = new Line[24];
        for (int i = 0; i < otherPins.length; i++) {
            otherPins[i] = new Line();
        }
        Hpet other =
                new Hpet(otherTime.clock, otherTime.scheduler, otherPins, new Line(), new Line());
        time.copyTo(otherTime, hpet, other);
        assertThat(other.read(COUNTER, 8)).isEqualTo(1_500);
        otherTime.run(4_999);
        assertThat(otherPins[20].rises).isZero();
        otherTime.run(1);
        assertThat(otherPins[20].rises).isEqualTo(1);
    }
}
