package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.exec.CpuModel;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.translate.Translator;
import org.linuxemu.devices.board.PcBoard;
import org.linuxemu.devices.board.PcConfig;
import org.linuxemu.devices.board.PcHost;
import org.linuxemu.devices.board.SerialPort;
import org.linuxemu.devices.boot.BootLoader;
import org.linuxemu.devices.boot.BootRequest;

/**
 * A boot with commands, interpreted and translated, side by side: the state of the whole machine is
 * compared every ten million cycles. Where they part, the first instruction that differs is named.
 */
class TranslationIT {
    private static final byte[] INPUT =
            "uname -a\n/bin/hello\nls -l /bin | md5sum\nsleep 1\npoweroff -f\n"
                    .getBytes(StandardCharsets.ISO_8859_1);

    /** Lower than the default, since this boot is short: many regions are to be made in it. */
    private static final int NORMAL_THRESHOLD = 5000;

    private static final long STEP = 10_000_000;
    private static final long LIMIT = 20_000_000_000L;

    private enum Tier {
        INTERPRETER,
        NORMAL,
        EAGER
    }

    /** A machine that can be run to a cycle. */
    private static final class Guest {
        final PcBoard board;
        Translator translator;
        boolean ended;

        Guest(Tier tier) throws Exception {
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
            board = new PcBoard(config, host, (ram, state) -> BootLoader.load(request, ram, state));
            int[] next = {0};
            board.serial(0)
                    .connect(
                            () -> next[0] < INPUT.length ? INPUT[next[0]++] : SerialPort.Input.NONE,
                            value -> {});
            if (tier == Tier.NORMAL) {
                translator =
                        board.cpu().translate(NORMAL_THRESHOLD, true, Translator.DEFAULT_CAPACITY);
            } else if (tier == Tier.EAGER) {
                translator = board.cpu().translateEagerly();
            }
        }

        void runTo(long cycle) {
            if (!ended) {
                board.runUntil(cycle);
            }
        }

        long hash() {
            return board.cpu().stateHash();
        }

        String registers() {
            CpuState s = board.cpu().state();
            StringBuilder text = new StringBuilder();
            text.append("cycle ").append(board.clock().cycles());
            text.append(" rip ").append(Long.toHexString(s.rip));
            text.append(" rflags ").append(Long.toHexString(s.rflags()));
            for (int i = 0; i < 16; i++) {
                text.append(" r").append(i).append('=').append(Long.toHexString(s.regs[i]));
            }
            return text.toString();
        }
    }

    @Test
    void normalTranslationIsInvisible() throws Exception {
        lockStep(Tier.NORMAL);
    }

    @Test
    void eagerTranslationIsInvisible() throws Exception {
        lockStep(Tier.EAGER);
    }

    private static void lockStep(Tier tier) throws Exception {
        Guest interpreted = new Guest(Tier.INTERPRETER);
        Guest translated = new Guest(tier);
        long cycle = 0;
        while (!interpreted.ended && cycle < LIMIT) {
            cycle += STEP;
            interpreted.runTo(cycle);
            translated.runTo(cycle);
            if (translated.ended != interpreted.ended || translated.hash() != interpreted.hash()) {
                fail(firstDifference(tier, cycle - STEP, cycle));
            }
        }
        assertThat(interpreted.ended).isTrue();
        assertThat(translated.translator.made()).isGreaterThan(100);
        assertThat(translated.translator.lastFailure()).isNull();
    }

    /**
     * Finds the cycle by halves, each with fresh machines: equal at {@code good}, different at
     * {@code bad}.
     */
    private static String firstDifference(Tier tier, long good, long bad) throws Exception {
        while (bad - good > 1) {
            long middle = good + (bad - good) / 2;
            Guest interpreted = new Guest(Tier.INTERPRETER);
            Guest translated = new Guest(tier);
            interpreted.runTo(middle);
            translated.runTo(middle);
            if (interpreted.hash() == translated.hash()) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        Guest interpreted = new Guest(Tier.INTERPRETER);
        Guest translated = new Guest(tier);
        interpreted.runTo(good);
        String before = interpreted.registers();
        interpreted.runTo(bad);
        translated.runTo(bad);
        return "the machines part at the instruction that begins here: "
                + before
                + "\ninterpreted: "
                + interpreted.registers()
                + "\ntranslated: "
                + translated.registers();
    }
}
