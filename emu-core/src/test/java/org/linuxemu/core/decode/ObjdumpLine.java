package org.linuxemu.core.decode;

import java.util.Set;

/** One instruction as objdump prints it: address, bytes, text, parted by tabulators. */
final class ObjdumpLine {
    private static final String SEGMENT_PREFIXES = "\u0026\u002e\u0036\u003e\u0064\u0065";

    /** Transactions, protection keys, virtual machines, enclaves, and what single vendors have. */
    private static final Set<String> OTHER_EXTENSIONS =
            Set.of(
                    "xbegin",
                    "xabort",
                    "xend",
                    "xtest",
                    "rdpkru",
                    "wrpkru",
                    "vmcall",
                    "vmmcall",
                    "vmread",
                    "vmwrite",
                    "stgi",
                    "clgi",
                    "encls",
                    "serialize",
                    "tilerelease",
                    "tpause",
                    "monitorx",
                    "mwaitx",
                    "pvalidate",
                    "rmpadjust",
                    "vmgexit",
                    "femms",
                    "pmulhrw",
                    "incsspd",
                    "incsspq");

    private static final Set<String> PREFIX_NAMES =
            Set.of(
                    "data16",
                    "data32",
                    "addr16",
                    "addr32",
                    "cs",
                    "ds",
                    "es",
                    "fs",
                    "gs",
                    "ss",
                    "lock",
                    "rep",
                    "repz",
                    "repnz",
                    "bnd",
                    "notrack",
                    "xacquire",
                    "xrelease");

    final byte[] bytes = new byte[32];
    long address;
    int length;

    /** Without names of addresses and trailing blanks. */
    String text;

    /** Reads a line; false if there is no instruction in it. */
    boolean parse(String line) {
        int colon = line.indexOf(":\t");
        if (colon < 0) {
            return false;
        }
        int from = 0;
        while (line.charAt(from) == ' ') {
            from++;
        }
        address = Long.parseUnsignedLong(line, from, colon, 16);
        int at = colon + 2;
        length = 0;
        while (at + 1 < line.length() && Character.digit(line.charAt(at), 16) >= 0) {
            int high = Character.digit(line.charAt(at), 16);
            bytes[length++] = (byte) (high << 4 | Character.digit(line.charAt(at + 1), 16));
            at += 3;
        }
        int tab = line.indexOf('\t', at);
        text = tab < 0 ? "" : clean(line.substring(tab + 1));
        return tab >= 0;
    }

    private static String clean(String text) {
        int name = text.indexOf(" <");
        if (name < 0) {
            return text.stripTrailing();
        }
        // An address with a name has no 0x.
        int number = text.lastIndexOf(' ', name - 1) + 1;
        return text.substring(0, number) + "0x" + text.substring(number, name);
    }

    /** The first word, prefixes included. */
    String name() {
        int blank = text.indexOf(' ');
        return blank < 0 ? text : text.substring(0, blank);
    }

    /** The name without prefixes before it. */
    String mnemonic() {
        int from = 0;
        for (; ; ) {
            int blank = text.indexOf(' ', from);
            String word = text.substring(from, blank < 0 ? text.length() : blank);
            if (blank < 0
                    || !PREFIX_NAMES.contains(word)
                            && !word.startsWith("rex")
                            && !word.startsWith("{")) {
                return word;
            }
            from = blank + 1;
        }
    }

    /** Whether it is an instruction of an extension that no model has. */
    boolean isNotModelled() {
        int at = 0;
        while (at < length && isPrefix(bytes[at] & 0xFF)) {
            at++;
        }
        boolean evex = bytes[at] == 0x62 && length > at + 5;
        boolean xop = (bytes[at] & 0xFF) == 0x8F && (bytes[at + 1] & 0x38) != 0;
        return evex || xop || text.contains("%k") || OTHER_EXTENSIONS.contains(name());
    }

    /** Whether the processor raises #UD although objdump may print something. */
    boolean isUndefined() {
        boolean rexBeforeVex = text.startsWith("rex.") && text.contains(" v");
        return text.contains("(bad)")
                || text.contains("%?")
                || text.contains("lock ")
                || text.contains(",%cs")
                || text.startsWith(".byte")
                || text.contains("frstpm")
                || rexBeforeVex;
    }

    /** A REX prefix before another prefix has a line of its own. */
    boolean isOnlyPrefixes() {
        return text.substring(text.lastIndexOf(' ') + 1).startsWith("rex");
    }

    /**
     * Whether only the length is compared: bounds and shadow stacks (hints without MPX and CET),
     * aliases in the x87's map, and more than one segment prefix. They occur in data between the
     * code.
     */
    boolean isOddText() {
        int segments = 0;
        int at = 0;
        for (; isPrefix(bytes[at] & 0xFF); at++) {
            segments += SEGMENT_PREFIXES.indexOf(bytes[at] & 0xFF) >= 0 ? 1 : 0;
        }
        boolean x87 = (bytes[at] & 0xF8) == 0xD8;
        return segments > 1
                || text.contains("bnd")
                || text.startsWith("rdssp")
                || (x87 && text.contains("(bad)"));
    }

    /** Index of the byte behind the prefixes. */
    int opcodeAt(int codeSize) {
        int at = 0;
        while (at < length
                && isPrefix(bytes[at] & 0xFF)
                && (codeSize == 8 || (bytes[at] & 0xF0) != 0x40)) {
            at++;
        }
        return at;
    }

    /** Whether a byte is among the prefixes. */
    boolean hasPrefix(int prefix, int codeSize) {
        for (int k = opcodeAt(codeSize) - 1; k >= 0; k--) {
            if ((bytes[k] & 0xFF) == prefix) {
                return true;
            }
        }
        return false;
    }

    /** Whether 66, F2, F3, LOCK or REX stands before a VEX prefix. */
    boolean prefixBeforeVex(int codeSize) {
        int at = opcodeAt(codeSize);
        int b = bytes[at] & 0xFF;
        if (b != 0xC4 && b != 0xC5) {
            return false;
        }
        boolean rex = codeSize == 8 && at > 0 && (bytes[at - 1] & 0xF0) == 0x40;
        return rex
                || hasPrefix(0x66, codeSize)
                || hasPrefix(0xF2, codeSize)
                || hasPrefix(0xF3, codeSize)
                || hasPrefix(0xF0, codeSize);
    }

    private static boolean isPrefix(int b) {
        return SEGMENT_PREFIXES.indexOf(b) >= 0
                || b == 0x66
                || b == 0x67
                || b == 0xF0
                || b == 0xF2
                || b == 0xF3
                || (b & 0xF0) == 0x40;
    }

    /** Whether FWAIT and the instruction behind it stand in one line. */
    boolean isWaitAndMore() {
        return (bytes[0] & 0xFF) == 0x9B && length > 1;
    }

    String hex() {
        StringBuilder s = new StringBuilder();
        for (int k = 0; k < length; k++) {
            s.append(Character.forDigit(bytes[k] >> 4 & 15, 16));
            s.append(Character.forDigit(bytes[k] & 15, 16));
        }
        return s.toString();
    }
}
