package org.linuxemu.devices.apic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.irq.IrqLine;
import org.linuxemu.devices.TestTime;
import org.linuxemu.devices.pic.PicPair;

/** After the 82093AA datasheet (290566). */
class IoApicTest {
    private static final int MASKED = 0x10000;
    private static final int LEVEL = 0x8000;
    private static final int REMOTE_IRR = 0x4000;

    private final TestTime time = new TestTime();
    private final PicPair pic = new PicPair();
    private final LocalApic apic =
            new LocalApic(time.clock, time.scheduler, pic, IrqLine.UNCONNECTED);
    private final IoApic ioApic = new IoApic(apic);

    @BeforeEach
    void enableLocalApic() {
        apic.write(0xF0, 4, 0x1FF);
    }

    private int read(int register) {
        ioApic.write(0x00, 4, register);
        return (int) ioApic.read(0x10, 4);
    }

    private void write(int register, int value) {
        ioApic.write(0x00, 4, register);
        ioApic.write(0x10, 4, value & 0xFFFFFFFFL);
    }

    private void redirect(int input, int low) {
        write(0x11 + 2 * input, 0);
        write(0x10 + 2 * input, low);
    }

    private void endOfInterrupt() {
        apic.write(0xB0, 4, 0);
    }

    @Test
    void registersAfterReset() {
        assertThat(read(0)).isZero();
        assertThat(read(1)).isEqualTo(0x00170020);
        for (int i = 0; i < 24; i++) {
            assertThat(read(0x10 + 2 * i)).isEqualTo(MASKED);
            assertThat(read(0x11 + 2 * i)).isZero();
        }
        assertThat(read(0x40)).as("no such register").isZero();
        write(0, 0x0F000000);
        assertThat(read(0)).isEqualTo(0x0F000000);
        assertThat(read(2)).isEqualTo(0x0F000000);
        assertThat(ioApic.read(0x00, 1)).isEqualTo(2);
    }

    @Test
    void edgeTriggeredInput() {
        redirect(4, 0x34);
        IrqLine line = ioApic.line(4);
        line.set(true);
        assertThat(apic.acknowledge()).isEqualTo(0x34);
        endOfInterrupt();
        line.set(true);
        assertThat(apic.isPending()).isFalse();
        line.set(false);
        line.set(true);
        assertThat(apic.isPending()).isTrue();
        assertThat(read(0x18)).as("no remote IRR for edges").isEqualTo(0x34);
    }

    @Test
    void edgeOnAMaskedInputIsLost() {
        redirect(4, 0x34 | MASKED);
        ioApic.line(4).set(true);
        redirect(4, 0x34);
        assertThat(apic.isPending()).isFalse();
    }

    @Test
    void levelTriggeredInputComesBackUntilItIsReleased() {
        redirect(9, 0x39 | LEVEL | 0x2000);
        IrqLine line = ioApic.line(9);
        line.set(true);
        assertThat(read(0x22)).isEqualTo(0x39 | LEVEL | 0x2000 | REMOTE_IRR);
        assertThat(apic.acknowledge()).isEqualTo(0x39);
        line.set(false);
        line.set(true);
        assertThat(apic.isPending()).as("one at a time").isFalse();
        endOfInterrupt();
        assertThat(apic.acknowledge()).isEqualTo(0x39);
        line.set(false);
        endOfInterrupt();
        assertThat(apic.isPending()).isFalse();
        assertThat(read(0x22) & REMOTE_IRR).isZero();
    }

    @Test
    void unmaskingALevelInputDeliversIt() {
        redirect(9, 0x39 | LEVEL | MASKED);
        ioApic.line(9).set(true);
        assertThat(apic.isPending()).isFalse();
        redirect(9, 0x39 | LEVEL);
        assertThat(apic.isPending()).isTrue();
    }

    @Test
    void endOfInterruptRegister() {
        redirect(9, 0x39 | LEVEL);
        ioApic.line(9).set(true);
        ioApic.line(9).set(false);
        ioApic.write(0x40, 4, 0x38);
        assertThat(read(0x22) & REMOTE_IRR).isNotZero();
        ioApic.write(0x40, 4, 0x39);
        assertThat(read(0x22) & REMOTE_IRR).isZero();
    }

    @Test
    void switchingToEdgeClearsRemoteIrr() {
        redirect(9, 0x39 | LEVEL);
        ioApic.line(9).set(true);
        redirect(9, 0x39 | MASKED);
        redirect(9, 0x39 | LEVEL | MASKED);
        assertThat(read(0x22) & REMOTE_IRR).isZero();
    }

    @Test
    void otherDestinationsAreNotUs() {
        write(0x11 + 2 * 4, 0x07000000);
        write(0x10 + 2 * 4, 0x34);
        ioApic.line(4).set(true);
        assertThat(apic.isPending()).isFalse();
        apic.write(0xD0, 4, 0x02000000);
        write(0x10 + 2 * 5, 0x835);
        write(0x11 + 2 * 5, 0x03000000);
        ioApic.line(5).set(true);
        assertThat(apic.acknowledge()).as("logical").isEqualTo(0x35);
    }

    @Test
    void extIntEntryPassesThe8259Through() {
        pic.masterPorts().write(0, 1, 0x11);
        pic.masterPorts().write(1, 1, 0x30);
        pic.masterPorts().write(1, 1, 0x04);
        pic.masterPorts().write(1, 1, 0x01);
        pic.line(4).set(true);
        assertThat(apic.isPending()).isFalse();
        redirect(0, 0x700);
        assertThat(apic.isPending()).isTrue();
        assertThat(apic.acknowledge()).isEqualTo(0x34);
        redirect(0, 0x700 | MASKED);
        pic.line(3).set(true);
        assertThat(apic.isPending()).isFalse();
    }

    @Test
    void onlyTheInputsThatAreThereHaveLines() {
        assertThatThrownBy(() -> ioApic.line(24)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ioApic.line(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void savedStateContinues() throws StateFormatException {
        redirect(9, 0x39 | LEVEL);
        ioApic.line(9).set(true);
        apic.acknowledge();
        StateWriter writer = new StateWriter();
        apic.saveState(writer);
        ioApic.saveState(writer);
        TestTime otherTime = new TestTime();
        LocalApic otherApic =
                new LocalApic(
                        otherTime.clock, otherTime.scheduler, new PicPair(), IrqLine.UNCONNECTED);
        IoApic other = new IoApic(otherApic);
        StateReader reader = new StateReader(writer.toByteArray());
        otherApic.loadState(reader);
        other.loadState(reader);
        assertThat(otherApic.isPending()).isFalse();
        otherApic.write(0xB0, 4, 0);
        assertThat(otherApic.acknowledge()).isEqualTo(0x39);
        other.reset();
        other.write(0, 4, 0x22);
        assertThat(other.read(0x10, 4)).isEqualTo(MASKED);
    }
}
