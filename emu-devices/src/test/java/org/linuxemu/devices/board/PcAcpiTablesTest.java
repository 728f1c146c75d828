package org.linuxemu.devices.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linuxemu.core.memory.AddressSpace;
import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.devices.boot.E820Map;

/** Walks the tables as a guest does. Section numbers are those of ACPI specification 6.4. */
class PcAcpiTablesTest {
    private final PhysicalMemory ram = new PhysicalMemory(2 << 20, 2 << 20);
    private final AddressSpace memory = new AddressSpace(ram);

    @BeforeEach
    void store() {
        PcAcpiTables.store(ram, true);
    }

    private long get(long address, int size) {
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | memory.peekByte(address + i);
        }
        return value;
    }

    private String text(long address, int length) {
        byte[] bytes = bytes(address, length);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private byte[] bytes(long address, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) memory.peekByte(address + i);
        }
        return bytes;
    }

    private void assertChecksum(long address, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += memory.peekByte(address + i);
        }
        assertThat(sum & 0xFF).as("checksum of " + text(address, 4)).isZero();
    }

    /** What a guest finds by searching, as 5.2.5.1 says. */
    private long rsdp() {
        for (long at = 0xE0000; at < 0x100000; at += 16) {
            if (text(at, 8).equals("RSD PTR ")) {
                return at;
            }
        }
        throw new AssertionError("no RSDP");
    }

    /** Tables by signature, from RSDT or XSDT, with the DSDT; each checksum is checked. */
    private Map<String, Long> tables(boolean extended) {
        long root = extended ? get(rsdp() + 24, 8) : get(rsdp() + 16, 4);
        assertThat(text(root, 4)).isEqualTo(extended ? "XSDT" : "RSDT");
        int length = (int) get(root + 4, 4);
        assertChecksum(root, length);
        int size = extended ? 8 : 4;
        Map<String, Long> found = new LinkedHashMap<>();
        for (int at = 36; at < length; at += size) {
            long table = get(root + at, size);
            found.put(text(table, 4), table);
        }
        found.put("DSDT", get(found.get("FACP") + 40, 4));
        for (long table : found.values()) {
            assertChecksum(table, (int) get(table + 4, 4));
        }
        return found;
    }

    @Test
    void rootPointerIsFoundBySearching() {
        long rsdp = rsdp();
        assertThat(rsdp).isEqualTo(PcMemoryLayout.acpiRsdp(ram));
        assertChecksum(rsdp, 20);
        assertChecksum(rsdp, 36);
        assertThat(get(rsdp + 15, 1)).as("revision").isEqualTo(2);
    }

    @Test
    void bothRootTablesNameTheSameTables() {
        assertThat(tables(true))
                .isEqualTo(tables(false))
                .containsOnlyKeys("FACP", "HPET", "APIC", "DSDT");
    }

    @Test
    void withoutApicThereIsNoMadt() {
        PcAcpiTables.store(ram, false);
        assertThat(tables(true)).isEqualTo(tables(false)).containsOnlyKeys("FACP", "HPET", "DSDT");
        assertThat(devices()).doesNotContainKey("CPU0");
    }

    @Test
    void memoryMapKeepsTheGuestOffTheTables() {
        E820Map map = PcMemoryLayout.e820(ram);
        List<String> entries = new ArrayList<>();
        for (int i = 0; i < map.count(); i++) {
            entries.add(
                    Long.toHexString(map.start(i))
                            + "+"
                            + Long.toHexString(map.length(i))
                            + "="
                            + map.type(i));
        }
        assertThat(entries).contains("e0000+f000=3", "ef000+1000=4");
        for (long table : tables(true).values()) {
            assertThat(table + get(table + 4, 4)).isBetween(0xE0000L, 0xEF000L);
        }
    }

    @Test
    void machineWithoutAcpiHasNothingToFind() {
        PhysicalMemory bare = new PhysicalMemory(2 << 20, 2 << 20);
        assertThat(PcMemoryLayout.acpiRsdp(bare)).isZero();
        assertThat(PcMemoryLayout.e820(bare).count())
                .isEqualTo(PcMemoryLayout.e820(ram).count() - 2);
    }

    @Test
    void fadtDescribesTheFixedHardware() {
        long fadt = tables(true).get("FACP");
        assertThat(get(fadt + 4, 4)).as("length").isEqualTo(276);
        long facs = get(fadt + 36, 4);
        assertThat(text(facs, 4)).isEqualTo("FACS");
        assertThat(get(facs + 4, 4)).isEqualTo(64);
        assertThat(facs % 64).isZero();
        assertThat(get(fadt + 46, 2)).as("SCI").isEqualTo(9);
        assertThat(get(fadt + 48, 4)).as("no SMI command port").isZero();
        // Each register block in its old and in its generic form: space 1, width, address.
        assertRegister(fadt, 56, 88, 148, 0x600, 4);
        assertRegister(fadt, 64, 89, 172, 0x604, 2);
        assertRegister(fadt, 76, 91, 208, 0x608, 4);
        for (int absent : new int[] {60, 68, 72, 80, 84}) {
            assertThat(get(fadt + absent, 4)).as("block at " + absent).isZero();
        }
        long flags = get(fadt + 112, 4);
        assertThat(flags >> 8 & 1).as("TMR_VAL_EXT").isEqualTo(1);
        assertThat(flags >> 10 & 1).as("RESET_REG_SUP").isEqualTo(1);
        assertThat(flags >> 4 & 1).as("a fixed power button").isZero();
        assertThat(get(fadt + 116, 4)).as("reset register").isEqualTo(0x0801);
        assertThat(get(fadt + 120, 8)).isEqualTo(0xCF9);
        assertThat(get(fadt + 128, 1)).isEqualTo(6);
        assertThat(get(fadt + 108, 1)).as("century").isEqualTo(0x32);
        assertThat(get(fadt + 140, 8)).as("X_DSDT").isEqualTo(get(fadt + 40, 4));
    }

    private void assertRegister(long fadt, int old, int length, int generic, int port, int bytes) {
        assertThat(get(fadt + old, 4)).isEqualTo(port);
        assertThat(get(fadt + length, 1)).isEqualTo(bytes);
        assertThat(get(fadt + generic, 1)).as("system I/O").isEqualTo(1);
        assertThat(get(fadt + generic + 1, 1)).isEqualTo(8 * bytes);
        assertThat(get(fadt + generic + 4, 8)).isEqualTo(port);
    }

    @Test
    void madtDescribesTheInterruptControllers() {
        long madt = tables(true).get("APIC");
        assertThat(get(madt + 36, 4)).isEqualTo(0xFEE00000L);
        assertThat(get(madt + 40, 4)).as("PCAT_COMPAT").isEqualTo(1);
        List<String> entries = new ArrayList<>();
        int end = (int) get(madt + 4, 4);
        for (int at = 44; at < end; at += (int) get(madt + at + 1, 1)) {
            StringBuilder b = new StringBuilder();
            for (byte value : bytes(madt + at, (int) get(madt + at + 1, 1))) {
                b.append(String.format("%02x", value));
            }
            entries.add(b.toString());
        }
        assertThat(entries)
                .containsExactly(
                        "0008" + "00" + "00" + "01000000",
                        "010c" + "00" + "00" + "0000c0fe" + "00000000",
                        "020a" + "00" + "00" + "02000000" + "0000",
                        "020a" + "00" + "09" + "09000000" + "0d00",
                        "0406" + "ff" + "0000" + "01");
    }

    @Test
    void hpetTableSaysWhatTheHardwareSays() {
        long hpet = tables(true).get("HPET");
        assertThat(get(hpet + 36, 4)).isEqualTo(0x8086A201L);
        assertThat(get(hpet + 44, 8)).isEqualTo(0xFED00000L);
        assertThat(get(hpet + 4, 4)).isEqualTo(56);
    }

    /** The DSDT's devices with their identifiers. */
    private Map<String, String> devices() {
        long dsdt = tables(true).get("DSDT");
        Map<String, String> found = new LinkedHashMap<>();
        walk(dsdt + 36, dsdt + get(dsdt + 4, 4), "", found);
        return found;
    }

    private long position;

    /** A reader of the AML that the tables use; it must come out exactly at the end. */
    private void walk(long start, long end, String device, Map<String, String> found) {
        position = start;
        while (position < end) {
            int op = (int) get(position++, 1);
            if (op == 0x5B) {
                assertThat(get(position++, 1)).as("extended opcode").isEqualTo(0x82);
                long limit = lengthFrom();
                String name = text(position, 4);
                walk(position + 4, limit, name, found);
            } else if (op == 0x10) {
                long limit = lengthFrom();
                assertThat(text(position, 5)).isEqualTo("\\_SB_");
                walk(position + 5, limit, "", found);
            } else {
                assertThat(op).as("NameOp").isEqualTo(0x08);
                String name = text(position, 4);
                position += 4;
                String value = value();
                if (!name.equals("_UID")) {
                    found.merge(device.isEmpty() ? name : device, value, (a, b) -> a + " " + b);
                }
            }
        }
        assertThat(position).as("end of " + device).isEqualTo(end);
    }

    private long lengthFrom() {
        long start = position;
        int lead = (int) get(position++, 1);
        long length = lead >> 6 == 0 ? lead : lead & 0xF;
        for (int i = 0; i < lead >> 6; i++) {
            length |= get(position++, 1) << (4 + 8 * i);
        }
        return start + length;
    }

    private String value() {
        int op = (int) get(position++, 1);
        switch (op) {
            case 0:
            case 1:
                return Integer.toString(op);
            case 0x0A:
                return Long.toString(get(position++, 1));
            case 0x0C:
                position += 4;
                return Long.toHexString(get(position - 4, 4));
            case 0x0D:
                {
                    long start = position;
                    while (get(position++, 1) != 0) {}
                    return text(start, (int) (position - start - 1));
                }
            case 0x11:
                {
                    long limit = lengthFrom();
                    String size = value();
                    assertThat(position + Integer.parseInt(size)).isEqualTo(limit);
                    String resources = resources(limit);
                    position = limit;
                    return resources;
                }
            case 0x12:
                {
                    long limit = lengthFrom();
                    int count = (int) get(position++, 1);
                    StringBuilder b = new StringBuilder();
                    for (int i = 0; i < count; i++) {
                        b.append(i == 0 ? "" : ",").append(value());
                    }
                    assertThat(position).isEqualTo(limit);
                    return b.toString();
                }
            default:
                throw new AssertionError("opcode " + Integer.toHexString(op));
        }
    }

    private String resources(long end) {
        StringBuilder b = new StringBuilder();
        while (true) {
            switch ((int) get(position, 1)) {
                case 0x47:
                    b.append(String.format("%x+%x ", get(position + 2, 2), get(position + 7, 1)));
                    position += 8;
                    break;
                case 0x22:
                    b.append("irq")
                            .append(Long.numberOfTrailingZeros(get(position + 1, 2)))
                            .append(' ');
                    position += 3;
                    break;
                case 0x86:
                    b.append(
                            String.format(
                                    "mem %x+%x ", get(position + 4, 4), get(position + 8, 4)));
                    position += 12;
                    break;
                default:
                    assertThat(get(position, 2)).as("end tag").isEqualTo(0x79);
                    assertThat(position + 2).isEqualTo(end);
                    return b.toString().trim();
            }
        }
    }

    @Test
    void dsdtListsTheBoard() {
        assertThat(devices())
                .containsEntry("_S5_", "5,5,0,0")
                .containsEntry("CPU0", "ACPI0007")
                .containsEntry("RTC_", "bd041 70+2 irq8")
                .containsEntry("KBD_", "303d041 60+1 64+1 irq1")
                .containsEntry("COM1", "105d041 3f8+8 irq4")
                .containsEntry("COM2", "105d041 2f8+8 irq3")
                .containsEntry("COM3", "105d041 3e8+8 irq4")
                .containsEntry("COM4", "105d041 2e8+8 irq3")
                .containsEntry("HPET", "301d041 mem fed00000+400")
                .containsKeys("PIC_", "TMR_", "SPKR", "MBRD");
    }

    /** The specification's reference compiler must read every table and find nothing wrong. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void iaslReadsTheTables(boolean apic, @TempDir Path directory) throws Exception {
        assumeThat(isInstalled("iasl"))
                .as("iasl (Debian package acpica-tools) is installed")
                .isTrue();
        PcAcpiTables.store(ram, apic);
        for (Map.Entry<String, Long> table : tables(true).entrySet()) {
            String name = table.getKey();
            Path file = directory.resolve(name + ".aml");
            Files.write(file, bytes(table.getValue(), (int) get(table.getValue() + 4, 4)));
            assertThat(run(directory, "iasl", "-d", file.toString()))
                    .as(name)
                    .doesNotContainIgnoringCase("error")
                    .doesNotContainIgnoringCase("warning")
                    .doesNotContainIgnoringCase("invalid");
        }
        String compiled =
                run(
                        directory,
                        "iasl",
                        "-p",
                        directory.resolve("again").toString(),
                        directory.resolve("DSDT.dsl").toString());
        assertThat(compiled).contains("Compilation successful. 0 Errors, 0 Warnings");
    }

    private static boolean isInstalled(String program) {
        for (String directory :
                System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    private static String run(Path directory, String... command)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(String.join(" ", command) + "\n" + output).isZero();
        return output;
    }
}
