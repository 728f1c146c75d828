package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small multiboot guests of a few instructions: the ways a machine ends, and what is not there. */
class MultibootIT {
    private static final int LOAD = 0x100000;
    private static final int HEADER = 32;

    @TempDir Path directory;

    /**
     * Writes an image that runs a program, as hexadecimal digits, in 32-bit protected mode
     * (Multiboot Specification 0.6.96, 3.1: the a.out kludge).
     */
    static Path image(Path directory, String code) throws IOException {
        byte[] program = HexFormat.of().parseHex(code.replace(" ", ""));
        ByteBuffer image =
                ByteBuffer.allocate(HEADER + program.length).order(ByteOrder.LITTLE_ENDIAN);
        int magic = 0x1BADB002;
        int flags = 1 << 16;
        image.putInt(magic).putInt(flags).putInt(-(magic + flags));
        image.putInt(LOAD)
                .putInt(LOAD)
                .putInt(LOAD + HEADER + program.length)
                .putInt(0)
                .putInt(LOAD + HEADER);
        image.put(program);
        return Files.write(directory.resolve("kernel"), image.array());
    }

    private GuestSession run(String code, String... options) throws Exception {
        Path kernel = image(directory, code);
        String[] line = new String[options.length + 5];
        System.arraycopy(
                new String[] {"-kernel", kernel.toString(), "-append", "", "-nographic"},
                0,
                line,
                0,
                5);
        System.arraycopy(options, 0, line, 5, options.length);
        return GuestSession.start(line);
    }

    @Test
    void haltWithInterruptsOffEndsWell() throws Exception {
        try (GuestSession guest = run("FA F4")) { // cli; hlt
            assertThat(guest.exitStatus()).isZero();
        }
    }

    @Test
    void theExitDeviceGivesItsStatus() throws Exception {
        // mov dx,0xf4; mov al,5; out dx,al; 1: jmp 1b
        try (GuestSession guest =
                run("66BAF400 B005 EE EBFE", "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04")) {
            assertThat(guest.exitStatus()).isEqualTo(2 * 5 + 1);
        }
    }

    @Test
    void portsAndAddressesOfNobodyReadAsOnes() throws Exception {
        // mov dx,0x999; in al,dx; and al,[0xfe000000]; and al,0x15; mov dx,0x501; out dx,al
        try (GuestSession guest =
                run(
                        "66BA9909 EC 2205000000FE 2415 66BA0105 EE EBFE",
                        "-device",
                        "isa-debug-exit")) {
            assertThat(guest.exitStatus()).isEqualTo(2 * 0x15 + 1);
        }
    }

    /**
     * Code behind the loading of an IDT with one useless entry: a limit of 0 would be a request for
     * a reset.
     */
    private static String withIdt(String code) {
        StringBuilder text =
                new StringBuilder("0F011D40001000" + code.replace(" ", "")); // lidt [0x100040]
        while (text.length() < 0x40) {
            text.append("90");
        }
        return text + "070000000000";
    }

    @Test
    void tripleFaultShowsTheRegistersAndFails() throws Exception {
        try (GuestSession guest = run(withIdt("B878563412 CC"))) { // mov eax,0x12345678; int3
            assertThat(guest.exitStatus()).isEqualTo(1);
            assertThat(guest.errors()).contains("triple fault").contains("EAX=12345678");
        }
    }

    @Test
    void anUnknownInstructionIsNamedOnce() throws Exception {
        // An EVEX-encoded instruction; the #UD that it raises ends in a triple fault.
        try (GuestSession guest = run(withIdt("62F17C4810C1"))) {
            assertThat(guest.exitStatus()).isEqualTo(1);
            assertThat(guest.errors())
                    .containsOnlyOnce("raises #UD in the guest: 62 f1 7c 48 10 c1 90")
                    .contains("rip=0x100027");
        }
    }
}
