package org.linuxemu.cli.machine;

/** When guest code is translated to host code. */
public enum TranslationChoice {
    OFF("off"),
    ON("on"),

    /** At its second run and before anything else goes on: slow, for tests. */
    EAGER("eager");

    private final String text;

    TranslationChoice(String text) {
        this.text = text;
    }

    /** The choice of a name as on the command line, or null. */
    public static TranslationChoice named(String name) {
        for (TranslationChoice c : values()) {
            if (c.text.equals(name)) {
                return c;
            }
        }
        return null;
    }
}
