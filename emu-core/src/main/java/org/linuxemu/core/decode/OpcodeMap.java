package org.linuxemu.core.decode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The opcode table {@code opcodes.txt} in memory: rows by map and opcode, in the order of the file.
 */
public final class OpcodeMap {
    private static final String RESOURCE = "opcodes.txt";
    private static final String[] MAP_NAMES = {"1", "0F", "38", "3A", "V0F", "V38", "V3A"};
    private static final OpcodeMap INSTANCE = load();

    private final OpcodeEntry[][] rows = new OpcodeEntry[OpcodeEntry.MAPS * 256][];
    private final boolean[] hasModrm = new boolean[OpcodeEntry.MAPS * 256];
    private final List<OpcodeEntry> all = new ArrayList<>(2048);

    private OpcodeMap() {}

    public static OpcodeMap instance() {
        return INSTANCE;
    }

    /** Every row, in file order. */
    public List<OpcodeEntry> entries() {
        return all;
    }

    OpcodeEntry[] candidates(int map, int opcode) {
        return rows[map << 8 | opcode];
    }

    boolean hasModrm(int map, int opcode) {
        return hasModrm[map << 8 | opcode];
    }

    private static OpcodeMap load() {
        byte[] text;
        try (InputStream in = OpcodeMap.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("resource missing: " + RESOURCE);
            }
            text = in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        OpcodeMap map = new OpcodeMap();
        String s = new String(text, StandardCharsets.ISO_8859_1);
        int start = 0;
        int end;
        while ((end = s.indexOf('\n', start)) >= 0) {
            if (end > start && s.charAt(start) != '#') {
                map.parse(s, start, end);
            }
            start = end + 1;
        }
        return map;
    }

    /** Splits one line at blanks; seven columns, the last may repeat. */
    private void parse(String s, int start, int end) {
        String[] columns = new String[12];
        int n = 0;
        int at = start;
        while (at < end) {
            while (at < end && s.charAt(at) == ' ') {
                at++;
            }
            int stop = s.indexOf(' ', at);
            if (stop < 0 || stop > end) {
                stop = end;
            }
            if (stop > at) {
                columns[n++] = s.substring(at, stop);
            }
            at = stop;
        }
        if (n < 6) {
            throw new IllegalStateException("opcode table: " + s.substring(start, end));
        }
        add(columns, n);
    }

    private void add(String[] columns, int n) {
        int map = 0;
        while (!MAP_NAMES[map].equals(columns[0])) {
            map++;
        }
        String opcodeText = columns[1];
        int opcode = Integer.parseInt(opcodeText.substring(0, 2), 16);
        int span = opcodeText.endsWith("+r") ? 8 : 1;
        int modrmReg = -1;
        int modrmByte = -1;
        char form = 0;
        String ext = columns[2];
        if (ext.charAt(0) == '/') {
            modrmReg = ext.charAt(1) - '0';
            form = ext.length() > 2 ? ext.charAt(2) : 0;
        } else if (ext.charAt(0) == '=') {
            modrmByte = Integer.parseInt(ext.substring(1), 16);
        } else if (ext.charAt(0) != '-') {
            form = ext.charAt(0);
        }
        int prefix = OpcodeEntry.PREFIX_ANY;
        String prefixText = columns[3];
        if (prefixText.startsWith("NP")) {
            prefix = OpcodeEntry.PREFIX_NONE;
        } else if (prefixText.startsWith("66")) {
            prefix = OpcodeEntry.PREFIX_66;
        } else if (prefixText.startsWith("F3")) {
            prefix = OpcodeEntry.PREFIX_F3;
        } else if (prefixText.startsWith("F2")) {
            prefix = OpcodeEntry.PREFIX_F2;
        }
        int vexW = flagAfter(prefixText, 'W');
        int vexL = flagAfter(prefixText, 'L');
        Mnemonic mnemonic = Mnemonic.valueOf(columns[4]);
        String[] operands = "-".equals(columns[5]) ? new String[0] : columns[5].split(",");
        int[] specs = new int[operands.length];
        boolean modrm = !"-".equals(ext);
        for (int i = 0; i < specs.length; i++) {
            specs[i] = OperandSpec.parse(operands[i]);
            modrm |= OperandSpec.needsModrm(specs[i]);
        }
        int attributes = 0;
        String feature = null;
        for (int i = 6; i < n; i++) {
            String a = columns[i];
            if (a.charAt(0) == ':') {
                feature = a.substring(1);
            } else {
                attributes |= attribute(a);
            }
        }
        for (int i = 0; i < span; i++) {
            OpcodeEntry e =
                    new OpcodeEntry(
                            map,
                            opcode + i,
                            mnemonic,
                            modrmReg,
                            modrmByte,
                            form,
                            prefix,
                            vexW,
                            vexL,
                            operands,
                            specs,
                            attributes,
                            feature,
                            modrm);
            int slot = map << 8 | (opcode + i);
            OpcodeEntry[] old = rows[slot];
            OpcodeEntry[] grown =
                    old == null ? new OpcodeEntry[1] : java.util.Arrays.copyOf(old, old.length + 1);
            grown[grown.length - 1] = e;
            rows[slot] = grown;
            hasModrm[slot] |= modrm;
            all.add(e);
        }
    }

    private static int flagAfter(String prefix, char letter) {
        int dot = prefix.indexOf('.');
        int at = dot < 0 ? -1 : prefix.indexOf(letter, dot);
        return at < 0 ? -1 : prefix.charAt(at + 1) - '0';
    }

    private static int attribute(String name) {
        switch (name) {
            case "lock":
                return OpcodeEntry.LOCKABLE;
            case "i64":
                return OpcodeEntry.INVALID_64;
            case "o64":
                return OpcodeEntry.ONLY_64;
            case "d64":
                return OpcodeEntry.DEFAULT_64;
            case "f64":
                return OpcodeEntry.FORCE_64;
            case "end":
                return OpcodeEntry.ENDS_BLOCK;
            case "str":
                return OpcodeEntry.STRING;
            case "nob":
                return OpcodeEntry.NO_REX_B;
            case "vsib":
                return OpcodeEntry.VSIB;
            default:
                throw new IllegalStateException("opcode table: attribute " + name);
        }
    }
}
