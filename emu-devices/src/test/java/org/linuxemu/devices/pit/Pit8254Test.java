package org.linuxemu.devices.pit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.bus.IoPortBus;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.irq.IrqLine;
import org.linuxemu.core.time.EventScheduler;
import org.linuxemu.devices.TestTime;

class Pit8254Test {
    private final TestTime time = new TestTime();
    private final List<Long> risingEdges = new ArrayList<>();
    private final Line line = new Line();
    private final Pit8254 pit = new Pit8254(time.clock, time.scheduler, line);
    private final SystemControlPortB port61 = new SystemControlPortB(pit);
    private final IoPortBus bus = new IoPortBus();

    private final class Line implements IrqLine {
        private boolean level = true;

        @Override
        public void set(boolean asserted) {
            if (asserted && !level) {
                risingEdges.add(time.clock.cycles());
            }
            level = asserted;
        }
    }

    @BeforeEach
    void wire() {
        bus.register(0x40, 4, pit);
        bus.register(0x61, 1, port61);
    }

    private void program(int control, int count) {
        bus.out(0x43, 1, control);
        int port = 0x40 + (control >> 6);
        bus.out(port, 1, count & 0xFF);
        bus.out(port, 1, count >> 8);
    }

    private int latched(int counter) {
        bus.out(0x43, 1, counter << 6);
        return bus.in(0x40 + counter, 1) | bus.in(0x40 + counter, 1) << 8;
    }

    @Test
    void periodicInterruptDoesNotDrift() {
        program(0x34, 1193);
        time.runTo(10_000_000_000L);
        assertThat(risingEdges).hasSize(10_000 + 1);
        // The count is loaded by pulse 1, so OUT rises with pulses 1 + 1193 k.
        for (int k = 1; k <= risingEdges.size(); k++) {
            long pulse = 1 + 1193L * k;
            long cycle = (pulse * 1_000_000_000L + 1_193_181) / 1_193_182;
            assertThat(risingEdges.get(k - 1)).isEqualTo(cycle);
        }
    }

    @Test
    void oneShotAsLinuxProgramsIt() {
        time.run(5_000);
        program(0x38, 1000);
        time.run(100_000_000);
        // Pulse 5 has passed; load at 6, terminal count at 1006, OUT rises again at 1007.
        assertThat(risingEdges).containsExactly((1007 * 1_000_000_000L + 1_193_181) / 1_193_182);
        assertThat(time.scheduler.nextDeadline()).isEqualTo(EventScheduler.NEVER);
    }

    @Test
    void squareWave() {
        program(0x36, 0);
        time.runTo(1_000_000_000L);
        assertThat(risingEdges).as("18.2 Hz").hasSize(18);
    }

    @Test
    void reprogrammingMovesTheInterrupt() {
        program(0x34, 60_000);
        time.run(1_000_000);
        program(0x38, 100);
        time.run(1_000_000_000);
        assertThat(risingEdges).hasSize(1);
    }

    @Test
    void accessAfterADeadlineThatHasNotBeenRunSeesEveryEdge() {
        program(0x34, 100);
        time.skip(1_000_000);
        latched(0);
        assertThat(risingEdges).hasSize(11);
        time.run(0);
        assertThat(risingEdges).hasSize(11);
        time.run(100_000);
        assertThat(risingEdges).hasSize(13);
    }

    @Test
    void latchedCountFollowsVirtualTime() {
        program(0x34, 50_000);
        time.runTo(10_000_000);
        // 11931 pulses: the first loads, 11930 count.
        assertThat(latched(0)).isEqualTo(50_000 - 11_930);
    }

    @Test
    void readBackLatchesSeveralCounters() {
        program(0x34, 1000);
        program(0x74, 2000);
        time.run(1_000);
        bus.out(0x43, 1, 0xC6);
        assertThat(bus.in(0x40, 1)).isEqualTo(0xB4);
        assertThat(bus.in(0x40, 1) | bus.in(0x40, 1) << 8).isEqualTo(1000);
        assertThat(bus.in(0x41, 1)).isEqualTo(0xB4);
        assertThat(bus.in(0x41, 1) | bus.in(0x41, 1) << 8).isEqualTo(2000);
        assertThat(bus.in(0x43, 1)).isEqualTo(0xFF);
    }

    @Test
    void timer2GateAndOutputArePort61() {
        program(0xB0, 1193);
        assertThat(bus.in(0x61, 1) & 0x21).isZero();
        time.run(5_000_000);
        assertThat(bus.in(0x61, 1) & 0x20).as("gate is low").isZero();
        bus.out(0x61, 1, 0x01);
        // 1193 pulses from here: pulse floor(5.965..) + 1193.
        time.run(999_000);
        assertThat(bus.in(0x61, 1) & 0x21).isEqualTo(0x01);
        time.run(2_000);
        assertThat(bus.in(0x61, 1) & 0x21).isEqualTo(0x21);
        bus.out(0x61, 1, 0xFE);
        assertThat(bus.in(0x61, 1) & 0x0F).isEqualTo(0x0E);
    }

    @Test
    void calibrationLoopOfLinuxSeesFiftyMilliseconds() {
        // pit_calibrate_tsc: gate high, speaker off, mode 0, count for 50 ms, wait for OUT.
        bus.out(0x61, 1, (bus.in(0x61, 1) & ~0x02) | 0x01);
        int count = 1_193_182 / (1000 / 50);
        program(0xB0, count);
        long start = time.clock.cycles();
        while ((bus.in(0x61, 1) & 0x20) == 0) {
            time.run(1_000);
        }
        assertThat(time.clock.cycles() - start).isBetween(50_000_000L - 2_000, 50_000_000L + 3_000);
    }

    @Test
    void refreshBitTogglesEveryFifteenMicroseconds() {
        int changes = 0;
        int last = bus.in(0x61, 1) & 0x10;
        for (int i = 0; i < 1000; i++) {
            time.run(1_000);
            int bit = bus.in(0x61, 1) & 0x10;
            if (bit != last) {
                changes++;
                last = bit;
            }
        }
        assertThat(changes).isEqualTo(66);
    }

    @Test
    void resetStopsTheTimer() {
        program(0x34, 1193);
        time.run(5_000_000);
        pit.reset();
        port61.reset();
        risingEdges.clear();
        time.run(100_000_000);
        assertThat(risingEdges).isEmpty();
        assertThat(time.scheduler.nextDeadline()).isEqualTo(EventScheduler.NEVER);
    }

    @Test
    void savedStateContinuesAtTheSameCycles() throws StateFormatException {
        program(0x34, 777);
        program(0xB0, 5_000);
        bus.out(0x61, 1, 0x01);
        time.run(1_234_567);
        TestTime otherTime = new TestTime();
        List<Long> edges = new ArrayList<>();
        boolean[] level = {true};
        Pit8254 other =
                new Pit8254(
                        otherTime.clock,
                        otherTime.scheduler,
                        asserted -> {
                            if (asserted && !level[0]) {
                                edges.add(otherTime.clock.cycles());
                            }
                            level[0] = asserted;
                        });
        time.copyTo(otherTime, pit, other);
        risingEdges.clear();
        time.run(20_000_000);
        otherTime.run(20_000_000);
        assertThat(edges).isEqualTo(risingEdges).isNotEmpty();
        assertThat(other.speakerOutput()).isEqualTo(pit.speakerOutput());
    }
}
