package org.linuxemu.cli.display;

/**
 * Codes of keys, as {@link org.linuxemu.cli.machine.KeyInput} takes them, and where the US layout
 * has a character.
 */
final class KeyCodes {
    static final int ESCAPE = 0x01;
    static final int BACKSPACE = 0x0E;
    static final int TAB = 0x0F;
    static final int ENTER = 0x1C;
    static final int CONTROL = 0x1D;
    static final int SHIFT = 0x2A;
    static final int ALT = 0x38;
    static final int SPACE = 0x39;
    static final int F1 = 0x3B;
    static final int F11 = 0x57;
    static final int SYSRQ = 0x54;
    static final int HOME = 0xE047;
    static final int UP = 0xE048;
    static final int PAGE_UP = 0xE049;
    static final int LEFT = 0xE04B;
    static final int RIGHT = 0xE04D;
    static final int END = 0xE04F;
    static final int DOWN = 0xE050;
    static final int PAGE_DOWN = 0xE051;
    static final int INSERT = 0xE052;
    static final int DELETE = 0xE053;

    /**
     * Keys 02h to 35h by the character they make alone, and with shift; blanks are no character
     * keys.
     */
    private static final String PLAIN = "1234567890-=  qwertyuiop[]  asdfghjkl;'` \\zxcvbnm,./";

    private static final String SHIFTED = "!@#$%^&*()_+  QWERTYUIOP{}  ASDFGHJKL:\"~ |ZXCVBNM<>?";

    /** Digits of the numeric keypad. */
    private static final int[] KEYPAD = {
        0x52, 0x4F, 0x50, 0x51, 0x4B, 0x4C, 0x4D, 0x47, 0x48, 0x49
    };

    private KeyCodes() {}

    /** The key that makes a character, with or without shift; 0 when there is none. */
    static int of(int character) {
        if (character == ' ') {
            return SPACE;
        }
        int at = PLAIN.indexOf(character);
        if (at < 0) {
            at = SHIFTED.indexOf(character);
        }
        return at < 0 ? 0 : at + 2;
    }

    /** Whether the character needs shift. */
    static boolean shifted(int character) {
        return character != ' ' && PLAIN.indexOf(character) < 0 && SHIFTED.indexOf(character) >= 0;
    }

    /** The key of the numeric keypad with a digit. */
    static int keypad(int digit) {
        return KEYPAD[digit];
    }

    /** F1 to F12. */
    static int function(int number) {
        return number <= 10 ? F1 + number - 1 : F11 + number - 11;
    }
}
