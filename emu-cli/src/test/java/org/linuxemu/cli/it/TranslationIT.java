package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.translate.Translator;

/**
 * A boot with commands, interpreted and translated, side by side, disturbed by random interrupts:
 * the state of the whole machine is compared every so many cycles ({@code -Dtranslation.step}).
 * Where they part, the first instruction that differs is named. {@code -Dtranslation.seed} draws
 * other interrupts.
 */
class TranslationIT {
    /** Lower than the default, since this boot is short: many regions are to be made in it. */
    private static final int NORMAL_THRESHOLD = 5000;

    private static final long STEP = Long.getLong("translation.step", 10_000_000);
    private static final long LIMIT = 20_000_000_000L;

    /** Which interrupts disturb the guests. */
    private static final long SEED = Long.getLong("translation.seed", 1);

    private enum Tier {
        INTERPRETER,
        NORMAL,
        EAGER
    }

    /** A machine, disturbed by random interrupts, and its translator, if it has one. */
    private static final class Guest {
        final TestGuest machine = new TestGuest();
        final RandomInterrupts interrupts = new RandomInterrupts(machine.board, SEED);
        final Translator translator;

        Guest(Tier tier) throws Exception {
            switch (tier) {
                case NORMAL:
                    translator =
                            machine.board
                                    .cpu()
                                    .translate(NORMAL_THRESHOLD, true, Translator.DEFAULT_CAPACITY);
                    break;
                case EAGER:
                    translator = machine.board.cpu().translateEagerly();
                    break;
                default:
                    translator = null;
                    break;
            }
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
        while (!interpreted.machine.ended() && cycle < LIMIT) {
            cycle += STEP;
            interpreted.machine.runTo(cycle);
            translated.machine.runTo(cycle);
            if (translated.machine.ends != interpreted.machine.ends
                    || translated.machine.hash() != interpreted.machine.hash()) {
                fail(firstDifference(tier, cycle - STEP, cycle));
            }
        }
        assertThat(interpreted.machine.ended()).isTrue();
        assertThat(interpreted.interrupts.count()).isGreaterThan(500);
        assertThat(Images.text(interpreted.machine.console.toByteArray()))
                .as("what Linux says about them")
                .contains("No irq handler for")
                .contains("NMI received for unknown reason");
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
            interpreted.machine.runTo(middle);
            translated.machine.runTo(middle);
            if (interpreted.machine.hash() == translated.machine.hash()) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        Guest interpreted = new Guest(Tier.INTERPRETER);
        Guest translated = new Guest(tier);
        interpreted.machine.runTo(good);
        String before = interpreted.machine.registers();
        interpreted.machine.runTo(bad);
        translated.machine.runTo(bad);
        return "the machines part at the instruction that begins here: "
                + before
                + "\ninterpreted: "
                + interpreted.machine.registers()
                + "\ntranslated: "
                + translated.machine.registers();
    }
}
