package org.linuxemu.devices.pic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.bus.IoPortBus;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.irq.IrqLine;

/** Section names are those of the 8259A datasheet (231468). */
class PicPairTest {
    private static final int NON_SPECIFIC_EOI = 0x20;

    private final PicPair pic = new PicPair();
    private final IoPortBus bus = new IoPortBus();
    private final IrqLine[] irq = new IrqLine[16];
    private final List<Boolean> requests = new ArrayList<>();

    @BeforeEach
    void initialiseAsLinuxDoes() {
        wire(pic, bus);
        for (int i = 0; i < 16; i++) {
            irq[i] = i == 2 ? IrqLine.UNCONNECTED : pic.line(i);
        }
        initialise(0x01);
        pic.setListener(requests::add);
    }

    private static void wire(PicPair pic, IoPortBus bus) {
        bus.register(0x20, 2, pic.masterPorts());
        bus.register(0xA0, 2, pic.slavePorts());
        bus.register(0x4D0, 2, pic.elcrPorts());
    }

    private void initialise(int icw4) {
        bus.out(0x20, 1, 0x11);
        bus.out(0x21, 1, 0x30);
        bus.out(0x21, 1, 0x04);
        bus.out(0x21, 1, icw4);
        bus.out(0xA0, 1, 0x11);
        bus.out(0xA1, 1, 0x38);
        bus.out(0xA1, 1, 0x02);
        bus.out(0xA1, 1, icw4 & ~0x10);
    }

    private void pulse(int line) {
        irq[line].set(true);
        irq[line].set(false);
    }

    private int isr(int port) {
        bus.out(port, 1, 0x0B);
        return bus.in(port, 1);
    }

    private int irr(int port) {
        bus.out(port, 1, 0x0A);
        return bus.in(port, 1);
    }

    @Test
    void requestIsDeliveredWithItsVector() {
        irq[4].set(true);
        assertThat(pic.isPending()).isTrue();
        assertThat(irr(0x20)).isEqualTo(0x10);
        assertThat(pic.acknowledge()).isEqualTo(0x34);
        assertThat(isr(0x20)).isEqualTo(0x10);
        assertThat(irr(0x20)).as("edge is used up though the line is high").isZero();
        assertThat(pic.isPending()).isFalse();
        bus.out(0x20, 1, NON_SPECIFIC_EOI);
        assertThat(isr(0x20)).isZero();
        assertThat(pic.isPending()).as("no second edge").isFalse();
        assertThat(requests).containsExactly(true, false);
    }

    @Test
    void maskHoldsARequestBackAndUnmaskingDeliversIt() {
        bus.out(0x21, 1, 0xFF);
        assertThat(bus.in(0x21, 1)).isEqualTo(0xFF);
        irq[1].set(true);
        assertThat(pic.isPending()).isFalse();
        bus.out(0x21, 1, 0xFD);
        assertThat(pic.isPending()).isTrue();
        assertThat(pic.acknowledge()).isEqualTo(0x31);
    }

    @Test
    void fullyNestedModeHigherInterruptsLower() {
        irq[5].set(true);
        assertThat(pic.acknowledge()).isEqualTo(0x35);
        irq[6].set(true);
        assertThat(pic.isPending()).isFalse();
        irq[3].set(true);
        assertThat(pic.isPending()).isTrue();
        assertThat(pic.acknowledge()).isEqualTo(0x33);
        assertThat(isr(0x20)).isEqualTo(0x28);
        bus.out(0x20, 1, NON_SPECIFIC_EOI);
        assertThat(isr(0x20)).isEqualTo(0x20);
        assertThat(pic.isPending()).as("level 6 still waits for 5").isFalse();
        bus.out(0x20, 1, NON_SPECIFIC_EOI);
        assertThat(pic.acknowledge()).isEqualTo(0x36);
    }

    @Test
    void slaveRequestGoesThroughTheCascade() {
        irq[8].set(true);
        irq[14].set(true);
        assertThat(pic.acknowledge()).isEqualTo(0x38);
        assertThat(isr(0x20)).isEqualTo(0x04);
        assertThat(isr(0xA0)).isEqualTo(0x01);
        assertThat(pic.isPending()).isFalse();
        bus.out(0xA0, 1, NON_SPECIFIC_EOI);
        assertThat(pic.isPending()).as("the master has not seen an EOI").isFalse();
        bus.out(0x20, 1, NON_SPECIFIC_EOI);
        assertThat(pic.acknowledge()).isEqualTo(0x3E);
        bus.out(0xA0, 1, 0x66);
        bus.out(0x20, 1, 0x62);
        assertThat(pic.inService()).isZero();
    }

    @Test
    void specialFullyNestedModeLetsTheSlaveNest() {
        initialise(0x11);
        irq[14].set(true);
        assertThat(pic.acknowledge()).isEqualTo(0x3E);
        irq[8].set(true);
        assertThat(pic.isPending()).isTrue();
        assertThat(pic.acknowledge()).isEqualTo(0x38);
        assertThat(pic.inService()).isEqualTo(0x4104);
        irq[0].set(true);
        assertThat(pic.acknowledge()).isEqualTo(0x30);
    }

    @Test
    void withoutSpecialFullyNestedModeTheSlaveDoesNotNest() {
        irq[14].set(true);
        assertThat(pic.acknowledge()).isEqualTo(0x3E);
        irq[8].set(true);
        assertThat(pic.isPending()).isFalse();
    }

    @Test
    void requestThatGoesAwayLeavesTheDefaultIr7() {
        irq[3].set(true);
        irq[3].set(false);
        assertThat(pic.isPending()).isFalse();
        assertThat(pic.acknowledge()).isEqualTo(0x37);
        assertThat(isr(0x20)).as("a spurious IR7 is not in service").isZero();
    }

    @Test
    void slaveRequestThatGoesAwayDuringAcknowledgeIsIrq15() {
        // The master's input 2 is raised by the slave; mask the slave's request while the master
        // alone is polled, which puts level 2 in service, and acknowledge the slave afterwards.
        irq[10].set(true);
        bus.out(0x20, 1, 0x0C);
        assertThat(bus.in(0x20, 1)).isEqualTo(0x82);
        bus.out(0xA1, 1, 0xFF);
        bus.out(0xA0, 1, 0x0C);
        assertThat(bus.in(0xA0, 1)).isEqualTo(0x07);
        assertThat(isr(0xA0)).isZero();
    }

    @Test
    void edgeModeNeedsANewEdge() {
        irq[4].set(true);
        pic.acknowledge();
        bus.out(0x20, 1, NON_SPECIFIC_EOI);
        irq[4].set(true);
        assertThat(pic.isPending()).isFalse();
        irq[4].set(false);
        irq[4].set(true);
        assertThat(pic.isPending()).isTrue();
    }

    @Test
    void elcrMakesALevelTriggeredInput() {
        bus.out(0x4D1, 1, 0xFF);
        bus.out(0x4D0, 1, 0xFF);
        assertThat(bus.in(0x4D0, 2)).as("IRQ 0-2, 8 and 13 stay edge-triggered").isEqualTo(0xDEF8);
        irq[11].set(true);
        assertThat(pic.acknowledge()).isEqualTo(0x3B);
        bus.out(0xA0, 1, NON_SPECIFIC_EOI);
        bus.out(0x20, 1, NON_SPECIFIC_EOI);
        assertThat(pic.isPending()).as("line still high").isTrue();
        irq[11].set(false);
        assertThat(pic.isPending()).isFalse();
    }

    @Test
    void ltimMakesAllInputsLevelTriggered() {
        bus.out(0x20, 1, 0x19);
        bus.out(0x21, 1, 0x30);
        bus.out(0x21, 1, 0x04);
        bus.out(0x21, 1, 0x01);
        irq[1].set(true);
        assertThat(pic.acknowledge()).isEqualTo(0x31);
        bus.out(0x20, 1, NON_SPECIFIC_EOI);
        assertThat(pic.isPending()).isTrue();
    }

    @Test
    void icw1ClearsMaskAndEdges() {
        bus.out(0x21, 1, 0xAA);
        irq[1].set(true);
        initialise(0x01);
        assertThat(bus.in(0x21, 1)).isZero();
        assertThat(pic.isPending()).as("line was high before ICW1: no edge").isFalse();
        irq[1].set(false);
        irq[1].set(true);
        assertThat(pic.isPending()).isTrue();
    }

    @Test
    void singleModeTakesNoIcw3() {
        bus.out(0x20, 1, 0x12);
        bus.out(0x21, 1, 0x40);
        bus.out(0x21, 1, 0x5A);
        assertThat(bus.in(0x21, 1)).as("the third write is OCW1").isEqualTo(0x5A);
    }

    @Test
    void automaticEoiLeavesNothingInService() {
        initialise(0x03);
        irq[5].set(true);
        assertThat(pic.acknowledge()).isEqualTo(0x35);
        assertThat(isr(0x20)).isZero();
        irq[6].set(true);
        assertThat(pic.isPending()).isTrue();
    }

    @Test
    void rotateInAutomaticEoiModeGivesEqualPriority() {
        initialise(0x03);
        bus.out(0x20, 1, 0x80);
        irq[3].set(true);
        irq[5].set(true);
        assertThat(pic.acknowledge()).isEqualTo(0x33);
        irq[3].set(false);
        irq[3].set(true);
        assertThat(pic.acknowledge()).as("3 is now the lowest").isEqualTo(0x35);
        assertThat(pic.acknowledge()).isEqualTo(0x33);
        bus.out(0x20, 1, 0x00);
        irq[3].set(false);
        irq[3].set(true);
        irq[4].set(true);
        assertThat(pic.acknowledge()).isEqualTo(0x34);
        assertThat(pic.acknowledge()).isEqualTo(0x33);
        irq[4].set(false);
        irq[4].set(true);
        irq[3].set(false);
        irq[3].set(true);
        assertThat(pic.acknowledge()).as("no rotation any more").isEqualTo(0x34);
    }

    @Test
    void rotateOnNonSpecificEoi() {
        irq[4].set(true);
        pic.acknowledge();
        bus.out(0x20, 1, 0xA0);
        pulse(4);
        irq[4].set(true);
        irq[6].set(true);
        assertThat(pic.acknowledge()).as("4 became the lowest").isEqualTo(0x36);
    }

    @Test
    void rotateOnSpecificEoi() {
        irq[1].set(true);
        pic.acknowledge();
        bus.out(0x20, 1, 0xE1);
        assertThat(isr(0x20)).isZero();
        irq[0].set(true);
        irq[7].set(true);
        assertThat(pic.acknowledge()).as("order is now 2..7, 0, 1").isEqualTo(0x37);
    }

    @Test
    void setPriorityCommand() {
        bus.out(0x20, 1, 0xC5);
        irq[0].set(true);
        irq[5].set(true);
        irq[6].set(true);
        assertThat(pic.acknowledge()).isEqualTo(0x36);
        bus.out(0x20, 1, NON_SPECIFIC_EOI);
        assertThat(pic.acknowledge()).isEqualTo(0x30);
        bus.out(0x20, 1, NON_SPECIFIC_EOI);
        assertThat(pic.acknowledge()).isEqualTo(0x35);
    }

    @Test
    void specialMaskModeEnablesLowerLevels() {
        irq[3].set(true);
        pic.acknowledge();
        irq[6].set(true);
        assertThat(pic.isPending()).isFalse();
        bus.out(0x21, 1, 0x08);
        bus.out(0x20, 1, 0x68);
        assertThat(pic.isPending()).isTrue();
        assertThat(pic.acknowledge()).isEqualTo(0x36);
        bus.out(0x20, 1, NON_SPECIFIC_EOI);
        assertThat(isr(0x20)).as("a masked level is not cleared").isEqualTo(0x08);
        bus.out(0x20, 1, NON_SPECIFIC_EOI);
        assertThat(isr(0x20)).isEqualTo(0x08);
        bus.out(0x20, 1, 0x63);
        assertThat(isr(0x20)).isZero();
        bus.out(0x20, 1, 0x48);
        bus.out(0x21, 1, 0x00);
        irq[3].set(false);
        irq[3].set(true);
        pic.acknowledge();
        irq[7].set(true);
        assertThat(pic.isPending()).as("special mask mode is off again").isFalse();
    }

    @Test
    void pollCommandAcknowledges() {
        irq[3].set(true);
        bus.out(0x20, 1, 0x0C);
        assertThat(bus.in(0x20, 1)).isEqualTo(0x83);
        assertThat(isr(0x20)).isEqualTo(0x08);
        assertThat(pic.isPending()).isFalse();
        bus.out(0x20, 1, 0x0C);
        assertThat(bus.in(0x20, 1) & 0x80).isZero();
    }

    @Test
    void twoLinesAtOnceAreDeliveredOneAfterTheOther() {
        irq[0].set(true);
        irq[1].set(true);
        assertThat(pic.acknowledge()).isEqualTo(0x30);
        assertThat(pic.isPending()).isFalse();
        bus.out(0x20, 1, 0x60);
        assertThat(pic.isPending()).isTrue();
        assertThat(pic.acknowledge()).isEqualTo(0x31);
    }

    @Test
    void cascadeInputIsNotALine() {
        assertThatThrownBy(() -> pic.line(2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> pic.line(16)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void resetForgetsEverything() {
        irq[4].set(true);
        irq[9].set(true);
        pic.acknowledge();
        pic.reset();
        assertThat(pic.isPending()).isFalse();
        assertThat(pic.requested()).isZero();
        assertThat(pic.inService()).isZero();
        assertThat(pic.vectorBases()).isZero();
    }

    @Test
    void savedStateContinuesInAnotherPair() throws StateFormatException {
        bus.out(0xA1, 1, 0x10);
        irq[9].set(true);
        irq[11].set(true);
        assertThat(pic.acknowledge()).isEqualTo(0x39);
        irq[1].set(true);
        StateWriter writer = new StateWriter();
        pic.saveState(writer);
        PicPair other = new PicPair();
        IoPortBus otherBus = new IoPortBus();
        wire(other, otherBus);
        other.loadState(new StateReader(writer.toByteArray()));
        assertThat(other.isPending()).isTrue();
        assertThat(other.acknowledge()).isEqualTo(0x31);
        otherBus.out(0x20, 1, 0x61);
        otherBus.out(0xA0, 1, 0x61);
        otherBus.out(0x20, 1, 0x62);
        assertThat(other.acknowledge()).isEqualTo(0x3B);
        assertThat(otherBus.in(0xA1, 1)).isEqualTo(0x10);
    }
}
