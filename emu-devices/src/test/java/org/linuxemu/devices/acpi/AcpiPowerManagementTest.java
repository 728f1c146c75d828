package org.linuxemu.devices.acpi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.bus.IoPortBus;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.irq.IrqLine;
import org.linuxemu.core.time.EventScheduler;
import org.linuxemu.devices.TestMachine;
import org.linuxemu.devices.TestTime;

/** After the ACPI specification 6.4, 4.8.4. */
class AcpiPowerManagementTest {
    private static final int BASE = 0x600;
    private static final int STATUS = BASE;
    private static final int ENABLE = BASE + 2;
    private static final int CONTROL = BASE + 4;
    private static final int TIMER = BASE + 8;

    /** When bit 31 of the timer changes first: 2^31 / 3579545 s. */
    private static final long FIRST_CARRY = 599_932_015_941L;

    private final TestTime time = new TestTime();
    private final TestMachine machine = new TestMachine();
    private final Line sci = new Line();
    private final AcpiPowerManagement acpi =
            new AcpiPowerManagement(time.clock, time.scheduler, sci, machine);
    private final IoPortBus bus = new IoPortBus();

    private static final class Line implements IrqLine {
        private boolean level;

        @Override
        public void set(boolean asserted) {
            level = asserted;
        }
    }

    AcpiPowerManagementTest() {
        bus.register(BASE, AcpiPowerManagement.PORT_COUNT, acpi);
    }

    @Test
    void timerCountsAtItsFrequency() {
        assertThat(bus.in(TIMER, 4)).isZero();
        time.run(1_000_000_000L);
        assertThat(bus.in(TIMER, 4)).isEqualTo(3_579_545);
        assertThat(bus.in(TIMER, 2)).isEqualTo(3_579_545 & 0xFFFF);
        time.run(3_599_000_000_000L);
        assertThat(bus.in(TIMER, 4)).isEqualTo((int) (3_579_545L * 3600));
        bus.out(TIMER, 4, 0);
        assertThat(bus.in(TIMER, 4)).as("read-only").isNotZero();
    }

    @Test
    void timerCarrySetsItsStatusAndInterrupts() {
        assertThat(time.scheduler.nextDeadline()).isEqualTo(EventScheduler.NEVER);
        time.runTo(FIRST_CARRY - 1_000);
        assertThat(bus.in(STATUS, 2)).isZero();
        time.run(2_000);
        assertThat(bus.in(STATUS, 2)).isEqualTo(1);
        assertThat(sci.level).isFalse();
        bus.out(STATUS, 2, 1);
        assertThat(bus.in(STATUS, 2)).isZero();
        bus.out(ENABLE, 2, 1);
        time.runTo(2 * FIRST_CARRY - 1_000);
        assertThat(sci.level).isFalse();
        time.run(2_000);
        assertThat(sci.level).isTrue();
        bus.out(STATUS, 2, 1);
        assertThat(sci.level).isFalse();
    }

    @Test
    void powerButton() {
        bus.out(ENABLE, 2, 0x0100);
        acpi.pressPowerButton();
        assertThat(sci.level).isTrue();
        assertThat(bus.in(STATUS, 4)).isEqualTo(0x0100_0100);
        bus.out(STATUS + 1, 1, 0x01);
        assertThat(sci.level).isFalse();
        assertThat(bus.in(STATUS, 2)).isZero();
    }

    @Test
    void enableIsWrittenInAnyWidth() {
        bus.out(STATUS, 4, 0xFFFF_0000);
        assertThat(bus.in(ENABLE, 2)).isEqualTo(0x4721);
        bus.out(ENABLE + 1, 1, 0);
        assertThat(bus.in(ENABLE, 2)).isEqualTo(0x0021);
    }

    @Test
    void softOff() {
        assertThat(bus.in(CONTROL, 2)).as("always in ACPI mode").isEqualTo(1);
        // Linux writes SLP_TYP first, then SLP_TYP with SLP_EN.
        bus.out(CONTROL, 2, 5 << 10 | 1);
        assertThat(machine.requests).isEmpty();
        bus.out(CONTROL, 2, 5 << 10 | 0x2001);
        assertThat(machine.requests).containsExactly("exit 0");
        assertThat(bus.in(CONTROL, 2)).as("SLP_EN reads 0").isEqualTo(0x1401);
    }

    @Test
    void otherSleepStatesAreNotThere() {
        bus.out(CONTROL, 2, 3 << 10 | 0x2000);
        assertThat(machine.requests).isEmpty();
    }

    @Test
    void resetAndSavedState() throws StateFormatException {
        bus.out(ENABLE, 2, 0x0101);
        acpi.pressPowerButton();
        TestTime otherTime = new TestTime();
        Line otherSci = new Line();
        AcpiPowerManagement other =
                new AcpiPowerManagement(otherTime.clock, otherTime.scheduler, otherSci, machine);
        time.copyTo(otherTime, acpi, other);
        assertThat(other.read(0, 4)).isEqualTo(0x0101_0100);
        other.write(0, 2, 0x0100);
        otherTime.runTo(FIRST_CARRY + 1_000);
        assertThat(otherSci.level).isTrue();
        acpi.reset();
        assertThat(sci.level).isFalse();
        assertThat(bus.in(STATUS, 4)).isZero();
        assertThat(time.scheduler.nextDeadline()).isEqualTo(EventScheduler.NEVER);
    }
}
