package org.linuxemu.cli.symbols;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The sections of a 64-bit little-endian ELF file (System V ABI, chapter 4), mapped as asked. */
final class ElfSections implements AutoCloseable {
    private static final int HEADER = 64;
    private static final int ENTRY = 64;
    private static final int MAX_SECTIONS = 0xFF00;
    private static final int COMPRESSED = 0x800;

    private final FileChannel file;
    private final ByteBuffer table;
    private final ByteBuffer names;

    ElfSections(Path path) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.READ);
        try {
            ByteBuffer head = map(0, HEADER);
            if (head.getInt(0) != 0x464C457F || head.get(4) != 2 || head.get(5) != 1) {
                throw new IOException("is not a 64-bit ELF file such as vmlinux");
            }
            int count = head.getShort(60) & 0xFFFF;
            int nameSection = head.getShort(62) & 0xFFFF;
            if ((head.getShort(58) & 0xFFFF) != ENTRY
                    || count > MAX_SECTIONS
                    || nameSection >= count) {
                throw new IOException("has no table of sections");
            }
            table = map(head.getLong(40), (long) count * ENTRY);
            names = contents(nameSection);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** The bytes of a section; null if there is none of this name, or only a compressed one. */
    ByteBuffer section(String name) throws IOException {
        for (int i = 0; i < table.limit() / ENTRY; i++) {
            if (name.equals(string(names, table.getInt(i * ENTRY) & 0xFFFFFFFFL))) {
                return (table.getLong(i * ENTRY + 8) & COMPRESSED) != 0 ? null : contents(i);
            }
        }
        return null;
    }

    /** The text at an offset, up to its zero byte; empty where there is none. */
    static String string(ByteBuffer strings, long offset) {
        if (offset < 0 || offset >= strings.limit()) {
            return "";
        }
        int end = (int) offset;
        while (end < strings.limit() && strings.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - (int) offset];
        strings.get((int) offset, text);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private ByteBuffer contents(int index) throws IOException {
        return map(table.getLong(index * ENTRY + 24), table.getLong(index * ENTRY + 32));
    }

    private ByteBuffer map(long offset, long size) throws IOException {
        if (offset < 0 || size < 0 || size > Integer.MAX_VALUE || offset > file.size() - size) {
            throw new IOException("is damaged or too short");
        }
        return file.map(FileChannel.MapMode.READ_ONLY, offset, size).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
