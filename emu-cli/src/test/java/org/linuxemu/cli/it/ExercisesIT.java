package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first tutorial's exercises, inside the guest. */
class ExercisesIT {
    @TempDir Path directory;

    @Test
    void execveScriptsStraceAnd32BitPrograms() throws Exception {
        Path log = directory.resolve("log");
        try (GuestSession guest =
                GuestSession.start(
                        "-kernel",
                        Images.slim().toString(),
                        "-initrd",
                        Images.exercises().toString(),
                        "-append",
                        "console=ttyS0 quiet",
                        "-nographic",
                        "-d",
                        "syscall,execve",
                        "-D",
                        log.toString())) {
            guest.expect("/ # ");
            assertThat(guest.run("exec_test")).isEqualTo("Before execve\nHello from execve");
            assertThat(guest.run("script.sh a b")).isEqualTo("script run by /bin/script.sh a b");
            assertThat(guest.run("hello32; echo $?"))
                    .isEqualTo("Hello from 32 bits\npointers have 4 bytes\n32");
            assertThat(guest.run("strace -e execve exec_test 2>&1"))
                    .contains("execve(\"/bin/exec_test\", [\"exec_test\"], 0x")
                    .contains("execve(\"/bin/echo\", [\"echo\", \"Hello from execve\"], 0x")
                    .contains(" = 0")
                    .doesNotContain("never")
                    .endsWith("+++ exited with 0 +++");
            assertThat(guest.run("strace -e execve script.sh 2>&1"))
                    .contains("execve(\"/bin/script.sh\", [\"script.sh\"], 0x")
                    .contains("script run by /bin/script.sh")
                    .endsWith("+++ exited with 0 +++");
            assertThat(guest.run("strace -e execve hello32 2>&1"))
                    .contains("[ Process PID=")
                    .contains("runs in 32 bit mode")
                    .endsWith("+++ exited with 32 +++");
            assertThat(guest.run("strace -e kill sh -c 'kill -TERM $$' 2>&1"))
                    .contains("SIGTERM) ")
                    .contains("--- SIGTERM {si_signo=SIGTERM, si_code=SI_USER")
                    .contains("+++ killed by SIGTERM +++");
            assertThat(guest.run("libc32 x; echo $?"))
                    .isEqualTo(
                            """
                            4-byte pointers, libc32 has 1 argument
                            3333333333333 1.414213562373095
                            caught SIGUSR1
                            the writer was ended by signal 11
                            the child left with 7
                            through a pipe
                            waited well
                            32""");
            assertThat(guest.run("strace -f -e trace=signal,clone,fork libc32 2>&1"))
                    .contains("runs in 32 bit mode")
                    .contains("--- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_TKILL")
                    .contains("sigreturn(")
                    .contains("--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_ACCERR, si_addr=0x")
                    .contains("+++ killed by SIGSEGV +++")
                    .contains("+++ exited with 7 +++")
                    .endsWith("+++ exited with 32 +++");
            // Single steps, a signal between them, INT3 and a watchpoint, as on the host.
            assertThat(guest.run("stepper"))
                    .isEqualTo(
                            """
                            stopped by Stopped (signal)
                            500 steps before the signal
                            then Trace/breakpoint trap at int3+1, code 128
                            Trace/breakpoint trap at store+0, code 4, value 42, DR6 1
                            left with 5""");
            guest.type("poweroff -f");
            assertThat(guest.exitStatus()).isZero();
        }
        // The emulator's own log has seen the same.
        assertThat(Files.readString(log))
                .contains(" execve(\"/bin/exec_test\", [\"exec_test\"], 0x")
                .contains(" exec_test execve(\"/bin/echo\", [\"echo\", \"Hello from execve\"], 0x")
                .contains(" echo write(1, \"Hello from execve\\n\", 18) = 18");
    }
}
