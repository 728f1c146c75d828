package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The ways in which a guest ends, and the magic SysRq key over a serial break. */
class EndsIT {
    private static GuestSession boot(String... more) throws Exception {
        String[] fixed = {
            "-kernel",
            Images.slim().toString(),
            "-initrd",
            Images.busybox().toString(),
            "-append",
            "console=ttyS0",
            "-nographic"
        };
        String[] all = new String[fixed.length + more.length];
        System.arraycopy(fixed, 0, all, 0, fixed.length);
        System.arraycopy(more, 0, all, fixed.length, more.length);
        GuestSession guest = GuestSession.start(all);
        guest.expect("/ # ");
        return guest;
    }

    @Test
    void theShellsEndIsAPanicThatStaysReadable() throws Exception {
        try (GuestSession guest = boot()) {
            guest.send("\1bh");
            guest.expect("sysrq: HELP : ");
            guest.expect("reboot(b)");
            guest.type("");
            guest.expect("/ # ");
            guest.type("exit");
            guest.expect("Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000000");
            guest.expect("---[ end Kernel panic");
            guest.send("\1x");
            assertThat(guest.exitStatus()).isZero();
        }
    }

    @Test
    void haltEnds() throws Exception {
        try (GuestSession guest = boot()) {
            guest.type("halt -f");
            guest.expect("reboot: System halted");
            assertThat(guest.exitStatus()).isZero();
        }
    }

    @Test
    void sysRqRestarts() throws Exception {
        try (GuestSession guest = boot("-no-reboot")) {
            guest.send("\1bb");
            guest.expect("sysrq: Resetting");
            assertThat(guest.exitStatus()).isZero();
        }
    }
}
