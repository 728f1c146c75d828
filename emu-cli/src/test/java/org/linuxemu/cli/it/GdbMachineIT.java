package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a stock gdb does with the whole machine: reboots it, ends it, leaves it, shares it. */
class GdbMachineIT {
    private static final String HINT = "target remote 127.0.0.1:";

    private static GuestSession machine(String gdb, String... more) throws Exception {
        String[] fixed = {
            "-kernel",
            Images.slim().toString(),
            "-initrd",
            Images.busybox().toString(),
            "-append",
            "console=ttyS0",
            "-nographic",
            "-gdb",
            gdb
        };
        String[] all = new String[fixed.length + more.length];
        System.arraycopy(fixed, 0, all, 0, fixed.length);
        System.arraycopy(more, 0, all, fixed.length, more.length);
        return GuestSession.start(all);
    }

    /** The port that the emulator has chosen and told. */
    static String port(GuestSession machine) throws Exception {
        for (int i = 0; i < 600; i++) {
            String errors = machine.errors();
            int at = errors.indexOf(HINT);
            int end = errors.indexOf('\n', Math.max(at, 0));
            if (at >= 0 && end > at) {
                return ":" + errors.substring(at + HINT.length(), end).strip();
            }
            Thread.sleep(100);
        }
        throw new AssertionError("no port in: " + machine.errors());
    }

    private static GdbProcess gdb() throws Exception {
        Path vmlinux = Images.slim().resolveSibling("vmlinux");
        return GdbProcess.start(vmlinux.getParent(), vmlinux);
    }

    @Test
    void rebootsAndEndsTheMachine() throws Exception {
        try (GuestSession machine = machine("tcp::0", "-S");
                GdbProcess gdb = gdb()) {
            gdb.run("target extended-remote " + port(machine));
            assertThat(gdb.run("monitor x/2i $rip"))
                    .startsWith("0x1000000: ")
                    .contains(" %", "\n0x100000");
            assertThat(gdb.run("stepi 100")).isNotEmpty();
            assertThat(gdb.run("print $rip == 0x1000000")).endsWith("= 0");
            gdb.run("starti");
            assertThat(gdb.run("print $rip == 0x1000000")).endsWith("= 1");
            gdb.run("tbreak start_kernel");
            assertThat(gdb.run("run")).contains("start_kernel ()");
            gdb.run("stepi 100");
            assertThat(gdb.run("monitor system_reset")).contains("has been reset");
            gdb.run("maintenance flush register-cache");
            assertThat(gdb.run("print $rip == 0x1000000")).endsWith("= 1");
            gdb.run("monitor quit 7");
            assertThat(machine.exitStatus()).isEqualTo(7);
        }
    }

    @Test
    void aSecondDebuggerIsRefusedWithTheReason() throws Exception {
        try (GuestSession machine = machine("tcp::0", "-S");
                GdbProcess first = gdb();
                GdbProcess second = gdb()) {
            String port = port(machine);
            first.run("target remote " + port);
            assertThat(second.run("target remote " + port))
                    .contains("another debugger is attached");
            assertThat(first.run("print $rip")).contains("0x1000000");
        }
    }

    @Test
    void withOnCloseStopTheGuestWaitsForTheNextDebugger() throws Exception {
        try (GuestSession machine = machine("tcp::0,onclose=stop", "-S")) {
            String port = port(machine);
            try (GdbProcess gdb = gdb()) {
                gdb.run("target remote " + port);
                gdb.run("stepi 1000");
                gdb.run("set $r15 = 0x1234567");
            }
            try (GdbProcess gdb = gdb()) {
                while (!gdb.run("target remote " + port).contains("Remote debugging using")) {
                    Thread.sleep(100);
                }
                assertThat(gdb.run("print/x $r15")).endsWith("= 0x1234567");
                gdb.run("monitor quit");
            }
            assertThat(machine.exitStatus()).isZero();
        }
    }

    @Test
    void theLayoutFor16BitCodeComesWithTheNextConnection() throws Exception {
        try (GuestSession machine = machine("tcp::0", "-S");
                GdbProcess gdb = gdb()) {
            String port = port(machine);
            gdb.run("file");
            gdb.run("target remote " + port);
            assertThat(gdb.run("set architecture i8086")).contains("not recognized");
            assertThat(gdb.run("monitor arch i8086")).contains("i8086");
            gdb.run("disconnect");
            // It only closes its connection, and may be back before that has been seen.
            while (!gdb.run("target remote " + port).contains("in ?? ()")) {
                Thread.sleep(100);
            }
            assertThat(gdb.run("show architecture")).contains("i8086");
            gdb.run("set var *(unsigned int *) 0x600000 = 0x12345db8"); // mov $0x5d..,%ax in 16 bit
            assertThat(gdb.run("x/i 0x600000")).contains("mov    $0x345d,%ax");
            gdb.run("monitor quit");
            assertThat(machine.exitStatus()).isZero();
        }
    }
}
