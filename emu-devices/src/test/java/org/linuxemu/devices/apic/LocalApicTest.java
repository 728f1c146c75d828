package org.linuxemu.devices.apic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.irq.InterruptRequestListener;
import org.linuxemu.core.irq.InterruptSource;
import org.linuxemu.core.irq.IrqLine;
import org.linuxemu.core.time.EventScheduler;
import org.linuxemu.devices.TestTime;

/** Quotations are from SDM vol. 3A, "Advanced Programmable Interrupt Controller". */
class LocalApicTest {
    private static final int ID = 0x020;
    private static final int TPR = 0x080;
    private static final int PPR = 0x0A0;
    private static final int EOI = 0x0B0;
    private static final int LDR = 0x0D0;
    private static final int DFR = 0x0E0;
    private static final int SVR = 0x0F0;
    private static final int ISR = 0x100;
    private static final int IRR = 0x200;
    private static final int ESR = 0x280;
    private static final int ICR_LOW = 0x300;
    private static final int ICR_HIGH = 0x310;
    private static final int LVT_TIMER = 0x320;
    private static final int LVT_LINT0 = 0x350;
    private static final int LVT_LINT1 = 0x360;
    private static final int LVT_ERROR = 0x370;
    private static final int TIMER_INITIAL = 0x380;
    private static final int TIMER_CURRENT = 0x390;
    private static final int TIMER_DIVIDE = 0x3E0;
    private static final int MASKED = 0x10000;

    private final TestTime time = new TestTime();
    private final FakePic pic = new FakePic();
    private final NmiCounter nmi = new NmiCounter();
    private final LocalApic apic = new LocalApic(time.clock, time.scheduler, pic, nmi);
    private final List<Boolean> requests = new ArrayList<>();

    private static final class FakePic implements InterruptSource {
        private boolean pending;
        private InterruptRequestListener listener;

        void request(boolean level) {
            pending = level;
            listener.interruptRequestChanged(level);
        }

        @Override
        public boolean isPending() {
            return pending;
        }

        @Override
        public int acknowledge() {
            request(false);
            return 0x30;
        }

        @Override
        public void setListener(InterruptRequestListener newListener) {
            listener = newListener;
        }
    }

    private static final class NmiCounter implements IrqLine {
        private int pulses;

        @Override
        public void set(boolean asserted) {
            pulses += asserted ? 1 : 0;
        }
    }

    @BeforeEach
    void enable() {
        apic.setListener(requests::add);
        write(SVR, 0x1FF);
    }

    private int read(int register) {
        return (int) apic.read(register, 4);
    }

    private void write(int register, int value) {
        apic.write(register, 4, value & 0xFFFFFFFFL);
    }

    private boolean inService(int vector) {
        return (read(ISR + 16 * (vector >> 5)) >>> (vector & 31) & 1) != 0;
    }

    private boolean requested(int vector) {
        return (read(IRR + 16 * (vector >> 5)) >>> (vector & 31) & 1) != 0;
    }

    private void interruptSelf(int vector) {
        write(ICR_LOW, 0x40000 | vector);
    }

    @Test
    void registersAfterReset() {
        apic.reset();
        assertThat(read(ID)).isZero();
        assertThat(read(0x030)).isEqualTo(0x00050014);
        assertThat(read(SVR)).isEqualTo(0xFF);
        assertThat(read(DFR)).isEqualTo(-1);
        for (int lvt = LVT_TIMER; lvt <= LVT_ERROR; lvt += 16) {
            assertThat(read(lvt)).isEqualTo(MASKED);
        }
        assertThat(read(ESR)).isZero();
    }

    @Test
    void interruptGoesFromRequestToServiceToEnd() {
        interruptSelf(0x41);
        assertThat(requested(0x41)).isTrue();
        assertThat(apic.isPending()).isTrue();
        assertThat(apic.acknowledge()).isEqualTo(0x41);
        assertThat(requested(0x41)).isFalse();
        assertThat(inService(0x41)).isTrue();
        assertThat(read(PPR)).isEqualTo(0x40);
        assertThat(apic.isPending()).isFalse();
        write(EOI, 0);
        assertThat(inService(0x41)).isFalse();
        assertThat(requests).containsExactly(true, false);
        assertThat(apic.acknowledge()).as("spurious").isEqualTo(0xFF);
    }

    @Test
    void priorityClassesNest() {
        interruptSelf(0x41);
        apic.acknowledge();
        interruptSelf(0x4F);
        assertThat(apic.isPending()).as("same class").isFalse();
        interruptSelf(0x51);
        assertThat(apic.acknowledge()).isEqualTo(0x51);
        write(EOI, 0);
        assertThat(inService(0x41)).isTrue();
        assertThat(apic.isPending()).isFalse();
        write(EOI, 0);
        assertThat(apic.acknowledge()).isEqualTo(0x4F);
    }

    @Test
    void taskPriorityHoldsInterruptsBack() {
        write(TPR, 0x45);
        assertThat(apic.taskPriorityClass()).isEqualTo(4);
        assertThat(read(PPR)).isEqualTo(0x45);
        interruptSelf(0x4F);
        assertThat(apic.isPending()).isFalse();
        apic.setTaskPriorityClass(3);
        assertThat(read(TPR)).isEqualTo(0x30);
        assertThat(apic.isPending()).isTrue();
        apic.setTaskPriorityClass(15);
        assertThat(apic.isPending()).isFalse();
        assertThat(requests).containsExactly(true, false);
    }

    @Test
    void shorthandsAndDestinations() {
        write(ICR_HIGH, 0);
        write(ICR_LOW, 0x50);
        assertThat(requested(0x50)).as("physical destination 0").isTrue();
        write(ICR_HIGH, 0x05000000);
        write(ICR_LOW, 0x51);
        assertThat(requested(0x51)).isFalse();
        write(ICR_HIGH, 0xFF000000);
        write(ICR_LOW, 0x52);
        assertThat(requested(0x52)).as("broadcast").isTrue();
        write(ICR_LOW, 0x80053);
        assertThat(requested(0x53)).as("all including self").isTrue();
        write(ICR_LOW, 0xC0054);
        assertThat(requested(0x54)).as("all but self").isFalse();
        write(LDR, 0x04000000);
        write(ICR_HIGH, 0x06000000);
        write(ICR_LOW, 0x855);
        assertThat(requested(0x55)).as("flat model").isTrue();
        write(ICR_HIGH, 0x03000000);
        write(ICR_LOW, 0x856);
        assertThat(requested(0x56)).isFalse();
        write(DFR, 0x0FFFFFFF);
        write(LDR, 0x21000000);
        write(ICR_HIGH, 0x23000000);
        write(ICR_LOW, 0x857);
        assertThat(requested(0x57)).as("cluster model").isTrue();
        write(ICR_HIGH, 0x31000000);
        write(ICR_LOW, 0x858);
        assertThat(requested(0x58)).isFalse();
        assertThat(read(ICR_LOW)).isEqualTo(0x858);
    }

    @Test
    void nmiByCommandAndByLint1() {
        write(ICR_LOW, 0x40400);
        assertThat(nmi.pulses).isEqualTo(1);
        IrqLine lint1 = apic.lint1();
        lint1.set(true);
        assertThat(nmi.pulses).as("masked").isEqualTo(1);
        write(LVT_LINT1, 0x400);
        lint1.set(false);
        lint1.set(true);
        lint1.set(true);
        assertThat(nmi.pulses).isEqualTo(2);
    }

    @Test
    void softwareDisabledApicTakesNoFixedInterruptsAndMasksItsOwn() {
        write(LVT_TIMER, 0x20040);
        write(SVR, 0xFF);
        assertThat(read(LVT_TIMER)).isEqualTo(0x20040 | MASKED);
        write(LVT_TIMER, 0x40);
        assertThat(read(LVT_TIMER)).as("the mask cannot be cleared").isEqualTo(0x40 | MASKED);
        interruptSelf(0x60);
        assertThat(requested(0x60)).isFalse();
    }

    @Test
    void errorsAreReportedOnceAndLatchedByAWrite() {
        write(LVT_ERROR, 0xFE);
        interruptSelf(0x0F);
        assertThat(requested(0xFE)).isTrue();
        assertThat(read(ESR)).isZero();
        write(ESR, 0);
        assertThat(read(ESR)).as("send illegal vector").isEqualTo(0x20);
        write(ESR, 0);
        assertThat(read(ESR)).isZero();
        assertThat(read(0x3F0)).isZero();
        write(ESR, 0);
        assertThat(read(ESR)).as("illegal register").isEqualTo(0x80);
        write(LVT_ERROR, 0x05);
        interruptSelf(0x0F);
        write(ESR, 0);
        assertThat(read(ESR)).isEqualTo(0x20);
    }

    @Test
    void virtualWireModePassesThe8259Through() {
        apic.reset();
        pic.request(true);
        assertThat(apic.isPending()).as("LINT0 is masked").isFalse();
        apic.enterVirtualWireMode();
        assertThat(apic.isPending()).isTrue();
        assertThat(apic.acknowledge()).isEqualTo(0x30);
        assertThat(apic.isPending()).isFalse();
        assertThat(read(PPR)).as("ExtINT is not in service here").isZero();
    }

    @Test
    void globallyDisabledApicIsNotThere() {
        interruptSelf(0x60);
        apic.setGloballyEnabled(false);
        assertThat(apic.isPending()).isFalse();
        pic.request(true);
        assertThat(apic.isPending()).isTrue();
        assertThat(apic.acknowledge()).isEqualTo(0x30);
    }

    @Test
    void fixedInterruptOnLint0() {
        write(LVT_LINT0, 0x61);
        pic.request(true);
        assertThat(requested(0x61)).isTrue();
        apic.acknowledge();
        write(EOI, 0);
        assertThat(apic.isPending()).as("edge").isFalse();
        pic.request(false);
        write(LVT_LINT0, 0x8061);
        pic.request(true);
        assertThat(read(LVT_LINT0)).as("remote IRR").isEqualTo(0xC061);
        assertThat(apic.acknowledge()).isEqualTo(0x61);
        assertThat(apic.isPending()).isFalse();
        write(EOI, 0);
        assertThat(apic.isPending()).as("level still there").isTrue();
        pic.request(false);
        apic.acknowledge();
        write(EOI, 0);
        assertThat(read(LVT_LINT0)).isEqualTo(0x8061);
        assertThat(apic.isPending()).isFalse();
    }

    @Test
    void oneShotTimer() {
        write(TIMER_DIVIDE, 0x03);
        write(LVT_TIMER, 0xEC);
        write(TIMER_INITIAL, 1_000);
        time.run(15_999);
        assertThat(read(TIMER_CURRENT)).isEqualTo(1);
        assertThat(requested(0xEC)).isFalse();
        time.run(1);
        assertThat(read(TIMER_CURRENT)).isZero();
        assertThat(requested(0xEC)).isTrue();
        apic.acknowledge();
        write(EOI, 0);
        time.run(1_000_000);
        assertThat(requested(0xEC)).isFalse();
        assertThat(time.scheduler.nextDeadline()).isEqualTo(EventScheduler.NEVER);
    }

    @Test
    void divideConfigurations() {
        int[][] codes = {{0, 2}, {1, 4}, {2, 8}, {3, 16}, {8, 32}, {9, 64}, {10, 128}, {11, 1}};
        for (int[] code : codes) {
            write(TIMER_DIVIDE, code[0]);
            assertThat(read(TIMER_DIVIDE)).isEqualTo(code[0]);
            write(TIMER_INITIAL, 1_000_000);
            time.run(12_800);
            assertThat(1_000_000 - read(TIMER_CURRENT)).isEqualTo(12_800 / code[1]);
        }
    }

    @Test
    void periodicTimerDoesNotDriftAndCountsWhileMasked() {
        write(TIMER_DIVIDE, 0x0B);
        write(LVT_TIMER, 0x200EC);
        write(TIMER_INITIAL, 1_500);
        int count = 0;
        for (int i = 0; i < 1_500; i++) {
            time.run(100);
            if (apic.isPending()) {
                apic.acknowledge();
                write(EOI, 0);
                count++;
            }
        }
        assertThat(count).isEqualTo(100);
        write(LVT_TIMER, 0x200EC | MASKED);
        assertThat(time.scheduler.nextDeadline()).isEqualTo(EventScheduler.NEVER);
        time.run(1_600);
        assertThat(read(TIMER_CURRENT)).isEqualTo(1_400);
        assertThat(apic.isPending()).isFalse();
        write(LVT_TIMER, 0x200EC);
        time.run(1_399);
        assertThat(apic.isPending()).isFalse();
        time.run(1);
        assertThat(apic.isPending()).isTrue();
    }

    @Test
    void shortPeriodsDoNotFloodTheEmulator() {
        write(TIMER_DIVIDE, 0x0B);
        write(LVT_TIMER, 0x200EC);
        write(TIMER_INITIAL, 1);
        int count = 0;
        for (int i = 0; i < 10_000; i++) {
            time.run(100);
            if (apic.isPending()) {
                apic.acknowledge();
                write(EOI, 0);
                count++;
            }
        }
        assertThat(count).isBetween(900, 1_000);
    }

    @Test
    void accessAfterTheDeadlineThatHasNotBeenRunSeesTheExpiry() {
        write(TIMER_DIVIDE, 0x0B);
        write(LVT_TIMER, 0xEC);
        write(TIMER_INITIAL, 1_000);
        time.skip(1_500);
        write(LVT_TIMER, 0xED);
        assertThat(requested(0xEC)).as("expired before the vector changed").isTrue();
        assertThat(requested(0xED)).isFalse();
        time.run(0);
        assertThat(requested(0xED)).isFalse();
    }

    @Test
    void zeroInitialCountStopsTheTimer() {
        write(LVT_TIMER, 0xEC);
        write(TIMER_INITIAL, 1_000);
        write(TIMER_INITIAL, 0);
        time.run(1_000_000);
        assertThat(requested(0xEC)).isFalse();
    }

    @Test
    void switchedOffGloballyItIsNotThere() {
        apic.setGloballyEnabled(false);
        assertThat(read(0x030)).isEqualTo(-1);
        write(TPR, 0x50);
        apic.setGloballyEnabled(true);
        assertThat(read(0x030)).isEqualTo(0x00050014);
        assertThat(read(TPR)).isZero();
        assertThat(read(SVR)).as("as after reset").isEqualTo(0xFF);
    }

    @Test
    void tscDeadline() {
        apic.setTscDeadline(500);
        assertThat(apic.tscDeadline()).as("not in TSC-deadline mode").isEqualTo(Long.MAX_VALUE);
        write(LVT_TIMER, 0x400EC);
        apic.setTscDeadline(5_000);
        assertThat(apic.tscDeadline()).isEqualTo(5_000);
        write(TIMER_INITIAL, 10);
        assertThat(read(TIMER_INITIAL)).as("ignored in this mode").isZero();
        time.run(4_999);
        assertThat(apic.isPending()).isFalse();
        time.run(1);
        assertThat(apic.isPending()).isTrue();
        assertThat(apic.tscDeadline()).isEqualTo(Long.MAX_VALUE);
        apic.acknowledge();
        write(EOI, 0);
        apic.setTscDeadline(100);
        time.run(0);
        assertThat(apic.isPending()).as("a past deadline is due at once").isTrue();
        apic.acknowledge();
        write(EOI, 0);
        apic.setTscDeadline(50_000);
        write(LVT_TIMER, 0xEC);
        time.run(1_000_000);
        assertThat(apic.isPending()).as("leaving the mode disarms").isFalse();
    }

    @Test
    void oddAccessesDoNothing() {
        apic.write(TPR, 1, 0x20);
        apic.write(TPR + 4, 4, 0x20);
        assertThat(read(TPR)).isZero();
        write(TPR, 0xAB);
        assertThat(apic.read(TPR, 1)).isEqualTo(0xAB);
        assertThat(apic.read(TPR + 4, 4)).isZero();
    }

    @Test
    void savedStateContinues() throws StateFormatException {
        write(TIMER_DIVIDE, 0x0B);
        write(LVT_TIMER, 0x200EC);
        write(TIMER_INITIAL, 1_500);
        interruptSelf(0x41);
        apic.acknowledge();
        interruptSelf(0x31);
        TestTime otherTime = new TestTime();
        LocalApic other = new LocalApic(otherTime.clock, otherTime.scheduler, new FakePic(), nmi);
        time.run(100);
        time.copyTo(otherTime, apic, other);
        assertThat(other.isPending()).isFalse();
        otherTime.run(1_400);
        assertThat(other.acknowledge()).isEqualTo(0xEC);
        other.write(EOI, 4, 0);
        other.write(EOI, 4, 0);
        assertThat(other.acknowledge()).isEqualTo(0x31);
    }
}
