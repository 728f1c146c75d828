package org.linuxemu.cli.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Debug information as compilers write it, in small. */
class DwarfStructureTest {
    private static final ByteBuffer STRINGS = buffer(text("task_struct", "pid", "comm"));

    /** Kinds 1: unit, 2: structure, 3: its declaration, 4: member, 5: typedef with a reference. */
    private static final ByteBuffer KINDS =
            buffer(
                    bytes(
                            1, 0x11, 1, 0x25, 0x08, 0, 0, //
                            2, 0x13, 1, 0x03, 0x0E, 0x0B, 0x05, 0x01, 0x13, 0, 0, //
                            3, 0x13, 0, 0x03, 0x0E, 0x3C, 0x19, 0, 0, //
                            4, 0x0D, 0, 0x03, 0x0E, 0x38, 0x0F, 0, 0, //
                            5, 0x16, 0, 0x03, 0x08, 0x49, 0x13, 0x31, 0x21, 0x7F, 0, 0, //
                            6, 0x13, 1, 0x03, 0x08, 0x01, 0x13, 0, 0, //
                            0));

    private static final int PID = 12;
    private static final int COMM = 16;

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static byte[] text(String... strings) {
        return (String.join("\0", strings) + "\0").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] unit(int version, byte[] entries) {
        ByteBuffer unit = buffer(new byte[entries.length + (version >= 5 ? 12 : 11)]);
        unit.putInt(unit.capacity() - 4).putShort((short) version);
        if (version >= 5) {
            unit.put((byte) 1).put((byte) 8).putInt(0);
        } else {
            unit.putInt(0).put((byte) 8);
        }
        return unit.put(entries).array();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static final byte[] START = join(bytes(1), text("a compiler"));

    /** struct task_struct; only named. */
    private static final byte[] DECLARATION = bytes(3, 0, 0, 0, 0);

    private static final byte[] TYPEDEF = join(bytes(5), text("pid_t"), bytes(1, 0, 0, 0));

    /** pid at 1234, comm at 3000. */
    private static final byte[] STRUCTURE =
            bytes(
                    2, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, //
                    4, PID, 0, 0, 0, 0xD2, 0x09, //
                    4, COMM, 0, 0, 0, 0xB8, 0x17, //
                    0);

    private static long[] find(byte[] info) {
        return DwarfStructure.find(buffer(info), KINDS, STRINGS, "task_struct", "pid", "comm");
    }

    @Test
    void membersAreFoundInBothGenerations() {
        byte[] entries = join(START, DECLARATION, TYPEDEF, STRUCTURE, bytes(0));
        assertThat(find(unit(4, entries))).containsExactly(1234, 3000);
        assertThat(find(unit(5, entries))).containsExactly(1234, 3000);
    }

    @Test
    void unitsWithoutItAreSkipped() {
        byte[] without = unit(5, join(START, DECLARATION, bytes(0)));
        byte[] with = unit(4, join(START, STRUCTURE, bytes(0)));
        assertThat(find(without)).isNull();
        assertThat(find(join(without, with))).containsExactly(1234, 3000);
    }

    @Test
    void otherStructuresAreJumpedOver() {
        // Its sibling is right behind it; its members have the wanted names.
        int after = 12 + START.length + 11 + 13;
        byte[] other = join(bytes(6), text("other"), bytes(after, 0, 0, 0));
        byte[] members = bytes(4, PID, 0, 0, 0, 1, 4, COMM, 0, 0, 0, 2, 0);
        byte[] info = unit(5, join(START, other, members, STRUCTURE, bytes(0)));
        assertThat(find(info)).containsExactly(1234, 3000);
    }

    @Test
    void damageIsNoInformation() {
        byte[] whole = unit(5, join(START, DECLARATION, TYPEDEF, STRUCTURE, bytes(0)));
        for (int length = 0; length < whole.length; length++) {
            assertThat(find(java.util.Arrays.copyOf(whole, length))).isNull();
        }
        for (int at = 0; at < whole.length; at++) {
            for (int value : new int[] {0, 0x7F, 0x80, 0xFF}) {
                byte[] damaged = whole.clone();
                damaged[at] = (byte) value;
                find(damaged); // whatever it says, it says something
            }
        }
    }
}
