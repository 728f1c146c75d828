package org.linuxemu.gdbstub.session;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.linuxemu.gdbstub.toy.RspClient;
import org.linuxemu.gdbstub.toy.ToyRun;

/** A stopped toy machine with a client for each test. */
abstract class ToySession {
    ToyRun run;
    RspClient client;

    @BeforeEach
    void start() throws IOException {
        run = ToyRun.stopped();
        client = run.connect();
    }

    @AfterEach
    void end() throws Exception {
        client.close();
        run.close();
    }

    int at(String symbol) {
        return run.machine.program.at(symbol);
    }

    String breakAt(String symbol) {
        return "Z0," + Integer.toHexString(at(symbol)) + ",1";
    }
}
