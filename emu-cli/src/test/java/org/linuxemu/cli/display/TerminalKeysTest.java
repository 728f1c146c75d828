package org.linuxemu.cli.display;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalKeysTest {
    private final StringBuilder pressed = new StringBuilder();
    private final TerminalKeys keys = new TerminalKeys(new Typist(this::key));

    private void key(int code, boolean down) {
        pressed.append(down ? '+' : '-').append(Integer.toHexString(code));
    }

    private String typed(String bytes) {
        for (byte value : bytes.getBytes(StandardCharsets.UTF_8)) {
            keys.accept(value & 0xFF);
        }
        keys.flush();
        return pressed.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "a, +1e-1e",
        "A, +2a+1e-1e-2a",
        "1, +2-2",
        "!, +2a+2-2-2a",
        "/, +35-35",
        "?, +2a+35-35-2a",
        "~, +2a+29-29-2a",
        "|, +2a+2b-2b-2a",
        "' ', +39-39",
        "\\r, +1c-1c",
        "\\t, +f-f",
        "\\x7F, +e-e",
        "\\x03, +1d+2e-2e-1d",
        "\\x1C, +1d+2b-2b-1d",
        "\\x1D, +1d+1b-1b-1d",
        "\\x00, +1d+39-39-1d",
        "\\e, +1-1",
        "\\ex, +38+2d-2d-38",
        "\\eX, +38+2a+2d-2d-38-2a",
        "\\e[A, +e048-e048",
        "\\eOD, +e04b-e04b",
        "\\e[1;5C, +1d+e04d-e04d-1d",
        "\\e[1;2A, +2a+e048-e048-2a",
        "\\e[H, +e047-e047",
        "\\e[1~, +e047-e047",
        "\\e[4~, +e04f-e04f",
        "\\e[3~, +e053-e053",
        "\\e[3;7~, +1d+38+e053-e053-1d-38",
        "\\e[5~, +e049-e049",
        "\\eOP, +3b-3b",
        "\\e[15~, +3f-3f",
        "\\e[21~, +44-44",
        "\\e[24~, +58-58",
        "\\e[1;2P, +2a+3b-3b-2a",
        "\\e[[B, +3c-3c",
        "\\e[Z, +2a+f-f-2a",
        "\\e\\e[A, +38+e048-e048-38",
        "\\e[, +38+1a-1a-38",
        "\\e\\e, +38+1-1-38",
        "\\e[27;5;105~, +1d+17-17-1d",
        "\\e[97;5u, +1d+1e-1e-1d"
    })
    void keysOfTerminalsBecomeKeysOfTheKeyboard(String bytes, String expected) {
        String raw =
                bytes.replace("\\e", "\033")
                        .replace("\\r", "\r")
                        .replace("\\t", "\t")
                        .replace("\\x7F", "\177")
                        .replace("\\x03", "\3")
                        .replace("\\x1C", "\34")
                        .replace("\\x1D", "\35")
                        .replace("\\x00", "\0");
        assertThat(typed(raw)).isEqualTo(expected);
        assertThat(keys.pending()).isFalse();
    }

    @Test
    void aCharacterWithoutAKeyIsTypedByItsNumber() {
        // é is 233: Alt with 2, 3, 3 of the keypad.
        assertThat(typed("é")).isEqualTo("+38+50-50+51-51+51-51-38");
    }

    @Test
    void everythingThatIsPressedComesUpAgain() {
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            keys.accept(random.nextInt(3) == 0 ? 0x1B : random.nextInt(256));
        }
        keys.flush();
        int[] down = new int[0x10000];
        String[] events = pressed.toString().split("(?=[+-])");
        for (String event : events) {
            down[Integer.parseInt(event.substring(1), 16)] += event.charAt(0) == '+' ? 1 : -1;
        }
        assertThat(down).containsOnly(0);
    }

    @Test
    void textIsTypedWithOneEnterForEachLineEnd() {
        new Typist(this::key).text("l\r\ns\n");
        assertThat(pressed).hasToString("+26-26+1c-1c+1f-1f+1c-1c");
    }
}
