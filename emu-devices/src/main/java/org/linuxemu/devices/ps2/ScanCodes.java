package org.linuxemu.devices.ps2;

/** The keyboard controller's translation of scan code set 2 into set 1, and its inverse. */
final class ScanCodes {
    static final int BREAK_PREFIX = 0xF0;
    static final int EXTENDED_PREFIX = 0xE0;

    /** Set 1 codes of the set 2 codes 00h to 7Fh (IBM PS/2 Technical Reference, keyboard). */
    private static final String SET_1_OF_SET_2 =
            "FF43413F3D3B3C58"
                    + "644442403E0F2959"
                    + "65382A701D10025A"
                    + "66712C1F1E11035B"
                    + "672E2D201205045C"
                    + "68392F211413065D"
                    + "693130232215075E"
                    + "6A7232241608095F"
                    + "6B332517180B0A60"
                    + "6C34352627190C61"
                    + "6D7328741A0D626E"
                    + "3A361C1B752B6376"
                    + "55567778797A0E7B"
                    + "7C4F7D4B477E7F6F"
                    + "5253504C4D480145"
                    + "574E514A37494654";

    private static final byte[] TO_SET_1 = new byte[256];
    private static final byte[] TO_SET_2 = new byte[128];

    static {
        for (int i = 0; i < 256; i++) {
            TO_SET_1[i] = (byte) i;
        }
        for (int i = 0; i < 128; i++) {
            int code =
                    Character.digit(SET_1_OF_SET_2.charAt(2 * i), 16) << 4
                            | Character.digit(SET_1_OF_SET_2.charAt(2 * i + 1), 16);
            TO_SET_1[i] = (byte) code;
            TO_SET_2[code & 0x7F] = (byte) i;
        }
        // F7 and SysRq have codes above 7Fh; 02h and 7Fh, which translate alike, are no keys.
        pair(0x83, 0x41);
        pair(0x84, 0x54);
    }

    private ScanCodes() {}

    private static void pair(int set2, int set1) {
        TO_SET_1[set2] = (byte) set1;
        TO_SET_2[set1] = (byte) set2;
    }

    /** What the controller makes of a byte from the keyboard, break prefix aside. */
    static int translate(int set2) {
        return TO_SET_1[set2] & 0xFF;
    }

    /** The set 2 code of a set 1 make code, 01h to 7Fh. */
    static int toSet2(int set1) {
        return TO_SET_2[set1 & 0x7F] & 0xFF;
    }
}
