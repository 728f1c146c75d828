package org.linuxemu.devices.acpi;

/**
 * Writes the few kinds of AML that describe a board (ACPI specification 6.4, chapter 20): scopes,
 * devices, named integers, packages and resource templates. Every {@code begin} has its {@link
 * #end}.
 */
public final class AmlBuilder extends ByteTable {
    private static final int MAX_DEPTH = 8;

    private static final int ZERO_OP = 0x00;
    private static final int ONE_OP = 0x01;
    private static final int NAME_OP = 0x08;
    private static final int BYTE_PREFIX = 0x0A;
    private static final int WORD_PREFIX = 0x0B;
    private static final int DWORD_PREFIX = 0x0C;
    private static final int STRING_PREFIX = 0x0D;
    private static final int SCOPE_OP = 0x10;
    private static final int BUFFER_OP = 0x11;
    private static final int PACKAGE_OP = 0x12;
    private static final int EXTENDED_PREFIX = 0x5B;
    private static final int DEVICE_OP = 0x82;

    private static final int END_TAG = 0x79;

    /** Where each object that is open wants its length. */
    private final int[] open = new int[MAX_DEPTH];

    private int depth;
    private int resourcesStart;

    private void opened() {
        open[depth++] = size;
    }

    /** Opens a scope; {@code name} may begin with a backslash, and has one segment of four. */
    public AmlBuilder beginScope(String name) {
        append(1, SCOPE_OP);
        opened();
        append(name);
        return this;
    }

    /** Opens a device; {@code name} has four characters. */
    public AmlBuilder beginDevice(String name) {
        append(1, EXTENDED_PREFIX);
        append(1, DEVICE_OP);
        opened();
        append(name);
        return this;
    }

    /** Closes what was opened last. */
    public AmlBuilder end() {
        int start = open[--depth];
        int content = size - start;
        // PkgLength counts itself (20.2.4): 6 bits in one byte, else 4 bits and further bytes.
        int length = 1;
        if (content + 1 > 0x3F) {
            length = content + 2 <= 0xFFF ? 2 : 3;
        }
        int total = content + length;
        insert(start, length);
        if (length == 1) {
            bytes[start] = (byte) total;
        } else {
            bytes[start] = (byte) ((length - 1) << 6 | (total & 0x0F));
            for (int i = 1; i < length; i++) {
                bytes[start + i] = (byte) (total >>> (8 * i - 4));
            }
        }
        return this;
    }

    private void integer(int value) {
        if (value == 0) {
            append(1, ZERO_OP);
        } else if (value == 1) {
            append(1, ONE_OP);
        } else if ((value & ~0xFF) == 0) {
            append(1, BYTE_PREFIX);
            append(1, value);
        } else if ((value & ~0xFFFF) == 0) {
            append(1, WORD_PREFIX);
            append(2, value);
        } else {
            append(1, DWORD_PREFIX);
            append(4, value);
        }
    }

    private void name(String name) {
        append(1, NAME_OP);
        append(name);
    }

    /** Names an integer of up to 32 bits. */
    public AmlBuilder name(String name, int value) {
        name(name);
        integer(value);
        return this;
    }

    /** Names a text. */
    public AmlBuilder name(String name, String text) {
        name(name);
        append(1, STRING_PREFIX);
        append(text);
        append(1, 0);
        return this;
    }

    /** Names a package of integers. */
    public AmlBuilder namePackage(String name, int... values) {
        name(name);
        append(1, PACKAGE_OP);
        opened();
        append(1, values.length);
        for (int value : values) {
            integer(value);
        }
        return end();
    }

    /** Names the hardware identifier {@code id}, three letters and four hexadecimal digits. */
    public AmlBuilder hardwareId(String id) {
        name("_HID");
        append(1, DWORD_PREFIX);
        append(4, eisaId(id));
        return this;
    }

    /** An EISA identifier compressed to 32 bits (6.1.5, 19.3.4). */
    static int eisaId(String id) {
        int letters = 0;
        for (int i = 0; i < 3; i++) {
            letters = letters << 5 | ((id.charAt(i) - '@') & 0x1F);
        }
        int product = Integer.parseInt(id.substring(3), 16);
        return Integer.reverseBytes(letters << 16 | product);
    }

    /** Opens the current resources, {@code _CRS}; close them by {@link #endResources}. */
    public AmlBuilder beginResources() {
        name("_CRS");
        append(1, BUFFER_OP);
        opened();
        resourcesStart = size;
        return this;
    }

    /** Fixed I/O ports, decoded with 16 bits (6.4.2.5). */
    public AmlBuilder ports(int first, int count) {
        append(1, 0x47);
        append(1, 1);
        append(2, first);
        append(2, first);
        append(1, 1);
        append(1, count);
        return this;
    }

    /** An edge-triggered, active-high interrupt (6.4.2.1). */
    public AmlBuilder irq(int irq) {
        append(1, 0x22);
        append(2, 1 << irq);
        return this;
    }

    /** A fixed 32-bit memory range, read-only or not (6.4.3.4). */
    public AmlBuilder memory(long start, int length, boolean writable) {
        append(1, 0x86);
        append(2, 9);
        append(1, writable ? 1 : 0);
        append(4, start);
        append(4, length);
        return this;
    }

    /** Closes the resources. */
    public AmlBuilder endResources() {
        append(1, END_TAG);
        append(1, 0); // no checksum
        // BufferSize stands between the length and the bytes.
        int length = size - resourcesStart;
        int sizeBytes = length <= 0xFF ? 2 : 3;
        insert(resourcesStart, sizeBytes);
        bytes[resourcesStart] = (byte) (sizeBytes == 2 ? BYTE_PREFIX : WORD_PREFIX);
        bytes[resourcesStart + 1] = (byte) length;
        if (sizeBytes == 3) {
            bytes[resourcesStart + 2] = (byte) (length >>> 8);
        }
        return end();
    }
}
