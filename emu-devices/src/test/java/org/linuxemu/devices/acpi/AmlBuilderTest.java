package org.linuxemu.devices.acpi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Expected bytes are those of the encodings in ACPI specification 6.4, chapters 6 and 20. */
class AmlBuilderTest {
    private final AmlBuilder aml = new AmlBuilder();

    private String bytes() {
        StringBuilder b = new StringBuilder();
        for (int i = 0; i < aml.size(); i++) {
            b.append(String.format(i == 0 ? "%02x" : " %02x", aml.bytes[i]));
        }
        return b.toString();
    }

    @Test
    void integersTakeTheShortestForm() {
        aml.name("AAAA", 0).name("BBBB", 1).name("CCCC", 2).name("DDDD", 0x1234).name("EEEE", -2);
        assertThat(bytes())
                .isEqualTo(
                        "08 41 41 41 41 00 08 42 42 42 42 01 08 43 43 43 43 0a 02"
                                + " 08 44 44 44 44 0b 34 12 08 45 45 45 45 0c fe ff ff ff");
    }

    @Test
    void hardwareIdIsCompressed() {
        assertThat(AmlBuilder.eisaId("PNP0303")).isEqualTo(0x0303D041);
        assertThat(AmlBuilder.eisaId("PNP0C02")).isEqualTo(0x020CD041);
    }

    @Test
    void packageHoldsItsLengthAndCount() {
        aml.namePackage("_S5_", 5, 5, 0, 0);
        assertThat(bytes()).isEqualTo("08 5f 53 35 5f 12 08 04 0a 05 0a 05 00 00");
    }

    @Test
    void resourcesAreABufferWithAnEndTag() {
        aml.beginResources().ports(0x3F8, 8).irq(4).endResources();
        assertThat(bytes())
                .isEqualTo(
                        "08 5f 43 52 53 11 10 0a 0d" + " 47 01 f8 03 f8 03 01 08 22 10 00 79 00");
    }

    @Test
    void memoryIsAFixedRange() {
        aml.beginResources().memory(0xFED00000L, 0x400, false).endResources();
        assertThat(bytes())
                .isEqualTo(
                        "08 5f 43 52 53 11 11 0a 0e"
                                + " 86 09 00 00 00 00 d0 fe 00 04 00 00 79 00");
    }

    @Test
    void lengthCountsItselfInAllItsForms() {
        aml.beginScope("\\_SB_").end();
        assertThat(bytes()).isEqualTo("10 06 5c 5f 53 42 5f");
        // One byte holds up to 63, two up to 4095, three up to 2^20 - 1.
        assertThat(lengthOf(58)).isEqualTo("3f");
        assertThat(lengthOf(59)).isEqualTo("41 04");
        assertThat(lengthOf(4089)).isEqualTo("4f ff");
        assertThat(lengthOf(4090)).isEqualTo("81 00 01");
    }

    /** The length bytes of a device with {@code content} bytes behind its name. */
    private static String lengthOf(int content) {
        AmlBuilder a = new AmlBuilder();
        a.beginDevice("DEV0");
        a.append(new byte[content], content);
        a.end();
        StringBuilder b = new StringBuilder();
        int length = a.size() - 2 - 4 - content;
        for (int i = 0; i < length; i++) {
            b.append(String.format(i == 0 ? "%02x" : " %02x", a.bytes[2 + i]));
        }
        return b.toString();
    }

    @Test
    void largeResourcesHaveATwoByteSize() {
        aml.beginResources();
        for (int i = 0; i < 40; i++) {
            aml.ports(i, 1);
        }
        aml.endResources();
        assertThat(bytes()).startsWith("08 5f 43 52 53 11 47 14 0b 42 01 47 01");
        assertThat(aml.size()).isEqualTo(5 + 1 + 2 + 3 + 40 * 8 + 2);
    }
}
