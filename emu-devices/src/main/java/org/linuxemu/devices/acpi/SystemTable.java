package org.linuxemu.devices.acpi;

import java.util.Arrays;

/** A system description table with the common header (ACPI specification 6.4, 5.2.6). */
public final class SystemTable extends ByteTable {
    /** Bytes of the header. */
    public static final int HEADER_SIZE = 36;

    private static final int LENGTH = 4;
    private static final int CHECKSUM = 9;

    /** Address space of a generic address: ports. */
    private static final int SYSTEM_IO = 1;

    /** A table with nothing behind its header. {@code signature} has four characters. */
    public SystemTable(String signature, int revision) {
        append(signature);
        append(4, 0); // length
        append(1, revision);
        append(1, 0); // checksum
        append("LNXEMU"); // OEM ID
        append("LNXEMUPC"); // OEM table ID
        append(4, 1); // OEM revision
        append("LEMU"); // creator ID and revision
        append(4, 1);
    }

    /** Appends a byte. */
    public SystemTable put8(int value) {
        append(1, value);
        return this;
    }

    /** Appends two bytes. */
    public SystemTable put16(int value) {
        append(2, value);
        return this;
    }

    /** Appends four bytes. */
    public SystemTable put32(long value) {
        append(4, value);
        return this;
    }

    /** Appends eight bytes. */
    public SystemTable put64(long value) {
        append(8, value);
        return this;
    }

    /** Appends AML. */
    public SystemTable put(AmlBuilder aml) {
        append(aml.bytes, aml.size);
        return this;
    }

    /** Appends the generic address of a port or, with width 0, of nothing (5.2.3.2). */
    public SystemTable putPort(int port, int bits) {
        return put8(bits == 0 ? 0 : SYSTEM_IO).put8(bits).put8(0).put8(0).put64(port);
    }

    /** Appends zeros up to an offset from the start of the table. */
    public SystemTable padTo(int offset) {
        append(new byte[offset - size], offset - size);
        return this;
    }

    /** The table with its length and checksum. */
    public byte[] finish() {
        byte[] table = Arrays.copyOf(bytes, size);
        for (int i = 0; i < 4; i++) {
            table[LENGTH + i] = (byte) (size >>> (8 * i));
        }
        table[CHECKSUM] = checksum(table, 0, size);
        return table;
    }
}
