package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both debugging tutorials as docs/debugging.md tells them, with a stock gdb on real kernels. */
class TutorialIT {
    @TempDir Path directory;

    private Path socket() {
        return directory.resolve("gdb");
    }

    private GuestSession boot(Path kernel, Path initrd, String... more) throws Exception {
        String[] fixed = {
            "-kernel",
            kernel.toString(),
            "-initrd",
            initrd.toString(),
            "-append",
            "console=ttyS0",
            "-nographic",
            "-S",
            "-gdb",
            "unix:" + socket()
        };
        String[] all = new String[fixed.length + more.length];
        System.arraycopy(fixed, 0, all, 0, fixed.length);
        System.arraycopy(more, 0, all, fixed.length, more.length);
        GuestSession guest = GuestSession.start(all);
        awaitSocket();
        return guest;
    }

    private void awaitSocket() throws InterruptedException {
        for (int i = 0; i < 600 && !Files.exists(socket()); i++) {
            Thread.sleep(100);
        }
    }

    private Map<String, String> names() throws Exception {
        Map<String, String> names = new LinkedHashMap<>();
        names.put(":1234", socket().toString());
        names.put("0x401530", ElfFile.entry(Images.programs().resolve("hello")));
        names.put("0x4014f0", ElfFile.entry(Images.programs().resolve("demo")));
        return names;
    }

    private static Path vmlinux(Path kernel) {
        return kernel.resolveSibling("vmlinux");
    }

    /** The kernel of the tutorials where it has been built, else the small one of the tests. */
    private static Path tutorialKernel() throws Exception {
        Path full = Images.cache().resolve("tutorial-6.12").resolve("bzImage");
        return Files.isRegularFile(full) ? full : Images.slim();
    }

    @Test
    void fromExecveToTheProgramOnAKernelBuiltForIt() throws Exception {
        Path kernel = tutorialKernel();
        try (GuestSession guest = boot(kernel, Images.busybox());
                GdbProcess gdb = GdbProcess.start(Images.programs(), vmlinux(kernel))) {
            Transcript.of("execve", names()).play(gdb, guest);
            guest.expect("Hello from the custom kernel!");
            guest.expect("/ # ");
            Transcript.of("lx", names()).play(gdb, guest);
            Transcript.of("monitor", names()).play(gdb, guest);
            guest.send("\n");
            guest.expect("/ # ");
            assertThat(guest.run("/bin/hello")).isEqualTo("Hello from the custom kernel!");
        }
    }

    @Test
    void fromTheFirstInstructionOfAProgramToItsExit() throws Exception {
        Path kernel = Images.slim();
        try (GuestSession guest = boot(kernel, Images.bash(), "-enable-kvm", "-cpu", "host");
                GdbProcess gdb = GdbProcess.start(Images.programs(), vmlinux(kernel))) {
            Transcript.of("program", names()).play(gdb, guest);
            guest.expect("hello world!");
        }
    }

    /**
     * The second tutorial's own command: neither -append nor -nographic, so bash is on the screen.
     */
    @Test
    void theSecondOneOnTheGuestsScreenAndKeyboard() throws Exception {
        Path kernel = Images.slim();
        try (ScreenSession screen =
                        ScreenSession.start(
                                "-kernel",
                                kernel.toString(),
                                "-initrd",
                                Images.bash().toString(),
                                "-enable-kvm",
                                "-cpu",
                                "host",
                                "-S",
                                "-gdb",
                                "unix:" + socket());
                GdbProcess gdb = GdbProcess.start(Images.programs(), vmlinux(kernel))) {
            awaitSocket();
            gdb.run("target remote " + socket());
            gdb.run("add-symbol-file demo");
            gdb.type("continue");
            screen.await("init-5.2#");
            gdb.interrupt();
            assertThat(gdb.answer()).contains("SIGINT");
            gdb.run("tbreak *" + ElfFile.entry(Images.programs().resolve("demo")));
            gdb.type("continue");
            screen.type("/demo; echo \"status [$?]\"\r");
            assertThat(gdb.answer()).contains("_start ()");
            gdb.run("tbreak demo.c:8");
            assertThat(gdb.run("continue")).contains("main () at ./demo.c:8");
            assertThat(screen.await("hello world!")).doesNotContain("status [204]");
            gdb.run("catch syscall exit_group");
            assertThat(gdb.run("continue")).contains("call to syscall exit_group");
            assertThat(gdb.run("print/x $rdi")).endsWith("= 0xcc");
            gdb.run("delete");
            gdb.run("detach");
            screen.await("status [204]");
            screen.type("\1x");
            assertThat(screen.exitStatus()).isZero();
        }
    }

    /** The decompressor has put the kernel elsewhere; gdb moves its symbols by itself. */
    @Test
    void gdbFollowsAKernelThatHasMovedItself() throws Exception {
        Path kernel = Images.cloud61();
        try (GuestSession guest = boot(kernel, Images.busybox(), "-boot-decompressor")) {
            try (GdbProcess early = GdbProcess.start(Images.programs(), vmlinux(kernel))) {
                early.run("target remote " + socket());
                assertThat(early.run("monitor kaslr"))
                        .isEqualTo("no kernel is mapped at its place");
                early.run("detach");
            }
            guest.expect("/ # ");
            try (GdbProcess gdb = GdbProcess.start(Images.programs(), vmlinux(kernel))) {
                gdb.run("target remote " + socket());
                String told = gdb.run("monitor kaslr");
                assertThat(told).startsWith("slide 0x").doesNotContain("slide 0x0");
                long slide = Long.decode(told.substring(6, told.indexOf(' ', 6)));
                assertThat(gdb.run("print/x (long) &_text"))
                        .endsWith("= 0x" + Long.toHexString(0xffffffff81000000L + slide));
                assertThat(gdb.run("print init_uts_ns.name.release")).contains("\"6.1.0-");
                // Addresses of per-processor variables are offsets, which have not moved.
                assertThat(gdb.run("print/x (long) &__per_cpu_start")).endsWith("= 0x0");
                gdb.run("tbreak do_execve");
                gdb.type("continue");
                guest.type("/bin/hello");
                assertThat(gdb.answer()).contains("do_execve (");
                assertThat(gdb.run("bt")).contains("__x64_sys_execve (");
                gdb.run("detach");
            }
            guest.expect("Hello from the custom kernel!");
            assertThat(guest.errors()).contains("the kernel has moved itself by 0x");
        }
    }

    @Test
    void bothOnDebiansKernel() throws Exception {
        Path kernel = Images.cloud61();
        Map<String, String> names = names();
        names.put("fs/exec.c:1805", "fs/exec.c:1777");
        // binfmt_misc is a module there, and not loaded.
        names.put("<misc_format>\n(gdb) continue\n(gdb) print fmt\n", "");
        names.put("init-5.2# /demo", "/ # /bin/demo");
        names.put("init-5.2#", "/ #");
        try (GuestSession guest = boot(kernel, Images.busybox());
                GdbProcess gdb = GdbProcess.start(Images.programs(), vmlinux(kernel))) {
            Transcript.of("execve", names).play(gdb, guest);
            guest.expect("Hello from the custom kernel!");
            Transcript.of("program", names).play(gdb, guest);
            guest.expect("hello world!");
        }
    }
}
