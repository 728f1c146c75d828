package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The sessions that docs/debugging.md shows, typed at a real gdb. In a block marked {@code gdb
 * NAME}, {@code (gdb) x} is a command and {@code >x} its next line; a console prompt is waited for,
 * and what stands behind it is typed there; {@code ^C} is pressed in gdb. All other lines must be
 * in the output of the command, in this order, {@code ...} standing for anything.
 */
final class Transcript {
    private static final List<String> CONSOLE_PROMPTS = List.of("/ # ", "init-5.2# ");

    private final List<String> lines = new ArrayList<>();
    private GdbProcess gdb;
    private GuestSession guest;
    private String command;
    private String output;
    private int checked;

    private Transcript() {}

    /**
     * The blocks of one name, joined.
     *
     * @param replacements texts of the document that are others here: addresses, sockets
     */
    static Transcript of(String name, Map<String, String> replacements) throws IOException {
        StringBuilder blocks = new StringBuilder();
        boolean inside = false;
        for (String line :
                Files.readAllLines(Images.project().resolve("docs").resolve("debugging.md"))) {
            if (line.startsWith("```")) {
                inside = !inside && line.equals("```gdb " + name);
            } else if (inside) {
                blocks.append(line).append('\n');
            }
        }
        assertThat(blocks).as("blocks marked \"gdb " + name + "\"").isNotEmpty();
        String text = blocks.toString();
        for (Map.Entry<String, String> replacement : replacements.entrySet()) {
            text = text.replace(replacement.getKey(), replacement.getValue());
        }
        Transcript found = new Transcript();
        found.lines.addAll(List.of(text.split("\n")));
        return found;
    }

    /** Types all of it and compares what comes back. */
    void play(GdbProcess debugger, GuestSession console) throws Exception {
        gdb = debugger;
        guest = console;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String prompt = promptOf(line);
            if (line.startsWith("(gdb) ")) {
                finish();
                StringBuilder text = new StringBuilder(line.substring(6));
                while (i + 1 < lines.size() && lines.get(i + 1).startsWith(">")) {
                    text.append('\n').append(lines.get(++i).substring(1));
                }
                command = text.toString();
                output = null;
                gdb.type(command);
            } else if (line.equals("^C")) {
                gdb.interrupt();
            } else if (prompt != null && line.strip().equals(prompt.strip())) {
                guest.expect(prompt);
            } else if (prompt != null) {
                guest.type(line.substring(prompt.length()));
            } else if (!line.isBlank()) {
                compare(line);
            }
        }
        finish();
    }

    private static String promptOf(String line) {
        for (String prompt : CONSOLE_PROMPTS) {
            if (line.startsWith(prompt.strip())) {
                return prompt;
            }
        }
        return null;
    }

    private void finish() throws InterruptedException {
        if (command != null && output == null) {
            output = gdb.answer();
            checked = 0;
        }
    }

    private void compare(String line) throws InterruptedException {
        finish();
        for (String part : line.split("\\.\\.\\.", -1)) {
            int at = output.indexOf(part, checked);
            assertThat(at)
                    .as(
                            "answer of \"%s\" should have \"%s\" here, but is:\n%s",
                            command, line, output)
                    .isNotNegative();
            checked = at + part.length();
        }
    }
}
