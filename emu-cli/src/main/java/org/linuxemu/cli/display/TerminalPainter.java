package org.linuxemu.cli.display;

import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.util.Arrays;
import org.linuxemu.devices.vga.TextScreen;

/**
 * Makes of a screen the bytes that bring a terminal from the last picture to this one: ECMA-48
 * cursor addressing and colours, and nothing that a plain terminal does not know.
 */
final class TerminalPainter {
    /** What a terminal can show. */
    enum Colors {
        /** Bold and reverse only. */
        NONE,
        /** The eight of ECMA-48, bright ones by bold. */
        EIGHT,
        /** The 256 of xterm: the guest's own palette, as near as may be. */
        MANY;

        /** By the usual environment variables, any of which may be null. */
        static Colors of(String term, String colorTerm, String noColor) {
            String name = term == null ? "" : term;
            if (noColor != null && !noColor.isEmpty()
                    || name.startsWith("vt")
                    || name.endsWith("-m")
                    || name.endsWith("-mono")) {
                return NONE;
            }
            boolean many =
                    name.contains("256color")
                            || name.contains("direct")
                            || name.contains("kitty")
                            || name.contains("alacritty")
                            || name.startsWith("foot")
                            || "truecolor".equals(colorTerm)
                            || "24bit".equals(colorTerm);
            return many ? MANY : EIGHT;
        }
    }

    /** ECMA-48 counts red, green, blue from the low bit; the VGA the other way. */
    private static final String SWAPPED = "04261537";

    private static final int[] CUBE = {0, 95, 135, 175, 215, 255};

    private final Colors colors;
    private final char[] glyphs = new char[256];
    private final StringBuilder out = new StringBuilder(4096);

    /** What the terminal shows, by cell; empty when that is not known. */
    private int[] shown = new int[0];

    private int width = 80;
    private int height = 24;
    private int left;
    private int top;
    private int pen = -1;
    private final int[] palette = new int[16];
    private boolean block;
    private boolean shapeKnown;

    /**
     * Makes a painter.
     *
     * @param charset of the terminal; characters that it lacks are replaced
     */
    TerminalPainter(Colors colors, Charset charset) {
        this.colors = colors;
        CharsetEncoder encoder = charset.newEncoder();
        for (int i = 0; i < glyphs.length; i++) {
            char glyph = CodePage437.unicode(i);
            glyphs[i] = encoder.canEncode(glyph) ? glyph : CodePage437.ascii(i);
        }
    }

    /** The terminal has this size now, and what it shows is not known. */
    void resize(int columns, int rows) {
        width = columns;
        height = rows;
        forget();
    }

    /** What the terminal shows is not known. */
    void forget() {
        shown = new int[0];
        shapeKnown = false;
    }

    /** What to send for a screen. */
    String paint(TextScreen screen) {
        out.setLength(0);
        for (int i = 0; i < palette.length; i++) {
            int color = nearest(screen.rgb(i));
            if (palette[i] != color && colors == Colors.MANY) {
                shown = new int[0];
            }
            palette[i] = color;
        }
        int columns = Math.min(width, screen.columns());
        int rows = Math.min(height, screen.rows());
        scrollTo(screen, columns, rows);
        out.append("\033[?25l");
        pen = -1;
        if (shown.length != columns * rows) {
            shown = new int[columns * rows];
            Arrays.fill(shown, -1);
            out.append("\033[0m\033[2J");
        }
        for (int row = 0; row < rows; row++) {
            paintRow(screen, row, columns);
        }
        if (screen.graphics()) {
            out.append("\033[0m\033[1;1H[the guest is in a graphics mode, which is not shown]");
            shown = new int[0];
        }
        out.append("\033[0m");
        placeCursor(screen, columns, rows);
        return out.toString();
    }

    /** In a window that is too small the part around the cursor is shown. */
    private void scrollTo(TextScreen screen, int columns, int rows) {
        int cursor = screen.cursor();
        if (cursor >= 0) {
            int x = cursor % screen.columns();
            int y = cursor / screen.columns();
            left = Math.max(x - columns + 1, Math.min(left, x));
            top = Math.max(y - rows + 1, Math.min(top, y));
        }
        left = Math.min(left, screen.columns() - columns);
        top = Math.min(top, screen.rows() - rows);
    }

    private void paintRow(TextScreen screen, int row, int columns) {
        int y = top + row;
        boolean inPlace = false;
        for (int column = 0; column < columns; column++) {
            int x = left + column;
            int attribute =
                    screen.foreground(x, y)
                            | screen.background(x, y) << 4
                            | (screen.blinks(x, y) ? 0x100 : 0);
            int cell = screen.character(x, y) | attribute << 8;
            int at = row * columns + column;
            if (shown[at] == cell) {
                inPlace = false;
                continue;
            }
            if (!inPlace) {
                moveTo(row, column);
                inPlace = true;
            }
            if (attribute != pen) {
                setPen(attribute);
            }
            out.append(glyphs[cell & 0xFF]);
            shown[at] = cell;
        }
    }

    private void moveTo(int row, int column) {
        out.append("\033[").append(row + 1).append(';').append(column + 1).append('H');
    }

    private void setPen(int attribute) {
        int foreground = attribute & 0x0F;
        int background = attribute >> 4 & 0x0F;
        out.append("\033[0");
        switch (colors) {
            case MANY:
                out.append(";38;5;").append(palette[foreground]);
                out.append(";48;5;").append(palette[background]);
                break;
            case EIGHT:
                if (foreground >= 8) {
                    out.append(";1");
                }
                out.append(";3").append(SWAPPED.charAt(foreground & 7));
                out.append(";4").append(SWAPPED.charAt(background & 7));
                break;
            default:
                if (foreground >= 8) {
                    out.append(";1");
                }
                if ((background & 7) != 0) {
                    out.append(";7");
                }
                break;
        }
        if ((attribute & 0x100) != 0) {
            out.append(";5");
        }
        out.append('m');
        pen = attribute;
    }

    private void placeCursor(TextScreen screen, int columns, int rows) {
        int cursor = screen.cursor();
        if (cursor < 0) {
            return;
        }
        int row = cursor / screen.columns() - top;
        int column = cursor % screen.columns() - left;
        if (row < 0 || row >= rows || column < 0 || column >= columns) {
            return;
        }
        moveTo(row, column);
        if (colors == Colors.MANY && (!shapeKnown || block != screen.blockCursor())) {
            block = screen.blockCursor();
            shapeKnown = true;
            out.append(block ? "\033[1 q" : "\033[3 q");
        }
        out.append("\033[?25h");
    }

    /** The colour of xterm's cube or grey ramp that is nearest. */
    private static int nearest(int rgb) {
        int red = rgb >> 16;
        int green = rgb >> 8 & 0xFF;
        int blue = rgb & 0xFF;
        int r = step(red);
        int g = step(green);
        int b = step(blue);
        int cube = 16 + 36 * r + 6 * g + b;
        int grey = Math.max(0, Math.min(23, ((red + green + blue) / 3 - 3) / 10));
        int level = 8 + 10 * grey;
        int cubeError = error(red, CUBE[r]) + error(green, CUBE[g]) + error(blue, CUBE[b]);
        int greyError = error(red, level) + error(green, level) + error(blue, level);
        return greyError < cubeError ? 232 + grey : cube;
    }

    private static int step(int value) {
        int best = 0;
        for (int i = 1; i < CUBE.length; i++) {
            if (Math.abs(CUBE[i] - value) < Math.abs(CUBE[best] - value)) {
                best = i;
            }
        }
        return best;
    }

    private static int error(int value, int shown) {
        return (value - shown) * (value - shown);
    }

    /** The screen as lines for paper: no colours, no blanks at the ends. */
    String plain(TextScreen screen) {
        StringBuilder text = new StringBuilder();
        int end = 0;
        for (int row = 0; row < screen.rows(); row++) {
            int lineEnd = text.length();
            for (int column = 0; column < screen.columns(); column++) {
                text.append(glyphs[screen.character(column, row)]);
                if (text.charAt(text.length() - 1) != ' ') {
                    lineEnd = text.length();
                    end = lineEnd + 2;
                }
            }
            text.setLength(lineEnd);
            text.append("\r\n");
        }
        text.setLength(Math.min(end, text.length()));
        return text.toString();
    }
}
