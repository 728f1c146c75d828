package org.linuxemu.gdbstub;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SelectStrategy;
import org.junit.jupiter.api.Test;

class EagerSelectTest {
    private long now = Long.MAX_VALUE - 10;
    private final EagerSelect eager = new EagerSelect(() -> now, 2);

    @Test
    void sleepsUntilSomethingIsSent() throws Exception {
        assertThat(eager.calculateStrategy(() -> 3, false)).isEqualTo(SelectStrategy.SELECT);
        assertThat(eager.calculateStrategy(() -> 3, true)).isEqualTo(3);
    }

    @Test
    void looksForAnAnswerAndGivesUpSoon() throws Exception {
        eager.expect();
        assertThat(eager.calculateStrategy(() -> 0, false)).isZero();
        now += EagerSelect.PATIENCE;
        assertThat(eager.calculateStrategy(() -> 1, false)).isEqualTo(1);
        now++;
        assertThat(eager.calculateStrategy(() -> 1, false)).isEqualTo(SelectStrategy.SELECT);
        eager.expect();
        assertThat(eager.calculateStrategy(() -> 2, false)).isEqualTo(2);
    }

    @Test
    void sleepsAtOnceOnTheOnlyProcessor() throws Exception {
        EagerSelect alone = new EagerSelect(() -> now, 1);
        alone.expect();
        assertThat(alone.calculateStrategy(() -> 1, false)).isEqualTo(SelectStrategy.SELECT);
    }
}
