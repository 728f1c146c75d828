package org.linuxemu.devices.vga;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.bus.IoPortBus;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.devices.TestTime;

/** Register names are those of the IBM PS/2 Hardware Interface Technical Reference. */
class VgaTest {
    private static final int TEXT = 0x18000;

    private final TestTime time = new TestTime();
    private final Vga vga = new Vga(time.clock);
    private final IoPortBus bus = bus(vga);

    private static IoPortBus bus(Vga vga) {
        IoPortBus bus = new IoPortBus();
        bus.register(Vga.FIRST_PORT, Vga.PORT_COUNT, vga);
        return bus;
    }

    private void crtc(int index, int value) {
        bus.out(0x3D4, 2, value << 8 | index); // as Linux does: both bytes in one OUT
    }

    private void sequencer(int index, int value) {
        bus.out(0x3C4, 2, value << 8 | index);
    }

    private void graphics(int index, int value) {
        bus.out(0x3CE, 2, value << 8 | index);
    }

    private void print(int place, String text, int attribute) {
        for (int i = 0; i < text.length(); i++) {
            vga.window().write(TEXT + 2L * (place + i), 2, attribute << 8 | text.charAt(i));
        }
    }

    @Test
    void startsWithAnEmptyTextScreenAsABiosLeavesIt() {
        TextScreen screen = vga.screen();
        assertThat(screen.columns()).isEqualTo(80);
        assertThat(screen.rows()).isEqualTo(25);
        assertThat(screen.toString()).isBlank();
        assertThat(screen.foreground(79, 24)).isEqualTo(7);
        assertThat(screen.background(0, 0)).isZero();
        assertThat(screen.cursor()).isZero();
        assertThat(screen.blockCursor()).isFalse();
        assertThat(screen.graphics()).isFalse();
    }

    @Test
    void remembersTextThatHasBeenScrolledOff() {
        print(80, "LLinux", 7);
        crtc(0x0C, 0x0A); // the screen starts at row 32
        assertThat(vga.screen().toString()).isBlank();
        assertThat(vga.remembers("Linux")).isTrue();
        assertThat(vga.remembers("Linus")).isFalse();
        vga.reset();
        assertThat(vga.remembers("Linux")).isFalse();
    }

    @Test
    void showsTheUsualSixteenColors() {
        TextScreen screen = vga.screen();
        int[] expected = {
            0x000000, 0x0000AA, 0x00AA00, 0x00AAAA, 0xAA0000, 0xAA00AA, 0xAA5500, 0xAAAAAA,
            0x555555, 0x5555FF, 0x55FF55, 0x55FFFF, 0xFF5555, 0xFF55FF, 0xFFFF55, 0xFFFFFF
        };
        for (int i = 0; i < 16; i++) {
            assertThat(screen.rgb(i)).as("colour " + i).isEqualTo(expected[i]);
        }
    }

    @Test
    void showsWhatIsWrittenToTextMemoryWithItsAttributes() {
        print(80, "Linux", 0x9E);
        TextScreen screen = vga.screen();
        assertThat(screen.toString().split("\n")[1]).isEqualTo("Linux");
        assertThat(screen.foreground(0, 1)).isEqualTo(0x0E);
        assertThat(screen.background(0, 1)).isEqualTo(1);
        assertThat(screen.blinks(0, 1)).isTrue();
        assertThat(vga.window().read(TEXT + 160, 4)).isEqualTo(0x9E699E4CL);
        // Attribute mode control without blinking: 16 backgrounds.
        bus.in(0x3DA, 1);
        bus.out(0x3C0, 1, 0x30);
        bus.out(0x3C0, 1, 0x04);
        assertThat(vga.screen().background(0, 1)).isEqualTo(9);
        assertThat(vga.screen().blinks(0, 1)).isFalse();
    }

    @Test
    void memoryOutsideOfTheTextWindowIsNotThere() {
        vga.window().write(0, 4, 0x12345678);
        assertThat(vga.window().read(0, 4)).isEqualTo(0xFFFFFFFFL);
        assertThat(vga.window().read(0x17FFF, 1)).isEqualTo(0xFF);
    }

    @Test
    void scrollsByTheStartAddressAndKeepsTheCursorRelativeToIt() {
        print(80, "second line", 7);
        crtc(0x0C, 0);
        crtc(0x0D, 80);
        crtc(0x0E, 0);
        crtc(0x0F, 82);
        TextScreen screen = vga.screen();
        assertThat(screen.toString()).startsWith("second line\n");
        assertThat(screen.cursor()).isEqualTo(2);
    }

    @Test
    void theCursorHasShapesAndCanBeOff() {
        crtc(0x0A, 0);
        crtc(0x0B, 15);
        assertThat(vga.screen().blockCursor()).isTrue();
        crtc(0x0A, 0x20);
        assertThat(vga.screen().cursor()).isEqualTo(-1);
    }

    @Test
    void a50LineScreenHasSmallerCharacters() {
        crtc(0x09, 0x47);
        assertThat(vga.screen().rows()).isEqualTo(50);
    }

    @Test
    void crtcRegistersZeroToSevenAreProtected() {
        crtc(0x01, 39);
        assertThat(vga.screen().columns()).isEqualTo(80);
        crtc(0x11, 0x0E);
        crtc(0x01, 39);
        assertThat(vga.screen().columns()).isEqualTo(40);
    }

    @Test
    void aBlankedOrGraphicsScreenShowsNothing() {
        print(0, "secret", 7);
        sequencer(1, 0x20);
        assertThat(vga.screen().toString()).isBlank();
        assertThat(vga.screen().cursor()).isEqualTo(-1);
        sequencer(1, 0x00);
        assertThat(vga.screen().toString()).startsWith("secret");
        graphics(6, 0x05);
        assertThat(vga.screen().graphics()).isTrue();
        assertThat(vga.screen().toString()).isBlank();
    }

    @Test
    void theGuestCanChangeThePalette() {
        bus.out(0x3C8, 1, 7);
        bus.out(0x3C9, 1, 0x3F);
        bus.out(0x3C9, 1, 0x00);
        bus.out(0x3C9, 1, 0x15);
        assertThat(vga.screen().rgb(7)).isEqualTo(0xFF0055);
        bus.out(0x3C7, 1, 7);
        assertThat(bus.in(0x3C9, 1)).isEqualTo(0x3F);
        assertThat(bus.in(0x3C9, 1)).isZero();
        assertThat(bus.in(0x3C9, 1)).isEqualTo(0x15);
    }

    @Test
    void aFontCanBeLoadedIntoPlaneTwoAndLeavesTheTextAlone() {
        print(0, "text", 7);
        sequencer(2, 0x04); // map mask: plane 2
        sequencer(4, 0x06); // sequential
        graphics(4, 0x02);
        graphics(5, 0x00);
        graphics(6, 0x04); // A0000, 64 KiB
        vga.window().write(32 * 'A', 1, 0x18);
        assertThat(vga.window().read(32 * 'A', 1)).isEqualTo(0x18);
        sequencer(2, 0x03);
        sequencer(4, 0x02);
        graphics(4, 0x00);
        graphics(5, 0x10);
        graphics(6, 0x0E);
        assertThat(vga.screen().toString()).startsWith("text");
        assertThat(vga.window().read(TEXT, 1)).isEqualTo('t');
    }

    @Test
    void writeModesCombineDataWithTheLatches() {
        sequencer(2, 0x0F);
        sequencer(4, 0x06);
        graphics(5, 0x02); // write mode 2: a colour
        graphics(6, 0x05);
        graphics(8, 0xF0);
        vga.window().read(100, 1);
        vga.window().write(100, 1, 0x05);
        graphics(5, 0x08); // read mode 1: compare
        graphics(2, 0x05);
        graphics(7, 0x0F);
        assertThat(vga.window().read(100, 1)).isEqualTo(0xF0);
        graphics(5, 0x01); // write mode 1: copy the latches
        vga.window().read(100, 1);
        vga.window().write(200, 1, 0);
        graphics(5, 0x08);
        assertThat(vga.window().read(200, 1)).isEqualTo(0xF0);
        graphics(5, 0x00); // write mode 0 with XOR
        graphics(8, 0xFF);
        graphics(3, 0x18);
        vga.window().read(200, 1);
        vga.window().write(200, 1, 0xFF);
        graphics(4, 0);
        assertThat(vga.window().read(200, 1)).isEqualTo(0x0F);
    }

    @Test
    void retraceComesSeventyTimesASecondOfGuestTime() {
        int rises = 0;
        boolean before = false;
        for (int i = 0; i < 100_000; i++) {
            time.run(10_000);
            boolean retrace = (bus.in(0x3DA, 1) & 0x08) != 0;
            rises += retrace && !before ? 1 : 0;
            before = retrace;
        }
        assertThat(rises).isEqualTo(70);
    }

    @Test
    void monochromePortsAnswerOnlyInMonochrome() {
        bus.out(0x3D4, 1, 0x0F);
        assertThat(bus.in(0x3D4, 1)).isEqualTo(0x0F);
        assertThat(bus.in(0x3B4, 1)).isEqualTo(0xFF);
        bus.out(0x3C2, 1, 0x66);
        assertThat(bus.in(0x3B4, 1)).isEqualTo(0x0F);
        assertThat(bus.in(0x3D4, 1)).isEqualTo(0xFF);
    }

    @Test
    void tellsWhenThePictureChanges() {
        vga.screen();
        assertThat(vga.changed()).isFalse();
        bus.in(0x3DA, 1);
        vga.window().read(TEXT, 2);
        assertThat(vga.changed()).isFalse();
        print(0, "x", 7);
        assertThat(vga.changed()).isTrue();
    }

    @Test
    void anythingAGuestDoesCanBeSavedAndShownAndNeverThrows() throws StateFormatException {
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            for (int i = 0; i < 200; i++) {
                int port = Vga.FIRST_PORT + random.nextInt(Vga.PORT_COUNT);
                switch (random.nextInt(4)) {
                    case 0:
                        bus.in(port, 1 << random.nextInt(3));
                        break;
                    case 1:
                        vga.window().write(random.nextInt(0x20000) & ~7, 8, random.nextLong());
                        break;
                    case 2:
                        vga.window().read(random.nextInt(0x20000) & ~7, 8);
                        break;
                    default:
                        bus.out(port, 1 << random.nextInt(3), random.nextInt());
                        break;
                }
            }
            TestTime otherTime = new TestTime();
            Vga other = new Vga(otherTime.clock);
            time.copyTo(otherTime, vga, other);
            assertThat(other.screen()).isEqualTo(vga.screen());
            int address = random.nextInt(0x20000);
            assertThat(other.window().read(address, 1)).isEqualTo(vga.window().read(address, 1));
        }
        vga.reset();
        assertThat(vga.screen()).isEqualTo(new Vga(time.clock).screen());
    }
}
