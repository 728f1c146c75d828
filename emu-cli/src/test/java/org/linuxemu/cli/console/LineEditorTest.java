package org.linuxemu.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineEditorTest {
    private final StringBuilder screen = new StringBuilder();
    private final List<String> commands = new ArrayList<>();

    private LineEditor editor(boolean echo) {
        return new LineEditor(
                "> ",
                echo,
                screen::append,
                commands::add,
                line -> "info registers".startsWith(line) ? "info registers" : null);
    }

    /**
     * Backslash sequences as in Java; \\e escape, \\d delete, \\u Ctrl-U, \\w Ctrl-W, \\c Ctrl-C.
     */
    @ParameterizedTest
    @CsvSource({
        "stop\\r, stop",
        "stop\\n, stop",
        "stop\\r\\n, stop",
        "stp\\d\\dop\\r, sop",
        "\\d\\dstop\\r, stop",
        "garbage\\ustop\\r, stop",
        "x  garbage\\wy\\r, x  y",
        "garbage\\cstop\\r, stop",
        "'  stop  \\r', stop",
        "info re\\t\\r, info registers",
        "one\\rtwo\\r\\e[A\\e[A\\r, one|two|one",
        "one\\rtwo\\r\\e[A\\e[A\\e[B\\r, one|two|two",
        "one\\r\\eOA\\r, one|one",
        "st\\e[1;5Cop\\r, stop",
        "\\r\\r, ''",
    })
    void editing(String typed, String expected) {
        LineEditor editor = editor(true);
        String keys =
                typed.replace("\\r", "\r")
                        .replace("\\n", "\n")
                        .replace("\\d", "\177")
                        .replace("\\u", "\25")
                        .replace("\\w", "\27")
                        .replace("\\c", "\3")
                        .replace("\\e", "\33")
                        .replace("\\t", "\t");
        for (char c : keys.toCharArray()) {
            editor.accept(c);
        }
        assertThat(String.join("|", commands)).isEqualTo(expected);
    }

    @Test
    void showsWhatIsTyped() {
        LineEditor editor = editor(true);
        editor.show();
        for (char c : "ab\177c\r".toCharArray()) {
            editor.accept(c);
        }
        assertThat(screen).hasToString("> ab\b \bc\n> ");
    }

    @Test
    void withoutATerminalOnlyPromptsAreShown() {
        LineEditor editor = editor(false);
        for (char c : "stop\n".toCharArray()) {
            editor.accept(c);
        }
        assertThat(screen).hasToString("> ");
        assertThat(commands).containsExactly("stop");
    }

    @Test
    void aLineIsBounded() {
        LineEditor editor = editor(true);
        for (int i = 0; i < 100_000; i++) {
            editor.accept('x');
        }
        editor.accept('\r');
        assertThat(commands.get(0)).hasSizeLessThan(2000);
    }
}
