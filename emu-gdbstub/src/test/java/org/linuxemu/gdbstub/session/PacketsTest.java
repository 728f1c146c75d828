package org.linuxemu.gdbstub.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.linuxemu.core.debug.DebugRegister;
import org.linuxemu.gdbstub.toy.RspClient;

/** Packet by packet against the toy, over a real connection. */
@Timeout(60)
class PacketsTest extends ToySession {
    private void setTimer(int period) throws Exception {
        run.runner.call(
                () -> {
                    run.machine.setTimer(period);
                    return null;
                });
    }

    private long register(int number) throws IOException {
        return RspClient.little(client.request("p" + Integer.toHexString(number)));
    }

    private static String littleHex(long value) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            digits.append(String.format("%02x", value >>> (8 * i) & 0xff));
        }
        return digits.toString();
    }

    private void setPc(String symbol) throws IOException {
        assertThat(client.request("P10=" + littleHex(at(symbol)))).isEqualTo("OK");
    }

    private static long expedited(String stop, int number) {
        String key = String.format("%02x:", number);
        int start = stop.indexOf(";" + key) + 1 + key.length();
        return RspClient.little(stop.substring(start, stop.indexOf(';', start)));
    }

    @Test
    void featuresDependOnWhatTheClientKnows() throws IOException {
        String plain = client.request("qSupported");
        assertThat(plain)
                .contains(
                        "PacketSize=20000",
                        "vContSupported+",
                        "QStartNoAckMode+",
                        "ConditionalBreakpoints+")
                .doesNotContain("multiprocess", "swbreak", "ReverseStep", "memory-map");
        String full =
                client.request("qSupported:multiprocess+;swbreak+;hwbreak+;xmlRegisters=i386");
        assertThat(full).contains("multiprocess+", ";swbreak+", ";hwbreak+");
    }

    @Test
    void unknownPacketsGetTheEmptyReply() throws IOException {
        for (String packet :
                new String[] {
                    "vMustReplyEmpty",
                    "",
                    "Y",
                    "qTStatus",
                    "qXfer:auxv:read::0,10",
                    "QNonStop:1",
                    "vFile:setfs:0",
                    "Z9,1000,1",
                    "bs",
                    "bc",
                    "jThreadsInfo",
                    "qSymbol::"
                }) {
            assertThat(client.request(packet)).as(packet).isEmpty();
        }
    }

    @Test
    void theStopReplyCarriesWhatStepsNeed() throws IOException {
        client.request("qSupported:multiprocess+");
        String stop = client.request("?");
        assertThat(stop).startsWith("T05thread:p1.1;core:0;");
        assertThat(expedited(stop, 16)).isEqualTo(at("_start"));
        for (int i = 0; i < 18; i++) {
            assertThat(stop).contains(String.format(";%02x:", i));
        }
    }

    @Test
    void stepsGoOneInstructionEach() throws IOException {
        String stop = client.request("vCont;s:1");
        assertThat(expedited(stop, 16)).isEqualTo(0x1005);
        assertThat(expedited(stop, 7)).isEqualTo(0x8000);
        assertThat(expedited(client.request("s"), 16)).isEqualTo(0x100b);
        assertThat(expedited(client.request("vCont;S05:1;c"), 16)).isEqualTo(0x100d);
        assertThat(client.request("vCont?")).isEqualTo("vCont;c;C;s;S;t;r");
    }

    @Test
    void aRangeStepStopsBehindTheRange() throws IOException {
        String stop = client.request("vCont;r1000,1012:1");
        assertThat(expedited(stop, 16)).isEqualTo(0x1012);
        stop = client.request("vCont;r1012,1017:1");
        assertThat(expedited(stop, 16)).isEqualTo(at("outer"));
    }

    @Test
    void breakpointsOfBothKindsAreReported() throws IOException {
        client.request("qSupported:swbreak+;hwbreak+");
        assertThat(client.request(breakAt("outer"))).isEqualTo("OK");
        assertThat(client.request(breakAt("outer"))).isEqualTo("OK");
        assertThat(client.request("Z1," + Integer.toHexString(at("inner")) + ",1")).isEqualTo("OK");
        String stop = client.request("vCont;c");
        assertThat(stop).startsWith("T05swbreak:;");
        assertThat(expedited(stop, 16)).isEqualTo(at("outer"));
        client.request("z0," + Integer.toHexString(at("outer")) + ",1");
        assertThat(client.request("vCont;c")).startsWith("T05hwbreak:;");
        client.request("z1," + Integer.toHexString(at("inner")) + ",1");
        assertThat(client.request("z1,1234,1")).isEqualTo("OK");
        assertThat(client.monitor("info breakpoints")).isEmpty();
    }

    @Test
    void registersAreReadAndWritten() throws IOException {
        String all = client.request("g");
        assertThat(RspClient.little(all.substring(32 * 8, 32 * 8 + 16))).isEqualTo(at("_start"));
        client.request("P3=" + littleHex(0x1122334455667788L));
        assertThat(register(3)).isEqualTo(0x1122334455667788L);
        // The register's bytes as they are in a g packet: RCX is number 2, RDX number 3.
        String changed = client.request("g");
        assertThat(changed).hasSize(all.length());
        assertThat(changed.substring(48, 64)).isEqualTo("8877665544332211");
        assertThat(client.request("G" + all)).isEqualTo("OK");
        assertThat(register(3)).isZero();
        assertThat(client.request("pff")).isEqualTo("E22");
        assertThat(client.request("P3=11")).isEqualTo("E22");
    }

    @Test
    void madeUpRegisters() throws IOException {
        int last =
                client.request("qXfer:features:read:target.xml:0,ffff").split("<reg ", -1).length
                        - 2;
        assertThat(register(last)).as("cpl").isEqualTo(3);
        assertThat(register(last - 1)).as("pgd").isEqualTo(0x2000);
        assertThat(client.request("p39")).as("orig_rax").isEqualTo("ffffffffffffffff");
        assertThat(client.request("P39=" + littleHex(7))).isEqualTo("OK");
        assertThat(client.request("p39")).isEqualTo("ffffffffffffffff");
        String number = Integer.toHexString(last - 1);
        assertThat(client.request("P" + number + "=" + littleHex(0))).isEqualTo("E22");
    }

    @Test
    void aRefusedRegisterValueIsAnError() throws IOException {
        int cr0 =
                client.request("qXfer:features:read:target.xml:0,ffff")
                                .split("<reg name=\"cr0\"", -1)[0]
                                .split("<reg ", -1)
                                .length
                        - 1;
        assertThat(client.request("P" + Integer.toHexString(cr0) + "=" + littleHex(0)))
                .isEqualTo("E22");
        assertThat(register(cr0)).isEqualTo(0x8005_0033L);
    }

    @Test
    void memoryIsReadUpToTheFirstHole() throws IOException {
        assertThat(client.request("m1000,5")).isEqualTo("bc00800000");
        assertThat(client.request("m4ffe,10")).isEqualTo("0000");
        assertThat(client.request("m5000,4")).isEqualTo("E14");
        assertThat(client.request("m1000,0")).isEmpty();
        assertThat(client.request("mffffffffffffffff,4")).isEqualTo("E14");
        assertThat(client.request("ma0000,4")).as("a device").isEqualTo("E14");
        assertThat(client.request("m10000,fffff")).as("cut to the packet size").hasSize(0x20000);
        assertThat(client.request("x1000,5")).isEqualTo("b\u00bc\0\u0080\0\0");
        assertThat(client.request("x1000,0")).isEqualTo("b");
        assertThat(client.request("m1000")).isEqualTo("E22");
    }

    @Test
    void memoryIsWrittenInBothForms() throws IOException {
        assertThat(client.request("M6000,3:010203")).isEqualTo("OK");
        assertThat(client.request("X6003,4:\1}\3}]z")).isEqualTo("OK");
        assertThat(client.request("m6000,8")).isEqualTo("01020301237d7a00");
        assertThat(client.request("X6000,0:")).isEqualTo("OK");
        assertThat(client.request("M5000,1:00")).isEqualTo("E14");
        assertThat(client.request("M6000,3:0102")).isEqualTo("E22");
        assertThat(client.request("X6000,3:ab")).isEqualTo("E22");
    }

    @Test
    void physicalMode() throws IOException {
        assertThat(client.request("qqemu.PhyMemMode")).isEqualTo("0");
        assertThat(client.request("Qqemu.PhyMemMode:1")).isEqualTo("OK");
        assertThat(client.request("m5000,4")).isEqualTo("00000000");
        assertThat(client.request("qqemu.PhyMemMode")).isEqualTo("1");
    }

    @Test
    void steppingWithAndWithoutInterrupts() throws Exception {
        setTimer(3);
        client.request(breakAt("main"));
        client.request("c");
        for (int i = 0; i < 20; i++) {
            assertThat(expedited(client.request("vCont;s"), 16))
                    .isBetween((long) at("main"), 0x104eL);
        }
        assertThat(client.request("qqemu.sstep")).isEqualTo("0x7");
        assertThat(client.request("Qqemu.sstep=0x1")).isEqualTo("OK");
        boolean handler = false;
        for (int i = 0; i < 20; i++) {
            handler |= expedited(client.request("vCont;s"), 16) >= at("timer");
        }
        assertThat(handler).isTrue();
    }

    @Test
    void watchpointsReportTheirKindAndAddress() throws IOException {
        client.request("Z2,4008,8");
        String stop = client.request("c");
        assertThat(stop).startsWith("T05watch:4008;");
        assertThat(client.request("m4008,1")).as("the new value is there").isEqualTo("01");
        client.request("z2,4008,8");
        client.request("Z3,4012,2");
        assertThat(client.request("c")).startsWith("T05rwatch:4012;");
        client.request("z3,4012,2");
        client.request("Z4,400f,1");
        assertThat(client.request("c")).startsWith("T05awatch:400f;");
        assertThat(client.request("Z2,4000,0")).isEqualTo("E22");
        assertThat(client.request("Z2,ffffffffffffffff,2")).isEqualTo("E22");
    }

    @Test
    void aWatchpointStopsInsideOfRep() throws IOException {
        client.request("Z2,4105,1");
        String stop = client.request("c");
        assertThat(expedited(stop, 16)).isEqualTo(0x105e);
        assertThat(expedited(stop, 2)).as("six of sixteen done").isEqualTo(10);
    }

    @Test
    void conditionsAreOredAndEvaluatedHere() throws IOException {
        // rbx == 500 || rbx == 1000
        client.request(breakAt("hot") + ";X8,2600012301f41327X8,2600012303e81327");
        String stop = client.request("c");
        assertThat(expedited(stop, 1)).isEqualTo(500);
        client.request("vCont;s");
        assertThat(expedited(client.request("c"), 1)).isEqualTo(1000);
    }

    @Test
    void aConditionThatCannotBeEvaluatedStops() throws IOException {
        client.request(breakAt("hot") + ";X5,2350001727");
        assertThat(expedited(client.request("c"), 1)).isZero();
    }

    @Test
    void commandsRunWithoutAStop() throws IOException {
        // printf("n %d\n", rbx) with a function and a channel of 0
        String text = RspClient.hex("n %d\\n\0");
        int length = 3 + 4 + 4 + text.length() / 2 + 1;
        String code =
                "260001"
                        + "22002200"
                        + "3401"
                        + String.format("%04x", text.length() / 2)
                        + text
                        + "27";
        assertThat(code).hasSize(length * 2);
        client.request(breakAt("hot") + ";cmds:0,X" + Integer.toHexString(length) + "," + code);
        client.request("Z2,4008,1");
        StringBuilder console = new StringBuilder();
        client.requestSkippingConsole("c", console);
        client.requestSkippingConsole("c", console);
        assertThat(console).hasToString("n 0\nn 1\n");
    }

    @Test
    void systemCallsAreCaught() throws IOException {
        assertThat(client.request("QCatchSyscalls:1;1;3b")).isEqualTo("OK");
        String entry = client.request("c");
        assertThat(entry).startsWith("T05syscall_entry:3b;");
        assertThat(expedited(entry, 16)).isEqualTo(0x1066);
        assertThat(client.request("p39")).isEqualTo("3b00000000000000");
        String back = client.request("c");
        assertThat(back).startsWith("T05syscall_return:3b;");
        assertThat(expedited(back, 16)).isEqualTo(0x1068);
        assertThat(client.request("QCatchSyscalls:0")).isEqualTo("OK");
        setPc("system");
        client.request(breakAt("entry"));
        assertThat(client.request("c")).startsWith("T05thread");
    }

    @Test
    void exceptionsAreCaughtOnRequest() throws IOException {
        client.monitor("catch int3");
        client.monitor("catch 14");
        setPc("trap");
        assertThat(client.request("c")).startsWith("T05");
        assertThat(register(16)).isEqualTo(0x1078);
        setPc("touch");
        assertThat(client.request("c")).startsWith("T0b");
        assertThat(register(16)).isEqualTo(0x1073);
        // Delivered when it goes on.
        assertThat(expedited(client.request("s"), 16)).isEqualTo(at("oops"));
    }

    @Test
    void anInterruptStopsARunningGuest() throws IOException {
        client.send("c");
        client.raw("\003");
        assertThat(client.receive()).startsWith("T02");
    }

    @Test
    void anInterruptOfAStoppedGuestIsKept() throws IOException {
        client.raw("\003");
        assertThat(client.request("vCont;c")).startsWith("T02");
        assertThat(register(16)).isEqualTo(at("_start"));
        assertThat(expedited(client.request("s"), 16)).isEqualTo(0x1005);
    }

    @Test
    void anIdleGuestIsStoppedToo() throws Exception {
        setTimer(0);
        setPc("idle");
        client.send("c");
        client.raw("\003");
        String stop = client.receive();
        assertThat(stop).startsWith("T02");
        assertThat(expedited(client.request("s"), 16))
                .as("a step leaves HLT")
                .isIn(0x1081L, 0x1082L);
    }

    @Test
    void threads() throws IOException {
        assertThat(client.request("qfThreadInfo")).isEqualTo("m1");
        assertThat(client.request("qsThreadInfo")).isEqualTo("l");
        assertThat(client.request("qC")).isEqualTo("QC1");
        assertThat(RspClient.unhex(client.request("qThreadExtraInfo,1"))).isEqualTo("CPU#0 [user]");
        client.request("qSupported:multiprocess+");
        assertThat(client.request("qfThreadInfo")).isEqualTo("mp1.1");
        assertThat(client.request("Hgp1.1")).isEqualTo("OK");
        assertThat(client.request("Hgp0.0")).isEqualTo("OK");
        assertThat(client.request("Hc-1")).isEqualTo("OK");
        assertThat(client.request("Hgp2.1")).isEqualTo("E22");
        assertThat(client.request("Tp1.1")).isEqualTo("OK");
        assertThat(client.request("Tp1.2")).isEqualTo("E22");
        assertThat(client.request("qXfer:threads:read::0,1000"))
                .contains("id=\"p1.1\"", "CPU#0 [user]")
                .startsWith("l");
        assertThat(client.request("qAttached:1")).isEqualTo("1");
    }

    @Test
    void documentsComeInPieces() throws IOException {
        StringBuilder xml = new StringBuilder();
        String piece;
        do {
            piece =
                    client.request(
                            "qXfer:features:read:target.xml:"
                                    + Integer.toHexString(xml.length())
                                    + ",100");
            assertThat(piece.length()).isLessThanOrEqualTo(0x101);
            xml.append(piece, 1, piece.length());
        } while (piece.charAt(0) == 'm');
        assertThat(xml).startsWith("<?xml").endsWith("</target>\n");
        assertThat(client.request("qXfer:features:read:other.xml:0,100")).isEqualTo("E22");
        assertThat(client.request("qXfer:features:read:target.xml:ffffff,100")).isEqualTo("E22");
    }

    @Test
    void searching() throws IOException {
        assertThat(client.request("qSearch:memory:1000;1000;\u00f3\u00a4")).isEqualTo("1,105e");
        assertThat(client.request("qSearch:memory:1000;5f;\u00f3\u00a4")).isEqualTo("0");
        assertThat(client.request("qSearch:memory:1000;60;\u00f3\u00a4")).isEqualTo("1,105e");
        assertThat(client.request("qSearch:memory:1000;1;\u00bc")).isEqualTo("1,1000");
        assertThat(client.request("qSearch:memory:4000;2000;zz")).isEqualTo("E14");
        client.request("M1ffff,2:7a7a");
        assertThat(client.request("qSearch:memory:10000;20000;zz"))
                .as("over a chunk's end")
                .isEqualTo("1,1ffff");
    }

    @Test
    void checksum() throws IOException {
        client.request("X6000,9:123456789");
        // CRC-32 with polynomial 04c11db7, initial value ffffffff, not reflected (CRC-32/MPEG-2).
        assertThat(client.request("qCRC:6000,9")).isEqualTo("C376e6e7");
        assertThat(client.request("qCRC:4ff0,20")).isEqualTo("E14");
    }

    @Test
    void kernelSlide() throws IOException {
        assertThat(client.request("qOffsets")).isEmpty();
        run.machine.kernelAt = 0xffffffff81000000L;
        assertThat(client.request("qOffsets")).isEqualTo("Text=0;Data=0;Bss=0");
        run.machine.kernelAt = 0xffffffff8e200000L;
        assertThat(client.request("qOffsets")).isEqualTo("Text=d200000;Data=d200000;Bss=d200000");
        assertThat(client.monitor("kaslr")).contains("slide 0xd200000");
    }

    @Test
    void signalPacketsAreAccepted() throws IOException {
        assertThat(client.request("QPassSignals:e;10")).isEqualTo("OK");
        assertThat(client.request("QProgramSignals:0;1")).isEqualTo("OK");
    }

    @Test
    void realModeShowsLinearAddresses() throws Exception {
        run.runner.call(
                () -> {
                    run.machine.registers.setCodeBase(0x800);
                    run.machine.registers.write(DebugRegister.RIP, at("outer") - 0x800L);
                    return null;
                });
        assertThat(register(16)).isEqualTo(at("outer"));
        setPc("inner");
        assertThat(run.runner.call(() -> run.machine.registers.read(DebugRegister.RIP)))
                .isEqualTo(at("inner") - 0x800L);
    }

    @Test
    void monitorCommands() throws IOException {
        assertThat(client.monitor("help")).contains("walk ADDR", "count N");
        assertThat(client.monitor("walk $rip")).isEqualTo("present, at 0x1000\n");
        assertThat(client.monitor("walk 0x5004")).isEqualTo("not present\n");
        assertThat(client.monitor("gva2gpa 0x1000")).isEqualTo("gpa: 0x0000000000001000\n");
        assertThat(client.monitor("xp /5xb 0x1000"))
                .isEqualTo("0x0000000000001000: 0xbc 0x00 0x80 0x00 0x00\n");
        assertThat(client.monitor("x /2dh 0x100b")).isEqualTo("0x000000000000100b: -9423 959\n");
        assertThat(client.monitor("x /xg 0x4ffc")).contains("cannot access");
        assertThat(client.monitor("info registers")).contains("RIP=0000000000001000", "CPL=3");
        assertThat(client.monitor("frobnicate")).contains("unknown command: frobnicate");
        assertThat(client.monitor("walk")).contains("not a number");
        assertThat(client.monitor("")).contains("walk ADDR");
        assertThat(client.monitor("count 5000").lines())
                .hasSize(5000)
                .last()
                .isEqualTo("line 4999");
    }

    @Test
    void userBreakpointsCanBePinnedToAnAddressSpace() throws IOException {
        client.monitor("pgd pin 0x3000");
        client.request(breakAt("outer"));
        client.request("Z2,4008,1");
        assertThat(client.request("c")).contains("watch:4008");
        client.request("z2,4008,1");
        client.monitor("pgd pin");
        setPc("outer");
        assertThat(expedited(client.request("c"), 16)).isEqualTo(at("outer"));
    }

    @Test
    void theGuestsEndIsReported() throws Exception {
        client.request("qSupported:multiprocess+");
        setPc("bye");
        assertThat(client.request("c")).isEqualTo("W07;process:1");
        assertThat(client.atEnd()).isTrue();
        assertThat(run.exitCode()).isEqualTo(7);
    }

    @Test
    void aMachineThatStaysCanBeLookedAt() throws IOException {
        run.machine.staysAfterExit = true;
        setPc("bye");
        assertThat(client.request("c")).startsWith("T00");
        assertThat(register(0)).isEqualTo(7);
    }

    @Test
    void quitEndsTheEmulator() throws Exception {
        assertThat(client.request("qRcmd," + RspClient.hex("quit 9"))).isEqualTo("OK");
        assertThat(client.atEnd()).isTrue();
        assertThat(run.exitCode()).isEqualTo(9);
    }

    @Test
    void runAfterKillStartsTheGuestAgain() throws IOException {
        assertThat(client.request("!")).isEqualTo("OK");
        client.request("s");
        assertThat(client.request("vKill;1")).isEqualTo("OK");
        String stop = client.request("vRun;");
        assertThat(stop).startsWith("T05");
        assertThat(expedited(stop, 16)).isEqualTo(at("_start"));
        assertThat(run.machine.resets).isGreaterThan(1);
        client.send("R00");
        assertThat(client.request("vAttach;1")).startsWith("T05");
    }

    @Test
    void detachLetsTheGuestRunWithoutBreakpoints() throws Exception {
        client.request(breakAt("hot"));
        client.request("QCatchSyscalls:1");
        assertThat(client.request("D")).isEqualTo("OK");
        assertThat(client.atEnd()).isTrue();
        assertThat(run.runner.call(run.runner::running)).isTrue();
        assertThat(run.machine.breakpoints.isEmpty()).isTrue();
        assertThat(run.machine.catches.syscallsArmed()).isFalse();
    }
}
