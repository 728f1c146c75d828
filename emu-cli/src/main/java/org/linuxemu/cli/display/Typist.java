package org.linuxemu.cli.display;

import org.linuxemu.cli.machine.KeyInput;

/**
 * Presses keys for characters. The guest is taken to use the US layout, as a kernel does that was
 * told nothing else. A character that has no key there is typed as Linux and DOS take it: Alt and
 * its number on the keypad.
 */
public final class Typist {
    static final int SHIFT = 1;
    static final int ALT = 2;
    static final int CONTROL = 4;

    private final KeyInput keys;

    /** Types on a keyboard. */
    public Typist(KeyInput keys) {
        this.keys = keys;
    }

    /** Presses a key and lets it go, with modifiers held. */
    void press(int code, int modifiers) {
        hold(modifiers, true);
        keys.key(code, true);
        keys.key(code, false);
        hold(modifiers, false);
    }

    private void hold(int modifiers, boolean down) {
        if ((modifiers & CONTROL) != 0) {
            keys.key(KeyCodes.CONTROL, down);
        }
        if ((modifiers & ALT) != 0) {
            keys.key(KeyCodes.ALT, down);
        }
        if ((modifiers & SHIFT) != 0) {
            keys.key(KeyCodes.SHIFT, down);
        }
    }

    /** Types a text; line ends of any kind are the Enter key. */
    public void text(String text) {
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            i += Character.charCount(character);
            if (character == '\r' && i < text.length() && text.charAt(i) == '\n') {
                i++;
            }
            character(character == '\n' ? '\r' : character, 0);
        }
    }

    /** Types a Unicode character, a control character by its key. */
    void character(int character, int modifiers) {
        switch (character) {
            case '\b':
            case 0x7F:
                press(KeyCodes.BACKSPACE, modifiers);
                return;
            case '\t':
                press(KeyCodes.TAB, modifiers);
                return;
            case '\r':
                press(KeyCodes.ENTER, modifiers);
                return;
            case 0x1B:
                press(KeyCodes.ESCAPE, modifiers);
                return;
            case 0:
                press(KeyCodes.SPACE, modifiers | CONTROL);
                return;
            case 0x1E: // Ctrl-^
                press(KeyCodes.of('6'), modifiers | CONTROL);
                return;
            case 0x1F: // Ctrl-_
                press(KeyCodes.of('-'), modifiers | CONTROL | SHIFT);
                return;
            default:
                break;
        }
        if (character < ' ') {
            int letter = character + '@';
            press(KeyCodes.of(letter > 'Z' ? letter : letter + ' '), modifiers | CONTROL);
        } else if (KeyCodes.of(character) != 0) {
            boolean shift = KeyCodes.shifted(character);
            press(KeyCodes.of(character), modifiers | (shift ? SHIFT : 0));
        } else {
            byNumber(character);
        }
    }

    private void byNumber(int character) {
        String digits = Integer.toString(character);
        keys.key(KeyCodes.ALT, true);
        for (int i = 0; i < digits.length(); i++) {
            int code = KeyCodes.keypad(digits.charAt(i) - '0');
            keys.key(code, true);
            keys.key(code, false);
        }
        keys.key(KeyCodes.ALT, false);
    }

    /** Ctrl-Alt-Del. */
    public void controlAltDelete() {
        press(KeyCodes.DELETE, CONTROL | ALT);
    }

    /** The magic SysRq key with a command. */
    void sysRq(int character) {
        keys.key(KeyCodes.ALT, true);
        keys.key(KeyCodes.SYSRQ, true);
        int code = KeyCodes.of(character);
        if (code != 0) {
            keys.key(code, true);
            keys.key(code, false);
        }
        keys.key(KeyCodes.SYSRQ, false);
        keys.key(KeyCodes.ALT, false);
    }
}
