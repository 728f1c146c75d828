package org.linuxemu.core.state;

/**
 * A segment register with its hidden part (SDM Vol. 3, 3.4.3), or LDTR or TR.
 *
 * <p>{@link #attributes} holds descriptor bits 55:52 and 47:40 as {@code G D/B L AVL 0000 P DPL S
 * TYPE} in bits 15:0 (the same layout as bits 23:8 of the descriptor's high word). A null selector
 * has attributes 0 and {@code usable()} false.
 */
public final class SegmentRegister {
    public static final int TYPE = 0x000F;
    public static final int ACCESSED = 0x0001;
    public static final int WRITABLE = 0x0002; // data
    public static final int READABLE = 0x0002; // code
    public static final int EXPAND_DOWN = 0x0004; // data
    public static final int CONFORMING = 0x0004; // code
    public static final int CODE = 0x0008;
    public static final int NOT_SYSTEM = 0x0010;
    public static final int DPL_SHIFT = 5;
    public static final int PRESENT = 0x0080;
    public static final int AVAILABLE = 0x1000;
    public static final int LONG = 0x2000;
    public static final int DEFAULT_BIG = 0x4000;
    public static final int GRANULARITY = 0x8000;

    public int selector;
    public long base;

    /** Limit in bytes, granularity applied; 0 to 0xFFFF_FFFF. */
    public long limit;

    public int attributes;

    public boolean usable() {
        return (attributes & PRESENT) != 0;
    }

    public int dpl() {
        return (attributes >> DPL_SHIFT) & 3;
    }

    public boolean isCode() {
        return (attributes & (NOT_SYSTEM | CODE)) == (NOT_SYSTEM | CODE);
    }

    public boolean defaultBig() {
        return (attributes & DEFAULT_BIG) != 0;
    }

    public void set(int newSelector, long newBase, long newLimit, int newAttributes) {
        selector = newSelector;
        base = newBase;
        limit = newLimit;
        attributes = newAttributes;
    }

    public void copyFrom(SegmentRegister other) {
        set(other.selector, other.base, other.limit, other.attributes);
    }

    /** Loads the hidden part from the two words of an 8-byte descriptor. */
    public void loadDescriptor(int newSelector, int low, int high) {
        selector = newSelector;
        base = ((low >>> 16) | (high & 0xFF) << 16 | (high & 0xFF000000)) & 0xFFFFFFFFL;
        long raw = (low & 0xFFFF) | (high & 0xF0000);
        limit = (high & 0x800000) != 0 ? raw << 12 | 0xFFF : raw;
        attributes = (high >>> 8) & 0xF0FF;
    }
}
