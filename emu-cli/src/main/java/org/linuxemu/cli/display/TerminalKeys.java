package org.linuxemu.cli.display;

/**
 * Turns what a terminal sends for its keys into keys: UTF-8, control characters, and the escape
 * sequences of xterm, rxvt, the Linux console and their kin (ECMA-48; "XTerm Control Sequences",
 * sections on PC-style function keys and modified keys).
 */
final class TerminalKeys {
    private static final int MAX_SEQUENCE = 32;

    private static final int GROUND = 0;
    private static final int ESCAPED = 1;
    private static final int CSI = 2;
    private static final int SS3 = 3;
    private static final int LINUX_FUNCTION = 4;

    private final Typist typist;
    private final StringBuilder parameters = new StringBuilder();
    private int state = GROUND;
    private int rune;
    private int continuation;

    /** An escape came before the present one: the key comes with Alt. */
    private boolean alt;

    TerminalKeys(Typist typist) {
        this.typist = typist;
    }

    /** More bytes may belong to what has come. */
    boolean pending() {
        return state != GROUND;
    }

    /** Nothing more will come: what has come are keys by themselves. */
    void flush() {
        switch (state) {
            case ESCAPED:
                typist.press(KeyCodes.ESCAPE, modifiers());
                break;
            case CSI:
                typist.character('[', Typist.ALT);
                break;
            case SS3:
                typist.character('O', Typist.ALT);
                break;
            default:
                break;
        }
        toGround();
    }

    private void toGround() {
        state = GROUND;
        alt = false;
        parameters.setLength(0);
    }

    private int modifiers() {
        return alt ? Typist.ALT : 0;
    }

    /** Takes the next byte, 0 to 255. */
    void accept(int value) {
        switch (state) {
            case GROUND:
                ground(value);
                break;
            case ESCAPED:
                escaped(value);
                break;
            case LINUX_FUNCTION:
                if (value >= 'A' && value <= 'E') {
                    typist.press(KeyCodes.function(value - 'A' + 1), modifiers());
                }
                toGround();
                break;
            default:
                sequence(value);
                break;
        }
    }

    private void ground(int value) {
        if (value == 0x1B) {
            state = ESCAPED;
        } else if (value < 0x80) {
            continuation = 0;
            typist.character(value, 0);
        } else {
            utf8(value);
        }
    }

    private void utf8(int value) {
        if (value >= 0xC0) {
            continuation = value >= 0xF0 ? 3 : value >= 0xE0 ? 2 : 1;
            rune = value & (0x3F >> continuation);
        } else if (continuation > 0) {
            rune = rune << 6 | (value & 0x3F);
            if (--continuation == 0) {
                typist.character(rune, 0);
            }
        }
    }

    private void escaped(int value) {
        if (value == '[') {
            state = CSI;
        } else if (value == 'O') {
            state = SS3;
        } else if (value == 0x1B) {
            if (alt) {
                typist.press(KeyCodes.ESCAPE, 0);
            }
            alt = true;
        } else {
            if (alt) {
                typist.press(KeyCodes.ESCAPE, 0);
            }
            toGround();
            if (value < 0x80) {
                typist.character(value, Typist.ALT);
            }
        }
    }

    private void sequence(int value) {
        if (state == CSI && value == '[' && parameters.length() == 0) {
            state = LINUX_FUNCTION;
            return;
        }
        if (value >= 0x20 && value < 0x40) {
            if (parameters.length() < MAX_SEQUENCE) {
                parameters.append((char) value);
            }
            return;
        }
        finish(value);
        toGround();
    }

    private void finish(int last) {
        int first = parameter(0, 1);
        int modifiers = parameter(1, 1) - 1;
        int held = modifiers() | (modifiers & 7) | ((modifiers & 8) != 0 ? Typist.ALT : 0);
        switch (last) {
            case '~':
                if (first == 27) {
                    typist.character(parameter(2, 0), unshifted(parameter(2, 0), held));
                } else {
                    numbered(first, held);
                }
                break;
            case 'u':
                typist.character(first, unshifted(first, held));
                break;
            case '^': // rxvt: with Control
                numbered(first, held | Typist.CONTROL);
                break;
            case '$': // rxvt: with Shift
                numbered(first, held | Typist.SHIFT);
                break;
            case 'Z':
                typist.press(KeyCodes.TAB, held | Typist.SHIFT);
                break;
            default:
                int code = lettered(last);
                if (code != 0) {
                    typist.press(code, held);
                }
                break;
        }
    }

    /** The character says already whether shift was held, unless it is a control character. */
    private static int unshifted(int character, int held) {
        return character > ' ' && character != 0x7F ? held & ~Typist.SHIFT : held;
    }

    private int parameter(int index, int otherwise) {
        int at = 0;
        for (int i = 0; i < index; i++) {
            at = parameters.indexOf(";", at) + 1;
            if (at == 0) {
                return otherwise;
            }
        }
        int value = 0;
        boolean any = false;
        for (int i = at; i < parameters.length() && parameters.charAt(i) != ';'; i++) {
            int digit = parameters.charAt(i) - '0';
            if (digit < 0 || digit > 9 || value > 0x10FFFF) {
                return otherwise;
            }
            value = value * 10 + digit;
            any = true;
        }
        return any && value <= 0x10FFFF ? value : otherwise;
    }

    private static int lettered(int last) {
        switch (last) {
            case 'A':
                return KeyCodes.UP;
            case 'B':
                return KeyCodes.DOWN;
            case 'C':
                return KeyCodes.RIGHT;
            case 'D':
                return KeyCodes.LEFT;
            case 'E': // the 5 of the keypad
                return KeyCodes.keypad(5);
            case 'F':
                return KeyCodes.END;
            case 'H':
                return KeyCodes.HOME;
            case 'M':
                return KeyCodes.ENTER;
            case 'P':
            case 'Q':
            case 'R':
            case 'S':
                return KeyCodes.function(last - 'P' + 1);
            default:
                return 0;
        }
    }

    private void numbered(int number, int held) {
        int code;
        switch (number) {
            case 1:
            case 7:
                code = KeyCodes.HOME;
                break;
            case 2:
                code = KeyCodes.INSERT;
                break;
            case 3:
                code = KeyCodes.DELETE;
                break;
            case 4:
            case 8:
                code = KeyCodes.END;
                break;
            case 5:
                code = KeyCodes.PAGE_UP;
                break;
            case 6:
                code = KeyCodes.PAGE_DOWN;
                break;
            default:
                if (number >= 11 && number <= 15) {
                    code = KeyCodes.function(number - 10);
                } else if (number >= 17 && number <= 21) {
                    code = KeyCodes.function(number - 11);
                } else if (number == 23 || number == 24) {
                    code = KeyCodes.function(number - 12);
                } else {
                    return;
                }
                break;
        }
        typist.press(code, held);
    }
}
