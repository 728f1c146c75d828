package org.linuxemu.gdbstub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WarmUpTest {
    /** It runs on a thread on which nobody would notice that it fails or never ends. */
    @Test
    @Timeout(60)
    void theSessionsWithNobodyComeToTheirEnd() {
        AtomicInteger sessions = new AtomicInteger();
        assertThatCode(() -> WarmUp.run(() -> sessions.getAndIncrement() < 30))
                .doesNotThrowAnyException();
        assertThat(sessions).hasValue(31);
    }
}
