package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.linuxemu.devices.board.MachineState;

/**
 * A boot with commands, saved again and again: a machine that goes on from any of the states is
 * from there on the same as one that was never disturbed, registers, RAM, devices and console.
 */
class MachineStateIT {
    private static final long STEP = 60_000_000;
    private static final long LIMIT = 20_000_000_000L;

    private record Point(MachineState state, long hash, int typed, int printed) {}

    @Test
    void everyStateLeadsToTheNext() throws Exception {
        TestGuest undisturbed = new TestGuest();
        TestGuest saved = new TestGuest();
        List<Point> points = new ArrayList<>();
        for (long cycle = STEP; !undisturbed.ended() && cycle < LIMIT; cycle += STEP) {
            undisturbed.board.runUntil(cycle);
            saved.board.runUntil(cycle);
            long hash = undisturbed.board.cpu().stateHash();
            assertThat(saved.board.cpu().stateHash()).as("at cycle " + cycle).isEqualTo(hash);
            points.add(new Point(saved.board.save(), hash, saved.typed, saved.console.size()));
        }
        assertThat(undisturbed.ended()).isTrue();
        byte[] whole = undisturbed.console.toByteArray();
        TestGuest restored =
                new TestGuest(
                        Images.slim().toString(),
                        Images.busybox().toString(),
                        64,
                        TestGuest.INPUT,
                        false);
        restored.board.cpu().translateHotCode();
        for (int i = 0; i < points.size() - 1; i++) {
            Point from = points.get(i);
            Point to = points.get(i + 1);
            restored.board.restore(from.state());
            restored.typed = from.typed();
            restored.console.reset();
            restored.board.runUntil(STEP * (i + 2));
            String where = "from point " + i + " to the next";
            assertThat(restored.board.cpu().stateHash()).as(where).isEqualTo(to.hash());
            assertThat(restored.board.save().digest()).as(where).isEqualTo(to.state().digest());
            assertThat(restored.console.toByteArray())
                    .as(where)
                    .isEqualTo(Arrays.copyOfRange(whole, from.printed(), to.printed()));
        }
    }
}
