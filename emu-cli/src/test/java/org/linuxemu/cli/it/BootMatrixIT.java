package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every kernel of images/ with both programs as /init, both ways into a bzImage, with and without
 * ACPI or APIC, and four sizes of memory. {@code -Dboot.matrix=all} runs every combination (about a
 * hundred boots); a normal run takes a row of the table below for each pair of values, since a
 * fault of one alone or of two together is what is looked for. The tutorial kernel is tested where
 * it has been made, since making it takes ten minutes.
 */
class BootMatrixIT {
    private record Boot(
            String kernel, String init, boolean decompressor, String memory, String machine) {
        @Override
        public String toString() {
            return kernel
                    + " "
                    + init
                    + (decompressor ? " decompressor " : " direct ")
                    + memory
                    + " "
                    + machine;
        }
    }

    private static final String[] KERNELS = {
        "cloud-6.1", "cloud-6.12", "slim-6.12", "tutorial-6.12"
    };
    private static final String[] MEMORY = {"64M", "128M", "1G", "3G"};

    /** The rows of a normal run: with those of {@link BootIT} each pair of values occurs. */
    private static final Boot[] PAIRS = {
        new Boot("cloud-6.12", "bash", true, "1G", "acpi"),
        new Boot("cloud-6.1", "busybox", false, "3G", "no-acpi"),
        new Boot("slim-6.12", "bash", true, "64M", "acpi"),
        new Boot("slim-6.12", "busybox", true, "3G", "no-apic"),
        new Boot("slim-6.12", "bash", false, "128M", "no-acpi"),
        new Boot("tutorial-6.12", "busybox", true, "128M", "acpi"),
        new Boot("tutorial-6.12", "bash", false, "1G", "acpi"),
    };

    /** The cloud kernels' smallest machine: with 64M they run out of memory under QEMU as well. */
    private static String possible(String kernel, String memory) {
        return kernel.startsWith("cloud") && memory.equals("64M") ? "96M" : memory;
    }

    @TestFactory
    Stream<DynamicTest> everyKernelReachesAShell() {
        List<Boot> boots = new ArrayList<>();
        if ("all".equals(System.getProperty("boot.matrix"))) {
            for (String kernel : KERNELS) {
                for (String init : new String[] {"busybox", "bash"}) {
                    for (boolean decompressor : new boolean[] {false, true}) {
                        for (String memory : MEMORY) {
                            boots.add(new Boot(kernel, init, decompressor, memory, "acpi"));
                        }
                    }
                    boots.add(new Boot(kernel, init, false, "128M", "no-acpi"));
                    boots.add(new Boot(kernel, init, false, "128M", "no-apic"));
                }
            }
        } else {
            boots.addAll(List.of(PAIRS));
        }
        return boots.stream()
                .filter(BootMatrixIT::made)
                .map(boot -> DynamicTest.dynamicTest("" + boot, () -> run(boot)));
    }

    private static boolean made(Boot boot) {
        boolean made = Files.exists(kernel(boot));
        if (!made) {
            assertThat(boot.kernel())
                    .as("a kernel that the build makes")
                    .isEqualTo("tutorial-6.12");
            System.err.println(
                    "not tested, since images/tutorial-kernel.sh has not been run: " + boot);
        }
        return made;
    }

    private static Path kernel(Boot boot) {
        return Images.cache().resolve(boot.kernel()).resolve("bzImage");
    }

    private static void run(Boot boot) throws Exception {
        Path initrd = boot.init().equals("bash") ? Images.bash() : Images.busybox();
        List<String> line = new ArrayList<>();
        line.addAll(List.of("-kernel", kernel(boot).toString(), "-initrd", initrd.toString()));
        line.addAll(List.of("-append", "console=ttyS0 panic=-1", "-nographic", "-no-reboot"));
        line.addAll(List.of("-m", possible(boot.kernel(), boot.memory())));
        if (boot.decompressor()) {
            line.add("-boot-decompressor");
        }
        if (boot.machine().equals("no-acpi")) {
            line.add("-no-acpi");
        } else if (boot.machine().equals("no-apic")) {
            line.addAll(List.of("-cpu", "max,-apic"));
        }
        try (GuestSession guest = GuestSession.start(line.toArray(String[]::new))) {
            if (boot.init().equals("bash")) {
                guest.expect("init-5.2# ");
                guest.type("/demo; echo status $?");
                guest.expect("hello world!");
                guest.expect("status 204");
                guest.type("exit"); // the end of /init is a panic, and that a reboot
            } else {
                guest.expect("/ # ");
                assertThat(guest.run("/bin/demo; echo $?")).isEqualTo("hello world!\n204");
                guest.type("poweroff -f");
            }
            assertThat(guest.exitStatus()).as(guest.errors()).isZero();
        }
    }
}
