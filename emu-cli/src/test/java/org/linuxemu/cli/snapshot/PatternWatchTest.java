package org.linuxemu.cli.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PatternWatchTest {
    /** Bytes up to the end of the first occurrence, or -1. */
    private static int found(String pattern, String text) {
        int[] at = {-1};
        int[] position = {0};
        PatternWatch watch = new PatternWatch(pattern, () -> at[0] = position[0]);
        for (int i = 0; i < text.length(); i++) {
            position[0] = i + 1;
            int before = at[0];
            watch.accept(text.charAt(i));
            assertThat(before == -1 || at[0] == before).as("only once").isTrue();
        }
        return at[0];
    }

    @Test
    void findsTheFirstOccurrenceOfAnyPattern() {
        Random random = new Random(4);
        for (int i = 0; i < 20_000; i++) {
            String pattern = letters(random, 1 + random.nextInt(6));
            String text = letters(random, random.nextInt(30));
            int index = text.indexOf(pattern);
            assertThat(found(pattern, text))
                    .as(pattern + " in " + text)
                    .isEqualTo(index < 0 ? -1 : index + pattern.length());
        }
    }

    private static String letters(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(2)));
        }
        return text.toString();
    }
}
