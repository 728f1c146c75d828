package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stock gdb debugs the kernel by the kernel's own stub, on the second serial port. */
class KgdbIT {
    @TempDir Path directory;

    @Test
    void gdbStopsStepsAndWatchesByTheKernelsOwnStub() throws Exception {
        GdbProcess.assumeInstalled();
        int port;
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = any.getLocalPort();
        }
        try (GuestSession guest =
                GuestSession.start(
                        "-kernel",
                        Images.slim().toString(),
                        "-initrd",
                        Images.busybox().toString(),
                        "-append",
                        "console=ttyS0 kgdboc=ttyS1 kgdbwait",
                        "-nographic",
                        "-serial",
                        "mon:stdio",
                        "-serial",
                        "tcp:127.0.0.1:" + port + ",server,nowait")) {
            guest.expect("KGDB: Waiting for connection from remote gdb");
            Path script = directory.resolve("script");
            // Three habits of KGDB in Linux 6.12 shape this, as they would on QEMU and on a real PC
            // (docs/debugging.md): hits of hardware breakpoints count only while their perf event
            // is
            // active, which KGDB itself does not make it; a stop by #DB ends with DR7 as it was
            // before, so that hardware breakpoints are taken out at a stop by a software
            // breakpoint;
            // and a software breakpoint that was set before the kernel's text became read-only
            // cannot be taken out.
            Files.writeString(
                    script,
                    """
                    set pagination off
                    set remotetimeout 60
                    target remote 127.0.0.1:%d
                    set var (*(struct perf_event **)breakinfo[0].pev)->state = 1
                    hbreak do_sys_openat2
                    continue
                    stepi
                    print (long) $pc - (long) &do_sys_openat2
                    continue
                    print (long) $pc - (long) &do_sys_openat2
                    break do_filp_open
                    continue
                    delete
                    break do_execveat_common
                    continue
                    backtrace 3
                    delete
                    watch jiffies_64
                    continue
                    delete
                    break update_wall_time
                    continue
                    delete
                    detach
                    """
                            .formatted(port));
            String text = GdbProcess.batch(script, Images.slim().resolveSibling("vmlinux"));
            assertThat(text)
                    .contains("kgdb_breakpoint ()")
                    .contains("hit Breakpoint 1, do_sys_openat2")
                    .containsPattern("\\$1 = [1-9]")
                    .contains("$2 = 0")
                    .contains("hit Breakpoint 2, do_filp_open")
                    .contains("hit Breakpoint 3, do_execveat_common")
                    .contains("__do_sys_execve")
                    // KGDB's reply does not say which watchpoint it was.
                    .containsPattern(
                            "received signal SIGTRAP.*\\R(do_timer|tick_do_update_jiffies64) ")
                    .contains("hit Breakpoint 5, update_wall_time")
                    .contains("detached");
            guest.expect("/ # ");
            assertThat(guest.run("/bin/hello")).isEqualTo("Hello from the custom kernel!");
        }
    }
}
