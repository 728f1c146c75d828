package org.linuxemu.cli.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.linuxemu.gdbstub.GdbServerOptions;
import org.slf4j.LoggerFactory;

/** Whoever opens the debugger to the network is told so. */
class GdbServersTest {
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("org.linuxemu.gdbstub");

    @BeforeEach
    void listen() {
        logger.addAppender(log);
        log.start();
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
    }

    /** Starts a server to which nobody comes; returns its hint and then the warnings. */
    private List<String> start(String option) throws IOException {
        DebugServers.Running server = new GdbServers().start(GdbServerOptions.parse(option), null);
        List<String> said = new ArrayList<>(List.of(server.connectHint()));
        server.close();
        for (ILoggingEvent event : log.list) {
            if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
                said.add(event.getFormattedMessage());
            }
        }
        return said;
    }

    @Test
    void anOpenPortIsWarnedOf() throws IOException {
        List<String> said = start("tcp:0.0.0.0:0");
        assertThat(said).hasSize(2);
        assertThat(said.get(0)).matches("target remote localhost:[1-9][0-9]*");
        assertThat(said.get(1)).contains("open to the network at 0.0.0.0");
    }

    @Test
    void anUnnamedHostIsNone() throws IOException {
        List<String> said = start("tcp::0");
        assertThat(said).hasSize(1);
        assertThat(said.get(0)).matches("target remote 127\\.0\\.0\\.1:[1-9][0-9]*");
    }
}
