package org.linuxemu.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndActionsTest {
    @ParameterizedTest
    @CsvSource({
        // kind, reboot resets, shutdown exits, panic action, panicked -> action, status
        "REBOOT, true, true, NONE, false, RESET, 0",
        "REBOOT, false, true, NONE, false, EXIT, 0",
        "REBOOT, false, false, NONE, false, PAUSE, 0",
        "POWER_OFF, true, true, NONE, false, EXIT, 0",
        "POWER_OFF, true, false, NONE, false, PAUSE, 0",
        "HALT, true, true, NONE, false, EXIT, 0",
        "HALT, true, false, NONE, false, PAUSE, 0",
        "TRIPLE_FAULT, true, true, NONE, false, EXIT, 1",
        "TRIPLE_FAULT, false, true, NONE, false, EXIT, 1",
        "TRIPLE_FAULT, true, false, NONE, false, PAUSE, 0",
        "REBOOT, true, true, NONE, true, RESET, 0",
        "REBOOT, true, true, EXIT_FAILURE, false, RESET, 0",
        "REBOOT, true, true, EXIT_FAILURE, true, EXIT, 1",
        "REBOOT, false, true, EXIT_FAILURE, true, EXIT, 1",
        "HALT, true, true, EXIT_FAILURE, true, EXIT, 1",
        "REBOOT, true, true, SHUTDOWN, true, EXIT, 0",
        "REBOOT, true, true, PAUSE, true, PAUSE, 0",
    })
    void decides(
            GuestEnd.Kind kind,
            boolean rebootResets,
            boolean shutdownExits,
            EndActions.Panic panic,
            boolean panicked,
            EndDecision.Action action,
            int status) {
        EndActions actions = new EndActions(rebootResets, shutdownExits, panic);
        assertThat(actions.decide(GuestEnd.of(kind), panicked))
                .isEqualTo(new EndDecision(action, status));
    }

    @Test
    void exitDeviceDecidesItsStatusItself() {
        EndActions stay = new EndActions(true, false, EndActions.Panic.PAUSE);
        assertThat(stay.decide(GuestEnd.debugExit(33), true)).isEqualTo(EndDecision.exit(33));
    }
}
