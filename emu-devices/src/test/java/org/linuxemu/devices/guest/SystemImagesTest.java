package org.linuxemu.devices.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What only a kernel can try: images of src/test/guest print what happens in each case, interpreted
 * and translated. It must be what the manual says, which is written down beside the images, and it
 * is compared with QEMU.
 */
class SystemImagesTest {
    private static final int PAGING_CASES_64 = 3 * 8 * 32 * 32;
    private static final int PAGING_CASES_32 = (4 * 16 + 16 + 8 * 32 + 32) * 16;

    @TempDir static Path directory;

    @ParameterizedTest
    @CsvSource({
        "tlb, 64",
        "access, 64",
        "events, 64",
        "debug, 64",
        "returns, 64",
        "code, 64",
        "legacy, 32"
    })
    void doesWhatTheManualSays(String name, int bits) throws Exception {
        GuestImage image = GuestImage.build(name, bits, directory);
        for (GuestImage.Tier tier : tiers(bits)) {
            assertSame(tier.name(), image.emulate(tier, ""), expected(name, bits));
        }
        compareWithQemu(image, name, bits, expected(name, bits));
    }

    /** A double fault that cannot be delivered ends the machine; one that can does not. */
    @ParameterizedTest
    @CsvSource({
        "0, RESET",
        "1, TRIPLE_FAULT",
        "2, TRIPLE_FAULT",
        "3, TRIPLE_FAULT",
        "4, TRIPLE_FAULT",
        "5, DEBUG_EXIT"
    })
    void tripleFaultsEndTheMachine(String number, String end) throws Exception {
        GuestImage image = GuestImage.build("triple", 64, directory);
        List<String> printed = new ArrayList<>(List.of("case " + number));
        if (end.equals("DEBUG_EXIT")) {
            printed.add("it goes on: #DF(0) +0");
        }
        List<String> whole = new ArrayList<>(printed);
        whole.add("end " + end);
        for (GuestImage.Tier tier : tiers(64)) {
            assertThat(image.emulate(tier, number)).isEqualTo(whole);
        }
        if (GuestImage.isInstalled("qemu-system-x86_64")) {
            assertThat(image.qemu(directory, number)).isEqualTo(printed);
        }
    }

    @Test
    void everyCombinationOfPermissionsIn64BitMode() throws Exception {
        paging(64, PAGING_CASES_64);
    }

    @Test
    void everyCombinationOfPermissionsIn32BitMode() throws Exception {
        paging(32, PAGING_CASES_32);
    }

    private static void paging(int bits, int cases) throws Exception {
        GuestImage image = GuestImage.build("paging", bits, directory);
        List<String> lines = null;
        for (GuestImage.Tier tier : tiers(bits)) {
            lines = image.emulate(tier, "");
            int covered = 0;
            List<String> others = new ArrayList<>();
            for (String line : lines) {
                if (PagingModel.covers(line)) {
                    assertThat(line).as("%s", tier).isEqualTo(PagingModel.expected(line));
                    covered++;
                } else {
                    others.add(line);
                }
            }
            assertThat(covered).isEqualTo(cases);
            assertSame(tier.name(), others, expected("paging", bits));
        }
        compareWithQemu(image, "paging", bits, lines);
    }

    /** Only code of 64-bit mode is ever translated. */
    private static List<GuestImage.Tier> tiers(int bits) {
        return bits == 64
                ? List.of(GuestImage.Tier.INTERPRETER, GuestImage.Tier.EAGER)
                : List.of(GuestImage.Tier.INTERPRETER);
    }

    private static List<String> expected(String name, int bits) throws Exception {
        return Files.readAllLines(GuestImage.SOURCES.resolve(name + bits + ".txt"));
    }

    private static void compareWithQemu(GuestImage image, String name, int bits, List<String> lines)
            throws Exception {
        if (!GuestImage.isInstalled("qemu-system-x86_64")) {
            System.out.println(name + bits + " is not compared with QEMU, which is not installed");
            return;
        }
        QemuDifferences differences =
                new QemuDifferences(GuestImage.SOURCES.resolve(name + bits + ".qemu"));
        List<String> qemu = new ArrayList<>();
        for (String line : image.qemu(directory, "")) {
            qemu.add(QemuDifferences.correct(line));
        }
        assertSame("QEMU", qemu, differences.inQemu(lines, bits));
    }

    /** Fails with the first line that differs. */
    private static void assertSame(String who, List<String> lines, List<String> expected) {
        for (int i = 0; i < Math.min(lines.size(), expected.size()); i++) {
            assertThat(lines.get(i)).as("%s, line %s", who, i + 1).isEqualTo(expected.get(i));
        }
        assertThat(lines).as(who).hasSameSizeAs(expected);
    }
}
