package org.linuxemu.core.oracle;

/**
 * Draws byte strings that look like instructions: some prefixes, any opcode of any map, anything.
 */
public final class RandomBytes {
    private static final int[] PREFIXES = {
        0x66, 0x66, 0x66, 0xF2, 0xF2, 0xF3, 0xF3, 0x67, 0xF0, 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65
    };

    private RandomBytes() {}

    /** Fifteen bytes. */
    public static byte[] draw(Draw d) {
        byte[] b = new byte[15];
        int n = 0;
        while (n < 4 && d.percent(30)) {
            b[n++] = (byte) PREFIXES[d.below(PREFIXES.length)];
        }
        if (d.percent(35)) {
            b[n++] = (byte) (0x40 | d.below(16));
        }
        int map = d.below(100);
        if (map < 40) {
            b[n++] = 0x0F;
            if (map < 10) {
                b[n++] = 0x38;
            } else if (map < 18) {
                b[n++] = 0x3A;
            }
        } else if (map < 52) {
            b[n++] = (byte) 0xC4;
            b[n++] = (byte) (d.below(8) << 5 | 1 + d.below(3));
            b[n++] = (byte) (d.percent(60) ? d.next() | 0x78 : d.next());
        } else if (map < 60) {
            b[n++] = (byte) 0xC5;
            b[n++] = (byte) (d.percent(60) ? d.next() | 0x78 : d.next());
        }
        while (n < 15) {
            b[n++] = (byte) d.next();
        }
        return b;
    }
}
