package org.linuxemu.core.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.irq.InterruptRequestListener;
import org.linuxemu.core.irq.LocalInterruptController;
import org.linuxemu.core.state.CpuState;

/** The processor's own way to its local APIC: CR8, IA32_APIC_BASE, IA32_TSC_DEADLINE, CPUID. */
class LocalApicRegistersTest {
    /** An APIC in TSC-deadline mode whose timer never runs by itself. */
    private static final class FakeApic implements LocalInterruptController {
        private int priorityClass;
        private boolean enabled = true;
        private long deadline = Long.MAX_VALUE;

        @Override
        public int taskPriorityClass() {
            return priorityClass;
        }

        @Override
        public void setTaskPriorityClass(int value) {
            priorityClass = value;
        }

        @Override
        public void setGloballyEnabled(boolean value) {
            enabled = value;
        }

        @Override
        public long tscDeadline() {
            return deadline;
        }

        @Override
        public void setTscDeadline(long cycle) {
            deadline = cycle;
        }

        @Override
        public boolean isPending() {
            return false;
        }

        @Override
        public int acknowledge() {
            return 0xFF;
        }

        @Override
        public void setListener(InterruptRequestListener listener) {}
    }

    private final TestProcessor p = TestProcessor.long64();
    private final FakeApic apic = new FakeApic();

    @BeforeEach
    void connect() {
        p.c.localApic = apic;
        p.clock.advanceTo(1_000);
    }

    private long deadline() {
        return MsrOps.read(p.c, MsrOps.TSC_DEADLINE);
    }

    private void setDeadline(long value) {
        MsrOps.write(p.c, MsrOps.TSC_DEADLINE, value);
    }

    @Test
    void cr8IsTheTaskPriorityClass() {
        apic.priorityClass = 9;
        p.run(0x44, 0x0F, 0x20, 0xC1); // MOV RCX, CR8
        assertThat(p.s.regs[CpuState.RCX]).isEqualTo(9);
        p.s.regs[CpuState.RAX] = 4;
        p.run(0x44, 0x0F, 0x22, 0xC0); // MOV CR8, RAX
        assertThat(apic.priorityClass).isEqualTo(4);
    }

    @Test
    void apicBaseSwitchesTheApicOffAndOn() {
        MsrOps.write(p.c, MsrOps.APIC_BASE, 0xFEE00000L);
        assertThat(apic.enabled).isFalse();
        assertThat(MsrOps.read(p.c, MsrOps.APIC_BASE))
                .as("the bootstrap processor's bit is read-only")
                .isEqualTo(0xFEE00100L);
        assertThat(CpuidOps.value(p.c, 1, 0, 3) & 1 << 9).as("CPUID follows").isZero();
        MsrOps.write(p.c, MsrOps.APIC_BASE, 0xFEE00900L);
        assertThat(apic.enabled).isTrue();
        assertThat(CpuidOps.value(p.c, 1, 0, 3) & 1 << 9).isNotZero();
    }

    @Test
    void x2ApicModeDoesNotExist() {
        assertThat(CpuidOps.value(p.c, 1, 0, 2) & 1 << 21).isZero();
        assertThatThrownBy(() -> MsrOps.write(p.c, MsrOps.APIC_BASE, 0xFEE00D00L))
                .isInstanceOf(CpuException.class);
        assertThatThrownBy(() -> MsrOps.read(p.c, 0x802)).isInstanceOf(CpuException.class);
    }

    @Test
    void deadlineIsOneOfTheTimeStampCounter() {
        MsrOps.write(p.c, MsrOps.TSC, 50_000);
        setDeadline(50_300);
        assertThat(apic.deadline).isEqualTo(1_300);
        assertThat(deadline()).isEqualTo(50_300);
    }

    @Test
    void deadlineMovesWithTheCounter() {
        setDeadline(5_000);
        MsrOps.write(p.c, MsrOps.TSC_ADJUST, 1_500);
        assertThat(apic.deadline).isEqualTo(3_500);
        MsrOps.write(p.c, MsrOps.TSC, 6_000);
        assertThat(apic.deadline).as("passed: due now").isEqualTo(1_000);
        assertThat(deadline()).isEqualTo(5_000);
    }

    @Test
    void passedDeadlineIsDueNow() {
        setDeadline(1);
        assertThat(apic.deadline).isEqualTo(1_000);
    }

    @Test
    void deadlineIsUnsigned() {
        setDeadline(-1L);
        assertThat(apic.deadline).as("armed, for the end of time").isEqualTo(Long.MAX_VALUE - 1);
        assertThat(deadline()).isEqualTo(-1L);
        MsrOps.write(p.c, MsrOps.TSC, -2_000L);
        setDeadline(-1_000L);
        assertThat(apic.deadline).isEqualTo(2_000);
    }

    @Test
    void zeroDisarms() {
        setDeadline(5_000);
        setDeadline(0);
        assertThat(apic.deadline).isEqualTo(Long.MAX_VALUE);
        assertThat(deadline()).isZero();
    }

    @Test
    void expiredDeadlineReadsZero() {
        setDeadline(5_000);
        apic.deadline = Long.MAX_VALUE;
        assertThat(deadline()).isZero();
        MsrOps.write(p.c, MsrOps.TSC, 0);
        assertThat(apic.deadline)
                .as("a new counter does not arm it again")
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void timerFeaturesNeedTheApic() {
        CpuModel without = CpuModel.parse("max,-apic");
        assertThat(without.features()).doesNotContain("APIC", "ARAT", "TSC_DEADLINE");
        assertThat(CpuModel.max().with(List.of("TSC_DEADLINE"), List.of("APIC")).features())
                .doesNotContain("TSC_DEADLINE");
        TestProcessor q = TestProcessor.long64(without);
        assertThat(CpuidOps.value(q.c, 1, 0, 3) & 1 << 9).isZero();
        assertThat(CpuidOps.value(q.c, 6, 0, 0)).isZero();
        assertThatThrownBy(() -> MsrOps.read(q.c, MsrOps.APIC_BASE))
                .isInstanceOf(CpuException.class);
        assertThatThrownBy(() -> MsrOps.write(q.c, MsrOps.TSC_DEADLINE, 1))
                .isInstanceOf(CpuException.class);
    }
}
