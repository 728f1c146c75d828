package org.linuxemu.cli.display;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.linuxemu.cli.display.TerminalPainter.Colors;
import org.linuxemu.core.time.VirtualClock;
import org.linuxemu.devices.vga.Vga;

class TerminalPainterTest {
    private static final int TEXT = 0x18000;

    private final Vga vga = new Vga(new VirtualClock());
    private TerminalScreen terminal;
    private TerminalPainter painter;

    @BeforeEach
    void on80By25() {
        painter = painter(Colors.MANY, 80, 25);
    }

    private TerminalPainter painter(Colors colors, int columns, int rows) {
        terminal = new TerminalScreen(columns, rows);
        TerminalPainter made = new TerminalPainter(colors, StandardCharsets.UTF_8);
        made.resize(columns, rows);
        return made;
    }

    private void print(int place, String text, int attribute) {
        for (int i = 0; i < text.length(); i++) {
            vga.window().write(TEXT + 2L * (place + i), 2, attribute << 8 | text.charAt(i));
        }
    }

    private String paint() {
        String bytes = painter.paint(vga.screen());
        terminal.accept(bytes);
        return bytes;
    }

    @Test
    void showsTheTextAndTheCursor() {
        print(0, "Run /init as init process", 7);
        print(24 * 80, "init-5.2# ", 7);
        cursorByPorts(24 * 80 + 10);
        paint();
        assertThat(terminal.row(0)).isEqualTo("Run /init as init process");
        assertThat(terminal.row(24)).isEqualTo("init-5.2#");
        assertThat(terminal.cursor()).isEqualTo("24,10");
    }

    private void cursorByPorts(int place) {
        vga.write(0x3D4 - Vga.FIRST_PORT, 1, 0x0E);
        vga.write(0x3D5 - Vga.FIRST_PORT, 1, place >> 8);
        vga.write(0x3D4 - Vga.FIRST_PORT, 1, 0x0F);
        vga.write(0x3D5 - Vga.FIRST_PORT, 1, place & 0xFF);
    }

    @Test
    void sendsOnlyWhatHasChanged() {
        print(0, "hello", 7);
        paint();
        print(4, "p!", 7);
        String update = paint();
        assertThat(terminal.row(0)).isEqualTo("hellp!");
        assertThat(update).contains("p!").doesNotContain("hell").hasSizeLessThan(80);
    }

    @Test
    void aSmallWindowFollowsTheCursor() {
        painter = painter(Colors.EIGHT, 20, 5);
        print(0, "top", 7);
        print(23 * 80, "the line before", 7);
        print(24 * 80, "0123456789012345678901234567890123456789", 7);
        cursorByPorts(24 * 80 + 40);
        paint();
        assertThat(terminal.row(4)).isEqualTo("1234567890123456789");
        cursorByPorts(0);
        paint();
        assertThat(terminal.row(0)).isEqualTo("top");
    }

    @Test
    void aBiggerWindowShowsTheWholeScreenAgain() {
        painter = painter(Colors.EIGHT, 20, 5);
        print(70, "the end", 7);
        paint();
        terminal = new TerminalScreen(100, 40);
        painter.resize(100, 40);
        paint();
        assertThat(terminal.row(0).trim()).isEqualTo("the end");
    }

    @Test
    void colorsAreTheGuestsOwnWhereThereAreMany() {
        print(0, "x", 0x4E);
        String bytes = paint();
        assertThat(bytes).contains("\033[0;38;5;227;48;5;124mx");
        // Palette of the guest: yellow is white from now on.
        vga.write(0x3C8 - Vga.FIRST_PORT, 1, 0x3E);
        for (int i = 0; i < 3; i++) {
            vga.write(0x3C9 - Vga.FIRST_PORT, 1, 0x3F);
        }
        assertThat(paint()).contains("\033[0;38;5;231;48;5;124mx");
    }

    @Test
    void eightColorsUseBoldAndPlainTerminalsReverse() {
        painter = painter(Colors.EIGHT, 80, 25);
        print(0, "x", 0x4E);
        print(1, "y", 0x87);
        String bytes = paint();
        assertThat(bytes).contains("\033[0;1;33;41mx").contains("\033[0;37;40;5my");
        painter = painter(Colors.NONE, 80, 25);
        bytes = paint();
        assertThat(bytes).contains("\033[0;1;7mx").doesNotContain(";33").doesNotContain("38;5");
    }

    @Test
    void boxesAreUnicodeOrWhateverTheTerminalHas() {
        print(0, "\u00C9\u00CD\u00BB\u00B0\u00E1", 7);
        paint();
        assertThat(terminal.row(0)).isEqualTo("╔═╗░ß");
        painter = new TerminalPainter(Colors.NONE, StandardCharsets.US_ASCII);
        assertThat(painter.paint(vga.screen())).contains("+-+.b");
        painter = new TerminalPainter(Colors.NONE, StandardCharsets.ISO_8859_1);
        assertThat(painter.paint(vga.screen())).contains("+-+.ß");
    }

    @Test
    void aHiddenCursorIsHidden() {
        vga.write(0x3D4 - Vga.FIRST_PORT, 1, 0x0A);
        vga.write(0x3D5 - Vga.FIRST_PORT, 1, 0x20);
        assertThat(paint()).doesNotContain("\033[?25h");
    }

    @Test
    void whatATerminalCanShowIsReadFromItsName() {
        assertThat(Colors.of("xterm-256color", null, null)).isEqualTo(Colors.MANY);
        assertThat(Colors.of("xterm", "truecolor", null)).isEqualTo(Colors.MANY);
        assertThat(Colors.of("linux", null, null)).isEqualTo(Colors.EIGHT);
        assertThat(Colors.of("vt100", null, null)).isEqualTo(Colors.NONE);
        assertThat(Colors.of("xterm-256color", null, "1")).isEqualTo(Colors.NONE);
        assertThat(TerminalDisplay.possible("dumb")).isFalse();
        assertThat(TerminalDisplay.possible(null)).isFalse();
    }

    @Test
    void theLastScreenIsLeftAsPlainLines() {
        print(0, "reboot: System halted", 7);
        print(160, "end", 7);
        assertThat(painter.plain(vga.screen())).isEqualTo("reboot: System halted\r\n\r\nend\r\n");
    }
}
