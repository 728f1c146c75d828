package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stock gdb stops a real kernel where it was asked to. */
class GdbBootIT {
    @TempDir Path directory;

    @Test
    void gdbStopsAtExecveBeforeTheKernelHasRunAndStepsThere() throws Exception {
        GdbProcess.assumeInstalled();
        Path vmlinux = Images.slim().resolveSibling("vmlinux");
        Path socket = directory.resolve("gdb");
        try (GuestSession guest =
                GuestSession.start(
                        "-kernel",
                        Images.slim().toString(),
                        "-initrd",
                        Images.busybox().toString(),
                        "-append",
                        "console=ttyS0",
                        "-nographic",
                        "-S",
                        "-gdb",
                        "unix:" + socket)) {
            Path script = directory.resolve("script");
            Files.writeString(
                    script,
                    """
                    set pagination off
                    target remote %s
                    print/x $rip
                    break do_execveat_common
                    continue
                    backtrace 4
                    stepi
                    print (long) $pc - (long) &do_execveat_common
                    print $pgd == ($cr3 & ~0xfff)
                    delete
                    finish
                    detach
                    """
                            .formatted(socket));
            for (int i = 0; i < 600 && !Files.exists(socket); i++) {
                Thread.sleep(100);
            }
            String text = GdbProcess.batch(script, vmlinux);
            assertThat(text)
                    .contains("$1 = 0x1000000") // the kernel's link address: nothing has run yet
                    .contains("Breakpoint 1, do_execveat_common")
                    .contains("__x64_sys_execve")
                    .contains("$2 = 1") // push %rbp is one byte long
                    .contains("$3 = 1")
                    .contains("Value returned is")
                    .contains("detached");
            // Nothing of that is left in the guest.
            guest.expect("/ # ");
            assertThat(guest.run("/bin/hello")).isEqualTo("Hello from the custom kernel!");
        }
    }
}
