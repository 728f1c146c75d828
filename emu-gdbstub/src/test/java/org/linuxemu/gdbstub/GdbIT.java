package org.linuxemu.gdbstub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.linuxemu.gdbstub.toy.ToyRun;

/** A stock gdb ({@code gdb} on the path, x86-64 capable) drives the toy through the stub. */
@Timeout(120)
class GdbIT {
    @TempDir Path directory;

    private ToyRun run;
    private Path elf;
    private Path log;

    @BeforeEach
    void start() throws IOException {
        run = ToyRun.stopped();
        elf = directory.resolve("toy.elf");
        log = directory.resolve("remote.log");
        run.machine.program.writeElf(elf);
    }

    @AfterEach
    void end() throws Exception {
        run.close();
    }

    /** Runs gdb in batch mode: connects, then these commands. Returns what it prints. */
    private String gdb(String... commands) throws Exception {
        return gdbWith("target remote", commands);
    }

    private String gdbWith(String target, String... commands) throws Exception {
        List<String> line = new ArrayList<>(List.of("gdb", "-nx", "-q", "-batch"));
        line.add("-iex");
        line.add("set remotelogfile " + log);
        line.add("-ex");
        line.add(target + " 127.0.0.1:" + run.port());
        for (String command : commands) {
            line.add("-ex");
            line.add(command);
        }
        line.add(elf.toString());
        Path output = directory.resolve("output");
        Process gdb =
                new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectInput(
                                ProcessBuilder.Redirect.from(
                                        Files.writeString(directory.resolve("in"), "").toFile()))
                        .redirectOutput(output.toFile())
                        .start();
        boolean ended = gdb.waitFor(60, TimeUnit.SECONDS);
        gdb.destroyForcibly().waitFor();
        String text = Files.readString(output);
        assertThat(ended).as("gdb ends by itself; it printed:\n%s", text).isTrue();
        return text;
    }

    /** Packets that gdb sent in the last run. */
    private long packets(String beginning) throws IOException {
        try (var lines = Files.lines(log)) {
            return lines.filter(line -> line.startsWith("w $" + beginning)).count();
        }
    }

    @Test
    void connectsAndShowsEveryRegister() throws Exception {
        String text =
                gdb(
                        "info registers",
                        "info registers fctrl",
                        "p $st0",
                        "p $xmm0",
                        "p $ymm0.v2_int128",
                        "p/x $mxcsr",
                        "info threads");
        assertThat(text)
                .contains("rip            0x1000              0x1000 <_start>")
                .contains("cr0            0x80050033          [ PE MP ET NE WP AM PG ]")
                .contains("[ SCE LME LMA NXE ]")
                .contains("pgd            0x2000")
                .contains("cpl            0x3")
                .contains("fctrl          0x37f")
                .contains("$3 = {0, 0}")
                .contains("\"CPU#0 [user]\"")
                .doesNotContain("warning", "rror");
    }

    @Test
    void breaksStepsAndFinishes() throws Exception {
        String text =
                gdb(
                        "break inner",
                        "continue",
                        "bt",
                        "x/2i $pc",
                        "stepi 3",
                        "p $rax",
                        "finish",
                        "info symbol $pc",
                        "nexti",
                        "p $rax",
                        "until *0x101f",
                        "info symbol $pc");
        assertThat(text)
                .containsSubsequence(
                        "Breakpoint 1, 0x",
                        " in inner ()",
                        "#0 ",
                        "inner ()",
                        "#1 ",
                        "outer ()",
                        "#2 ",
                        "_start ()",
                        "lea    0x1(%rdi),%rax",
                        "$1 = 4",
                        "_start + 23 in section .text",
                        "$2 = 7",
                        "_start + 31 in section .text");
    }

    /** gdb's call returns to the stack, where nothing but its breakpoint ends it. */
    @Test
    void callsAFunctionOfTheGuest() throws Exception {
        String text =
                gdb(
                        "break hot",
                        "continue",
                        "print ((long (*)(long)) inner)(41)",
                        "info symbol $pc");
        assertThat(text).containsSubsequence("$1 = 42", "hot in section .text");
    }

    @Test
    void rangeSteppingReplacesSingleSteps() throws Exception {
        String text =
                gdb(
                        "break outer",
                        "continue",
                        "set debug remote 1",
                        "next",
                        "set debug remote 0",
                        "info symbol $pc");
        assertThat(text).contains("_start + 23 in section .text");
        assertThat(packets("vCont;r")).isPositive();
        assertThat(packets("g#")).as("registers come with the stops").isLessThanOrEqualTo(2);
    }

    @Test
    void conditionsAreEvaluatedInTheStub() throws Exception {
        String text =
                gdb(
                        "break hot if $rbx == 30000 && *(long*)($r8+8) == 30000"
                                + " && $pgd == 0x2000 && $cpl == 3",
                        "continue",
                        "p $rbx");
        assertThat(text).contains("Breakpoint 1, ", "$1 = 30000");
        // One resumption that matters and the few around it; 30,000 if gdb had to look each time.
        assertThat(packets("vCont;c")).isLessThan(5);
    }

    @Test
    void printsWithoutStopping() throws Exception {
        String text =
                gdb(
                        "set dprintf-style agent",
                        "dprintf hot,\"hot %d at %p\\n\", $rbx, $rip",
                        "break main if $rbx == 3",
                        "continue");
        assertThat(text)
                .containsSubsequence(
                        "hot 0 at 0x1043\n",
                        "hot 1 at 0x1043\n",
                        "hot 2 at 0x1043\n",
                        "Breakpoint 2");
    }

    @Test
    void aStopThatGdbIgnoresIsNotRepeatedForEver() throws Exception {
        // $pc cannot be compiled for the stub: gdb sets a plain breakpoint, ignores its stops and
        // just continues.
        String text =
                gdb(
                        "set dprintf-style agent",
                        "dprintf hot,\"%p\\n\", $pc",
                        "break main if $rbx == 3",
                        "continue");
        assertThat(text).contains("Breakpoint 2, ");
    }

    @Test
    void watchpointsShowOldAndNewValue() throws Exception {
        String text =
                gdb(
                        "watch *(long*)0x4008",
                        "continue",
                        "continue",
                        "delete",
                        "rwatch *(long*)0x4010",
                        "continue",
                        "delete",
                        "awatch *(long*)0x4008",
                        "continue",
                        "delete",
                        "awatch *(long*)0x4010",
                        "continue");
        assertThat(text)
                .containsSubsequence(
                        "Hardware watchpoint 1",
                        "Old value = 0",
                        "New value = 1",
                        "Old value = 1",
                        "New value = 2",
                        "Hardware read watchpoint 2",
                        "Value = 0",
                        "Hardware access (read/write) watchpoint 3: *(long*)0x4008",
                        "Hardware access (read/write) watchpoint 3: *(long*)0x4008",
                        "Old value = 2",
                        "New value = 3",
                        "Hardware access (read/write) watchpoint 4: *(long*)0x4010",
                        "Hardware access (read/write) watchpoint 4: *(long*)0x4010",
                        "Value = 0");
    }

    @Test
    void catchesSystemCalls() throws Exception {
        String text = gdb("catch syscall execve", "continue", "p $orig_rax", "continue", "p $rax");
        assertThat(text)
                .containsSubsequence(
                        "(call to syscall execve)",
                        "$1 = 59",
                        "(returned from syscall execve)",
                        "$2 = 0");
    }

    @Test
    void unmappedMemoryIsSaidToBeSo() throws Exception {
        String text =
                gdb(
                        "x/i 0x5000",
                        "x/x 0x4ffc",
                        "x/2gx 0x4ffc",
                        "set var *(int*)0x6000 = 7",
                        "p *(int*)0x6000");
        assertThat(text)
                .containsSubsequence(
                        "Cannot access memory at address 0x5000",
                        "0x4ffc:\t0x00000000",
                        "Cannot access memory at address 0x500",
                        "$1 = 7");
    }

    @Test
    void aFaultStopsAtItsHandler() throws Exception {
        String text =
                gdb("set $pc = touch", "stepi", "x/i $pc", "stepi", "info symbol $pc", "p/x $cr2");
        assertThat(text)
                .containsSubsequence("mov    (%rdx),%rax", "oops in section .text", "$1 = 0x5000");
    }

    @Test
    void findsAndDumps() throws Exception {
        Path dump = directory.resolve("dump");
        String text =
                gdb(
                        "find /b 0x1000, 0x2000, 0xf3, 0xa4",
                        "dump binary memory " + dump + " 0x1000 0x1010",
                        "compare-sections");
        assertThat(text)
                .contains("0x105e <copy+15>", "1 pattern found", "Section .text, range 0x1000");
        assertThat(text).contains("matched");
        assertThat(Files.readAllBytes(dump)).startsWith(0xbc, 0, 0x80).hasSize(16);
    }

    @Test
    void monitorCommandsPrint() throws Exception {
        String text = gdb("monitor walk $rip", "monitor count 3", "info os", "info os cpus");
        assertThat(text)
                .contains("present, at 0x1000", "line 2\n", "Processors of the machine", "user");
    }

    @Test
    void runRebootsTheGuest() throws Exception {
        String text =
                gdbWith(
                        "target extended-remote",
                        "break inner",
                        "continue",
                        "run",
                        "p/x $rdi",
                        "kill",
                        "info program");
        assertThat(text)
                .containsSubsequence("Breakpoint 1, ", "Breakpoint 1, ", "$1 = 0x3", "killed");
        assertThat(run.machine.resets).isGreaterThan(2);
    }

    @Test
    void quittingLetsTheGuestRun() throws Exception {
        gdb("break hot", "continue");
        assertThat(run.runner.call(run.runner::running)).isTrue();
        assertThat(run.machine.breakpoints.isEmpty()).isTrue();
    }

    @Test
    void killingDoesSoToo() throws Exception {
        assertThat(gdb("break hot", "continue", "kill")).contains("killed]");
        assertThat(run.runner.call(run.runner::running)).isTrue();
        assertThat(run.machine.breakpoints.isEmpty()).isTrue();
        assertThat(run.machine.resets).as("not rebooted").isEqualTo(1);
    }

    @Test
    void symbolsFollowTheKernelsSlide() throws Exception {
        run.machine.kernelAt = 0xffffffff81600000L;
        String text = gdb("info address hot");
        assertThat(text).contains("0x601043");
    }

    @Test
    void theGuestsExitCodeArrives() throws Exception {
        String text = gdb("set $pc = bye", "continue");
        assertThat(text).contains("exited with code 07");
    }

    @Test
    void reverseCommandsSayThatTheyDoNotExist() throws Exception {
        assertThat(gdb("reverse-stepi")).contains("does not support");
    }
}
