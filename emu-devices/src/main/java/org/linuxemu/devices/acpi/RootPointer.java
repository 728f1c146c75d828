package org.linuxemu.devices.acpi;

import java.util.Arrays;

/** The root system description pointer, revision 2 (ACPI specification 6.4, 5.2.5.3). */
public final class RootPointer {
    /** Bytes of the structure. */
    public static final int SIZE = 36;

    private static final int SIZE_OF_FIRST_REVISION = 20;

    private RootPointer() {}

    /** A pointer to tables at these physical addresses. */
    public static byte[] of(long rsdt, long xsdt) {
        ByteTable t = new ByteTable();
        t.append("RSD PTR ");
        t.append(1, 0); // checksum
        t.append("LNXEMU");
        t.append(1, 2); // revision
        t.append(4, rsdt);
        t.append(4, SIZE);
        t.append(8, xsdt);
        t.append(4, 0); // extended checksum
        byte[] pointer = Arrays.copyOf(t.bytes, SIZE);
        pointer[8] = ByteTable.checksum(pointer, 0, SIZE_OF_FIRST_REVISION);
        pointer[32] = ByteTable.checksum(pointer, 0, SIZE);
        return pointer;
    }

    /** Whether a pointer of this kind is there. */
    public static boolean isAt(byte[] bytes, int offset) {
        String signature = "RSD PTR ";
        for (int i = 0; i < signature.length(); i++) {
            if (bytes[offset + i] != signature.charAt(i)) {
                return false;
            }
        }
        return ByteTable.checksum(bytes, offset, SIZE) == 0;
    }
}
