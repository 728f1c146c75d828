package org.linuxemu.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EscapeKeysTest {
    /** {@code ^} stands for Ctrl-a. */
    @ParameterizedTest
    @CsvSource({
        "ls, ls",
        "^x, [quit]",
        "a^hb, a[help]b",
        "^?, [help]",
        "^c^c, [monitor][monitor]",
        "^b, [break]",
        "^a, ^",
        "^^, ^",
        "^^x, ^x",
        "^zy, y",
        "x^, x",
    })
    void keysBehindCtrlA(String typed, String expected) {
        StringBuilder seen = new StringBuilder();
        EscapeKeys keys =
                new EscapeKeys(
                        new EscapeKeys.Target() {
                            @Override
                            public void key(int value) {
                                seen.append(value == 1 ? '^' : (char) value);
                            }

                            @Override
                            public void quit() {
                                seen.append("[quit]");
                            }

                            @Override
                            public void help() {
                                seen.append("[help]");
                            }

                            @Override
                            public void toggleMonitor() {
                                seen.append("[monitor]");
                            }

                            @Override
                            public void sendBreak() {
                                seen.append("[break]");
                            }
                        });
        for (char c : typed.toCharArray()) {
            keys.accept(c == '^' ? 1 : c);
        }
        assertThat(seen).hasToString(expected);
    }
}
