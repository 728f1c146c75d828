package org.linuxemu.gdbstub.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linuxemu.gdbstub.toy.RspClient;

/** What users of other stubs complain of, packet by packet. */
@Timeout(60)
class ComplaintsTest extends ToySession {
    /** RIP, which every stop reply carries. */
    private static long pc(String stop) {
        assertThat(stop).contains(";10:");
        int start = stop.indexOf(";10:") + 4;
        return RspClient.little(stop.substring(start, stop.indexOf(';', start)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "vKill;1"})
    void killLeavesTheGuestRunning(String kill) throws Exception {
        client.request(breakAt("hot"));
        client.request("c");
        client.send(kill);
        if (!kill.equals("k")) {
            assertThat(client.receive()).isEqualTo("OK");
        }
        assertThat(client.atEnd()).isTrue();
        assertThat(run.runner.call(run.runner::running)).isTrue();
        assertThat(run.machine.breakpoints.isEmpty()).isTrue();
        assertThat(run.machine.resets).as("not rebooted").isEqualTo(1);
    }

    @Test
    void killOfAnExtendedDebuggerWaitsForItsNextRun() throws Exception {
        client.request("!");
        client.request("vCont;s");
        client.send("k");
        assertThat(pc(client.request("?"))).isEqualTo(at("_start"));
        assertThat(run.runner.call(run.runner::running)).isFalse();
        assertThat(run.machine.resets).isEqualTo(2);
    }

    @Test
    void registersAreAsManyIn16BitCode() throws Exception {
        int length = client.request("g").length();
        run.runner.call(
                () -> {
                    run.machine.registers.setCodeBase(0x800);
                    return null;
                });
        assertThat(client.request("g")).hasSize(length);
        assertThat(RspClient.unhex(client.request("qThreadExtraInfo,1")))
                .isEqualTo("CPU#0 [16-bit]");
    }

    /** gdb gives up after two seconds without a packet. */
    @Test
    void aSlowMonitorCommandShowsThatItLivesAndCanBeBrokenOff() throws Exception {
        client.send("qRcmd," + RspClient.hex("wait"));
        assertThat(client.receive()).as("no text yet").isEqualTo("O");
        client.raw("\003");
        StringBuilder console = new StringBuilder();
        String reply;
        while (!(reply = client.receive()).equals("OK")) {
            console.append(RspClient.unhex(reply.substring(1)));
        }
        assertThat(console).hasToString("broken off\n");
    }

    @Test
    void thePacketSizeIsTrue() throws Exception {
        String head = "X10000,1fff0:";
        String packet = head + "a".repeat(0x1fff0);
        assertThat(packet.length()).isGreaterThanOrEqualTo(0x1fffd);
        assertThat(client.request(packet)).isEqualTo("OK");
        assertThat(client.request("m2ffef,2")).isEqualTo("6100");
        assertThat(client.request("m10000,10000")).isEqualTo("61".repeat(0x10000));
    }

    /** Ctrl-C in a long monitor command ends that, and not what is typed next as well. */
    @Test
    void anInterruptEndsTheMonitorCommandAlone() throws Exception {
        client.request(breakAt("hot"));
        String command = "x /1000000xb 0xc0000";
        client.raw(RspClient.frame("qRcmd," + RspClient.hex(command)) + "\3");
        StringBuilder console = new StringBuilder();
        String reply;
        while (!(reply = client.receive()).equals("OK")) {
            console.append(RspClient.unhex(reply.substring(1)));
        }
        assertThat(console.toString().lines().count()).isLessThan(1_000_000 / 16);
        assertThat(client.request("vCont;c")).startsWith("T05");
    }

    @Test
    void interruptsInStepsAreSwitchedByTheMonitor() throws Exception {
        run.runner.call(
                () -> {
                    run.machine.setTimer(3);
                    return null;
                });
        client.request(breakAt("main"));
        client.request("c");
        client.request("z0," + Integer.toHexString(at("main")) + ",1");
        assertThat(client.monitor("step-irqs")).contains("hold back");
        assertThat(stepsReachTheTimer()).isFalse();
        assertThat(client.monitor("step-irqs on")).contains("take");
        assertThat(client.request("qqemu.sstep")).isEqualTo("0x1");
        assertThat(stepsReachTheTimer()).isTrue();
    }

    private boolean stepsReachTheTimer() throws IOException {
        for (int i = 0; i < 20; i++) {
            if (pc(client.request("vCont;s:1")) >= at("timer")) {
                return true;
            }
        }
        return false;
    }

    @Test
    void settingsThatScriptsForQemuMake() throws IOException {
        assertThat(client.request("qqemu.sstepbits")).isEqualTo("ENABLE=1,NOIRQ=2,NOTIMER=4");
        assertThat(client.request("Qqemu.sstep=0x1")).isEqualTo("OK");
        assertThat(client.request("Qqemu.sstep=7")).isEqualTo("OK");
        assertThat(client.request("qqemu.sstep")).isEqualTo("0x7");
        assertThat(client.request("Qqemu.PhyMemMode:1")).isEqualTo("OK");
        assertThat(client.request("M5000,2:0708")).isEqualTo("OK");
        assertThat(client.request("m5000,2")).isEqualTo("0708");
        assertThat(client.request("Qqemu.PhyMemMode:0")).isEqualTo("OK");
        assertThat(client.request("m5000,2")).as("not mapped").isEqualTo("E14");
    }

    @Test
    void aThreadIsStoppedByName() throws IOException {
        client.send("vCont;C05:1");
        client.send("vCont;t:1");
        assertThat(client.receive()).startsWith("T02");
        assertThat(client.request("vCont;t")).startsWith("T02");
        assertThat(client.request("vCont;x")).isEqualTo("E22");
    }

    @Test
    void noMemoryMapHidesMemory() throws IOException {
        assertThat(client.request("qXfer:memory-map:read::0,1000")).isEmpty();
    }

    @Test
    void everySystemCallIsCaughtWithoutAList() throws IOException {
        assertThat(client.request("QCatchSyscalls:1")).isEqualTo("OK");
        assertThat(client.request("c")).startsWith("T05syscall_entry:3b;");
        assertThat(client.request("c")).startsWith("T05syscall_return:3b;");
        assertThat(client.request("QCatchSyscalls:2")).isEqualTo("E22");
    }

    @Test
    void addressesAreComparedInAllTheirBits() throws IOException {
        client.request("Z0," + Long.toHexString(0xffffffff00000000L + at("hot")) + ",1");
        client.request("Z2,ffffffff00004008,8");
        client.request("Z2,4008,8");
        assertThat(client.request("c")).startsWith("T05watch:4008;");
    }
}
