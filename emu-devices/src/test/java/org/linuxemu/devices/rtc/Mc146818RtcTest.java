package org.linuxemu.devices.rtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.bus.IoPortBus;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.irq.IrqLine;
import org.linuxemu.devices.TestTime;

/** Tables and section names are those of the MC146818 datasheet (ADI-856). */
class Mc146818RtcTest {
    private static final long SECOND = 1_000_000_000L;

    private final TestTime time = new TestTime();
    private final Line line = new Line();
    private Mc146818Rtc rtc;
    private IoPortBus bus;

    private static final class Line implements IrqLine {
        private boolean level;
        private int rises;

        @Override
        public void set(boolean asserted) {
            if (asserted && !level) {
                rises++;
            }
            level = asserted;
        }
    }

    private void start(int year, int month, int day, int hour, int minute, int second) {
        long epoch =
                LocalDateTime.of(year, month, day, hour, minute, second)
                        .toEpochSecond(ZoneOffset.UTC);
        rtc = new Mc146818Rtc(time.clock, time.scheduler, line, epoch);
        bus = new IoPortBus();
        bus.register(0x70, 2, rtc);
    }

    private int in(int index) {
        bus.out(0x70, 1, index);
        return bus.in(0x71, 1);
    }

    private void out(int index, int value) {
        bus.out(0x70, 1, index);
        bus.out(0x71, 1, value);
    }

    private String now() {
        return String.format(
                "%02x%02x-%02x-%02x(%x) %02x:%02x:%02x",
                in(0x32), in(9), in(8), in(7), in(6), in(4), in(2), in(0));
    }

    @Test
    void startsAtTheGivenDateAndCountsVirtualSeconds() {
        start(2024, 2, 28, 23, 59, 58);
        assertThat(now()).isEqualTo("2024-02-28(4) 23:59:58");
        time.run(SECOND - 1);
        assertThat(now()).isEqualTo("2024-02-28(4) 23:59:58");
        time.run(1);
        assertThat(now()).isEqualTo("2024-02-28(4) 23:59:59");
        time.run(SECOND);
        assertThat(now()).isEqualTo("2024-02-29(5) 00:00:00");
        time.run(86_400 * SECOND);
        assertThat(now()).isEqualTo("2024-03-01(6) 00:00:00");
    }

    @Test
    void yearAndCenturyRollOver() {
        start(1999, 12, 31, 23, 59, 59);
        time.run(SECOND);
        assertThat(now()).isEqualTo("2000-01-01(7) 00:00:00");
    }

    @Test
    void agreesWithTheCalendarOnManyDates() {
        Random random = new Random(146818);
        for (int i = 0; i < 500; i++) {
            LocalDateTime start =
                    LocalDateTime.of(1970, 1, 1, 0, 0)
                            .plusSeconds(Math.floorMod(random.nextLong(), 4_102_444_800L));
            TestTime ownTime = new TestTime();
            Mc146818Rtc clock =
                    new Mc146818Rtc(
                            ownTime.clock,
                            ownTime.scheduler,
                            line,
                            start.toEpochSecond(ZoneOffset.UTC));
            int seconds = random.nextInt(2_000);
            ownTime.run(seconds * SECOND);
            LocalDateTime end = start.plusSeconds(seconds);
            int[] expected = {
                end.getSecond(),
                end.getMinute(),
                end.getHour(),
                end.getDayOfWeek().getValue() % 7 + 1,
                end.getDayOfMonth(),
                end.getMonthValue(),
                end.getYear() % 100,
                end.getYear() / 100
            };
            int[] registers = {0, 2, 4, 6, 7, 8, 9, 0x32};
            for (int r = 0; r < registers.length; r++) {
                clock.write(0, 1, registers[r]);
                int value = clock.read(1, 1);
                assertThat((value >> 4) * 10 + (value & 15))
                        .as("%s, register %d", end, registers[r])
                        .isEqualTo(expected[r]);
            }
        }
    }

    @Test
    void binaryTwelveHourMode() {
        start(2026, 1, 1, 0, 0, 0);
        out(0x0B, 0x84);
        out(0, 59);
        out(2, 59);
        out(4, 11);
        out(0x0B, 0x04);
        time.run(SECOND);
        assertThat(in(4)).as("12 PM").isEqualTo(0x8C);
        assertThat(in(2)).isZero();
        time.run(3600 * SECOND);
        assertThat(in(4)).as("1 PM").isEqualTo(0x81);
        time.run(11 * 3600 * SECOND);
        assertThat(in(4)).as("12 AM").isEqualTo(0x0C);
        assertThat(in(7)).isEqualTo(2);
    }

    @Test
    void bcdTwelveHourMode() {
        start(2026, 1, 1, 0, 0, 0);
        out(0x0B, 0x80);
        out(0, 0x59);
        out(2, 0x59);
        out(4, 0x92);
        out(0x0B, 0x00);
        time.run(SECOND);
        assertThat(in(4)).as("1 PM").isEqualTo(0x81);
        time.run(9 * 3600 * SECOND);
        assertThat(in(4)).as("10 PM").isEqualTo(0x90);
        time.run(2 * 3600 * SECOND);
        assertThat(in(4)).as("12 AM").isEqualTo(0x12);
    }

    @Test
    void updateInProgressWarnsBeforeTheUpdate() {
        start(2026, 1, 1, 0, 0, 0);
        assertThat(in(0x0A)).isEqualTo(0x26);
        time.run(SECOND - 2_228_001);
        assertThat(in(0x0A) & 0x80).isZero();
        time.run(1);
        assertThat(in(0x0A)).isEqualTo(0xA6);
        assertThat(in(0)).isZero();
        time.run(2_227_999);
        assertThat(in(0x0A) & 0x80).isNotZero();
        time.run(1);
        assertThat(in(0x0A) & 0x80).isZero();
        assertThat(in(0)).isEqualTo(1);
    }

    @Test
    void setBitStopsUpdatesAndClearsUie() {
        start(2026, 1, 1, 0, 0, 0);
        out(0x0B, 0x12);
        out(0x0B, 0x92);
        assertThat(in(0x0B)).isEqualTo(0x82);
        time.run(10 * SECOND - 1);
        assertThat(in(0x0A) & 0x80).isZero();
        time.run(1);
        assertThat(in(0)).isZero();
        assertThat(in(0x0C) & 0x10).isZero();
        out(0x0B, 0x02);
        time.run(SECOND);
        assertThat(in(0)).isEqualTo(1);
    }

    /** How Linux sets the time: the first update comes half a second after the reset's release. */
    @Test
    void dividerReset() {
        start(2026, 1, 1, 0, 0, 0);
        time.run(700_000_000);
        out(0x0B, 0x82);
        out(0x0A, 0x76);
        out(0, 0x30);
        out(0x0B, 0x02);
        time.run(5 * SECOND);
        assertThat(in(0)).as("held in reset").isEqualTo(0x30);
        out(0x0A, 0x26);
        time.run(SECOND / 2 - 1);
        assertThat(in(0)).isEqualTo(0x30);
        time.run(1);
        assertThat(in(0)).isEqualTo(0x31);
        time.run(SECOND);
        assertThat(in(0)).isEqualTo(0x32);
    }

    @Test
    void updateEndedInterrupt() {
        start(2026, 1, 1, 0, 0, 0);
        out(0x0B, 0x12);
        time.run(SECOND - 1);
        assertThat(line.level).isFalse();
        time.run(1);
        assertThat(line.level).isTrue();
        time.run(3 * SECOND);
        assertThat(line.rises).as("the line stays until C is read").isEqualTo(1);
        assertThat(in(0x0C)).isEqualTo(0x90 | 0x40);
        assertThat(line.level).isFalse();
        assertThat(in(0x0C)).isZero();
        time.run(SECOND);
        assertThat(line.rises).isEqualTo(2);
    }

    @Test
    void alarmInterrupt() {
        start(2026, 1, 1, 5, 59, 57);
        out(1, 0x00);
        out(3, 0x00);
        out(5, 0x06);
        out(0x0B, 0x22);
        time.run(2 * SECOND);
        assertThat(line.level).isFalse();
        time.run(SECOND);
        assertThat(line.level).isTrue();
        assertThat(in(0x0C) & 0xB0).isEqualTo(0xB0);
        time.run(86_400 * SECOND - 1);
        assertThat(line.level).isFalse();
        time.run(1);
        assertThat(line.level).isTrue();
    }

    @Test
    void alarmWithDontCareBytes() {
        start(2026, 1, 1, 0, 0, 0);
        out(1, 0x30);
        out(3, 0xC0);
        out(5, 0xFF);
        out(0x0B, 0x22);
        for (int i = 0; i < 180; i++) {
            time.run(SECOND);
            in(0x0C);
        }
        assertThat(line.rises).as("once a minute").isEqualTo(3);
    }

    @Test
    void periodicInterruptRates() {
        // Table 5: rate selector and interrupts in a second for a 32.768 kHz crystal.
        int[][] rates = {
            {1, 256}, {2, 128}, {3, 8192}, {4, 4096}, {6, 1024}, {10, 64}, {15, 2}, {0, 0}
        };
        start(2026, 1, 1, 0, 0, 0);
        for (int[] rate : rates) {
            out(0x0A, 0x20 | rate[0]);
            out(0x0B, 0x42);
            in(0x0C);
            line.rises = 0;
            long end = time.clock.cycles() + SECOND;
            while (time.clock.cycles() < end) {
                time.run(SECOND / 20_000);
                if (line.level) {
                    assertThat(in(0x0C) & 0xC0).isEqualTo(0xC0);
                }
            }
            assertThat(line.rises).as("selector %d", rate[0]).isEqualTo(rate[1]);
            out(0x0B, 0x02);
        }
    }

    @Test
    void periodicEdgesAreExact() {
        start(2026, 1, 1, 0, 0, 0);
        out(0x0A, 0x23);
        out(0x0B, 0x42);
        // 4 crystal ticks: 122070.3125 ns.
        time.run(122_070);
        assertThat(line.level).isFalse();
        time.run(1);
        assertThat(line.level).isTrue();
        in(0x0C);
        time.run(122_069);
        assertThat(line.level).isFalse();
        time.run(1);
        assertThat(line.level).isTrue();
    }

    @Test
    void flagsAreSetWithoutInterruptEnables() {
        start(2026, 1, 1, 0, 0, 0);
        assertThat(in(0x0C)).isZero();
        time.run(1_000_000);
        assertThat(in(0x0C)).as("PF at 1024 Hz").isEqualTo(0x40);
        assertThat(in(0x0C)).isZero();
        out(1, 0xFF);
        out(3, 0xFF);
        out(5, 0xFF);
        time.run(SECOND);
        assertThat(in(0x0C)).isEqualTo(0x70);
        assertThat(line.rises).isZero();
    }

    @Test
    void enablingAnInterruptWhoseFlagIsSetRequestsAtOnce() {
        start(2026, 1, 1, 0, 0, 0);
        time.run(SECOND);
        out(0x0B, 0x12);
        assertThat(line.level).isTrue();
        out(0x0B, 0x02);
        assertThat(line.level).isFalse();
    }

    @Test
    void accessAfterAMissedUpdateSeesIt() {
        start(2026, 1, 1, 0, 0, 0);
        time.skip(3 * SECOND + 5);
        assertThat(in(0)).isEqualTo(3);
        time.run(0);
        assertThat(in(0)).isEqualTo(3);
        time.run(SECOND);
        assertThat(in(0)).isEqualTo(4);
    }

    @Test
    void memoryAndReadOnlyRegisters() {
        start(2026, 1, 1, 0, 0, 0);
        rtc.setMemorySize(3L << 30, 5L << 30);
        assertThat(in(0x15) | in(0x16) << 8).isEqualTo(640);
        assertThat(in(0x30) | in(0x31) << 8).isEqualTo(0xFFFF);
        assertThat(in(0x34) | in(0x35) << 8).isEqualTo((3 << 14) - 256);
        assertThat(in(0x5B) | in(0x5C) << 8 | in(0x5D) << 16).isEqualTo(5 << 14);
        rtc.setMemorySize(32L << 20, 0);
        assertThat(in(0x17) | in(0x18) << 8).isEqualTo(31 * 1024);
        assertThat(in(0x34) | in(0x35) << 8).isEqualTo(256);
        out(0x7F, 0xA5);
        assertThat(in(0xFF)).as("bit 7 of the index is the NMI mask").isEqualTo(0xA5);
        out(0x0D, 0x00);
        assertThat(in(0x0D)).isEqualTo(0x80);
        assertThat(bus.in(0x70, 1)).isEqualTo(0xFF);
        assertThatThrownBy(() -> rtc.setMemory(0x0D, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void resetKeepsTimeAndMemoryButEndsInterrupts() {
        start(2026, 1, 1, 0, 0, 0);
        out(0x40, 0x77);
        out(0x0B, 0x72);
        time.run(10 * SECOND);
        assertThat(line.level).isTrue();
        rtc.reset();
        assertThat(line.level).isFalse();
        assertThat(in(0x0B)).isEqualTo(0x02);
        assertThat(in(0x0C)).isZero();
        assertThat(in(0)).isEqualTo(0x10);
        assertThat(in(0x40)).isEqualTo(0x77);
    }

    @Test
    void savedStateContinues() throws StateFormatException {
        start(2026, 1, 1, 0, 0, 0);
        out(0x0B, 0x52);
        time.run(1_700_000_000L);
        in(0x0C);
        TestTime otherTime = new TestTime();
        Line otherLine = new Line();
        Mc146818Rtc other = new Mc146818Rtc(otherTime.clock, otherTime.scheduler, otherLine, 0);
        time.copyTo(otherTime, rtc, other);
        time.run(300_000_000L);
        otherTime.run(300_000_000L);
        other.write(0, 1, 0x0C);
        assertThat(other.read(1, 1)).isEqualTo(0xD0);
        assertThat(in(0x0C)).isEqualTo(0xD0);
        other.write(0, 1, 0);
        assertThat(other.read(1, 1)).isEqualTo(2);
    }
}
