package org.linuxemu.cli.symbols;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds where the members of one C structure lie, by the debug information of versions 2 to 5
 * (DWARF 5 standard, chapter 7). It reads entry by entry and ends at the first whole definition.
 */
final class DwarfStructure {
    private static final int STRUCTURE = 0x13;
    private static final int MEMBER = 0x0D;
    private static final int AT_SIBLING = 0x01;
    private static final int AT_NAME = 0x03;
    private static final int AT_MEMBER_LOCATION = 0x38;
    private static final int AT_DECLARATION = 0x3C;
    private static final int FORM_STRP = 0x0E;
    private static final int FORM_STRING = 0x08;
    private static final int FORM_INDIRECT = 0x16;
    private static final int FORM_IMPLICIT = 0x21;
    private static final int UNIT_TYPE = 2;
    private static final int UNIT_SKELETON = 4;
    private static final int UNIT_SPLIT = 5;
    private static final int UNIT_SPLIT_TYPE = 6;

    /** Of the forms 1 to 2Ch: bytes, or what follows below. */
    private static final byte[] SIZES = {
        0, -1, 0, -4, -5, 2, 4, 8, -6, -7, -8, 1, 1, -3, -2, -3, -1, 1, 2, 4, 8, -3, 0, -2, -7, 0,
        -3, -3, 4, -2, 16, -2, 8, 0, -3, -3, 8, 1, 2, 3, 4, 1, 2, 3, 4
    };

    private static final int ADDRESS = -1;
    private static final int OFFSET = -2;
    private static final int LEB = -3;
    private static final int BLOCK2 = -4;
    private static final int BLOCK4 = -5;
    private static final int TEXT = -6;
    private static final int BLOCK = -7;
    private static final int BLOCK1 = -8;

    /** One kind of entry: its tag and pairs of attribute and form, with values of implicit ones. */
    private record Kind(int tag, boolean children, int[] pairs, long[] implicit) {}

    private final ByteBuffer info;
    private final ByteBuffer abbreviations;
    private final ByteBuffer strings;
    private final String structure;
    private final String[] members;
    private final long[] offsets;

    private boolean wide;
    private int version;
    private int addressSize;
    private long implicit;

    // Of the entry read last.
    private String name;
    private long location;
    private long sibling;
    private boolean declaration;

    private DwarfStructure(
            ByteBuffer info,
            ByteBuffer abbreviations,
            ByteBuffer strings,
            String structure,
            String[] members) {
        this.info = info.duplicate().order(info.order());
        this.abbreviations = abbreviations.duplicate().order(abbreviations.order());
        this.strings = strings;
        this.structure = structure;
        this.members = members;
        this.offsets = new long[members.length];
    }

    /**
     * Offsets of the members in bytes, in their order; null if the structure is not described, or
     * not with all of them.
     *
     * @param info section .debug_info
     * @param abbreviations section .debug_abbrev
     * @param strings section .debug_str
     */
    static long[] find(
            ByteBuffer info,
            ByteBuffer abbreviations,
            ByteBuffer strings,
            String structure,
            String... members) {
        try {
            DwarfStructure search =
                    new DwarfStructure(info, abbreviations, strings, structure, members);
            return search.units() ? search.offsets : null;
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            return null; // damaged
        } catch (IllegalArgumentException e) {
            return null; // a position outside
        }
    }

    private boolean units() {
        while (info.remaining() > 11) {
            long length = info.getInt() & 0xFFFFFFFFL;
            wide = length == 0xFFFFFFFFL;
            if (wide) {
                length = info.getLong();
            }
            if (length <= 0 || length > info.remaining()) {
                return false;
            }
            int end = info.position() + (int) length;
            if (unit(end)) {
                return true;
            }
            info.position(end);
        }
        return false;
    }

    private boolean unit(int end) {
        int start = info.position() - (wide ? 12 : 4);
        version = info.getShort();
        long table;
        if (version >= 5) {
            int type = info.get();
            addressSize = info.get();
            table = offset();
            if (type == UNIT_SKELETON || type == UNIT_SPLIT) {
                info.getLong();
            } else if (type == UNIT_TYPE || type == UNIT_SPLIT_TYPE) {
                info.getLong();
                offset();
            }
        } else if (version >= 2) {
            table = offset();
            addressSize = info.get();
        } else {
            return false;
        }
        return entries(kinds((int) table), start, end);
    }

    private boolean entries(Map<Integer, Kind> kinds, int unit, int end) {
        int depth = 0;
        int inside = -1; // depth of the members of the structure
        int found = 0;
        while (info.position() < end) {
            int code = (int) leb();
            if (code == 0) {
                if (depth == inside) {
                    if (found == members.length) {
                        return true;
                    }
                    inside = -1;
                }
                depth--;
                continue;
            }
            Kind kind = kinds.get(code);
            if (kind == null) {
                return false;
            }
            read(kind);
            if (depth == inside && kind.tag == MEMBER) {
                for (int i = 0; i < members.length; i++) {
                    if (members[i].equals(name)) {
                        offsets[i] = location;
                        found++;
                    }
                }
            }
            if (!kind.children) {
                continue;
            }
            if (kind.tag == STRUCTURE && !declaration && structure.equals(name)) {
                inside = depth + 1;
                found = 0;
            } else if (depth > 0 && sibling > 0 && unit + sibling > info.position()) {
                info.position(unit + (int) sibling);
                continue;
            }
            depth++;
        }
        return false;
    }

    /** Reads an entry's attributes; only of structures and members they are wanted. */
    private void read(Kind kind) {
        name = null;
        location = 0;
        sibling = 0;
        declaration = false;
        boolean wanted = kind.tag == STRUCTURE || kind.tag == MEMBER;
        for (int i = 0; i < kind.pairs.length; i += 2) {
            int attribute = kind.pairs[i];
            int form = kind.pairs[i + 1];
            implicit = kind.implicit[i / 2];
            if (wanted && attribute == AT_NAME) {
                name = text(form);
                continue;
            }
            long value = value(form);
            if (attribute == AT_SIBLING) {
                sibling = value;
            } else if (attribute == AT_MEMBER_LOCATION) {
                location = value;
            } else if (attribute == AT_DECLARATION) {
                declaration = true;
            }
        }
    }

    private String text(int form) {
        if (form == FORM_STRING) {
            String text = ElfSections.string(info, info.position());
            skipText();
            return text;
        }
        long at = value(form);
        return form == FORM_STRP ? ElfSections.string(strings, at) : null;
    }

    /** The value of a constant, reference or offset; 0 of anything else, which is skipped. */
    private long value(int coded) {
        int form = coded;
        while (form == FORM_INDIRECT) {
            form = (int) leb();
        }
        if (form == FORM_IMPLICIT) {
            return implicit;
        }
        if (form >= SIZES.length) {
            // GNU extensions: references into another file, or indexes.
            return form >= 0x1F20 ? offset() : leb();
        }
        int size = SIZES[form];
        switch (size) {
            case ADDRESS:
                // DW_FORM_ref_addr is an offset since version 3.
                return form == 0x10 && version > 2 ? offset() : fixed(addressSize);
            case OFFSET:
                return offset();
            case LEB:
                return leb();
            case BLOCK1:
                return block(info.get() & 0xFF);
            case BLOCK2:
                return block(info.getShort() & 0xFFFF);
            case BLOCK4:
                return block(info.getInt() & 0xFFFFFFFFL);
            case BLOCK:
                return block(leb());
            case TEXT:
                skipText();
                return 0;
            default:
                return fixed(size);
        }
    }

    /** A member's location may be an expression: DW_OP_plus_uconst N. */
    private long block(long size) {
        int end = Math.addExact(info.position(), (int) Math.min(size, Integer.MAX_VALUE / 2));
        long value = size > 1 && info.get(info.position()) == 0x23 ? lebAt() : 0;
        info.position(end);
        return value;
    }

    private long lebAt() {
        info.get();
        return leb();
    }

    private long fixed(int size) {
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= i < 8 ? (info.get() & 0xFFL) << 8 * i : info.get() & 0L;
        }
        return value;
    }

    private long offset() {
        return wide ? info.getLong() : info.getInt() & 0xFFFFFFFFL;
    }

    private void skipText() {
        while (info.get() != 0) {
            continue;
        }
    }

    private long leb() {
        return leb(info);
    }

    private static long leb(ByteBuffer from) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = from.get();
            value |= shift < 64 ? (b & 0x7FL) << shift : 0;
            if (b >= 0) {
                return value;
            }
        }
    }

    private Map<Integer, Kind> kinds(int at) {
        Map<Integer, Kind> kinds = new HashMap<>();
        ByteBuffer from = abbreviations;
        from.position(at);
        while (true) {
            int code = (int) leb(from);
            if (code == 0) {
                return kinds;
            }
            int tag = (int) leb(from);
            boolean children = from.get() != 0;
            int[] pairs = new int[16];
            long[] constants = new long[8];
            int n = 0;
            while (true) {
                int attribute = (int) leb(from);
                int form = (int) leb(from);
                long constant = form == FORM_IMPLICIT ? leb(from) : 0;
                if (attribute == 0 && form == 0) {
                    break;
                }
                if (2 * n == pairs.length) {
                    pairs = java.util.Arrays.copyOf(pairs, 4 * n);
                    constants = java.util.Arrays.copyOf(constants, 2 * n);
                }
                pairs[2 * n] = attribute;
                pairs[2 * n + 1] = form;
                constants[n++] = constant;
            }
            kinds.put(
                    code,
                    new Kind(
                            tag,
                            children,
                            java.util.Arrays.copyOf(pairs, 2 * n),
                            java.util.Arrays.copyOf(constants, n)));
        }
    }
}
