package org.linuxemu.cli.display.web;

import org.linuxemu.cli.display.CodePage437;
import org.linuxemu.devices.vga.TextScreen;

/** A screen as JSON for the page's script. */
final class Picture {
    private Picture() {}

    /**
     * Columns, rows, cursor (-1 for none) and its shape, colours as RRGGBB, the text as one string,
     * and for each character two hexadecimal digits: colour behind it, its colour; a blinking one
     * has its place in the list of blinks.
     */
    static String json(TextScreen screen) {
        int columns = screen.columns();
        int rows = screen.rows();
        StringBuilder text = new StringBuilder(4 * columns * rows + 512);
        text.append("{\"columns\":").append(columns);
        text.append(",\"rows\":").append(rows);
        text.append(",\"cursor\":").append(screen.cursor());
        text.append(",\"block\":").append(screen.blockCursor());
        text.append(",\"graphics\":").append(screen.graphics());
        text.append(",\"colors\":[");
        for (int i = 0; i < 16; i++) {
            text.append(i == 0 ? "\"#" : ",\"#");
            for (int shift = 20; shift >= 0; shift -= 4) {
                text.append(Character.forDigit(screen.rgb(i) >> shift & 0x0F, 16));
            }
            text.append('"');
        }
        text.append("],\"text\":\"");
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                char character = CodePage437.unicode(screen.character(column, row));
                if (character == '"' || character == '\\') {
                    text.append('\\');
                }
                text.append(character);
            }
        }
        text.append("\",\"attributes\":\"");
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                text.append(Character.forDigit(screen.background(column, row), 16));
                text.append(Character.forDigit(screen.foreground(column, row), 16));
            }
        }
        text.append("\",\"blinks\":[");
        boolean first = true;
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                if (screen.blinks(column, row)) {
                    text.append(first ? "" : ",").append(row * columns + column);
                    first = false;
                }
            }
        }
        return text.append("]}").toString();
    }
}
