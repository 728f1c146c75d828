package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.exec.CpuModel;
import org.linuxemu.devices.board.MachineState;
import org.linuxemu.devices.board.PcBoard;
import org.linuxemu.devices.board.PcConfig;
import org.linuxemu.devices.board.PcHost;
import org.linuxemu.devices.board.SerialPort;
import org.linuxemu.devices.boot.BootLoader;
import org.linuxemu.devices.boot.BootRequest;

/**
 * A boot with commands, saved again and again: a machine that goes on from any of the states is
 * from there on the same as one that was never disturbed, registers, RAM, devices and console.
 */
class MachineStateIT {
    private static final byte[] INPUT =
            "uname -a\n/bin/hello\nls -l /bin | md5sum\nsleep 1\npoweroff -f\n"
                    .getBytes(StandardCharsets.ISO_8859_1);

    private static final long STEP = 60_000_000;
    private static final long LIMIT = 20_000_000_000L;

    /** A machine, how much it was typed and what it has printed. */
    private static final class Guest {
        final PcBoard board;
        final ByteArrayOutputStream console = new ByteArrayOutputStream();
        int typed;
        boolean ended;

        Guest(boolean load) throws Exception {
            BootRequest request =
                    new BootRequest(Images.slim().toString())
                            .initrd(Images.busybox().toString())
                            .commandLine("console=ttyS0");
            PcHost host =
                    new PcHost() {
                        @Override
                        public int ended(End end, int value) {
                            ended = true;
                            return 0;
                        }

                        @Override
                        public void reloadFailed(String message) {
                            throw new IllegalStateException(message);
                        }
                    };
            PcConfig config =
                    new PcConfig(64L << 20, CpuModel.max(), 1_767_225_600L, 1, -1, 0, false);
            board =
                    new PcBoard(
                            config,
                            host,
                            (ram, state) -> {
                                if (load) {
                                    BootLoader.load(request, ram, state);
                                }
                            });
            board.serial(0)
                    .connect(
                            () -> typed < INPUT.length ? INPUT[typed++] : SerialPort.Input.NONE,
                            console::write);
        }
    }

    private record Point(MachineState state, long hash, int typed, int printed) {}

    @Test
    void everyStateLeadsToTheNext() throws Exception {
        Guest undisturbed = new Guest(true);
        Guest saved = new Guest(true);
        List<Point> points = new ArrayList<>();
        for (long cycle = STEP; !undisturbed.ended && cycle < LIMIT; cycle += STEP) {
            undisturbed.board.runUntil(cycle);
            saved.board.runUntil(cycle);
            long hash = undisturbed.board.cpu().stateHash();
            assertThat(saved.board.cpu().stateHash()).as("at cycle " + cycle).isEqualTo(hash);
            points.add(new Point(saved.board.save(), hash, saved.typed, saved.console.size()));
        }
        assertThat(undisturbed.ended).isTrue();
        byte[] whole = undisturbed.console.toByteArray();
        Guest restored = new Guest(false);
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
