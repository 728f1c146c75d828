package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code -d} writes about a real kernel and real programs. */
class TraceIT {
    @TempDir Path directory;

    @Test
    void systemCallsOfEveryProcessAndNewCodeAreTold() throws Exception {
        Path log = directory.resolve("log");
        try (GuestSession guest =
                GuestSession.start(
                        "-kernel",
                        Images.slim().toString(),
                        "-initrd",
                        Images.exercises().toString(),
                        "-append",
                        "console=ttyS0",
                        "-nographic",
                        "-d",
                        "in_asm,syscall",
                        "-D",
                        log.toString(),
                        "-vmlinux",
                        Images.slim().resolveSibling("vmlinux").toString())) {
            guest.expect("/ # ");
            assertThat(guest.run("exec_test")).isEqualTo("Before execve\nHello from execve");
            assertThat(guest.run("hello32")).startsWith("Hello from 32 bits");
            guest.type("poweroff -f");
            assertThat(guest.exitStatus()).isZero();
        }
        String text = Files.readString(log, StandardCharsets.ISO_8859_1);
        assertThat(text)
                // The kernel's own numbers and names, of a task that never told them.
                .containsPattern("\n1 sh newfstatat\\(AT_FDCWD, \"/bin/exec_test\", 0x")
                .containsPattern("\n(\\d+) sh execve\\(\"/bin/exec_test\", \\[\"exec_test\"], 0x")
                .containsPattern(
                        "\n(\\d+) exec_test write\\(1, \"Before execve\\\\n\", 14\\) = 14\n")
                .containsPattern("\n(\\d+) exec_test execve\\(\"/bin/echo\", \\[\"echo\", \"Hello")
                .containsPattern(
                        "\n(\\d+) echo write\\(1, \"Hello from execve\\\\n\", 18\\) = 18\n")
                // By INT 80h.
                .containsPattern(
                        "\n(\\d+) hello32 write\\(1, \"Hello from 32 bits\\\\n\", 19\\) = 19\n")
                .containsPattern("\n(\\d+) hello32 exit\\(32\\)\n")
                .containsPattern("\n(\\d+) poweroff reboot\\(0xfee1dead, 0x28121969, 0x4321fedc, ");
        assertThat(text)
                .containsPattern(
                        "----------------\nIN: start_kernel\n0x[0-9a-f]{16}:  push   %rbp\n")
                .containsPattern("\nIN: __x64_sys_execve\n")
                .containsPattern("call   0x[0-9a-f]{16} <do_sys_openat2>\n");
        // Each block is told when it is decoded, not when it runs.
        assertThat(text.split("\nIN: start_kernel\n", -1)).hasSize(2);
    }

    /**
     * A kernel for many processors, which its own decompressor has put elsewhere, with page tables
     * of its own: the variable that says which task runs is found all the same.
     */
    @Test
    void theTasksOfAnIsolatedKernelThatHasMovedItselfHaveTheirNames() throws Exception {
        Path log = directory.resolve("log");
        try (GuestSession guest =
                GuestSession.start(
                        "-kernel",
                        Images.cloud61().toString(),
                        "-initrd",
                        Images.busybox().toString(),
                        "-append",
                        "console=ttyS0 pti=on",
                        "-nographic",
                        "-boot-decompressor",
                        "-d",
                        "syscall,execve",
                        "-D",
                        log.toString(),
                        "-vmlinux",
                        Images.cloud61().resolveSibling("vmlinux").toString())) {
            guest.expect("Kernel/User page tables isolation: enabled");
            guest.expect("/ # ");
            assertThat(guest.run("hello")).isEqualTo("Hello from the custom kernel!");
            assertThat(guest.run("grep -m1 -w _text /proc/kallsyms"))
                    .endsWith(" T _text")
                    .doesNotStartWith("ffffffff81000000")
                    .doesNotStartWith("0000");
            guest.type("poweroff -f");
            assertThat(guest.exitStatus()).isZero();
        }
        String text = Files.readString(log, StandardCharsets.ISO_8859_1);
        assertThat(text)
                .contains("\n1 init ")
                .containsPattern("\n1 sh (newfstatat|stat)\\(.*\"/bin/hello\", 0x")
                .containsPattern("\n(\\d+) sh execve\\(\"/bin/hello\", \\[\"hello\"], 0x")
                .containsPattern(
                        "\n(\\d+) hello write\\(1, \"Hello from the custom kernel!\\\\n\", 30\\)")
                .doesNotContain("? hello ");
    }
}
