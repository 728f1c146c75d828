package org.linuxemu.devices.uart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.bus.IoPortBus;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.irq.IrqLine;
import org.linuxemu.devices.TestTime;

/** Section numbers are those of the PC16550D datasheet (June 1995). */
class Uart16550Test {
    private static final int BASE = 0x3F8;
    private static final int DATA = 0;
    private static final int IER = 1;
    private static final int IIR = 2;
    private static final int FCR = 2;
    private static final int LCR = 3;
    private static final int MCR = 4;
    private static final int LSR = 5;
    private static final int MSR = 6;
    private static final int SCR = 7;

    private final TestTime time = new TestTime();
    private final Line line = new Line();
    private final Host host = new Host();
    private final Uart16550 uart = new Uart16550("uart0", time.clock, time.scheduler, line, host);
    private final IoPortBus bus = new IoPortBus();

    private static final class Line implements IrqLine {
        private boolean level;

        @Override
        public void set(boolean asserted) {
            level = asserted;
        }
    }

    private static final class Host implements SerialBackend {
        private final StringBuilder sent = new StringBuilder();
        private final List<Boolean> breaks = new ArrayList<>();
        private int readyCalls;

        @Override
        public void transmit(int value) {
            sent.append((char) value);
        }

        @Override
        public void transmitBreak(boolean active) {
            breaks.add(active);
        }

        @Override
        public void receiveReady() {
            readyCalls++;
        }
    }

    @BeforeEach
    void wire() {
        bus.register(BASE, 8, uart);
    }

    private int in(int register) {
        return bus.in(BASE + register, 1);
    }

    private void out(int register, int value) {
        bus.out(BASE + register, 1, value);
    }

    /** 115200 8N1, FIFOs with trigger 8, DTR, RTS and OUT2. */
    private void openAsLinuxDoes() {
        out(LCR, 0x83);
        out(DATA, 1);
        out(IER, 0);
        out(LCR, 0x03);
        out(FCR, 0x81);
        out(MCR, 0x0B);
    }

    @Test
    void registersAfterReset() {
        assertThat(in(IER)).isZero();
        assertThat(in(IIR)).isEqualTo(0x01);
        assertThat(in(LCR)).isZero();
        assertThat(in(MCR)).isZero();
        assertThat(in(LSR)).isEqualTo(0x60);
        assertThat(in(MSR)).as("the other end is ready, no changes").isEqualTo(0xB0);
        assertThat(line.level).isFalse();
    }

    @Test
    void scratchAndUnimplementedBits() {
        out(SCR, 0x5A);
        assertThat(in(SCR)).isEqualTo(0x5A);
        out(IER, 0xFF);
        assertThat(in(IER)).isEqualTo(0x0F);
        out(MCR, 0xFF);
        assertThat(in(MCR)).isEqualTo(0x1F);
    }

    @Test
    void divisorIsBehindTheDivisorLatchAccessBit() {
        out(LCR, 0x80);
        out(DATA, 0x34);
        out(IER, 0x12);
        assertThat(in(DATA)).isEqualTo(0x34);
        assertThat(in(IER)).isEqualTo(0x12);
        out(LCR, 0x00);
        assertThat(in(IER)).isZero();
        assertThat(host.sent).isEmpty();
    }

    @Test
    void byteIsSentAtOnceAndTheTransmitterIsReadyAPortAccessLater() {
        out(DATA, 'A');
        assertThat(host.sent.toString()).isEqualTo("A");
        assertThat(in(LSR) & 0x60).as("both busy").isZero();
        time.run(Uart16550.TRANSMIT_CYCLES - 1);
        assertThat(in(LSR) & 0x60).isZero();
        time.run(1);
        assertThat(in(LSR) & 0x60).as("THRE").isEqualTo(0x20);
        time.run(Uart16550.TRANSMIT_CYCLES);
        assertThat(in(LSR) & 0x60).as("THRE and TEMT").isEqualTo(0x60);
    }

    @Test
    void bytesWrittenFasterThanTheLineAreNotLost() {
        openAsLinuxDoes();
        for (int i = 0; i < 100; i++) {
            out(DATA, 'a' + i % 26);
        }
        assertThat(host.sent).hasSize(100);
        time.run(16 * Uart16550.TRANSMIT_CYCLES);
        assertThat(in(LSR) & 0x20).isNotZero();
    }

    @Test
    void transmitterEmptyInterrupt() {
        openAsLinuxDoes();
        out(IER, 0x02);
        assertThat(line.level).as("enabling with an empty THR interrupts at once").isTrue();
        assertThat(in(IIR)).isEqualTo(0xC2);
        assertThat(line.level).as("reading IIR is the acknowledge").isFalse();
        assertThat(in(IIR)).isEqualTo(0xC1);
        out(DATA, 'x');
        assertThat(line.level).isFalse();
        time.run(Uart16550.TRANSMIT_CYCLES - 1);
        assertThat(line.level).isFalse();
        time.run(1);
        assertThat(line.level).isTrue();
        out(DATA, 'y');
        assertThat(line.level).as("writing THR clears it too").isFalse();
        time.run(Uart16550.TRANSMIT_CYCLES);
        assertThat(line.level).isTrue();
        out(IER, 0x00);
        assertThat(line.level).isFalse();
    }

    @Test
    void transmitInterruptEnabledWhileBusyComesWhenEmpty() {
        openAsLinuxDoes();
        out(DATA, 'x');
        out(IER, 0x02);
        assertThat(line.level).isFalse();
        time.run(Uart16550.TRANSMIT_CYCLES);
        assertThat(line.level).isTrue();
    }

    /** The two THRE tests of Linux's serial8250_do_startup. */
    @Test
    void linuxFindsNoTransmitterBugs() {
        openAsLinuxDoes();
        out(IER, 0x02);
        int first = in(IIR);
        out(IER, 0x00);
        out(IER, 0x02);
        int second = in(IIR);
        out(IER, 0x00);
        assertThat(first & 1).isZero();
        assertThat(second & 1).as("THRE is reported again").isZero();
        out(IER, 0x02);
        int status = in(LSR);
        int id = in(IIR);
        out(IER, 0x00);
        assertThat(status & 0x40).isNotZero();
        assertThat(id & 1).isZero();
    }

    @Test
    void accessAfterTheDeadlineThatHasNotBeenRunSeesTheInterrupt() {
        openAsLinuxDoes();
        out(IER, 0x02);
        in(IIR);
        out(DATA, 'x');
        time.skip(1_000);
        assertThat(in(IIR)).isEqualTo(0xC2);
        time.run(10);
        assertThat(line.level).as("already acknowledged").isFalse();
    }

    @Test
    void interruptsPassOnlyWithOut2() {
        openAsLinuxDoes();
        out(MCR, 0x03);
        out(IER, 0x02);
        assertThat(line.level).isFalse();
        out(MCR, 0x0B);
        assertThat(line.level).isTrue();
    }

    @Test
    void receivedByteWithoutFifo() {
        out(MCR, 0x0B);
        out(IER, 0x01);
        assertThat(uart.receiveRoom()).isEqualTo(1);
        uart.receive('q');
        assertThat(uart.receiveRoom()).isZero();
        assertThat(line.level).isTrue();
        assertThat(in(IIR)).isEqualTo(0x04);
        assertThat(in(LSR)).isEqualTo(0x61);
        assertThat(in(DATA)).isEqualTo('q');
        assertThat(in(LSR)).isEqualTo(0x60);
        assertThat(line.level).isFalse();
        assertThat(uart.receiveRoom()).isEqualTo(1);
    }

    @Test
    void overrunWithoutFifoKeepsTheNewByteAndWithFifoTheOldOnes() {
        out(MCR, 0x0B);
        uart.receive('1');
        uart.receive('2');
        assertThat(in(LSR) & 0x03).isEqualTo(0x03);
        assertThat(in(LSR) & 0x02).as("reading clears it").isZero();
        assertThat(in(DATA)).isEqualTo('2');
        openAsLinuxDoes();
        for (int i = 0; i < 17; i++) {
            uart.receive('a' + i);
        }
        assertThat(in(LSR) & 0x03).isEqualTo(0x03);
        for (int i = 0; i < 16; i++) {
            assertThat(in(DATA)).isEqualTo('a' + i);
        }
        assertThat(in(LSR) & 0x01).isZero();
    }

    @Test
    void fifoInterruptsAtTheTriggerLevelAndAfterFourCharacterTimes() {
        openAsLinuxDoes();
        out(IER, 0x01);
        for (int i = 0; i < 7; i++) {
            uart.receive('0' + i);
        }
        assertThat(line.level).isFalse();
        // 4 characters of 10 bits at 115200 baud.
        time.run(347_222 - 1);
        assertThat(line.level).isFalse();
        time.run(1);
        assertThat(line.level).isTrue();
        assertThat(in(IIR)).isEqualTo(0xCC);
        assertThat(in(IIR)).as("IIR does not clear the timeout").isEqualTo(0xCC);
        assertThat(in(DATA)).isEqualTo('0');
        assertThat(line.level).isFalse();
        uart.receive('7');
        assertThat(line.level).isFalse();
        uart.receive('8');
        assertThat(in(IIR)).isEqualTo(0xC4);
        assertThat(line.level).isTrue();
        in(DATA);
        assertThat(line.level).as("below the trigger level again").isFalse();
        time.run(347_222);
        assertThat(line.level).isTrue();
        for (int i = 0; i < 7; i++) {
            in(DATA);
        }
        assertThat(line.level).isFalse();
        time.run(10_000_000);
        assertThat(line.level).as("an empty FIFO has no timeout").isFalse();
    }

    @Test
    void triggerLevels() {
        int[] levels = {1, 4, 8, 14};
        openAsLinuxDoes();
        out(IER, 0x01);
        for (int i = 0; i < 4; i++) {
            out(FCR, 0x03 | i << 6);
            for (int n = 1; n <= levels[i]; n++) {
                assertThat(line.level).isFalse();
                uart.receive('x');
            }
            assertThat(line.level).as("level %d", levels[i]).isTrue();
        }
    }

    @Test
    void fifoControlClears() {
        openAsLinuxDoes();
        uart.receive('x');
        out(FCR, 0x83);
        assertThat(in(LSR) & 0x01).isZero();
        uart.receive('y');
        out(FCR, 0x00);
        assertThat(in(LSR) & 0x01).as("switching the FIFO off clears it").isZero();
        assertThat(in(IIR)).isEqualTo(0x01);
        out(FCR, 0x02);
        uart.receive('z');
        out(FCR, 0x02);
        assertThat(in(LSR) & 0x01).as("other bits count only with bit 0").isEqualTo(1);
    }

    @Test
    void interruptPriorities() {
        openAsLinuxDoes();
        out(FCR, 0x01);
        out(IER, 0x0F);
        uart.setModemInputs(0x80);
        uart.receive('a');
        uart.receiveBreak();
        for (int i = 0; i < 15; i++) {
            uart.receive('b');
        }
        assertThat(in(IIR)).as("overrun").isEqualTo(0xC6);
        assertThat(in(LSR)).isEqualTo(0x60 | 0x80 | 0x03);
        assertThat(in(IIR)).isEqualTo(0xC4);
        in(DATA);
        assertThat(in(IIR)).as("the break is on top").isEqualTo(0xC6);
        assertThat(in(LSR)).isEqualTo(0x60 | 0x80 | 0x18 | 0x01);
        assertThat(in(LSR)).isEqualTo(0x61);
        assertThat(in(DATA)).isZero();
        while ((in(LSR) & 1) != 0) {
            in(DATA);
        }
        assertThat(in(IIR)).isEqualTo(0xC2);
        assertThat(in(IIR)).isEqualTo(0xC0);
        assertThat(in(MSR)).isEqualTo(0x80 | 0x03);
        assertThat(in(IIR)).isEqualTo(0xC1);
        assertThat(line.level).isFalse();
    }

    @Test
    void ringIndicatorCountsWhenItEnds() {
        uart.setModemInputs(0xF0);
        assertThat(in(MSR)).isEqualTo(0xF0);
        uart.setModemInputs(0xB0);
        assertThat(in(MSR)).isEqualTo(0xB4);
        assertThat(in(MSR)).isEqualTo(0xB0);
    }

    @Test
    void loopback() {
        openAsLinuxDoes();
        // The loopback test of Linux's autoconfig.
        out(MCR, 0x1A);
        assertThat(in(MSR) & 0xF0).isEqualTo(0x90);
        out(MCR, 0x15);
        assertThat(in(MSR) & 0xF0).isEqualTo(0x60);
        assertThat(uart.receiveRoom()).isZero();
        uart.receive('h');
        out(DATA, 'L');
        assertThat(in(DATA)).isEqualTo('L');
        assertThat(in(LSR) & 1).isZero();
        assertThat(host.sent).isEmpty();
        for (int i = 0; i < 17; i++) {
            out(DATA, i);
        }
        assertThat(in(LSR) & 0x03).as("overrun shows the FIFO's size").isEqualTo(0x03);
        out(IER, 0x01);
        out(MCR, 0x1F);
        assertThat(line.level).as("OUT2 is off at the pin").isFalse();
    }

    @Test
    void breakIsPassedOnAndReceived() {
        openAsLinuxDoes();
        out(LCR, 0x43);
        out(LCR, 0x43);
        out(LCR, 0x03);
        assertThat(host.breaks).containsExactly(true, false);
        uart.receiveBreak();
        assertThat(in(LSR)).isEqualTo(0xF9);
        assertThat(in(DATA)).isZero();
    }

    @Test
    void inputWaitsUntilTheGuestShowsInterest() {
        assertThat(uart.receiveRoom()).isZero();
        out(FCR, 0x01);
        out(MCR, 0x01);
        assertThat(uart.receiveRoom()).as("DTR alone is not enough").isZero();
        assertThat(host.readyCalls).isZero();
        out(MCR, 0x0B);
        assertThat(uart.receiveRoom()).as("an early console raises RTS but only sends").isZero();
        assertThat(host.readyCalls).isZero();
        out(IER, 0x01);
        assertThat(uart.receiveRoom()).isEqualTo(16);
        assertThat(host.readyCalls).isEqualTo(1);
        for (int i = 0; i < 16; i++) {
            uart.receive('x');
        }
        assertThat(uart.receiveRoom()).isZero();
        in(DATA);
        assertThat(uart.receiveRoom()).isEqualTo(1);
        assertThat(host.readyCalls).isEqualTo(2);
        out(MCR, 0x09);
        assertThat(uart.receiveRoom()).as("a guest that lowers RTS wants a pause").isZero();
    }

    @Test
    void receiverInterruptsWithoutRtsAreInterest() {
        out(IER, 0x01);
        assertThat(uart.receiveRoom()).isEqualTo(1);
    }

    @Test
    void pollingForInputIsInterestButPollingForOutputIsNot() {
        for (int i = 0; i < 100; i++) {
            out(DATA, 'x');
            while ((in(LSR) & 0x60) != 0x60) {
                time.run(100);
            }
        }
        assertThat(uart.receiveRoom()).isZero();
        for (int i = 0; i < 16; i++) {
            in(LSR);
        }
        assertThat(uart.receiveRoom()).isEqualTo(1);
        uart.receive('k');
        assertThat(in(LSR) & 1).isEqualTo(1);
        assertThat(in(DATA)).isEqualTo('k');
        assertThat(uart.receiveRoom()).isEqualTo(1);
    }

    @Test
    void resetBringsBackTheFirstState() {
        openAsLinuxDoes();
        out(IER, 0x0F);
        out(LCR, 0x43);
        uart.receive('x');
        uart.reset();
        assertThat(line.level).isFalse();
        assertThat(host.breaks).containsExactly(true, false);
        registersAfterReset();
        time.run(1_000_000_000);
        assertThat(line.level).isFalse();
    }

    @Test
    void savedStateContinues() throws StateFormatException {
        openAsLinuxDoes();
        out(IER, 0x03);
        in(IIR);
        uart.receive('s');
        uart.receiveBreak();
        out(DATA, 'x');
        TestTime otherTime = new TestTime();
        Line otherLine = new Line();
        Uart16550 other =
                new Uart16550(
                        "uart0",
                        otherTime.clock,
                        otherTime.scheduler,
                        otherLine,
                        new NullSerialBackend());
        time.copyTo(otherTime, uart, other);
        assertThat(other.receiveRoom()).isEqualTo(14);
        otherTime.run(Uart16550.TRANSMIT_CYCLES);
        assertThat(otherLine.level).isTrue();
        assertThat(other.read(IIR, 1)).isEqualTo(0xC2);
        otherTime.run(400_000);
        assertThat(other.read(IIR, 1)).isEqualTo(0xCC);
        assertThat(other.read(DATA, 1)).isEqualTo('s');
        assertThat(other.read(LSR, 1)).isEqualTo(0xF9);
    }
}
