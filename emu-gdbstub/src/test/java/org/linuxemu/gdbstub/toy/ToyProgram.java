package org.linuxemu.gdbstub.toy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The program in {@code toy.lst}: its bytes and symbols, read from the disassembler's listing. */
public final class ToyProgram {
    /** Where it is loaded and linked. */
    public static final int BASE = 0x1000;

    private final byte[] code;
    private final Map<String, Integer> symbols = new LinkedHashMap<>();

    public ToyProgram() {
        ByteBuffer bytes = ByteBuffer.allocate(4096);
        try (InputStream in = ToyProgram.class.getResourceAsStream("/toy.lst");
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            String line;
            while ((line = reader.readLine()) != null) {
                if (line.endsWith(">:")) {
                    String name = line.substring(line.indexOf('<') + 1, line.indexOf('>'));
                    symbols.put(name, Integer.parseInt(line.substring(0, 16), 16));
                } else {
                    for (String digits : line.split("\t", -1)[1].trim().split(" ", -1)) {
                        bytes.put((byte) Integer.parseInt(digits, 16));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        code = new byte[bytes.position()];
        bytes.flip().get(code);
    }

    public byte[] code() {
        return code.clone();
    }

    /** Address of a symbol. */
    public int at(String symbol) {
        return symbols.get(symbol);
    }

    /** Writes an ELF executable with these bytes and symbols, so that gdb knows the names. */
    public void writeElf(Path file) throws IOException {
        StringBuilder names = new StringBuilder("\0");
        ByteBuffer table =
                ByteBuffer.allocate(24 * (symbols.size() + 1)).order(ByteOrder.LITTLE_ENDIAN);
        table.position(24);
        Integer[] addresses = symbols.values().toArray(new Integer[0]);
        int next = 1;
        for (Map.Entry<String, Integer> symbol : symbols.entrySet()) {
            int end = next < addresses.length ? addresses[next] : BASE + code.length;
            next++;
            table.putInt(names.length()).put((byte) 0x12).put((byte) 0).putShort((short) 1);
            table.putLong(symbol.getValue()).putLong(end - symbol.getValue());
            names.append(symbol.getKey()).append('\0');
        }
        byte[] strings = names.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] sectionNames = "\0.text\0.symtab\0.strtab\0".getBytes(StandardCharsets.US_ASCII);
        int textAt = 0x1000;
        int tableAt = textAt + code.length;
        int stringsAt = tableAt + table.capacity();
        int namesAt = stringsAt + strings.length;
        int sectionsAt = (namesAt + sectionNames.length + 7) & ~7;
        ByteBuffer elf = ByteBuffer.allocate(sectionsAt + 5 * 64).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        elf.putShort((short) 2)
                .putShort((short) 62)
                .putInt(1)
                .putLong(BASE)
                .putLong(64)
                .putLong(sectionsAt);
        elf.putInt(0).putShort((short) 64).putShort((short) 56).putShort((short) 1);
        elf.putShort((short) 64).putShort((short) 5).putShort((short) 4);
        elf.putInt(1).putInt(5).putLong(textAt).putLong(BASE).putLong(BASE);
        elf.putLong(code.length).putLong(code.length).putLong(0x1000);
        elf.position(textAt).put(code).put(table.array()).put(strings).put(sectionNames);
        elf.position(sectionsAt + 64);
        section(elf, 1, 1, 6, BASE, textAt, code.length, 0, 0, 0);
        section(elf, 7, 2, 0, 0, tableAt, table.capacity(), 3, 1, 24);
        section(elf, 15, 3, 0, 0, stringsAt, strings.length, 0, 0, 0);
        section(elf, 1, 3, 0, 0, namesAt, sectionNames.length, 0, 0, 0);
        Files.write(file, elf.array());
    }

    private static void section(
            ByteBuffer elf,
            int name,
            int type,
            long flags,
            long address,
            long offset,
            long size,
            int link,
            int info,
            long entry) {
        elf.putInt(name).putInt(type).putLong(flags).putLong(address).putLong(offset).putLong(size);
        elf.putInt(link).putInt(info).putLong(1).putLong(entry);
    }
}
