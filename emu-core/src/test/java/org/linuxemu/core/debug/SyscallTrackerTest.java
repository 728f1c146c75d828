package org.linuxemu.core.debug;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SyscallTrackerTest {
    private final SyscallTracker tracker = new SyscallTracker();

    @Test
    void nestedTasksReturnToTheirOwnCalls() {
        tracker.entered(0x7ff0, 0x401002, 0);
        tracker.entered(0x6ff0, 0x401002, 1);
        assertThat(tracker.returned(0x7ff0, 0x401002)).isZero();
        assertThat(tracker.returned(0x6ff0, 0x401002)).isEqualTo(1);
        assertThat(tracker.returned(0x6ff0, 0x401002)).isEqualTo(-1);
    }

    @Test
    void execReturnsToTheNewProgramOnce() {
        tracker.entered(0x7ff0, 0x401002, 59);
        assertThat(tracker.returned(0x7fffffe0, 0x401745)).isEqualTo(59);
        assertThat(tracker.returned(0x7fffffe0, 0x401745)).isEqualTo(-1);
    }

    @Test
    void forkReturnsTwice() {
        tracker.entered(0x7ff0, 0x401002, 56);
        assertThat(tracker.returned(0x5550, 0x401002)).isEqualTo(56);
        assertThat(tracker.returned(0x7ff0, 0x401002)).isEqualTo(56);
    }
}
