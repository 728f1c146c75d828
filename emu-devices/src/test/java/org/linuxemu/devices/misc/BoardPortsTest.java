package org.linuxemu.devices.misc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.bus.IoPortBus;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;
import org.linuxemu.core.time.TimedEvent;
import org.linuxemu.devices.TestMachine;
import org.linuxemu.devices.TestTime;

class BoardPortsTest {
    private final TestMachine machine = new TestMachine();
    private final IoPortBus bus = new IoPortBus();

    private static void copy(Stateful from, Stateful to) throws StateFormatException {
        StateWriter writer = new StateWriter();
        from.saveState(writer);
        StateReader reader = new StateReader(writer.toByteArray());
        to.loadState(reader);
        assertThat(reader.atEnd()).isTrue();
    }

    @Test
    void port92ResetsOnTheRisingEdgeOfBit0() throws StateFormatException {
        SystemControlPortA port = new SystemControlPortA(machine);
        bus.register(0x92, 1, port);
        assertThat(bus.in(0x92, 1)).as("A20 is on").isEqualTo(0x02);
        bus.out(0x92, 1, 0x00);
        assertThat(bus.in(0x92, 1)).isZero();
        assertThat(machine.requests).isEmpty();
        bus.out(0x92, 1, 0x01);
        bus.out(0x92, 1, 0x03);
        assertThat(machine.requests).containsExactly("reset");
        SystemControlPortA other = new SystemControlPortA(machine);
        copy(port, other);
        assertThat(other.read(0, 1)).isEqualTo(0x03);
        port.reset();
        assertThat(bus.in(0x92, 1)).isEqualTo(0x02);
    }

    @Test
    void resetControlRegister() throws StateFormatException {
        ResetControl reset = new ResetControl(machine);
        bus.register(ResetControl.FIRST_PORT, ResetControl.PORT_COUNT, reset);
        assertThat(bus.in(0xCF9, 1)).isZero();
        // Linux's "reboot=pci": 0 or 2, then 6, or 0E for a full reset.
        bus.out(0xCF9, 1, 0x02);
        assertThat(machine.requests).isEmpty();
        bus.out(0xCF9, 1, 0x06);
        assertThat(machine.requests).containsExactly("reset");
        assertThat(bus.in(0xCF9, 1)).isEqualTo(0x06);
        bus.out(0xCF9, 1, 0x0E);
        assertThat(machine.requests).as("no second edge").hasSize(1);
        ResetControl other = new ResetControl(machine);
        copy(reset, other);
        assertThat(other.read(1, 1)).isEqualTo(0x0E);
        reset.reset();
        assertThat(bus.in(0xCF9, 1)).isZero();
    }

    /** Linux's pci_check_type1 and pci_check_type2, on a machine that has no PCI bus. */
    @Test
    void pciProbeFindsNothingAndDoesNotReset() {
        bus.register(ResetControl.FIRST_PORT, ResetControl.PORT_COUNT, new ResetControl(machine));
        bus.out(0xCFB, 1, 0x01);
        int saved = bus.in(0xCF8, 4);
        bus.out(0xCF8, 4, 0x8000_0000);
        assertThat(bus.in(0xCF8, 4)).isNotEqualTo(0x8000_0000);
        bus.out(0xCF8, 4, saved);
        bus.out(0xCFB, 1, 0x00);
        bus.out(0xCF8, 1, 0x00);
        bus.out(0xCFA, 1, 0x00);
        assertThat(bus.in(0xCF8, 1)).isEqualTo(0xFF);
        assertThat(bus.in(0xCFC, 4)).isEqualTo(-1);
        assertThat(machine.requests).isEmpty();
    }

    @Test
    void port80KeepsTheLastCode() throws StateFormatException {
        DiagnosticPort port = new DiagnosticPort();
        bus.register(0x80, 1, port);
        bus.out(0x80, 1, 0x5A);
        assertThat(bus.in(0x80, 1)).isEqualTo(0x5A);
        DiagnosticPort other = new DiagnosticPort();
        copy(port, other);
        assertThat(other.value()).isEqualTo(0x5A);
        port.reset();
        assertThat(port.value()).isZero();
    }

    @Test
    void debugConsole() {
        StringBuilder text = new StringBuilder();
        bus.register(0xE9, 1, new DebugConsole(value -> text.append((char) value)));
        assertThat(bus.in(0xE9, 1)).isEqualTo(0xE9);
        bus.out(0xE9, 1, 'h');
        bus.out(0xE9, 1, 'i');
        assertThat(text.toString()).isEqualTo("hi");
    }

    @Test
    void isaDebugExit() {
        bus.register(0xF4, 4, new IsaDebugExit(machine));
        bus.out(0xF4, 4, 0x10);
        bus.out(0xF4, 1, 0x00);
        bus.out(0xF4, 2, 0xFF);
        assertThat(machine.requests).containsExactly("exit 33", "exit 1", "exit 255");
        assertThat(bus.in(0xF4, 4)).isZero();
    }

    private static final class Event extends TimedEvent {
        private long firedAt = -1;

        Event(TestTime time, String name) {
            super(name);
            time.scheduler.register(this);
        }

        @Override
        public void fire(long deadline) {
            firedAt = deadline;
        }
    }

    @Test
    void clockAndQueueAreSavedTogether() throws StateFormatException {
        TestTime time = new TestTime();
        Event a = new Event(time, "a");
        new Event(time, "b");
        time.run(1_000);
        time.scheduler.schedule(a, 5_000);
        TestTime other = new TestTime();
        Event otherA = new Event(other, "a");
        Event otherB = new Event(other, "b");
        other.scheduler.schedule(otherB, 7);
        copy(
                new TimeState(time.clock, time.scheduler),
                new TimeState(other.clock, other.scheduler));
        assertThat(other.clock.cycles()).isEqualTo(1_000);
        other.run(10_000);
        assertThat(otherA.firedAt).isEqualTo(5_000);
        assertThat(otherB.firedAt).isEqualTo(-1);
    }

    @Test
    void queueOfAnotherMachineIsRefused() {
        TestTime time = new TestTime();
        Event event = new Event(time, "hpet.0");
        time.scheduler.schedule(event, 5);
        TestTime other = new TestTime();
        assertThatThrownBy(
                        () ->
                                copy(
                                        new TimeState(time.clock, time.scheduler),
                                        new TimeState(other.clock, other.scheduler)))
                .isInstanceOf(StateFormatException.class)
                .hasMessageContaining("hpet.0");
    }
}
