package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stock kernels to a shell and back, as a user sees it. */
class BootIT {
    private static GuestSession boot(Path kernel, Path initrd, String... more) throws Exception {
        String[] fixed = {
            "-kernel",
            kernel.toString(),
            "-initrd",
            initrd.toString(),
            "-append",
            "console=ttyS0",
            "-nographic"
        };
        String[] all = new String[fixed.length + more.length];
        System.arraycopy(fixed, 0, all, 0, fixed.length);
        System.arraycopy(more, 0, all, fixed.length, more.length);
        return GuestSession.start(all);
    }

    @Test
    void theCloudKernelRunsAShellWithTheUsualCommands() throws Exception {
        try (GuestSession guest = boot(Images.cloud61(), Images.busybox())) {
            guest.expect("/ # ");
            assertThat(guest.run("uname -a"))
                    .startsWith("Linux")
                    .contains("6.1.0")
                    .endsWith("x86_64 GNU/Linux");
            assertThat(guest.run("/bin/hello")).isEqualTo("Hello from the custom kernel!");
            assertThat(guest.run("/bin/demo; echo $?")).isEqualTo("hello world!\n204");
            assertThat(guest.run("cat /proc/interrupts")).contains("timer").contains("ttyS0");
            assertThat(guest.run("dmesg | grep -c 'Linux version'")).isEqualTo("1");
            assertThat(guest.run("cat /proc/mtrr"))
                    .contains(
                            "reg00: base=0x0c0000000 ( 3072MB), size= 1024MB, count=1: uncachable");
            assertThat(guest.run("ps | grep -c kthreadd")).isNotEqualTo("0");
            assertThat(guest.run("top -b -n1 | head -n1")).startsWith("Mem:");
            guest.run("cut -d. -f1 /proc/uptime > /a");
            guest.run("sleep 3");
            guest.run("cut -d. -f1 /proc/uptime > /b");
            assertThat(guest.run("echo $(( $(cat /b) - $(cat /a) ))")).isIn("3", "4");
            assertThat(guest.run("echo 'scale=0' | md5sum"))
                    .isEqualTo("161ade1949b9f7532a0f1f868a00f6c2  -");
            guest.type("poweroff -f");
            assertThat(guest.exitStatus()).isZero();
            assertThat(guest.errors()).doesNotContain("Exception");
        }
    }

    @Test
    void theNewestCloudKernelBootsToo() throws Exception {
        try (GuestSession guest = boot(Images.cloud612(), Images.busybox())) {
            guest.expect("/ # ");
            assertThat(guest.run("uname -r")).startsWith("6.12.");
            guest.type("poweroff -f");
            assertThat(guest.exitStatus()).isZero();
        }
    }

    @Test
    void theImagesOwnDecompressorWorksAsWell() throws Exception {
        try (GuestSession guest = boot(Images.cloud61(), Images.busybox(), "-boot-decompressor")) {
            guest.expect("/ # ");
            assertThat(guest.run("/bin/hello")).isEqualTo("Hello from the custom kernel!");
            guest.type("poweroff -f");
            assertThat(guest.exitStatus()).isZero();
        }
    }

    @Test
    void bashRunsAsInit() throws Exception {
        try (GuestSession guest = boot(Images.cloud61(), Images.bash())) {
            guest.expect("init-5.2# ");
            guest.type("/demo; echo status $?");
            guest.expect("hello world!");
            guest.expect("status 204");
            guest.type("echo $((6 * 7)) answer");
            guest.expect("42 answer");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"64M", "128M", "1G", "3G"})
    void theSlimKernelBootsWithAnyMemory(String memory) throws Exception {
        try (GuestSession guest = boot(Images.slim(), Images.busybox(), "-m", memory)) {
            guest.expect("/ # ");
            int kib = Integer.parseInt(guest.run("awk '/MemTotal/ { print $2 }' /proc/meminfo"));
            int megabytes =
                    memory.endsWith("G")
                            ? Integer.parseInt(memory.replace("G", "")) * 1024
                            : Integer.parseInt(memory.replace("M", ""));
            assertThat(kib).isBetween((megabytes - 32) * 1000, megabytes * 1024);
            guest.type("poweroff -f");
            assertThat(guest.exitStatus()).isZero();
        }
    }

    @Test
    void rebootEndsOrRebootsAsAsked() throws Exception {
        try (GuestSession guest = boot(Images.slim(), Images.busybox(), "-no-reboot")) {
            guest.expect("/ # ");
            guest.type("reboot -f");
            assertThat(guest.exitStatus()).isZero();
        }
        try (GuestSession guest = boot(Images.slim(), Images.busybox())) {
            guest.expect("/ # ");
            guest.type("reboot -f");
            guest.expect("Linux version");
            guest.expect("/ # ");
            assertThat(guest.run("/bin/hello")).isEqualTo("Hello from the custom kernel!");
        }
    }

    @Test
    void pipedInputIsTypedAndItsEndDoesNotEndTheGuest() throws Exception {
        try (GuestSession guest = boot(Images.slim(), Images.busybox())) {
            guest.type("echo $((40 + 2)) there");
            guest.endOfInput();
            guest.expect("42 there");
        }
    }
}
