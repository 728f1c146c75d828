package org.linuxemu.core.cpu;

import java.io.DataInputStream;
import java.io.IOException;

/**
 * Just enough of the class file format (JVMS chapter 4) to find the length of the longest method.
 */
final class ClassFile {
    private ClassFile() {}

    static int largestMethod(DataInputStream in) throws IOException {
        in.readInt();
        in.readInt();
        int constants = in.readUnsignedShort();
        String[] names = new String[constants];
        for (int i = 1; i < constants; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> names[i] = in.readUTF();
                case 3, 4, 9, 10, 11, 12, 17, 18 -> in.readInt();
                case 5, 6 -> {
                    in.readLong();
                    i++;
                }
                case 7, 8, 16, 19, 20 -> in.readUnsignedShort();
                case 15 -> in.skipBytes(3);
                default -> throw new IOException("constant " + tag);
            }
        }
        in.skipBytes(6);
        in.skipBytes(2 * in.readUnsignedShort());
        int longest = 0;
        for (int kind = 0; kind < 2; kind++) { // fields, then methods
            int members = in.readUnsignedShort();
            for (int m = 0; m < members; m++) {
                in.skipBytes(6);
                int attributes = in.readUnsignedShort();
                for (int a = 0; a < attributes; a++) {
                    String name = names[in.readUnsignedShort()];
                    byte[] body = in.readNBytes(in.readInt());
                    if ("Code".equals(name)) {
                        int length =
                                (body[4] & 0xFF) << 24
                                        | (body[5] & 0xFF) << 16
                                        | (body[6] & 0xFF) << 8
                                        | body[7] & 0xFF;
                        longest = Math.max(longest, length);
                    }
                }
            }
        }
        return longest;
    }
}
