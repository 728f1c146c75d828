package org.linuxemu.devices.vga;

import java.util.Arrays;

/** What the VGA shows at one time, as text. Immutable. */
public final class TextScreen {
    private final int columns;
    private final int rows;
    private final short[] cells;
    private final int cursor;
    private final boolean blockCursor;
    private final boolean blinking;
    private final int[] colors;
    private final boolean graphics;

    TextScreen(
            int columns,
            int rows,
            short[] cells,
            int cursor,
            boolean blockCursor,
            boolean blinking,
            int[] colors,
            boolean graphics) {
        this.columns = columns;
        this.rows = rows;
        this.cells = cells;
        this.cursor = cursor;
        this.blockCursor = blockCursor;
        this.blinking = blinking;
        this.colors = colors;
        this.graphics = graphics;
    }

    /** Characters of a row, 1 to 256. */
    public int columns() {
        return columns;
    }

    /** Rows, 1 to 1024. */
    public int rows() {
        return rows;
    }

    /** Code of a character in the adapter's font, 0 to 255: code page 437 unless changed. */
    public int character(int column, int row) {
        return cells[row * columns + column] & 0xFF;
    }

    /** Colour of a character, 0 to 15. */
    public int foreground(int column, int row) {
        return cells[row * columns + column] >> 8 & 0x0F;
    }

    /** Colour behind a character, 0 to 15. */
    public int background(int column, int row) {
        int high = cells[row * columns + column] >> 12 & 0x0F;
        return blinking ? high & 7 : high;
    }

    /** Whether a character blinks. */
    public boolean blinks(int column, int row) {
        return blinking && cells[row * columns + column] < 0;
    }

    /** Place of the cursor, row times columns plus column, or -1 when there is none to be seen. */
    public int cursor() {
        return cursor;
    }

    /** The cursor covers at least half of the character; otherwise it is a line. */
    public boolean blockCursor() {
        return blockCursor;
    }

    /** The colour 0 to 15 as RRGGBB, eight bits each. */
    public int rgb(int color) {
        return colors[color];
    }

    /** The adapter is in a graphics mode, which is not shown: all is blank. */
    public boolean graphics() {
        return graphics;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TextScreen that
                && columns == that.columns
                && rows == that.rows
                && cursor == that.cursor
                && blockCursor == that.blockCursor
                && blinking == that.blinking
                && graphics == that.graphics
                && Arrays.equals(cells, that.cells)
                && Arrays.equals(colors, that.colors);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(cells) * 31 + cursor;
    }

    /**
     * The text in code page 437's ASCII part, other characters as a dot, rows without trailing
     * blanks.
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < rows; row++) {
            int end = text.length();
            for (int column = 0; column < columns; column++) {
                int c = character(column, row);
                text.append(c == 0 ? ' ' : c >= ' ' && c < 0x7F ? (char) c : '.');
                if (text.charAt(text.length() - 1) != ' ') {
                    end = text.length();
                }
            }
            text.setLength(end);
            text.append('\n');
        }
        return text.toString();
    }
}
