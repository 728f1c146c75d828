package org.linuxemu.core.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A real program's code: of {@code /bin/bash}, or of the ELF file that the system property {@code
 * bench.program} names.
 */
final class Program {
    private static final int PROGRAM_HEADER = 0x38;
    private static final int LOAD = 1;
    private static final int EXECUTABLE = 1;

    private Program() {}

    /**
     * The executable segment (System V ABI, chapter 5), at most so many bytes of it from the end of
     * its first sixteenth on, as tables of jumps come first.
     */
    static byte[] code(int most) throws IOException {
        ByteBuffer file =
                ByteBuffer.wrap(
                                Files.readAllBytes(
                                        Path.of(System.getProperty("bench.program", "/bin/bash"))))
                        .order(ByteOrder.LITTLE_ENDIAN);
        int header = (int) file.getLong(0x20);
        int count = file.getShort(0x38);
        for (int i = 0; i < count; i++) {
            int at = header + i * PROGRAM_HEADER;
            if (file.getInt(at) == LOAD && (file.getInt(at + 4) & EXECUTABLE) != 0) {
                int size = (int) file.getLong(at + 0x20);
                int from = (int) file.getLong(at + 8) + size / 16;
                return Arrays.copyOfRange(file.array(), from, from + Math.min(size / 2, most));
            }
        }
        throw new IOException("no executable segment");
    }
}
