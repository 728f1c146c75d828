package org.linuxemu.cli.display;

import java.util.Arrays;

/** A terminal of the simplest kind, to see what a user would: ECMA-48 cursor position and erase. */
public final class TerminalScreen {
    private final int columns;
    private final char[][] cells;
    private int row;
    private int column;
    private final StringBuilder sequence = new StringBuilder();
    private boolean inSequence;

    public TerminalScreen(int columns, int rows) {
        this.columns = columns;
        cells = new char[rows][columns];
        clear();
    }

    private void clear() {
        for (char[] line : cells) {
            Arrays.fill(line, ' ');
        }
    }

    /** Shows a text; control sequences may be cut at its end. */
    public synchronized void accept(String text) {
        for (int i = 0; i < text.length(); i++) {
            accept(text.charAt(i));
        }
        notifyAll();
    }

    private void accept(char value) {
        if (inSequence) {
            sequence.append(value);
            if (value >= '@' && value <= '~' && value != '[') {
                inSequence = false;
                execute(sequence.substring(1, sequence.length() - 1), value);
            }
            return;
        }
        switch (value) {
            case '\033':
                inSequence = true;
                sequence.setLength(0);
                break;
            case '\r':
                column = 0;
                break;
            case '\n':
                lineFeed();
                break;
            case '\b':
                column = Math.max(0, column - 1);
                break;
            default:
                if (value >= ' ') {
                    if (column == columns) {
                        column = 0;
                        lineFeed();
                    }
                    cells[row][column++] = value;
                }
                break;
        }
    }

    private void lineFeed() {
        if (row < cells.length - 1) {
            row++;
            return;
        }
        char[] first = cells[0];
        System.arraycopy(cells, 1, cells, 0, cells.length - 1);
        Arrays.fill(first, ' ');
        cells[cells.length - 1] = first;
    }

    private void execute(String parameters, char last) {
        if (last == 'H') {
            String[] numbers = parameters.split(";", -1);
            row = Integer.parseInt(numbers[0]) - 1;
            column = Integer.parseInt(numbers[1]) - 1;
        } else if (last == 'J' && parameters.equals("2")) {
            clear();
        }
    }

    /** A row without trailing blanks. */
    public synchronized String row(int index) {
        return new String(cells[index]).stripTrailing();
    }

    /** Row and column of the cursor, from 0. */
    public synchronized String cursor() {
        return row + "," + column;
    }

    /** All rows. */
    public synchronized String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            text.append(row(i)).append('\n');
        }
        return text.toString();
    }
}
