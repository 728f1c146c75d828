package org.linuxemu.cli.it;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** What readelf would say. */
final class ElfFile {
    private ElfFile() {}

    /** Entry point as gdb prints it. */
    static String entry(Path file) throws IOException {
        ByteBuffer header =
                ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        return "0x" + Long.toHexString(header.getLong(24));
    }
}
