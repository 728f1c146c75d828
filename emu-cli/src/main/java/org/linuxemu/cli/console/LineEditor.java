package org.linuxemu.cli.console;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Editing of the monitor's command line on a raw terminal: erase, kill, history, completion. */
public final class LineEditor {
    private static final int MAX_LINE = 1000;
    private static final int MAX_HISTORY = 100;
    private static final String ERASE = "\b \b";

    private final String prompt;
    private final Consumer<String> screen;
    private final Consumer<String> command;
    private final UnaryOperator<String> completion;
    private final boolean echo;
    private final StringBuilder line = new StringBuilder();
    private final List<String> history = new ArrayList<>();
    private int historyAt;

    /** 0, or the last byte of an escape sequence so far. */
    private int sequence;

    private int last;

    /**
     * Makes an editor with an empty line.
     *
     * @param echo false when the terminal shows by itself what is typed
     * @param screen takes what is to be shown, with plain newlines
     * @param command takes each line that is not empty
     * @param completion makes a longer line of the line so far, or null
     */
    public LineEditor(
            String prompt,
            boolean echo,
            Consumer<String> screen,
            Consumer<String> command,
            UnaryOperator<String> completion) {
        this.prompt = prompt;
        this.echo = echo;
        this.screen = screen;
        this.command = command;
        this.completion = completion;
    }

    /** Shows the prompt and what has been typed of the line. */
    public void show() {
        screen.accept(prompt);
        show(line.toString());
    }

    /** Takes the next byte, 0 to 255. */
    public void accept(int value) {
        int before = last;
        last = value;
        if (sequence != 0) {
            continueSequence(value);
            return;
        }
        switch (value) {
            case '\n':
                if (before != '\r') {
                    enter();
                }
                break;
            case '\r':
                enter();
                break;
            case '\b':
            case 0x7F:
                erase(1);
                break;
            case 0x03: // Ctrl-C
                show("^C\n");
                line.setLength(0);
                show();
                break;
            case 0x15: // Ctrl-U
                erase(line.length());
                break;
            case 0x17: // Ctrl-W
                erase(lastWord());
                break;
            case '\t':
                complete();
                break;
            case 0x1B:
                sequence = 0x1B;
                break;
            default:
                if (value >= ' ' && value < 0x7F && line.length() < MAX_LINE) {
                    line.append((char) value);
                    show(String.valueOf((char) value));
                }
                break;
        }
    }

    private void continueSequence(int value) {
        if (sequence == 0x1B && (value == '[' || value == 'O')) {
            sequence = value;
            return;
        }
        if (sequence != 0x1B && value < '@') {
            return; // parameters
        }
        boolean cursor = sequence != 0x1B;
        sequence = 0;
        if (cursor && value == 'A' && historyAt > 0) {
            recall(historyAt - 1);
        } else if (cursor && value == 'B' && historyAt < history.size()) {
            recall(historyAt + 1);
        }
    }

    private void recall(int index) {
        erase(line.length());
        historyAt = index;
        if (index < history.size()) {
            line.append(history.get(index));
            show(line.toString());
        }
    }

    private void enter() {
        show("\n");
        String text = line.toString().trim();
        line.setLength(0);
        if (!text.isEmpty()) {
            if (history.isEmpty() || !history.get(history.size() - 1).equals(text)) {
                history.add(text);
            }
            if (history.size() > MAX_HISTORY) {
                history.remove(0);
            }
            historyAt = history.size();
            command.accept(text);
        }
        show();
    }

    private void complete() {
        String longer = completion.apply(line.toString());
        if (longer != null && longer.startsWith(line.toString()) && longer.length() <= MAX_LINE) {
            show(longer.substring(line.length()));
            line.append(longer, line.length(), longer.length());
        }
    }

    private int lastWord() {
        int at = line.length();
        while (at > 0 && line.charAt(at - 1) == ' ') {
            at--;
        }
        while (at > 0 && line.charAt(at - 1) != ' ') {
            at--;
        }
        return line.length() - at;
    }

    private void erase(int count) {
        for (int i = 0; i < count && line.length() > 0; i++) {
            line.setLength(line.length() - 1);
            show(ERASE);
        }
    }

    private void show(String text) {
        if (echo) {
            screen.accept(text);
        }
    }
}
