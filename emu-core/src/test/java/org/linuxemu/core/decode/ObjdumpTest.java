package org.linuxemu.core.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Compares length and text of every instruction of programs with objdump. What objdump prints
 * although the processor raises #UD, and extensions that no model has, must be {@code (bad)}.
 * System properties:
 *
 * <ul>
 *   <li>{@code decode.files}: programs, separated by colons, instead of a few of the host
 * </ul>
 */
class ObjdumpTest {
    private static final int SHOWN = 40;
    private static final int SHOWN_PER_NAME = 3;
    private static final String USUAL =
            "/bin/bash:/bin/busybox:/usr/lib/x86_64-linux-gnu/libc.so.6"
                    + ":/usr/lib/x86_64-linux-gnu/libcrypto.so.3";

    private final Disassembler disassembler = new Disassembler();
    private final Map<String, Integer> byName = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();
    private long instructions;
    private long differences;
    private long others;
    private long undefined;

    @Test
    void programsOfTheHostReadAsObjdumpReadsThem() throws Exception {
        Assumptions.assumeTrue(Objdump.isInstalled(), "objdump is not installed");
        for (String name : System.getProperty("decode.files", USUAL).split(":")) {
            if (Files.isReadable(Path.of(name))) {
                Objdump.program(Path.of(name), line -> compare(line, 8));
                System.out.println("decode: " + name + ": " + summary());
            }
        }
        assertThat(failures).isEmpty();
        assertThat(instructions).as("instructions read").isPositive();
    }

    private String summary() {
        return instructions
                + " instructions so far, "
                + others
                + " of extensions that are not modelled, "
                + undefined
                + " undefined, "
                + differences
                + " differences "
                + byName;
    }

    private void compare(ObjdumpLine line, int codeSize) {
        instructions++;
        if (line.isWaitAndMore()) {
            line.length = 1;
            line.text = "fwait";
        }
        StringBuilder text = new StringBuilder();
        int length =
                disassembler.disassemble(line.bytes, 0, line.length, line.address, codeSize, text);
        boolean bad = text.toString().endsWith("(bad)");
        if (line.isNotModelled()) {
            others++;
            if (bad) {
                return;
            }
        } else if (line.isOnlyPrefixes() || (bad && line.isUndefined())) {
            undefined++;
            return;
        } else if (length == line.length && (line.text.contentEquals(text) || line.isOddText())) {
            return;
        }
        differences++;
        String name = line.name();
        int already = byName.merge(name, 1, Integer::sum);
        if (already <= SHOWN_PER_NAME && failures.size() < SHOWN) {
            failures.add(
                    line.hex()
                            + ": objdump "
                            + line.length
                            + " "
                            + line.text
                            + ", got "
                            + length
                            + " "
                            + text);
        }
    }
}
