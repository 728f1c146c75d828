package org.linuxemu.cli.display;

/** Characters of the PC's own font as Unicode. */
public final class CodePage437 {
    private static final String LOW = " ☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼";
    private static final String HIGH =
            "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
                    + "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ";

    /** What is shown where the terminal has no such character. */
    private static final String LOW_PLAIN = " oo*****o**mfnn*><|!PS_|^v><L-^v";

    private static final String HIGH_PLAIN =
            "CueaaaaceeeiiiAAEaAooouuyOUcLYPfaiounNao?--24!<>.:%|++++++|+++++"
                    + "++++-++++++++-+++++++++++++#_||~abGpSsutFTOd8fen=+><()/~o..vn2# ";

    private CodePage437() {}

    /** The character for a code, 0 to 255. */
    public static char unicode(int code) {
        if (code < 0x20) {
            return LOW.charAt(code);
        }
        if (code < 0x7F) {
            return (char) code;
        }
        return code == 0x7F ? '⌂' : HIGH.charAt(code - 0x80);
    }

    /** Something like the character for a code, 0 to 255, in ASCII. */
    public static char ascii(int code) {
        if (code < 0x20) {
            return LOW_PLAIN.charAt(code);
        }
        if (code < 0x7F) {
            return (char) code;
        }
        return code == 0x7F ? '^' : HIGH_PLAIN.charAt(code - 0x80);
    }
}
