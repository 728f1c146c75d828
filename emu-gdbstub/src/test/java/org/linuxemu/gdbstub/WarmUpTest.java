package org.linuxemu.gdbstub;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.linuxemu.gdbstub.session.StubSettings;

class WarmUpTest {
    /** It runs on a thread on which nobody would notice that it fails or never ends. */
    @Test
    @Timeout(60)
    void theSessionWithNobodyComesToItsEnd() throws Exception {
        StubSettings settings = new StubSettings(GdbServerOptions.parse("tcp::0").arch(), false);
        assertThatCode(() -> WarmUp.run(settings)).doesNotThrowAnyException();
    }
}
