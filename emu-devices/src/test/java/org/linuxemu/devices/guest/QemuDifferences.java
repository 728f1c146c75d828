package org.linuxemu.devices.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where QEMU 7.2 (TCG) does other than the SDM says: a file for each image, with a comment that
 * tells the reason, the line as it must be behind a minus, and what QEMU prints in its place behind
 * a plus. And what holds for all images.
 */
final class QemuDifferences {
    private static final Pattern GATE_ERROR = Pattern.compile("#(GP|NP)\\(([0-9a-f]+)\\)");

    private final Map<String, List<String>> instead = new HashMap<>();

    QemuDifferences(Path file) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        List<String> current = null;
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("-")) {
                current = new ArrayList<>();
                instead.put(line.substring(1), current);
            } else if (line.startsWith("+")) {
                current.add(line.substring(1));
            }
        }
    }

    /** What QEMU prints where the emulator prints these lines. */
    List<String> inQemu(List<String> lines, int bits) {
        List<String> result = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("end ")) {
                continue; // said by the emulator, not by the image
            }
            List<String> replaced = instead.get(line);
            if (replaced == null) {
                result.add(general(line, bits));
            } else {
                result.addAll(replaced);
            }
        }
        return result;
    }

    private static String general(String line, int bits) {
        // Reserved bits are found in present entries only (SDM Vol. 3, 4.7), but QEMU leaves P out
        // of the error code.
        if (line.matches(".* bit [0-9a-f]+: 9")) {
            return line.replace(": 9", ": 8");
        }
        // The error code of a gate is its vector, times 8, the IDT bit and the EXT bit (SDM Vol. 3,
        // 6.13); in long mode QEMU multiplies by 16, and never sets EXT.
        Matcher gate = GATE_ERROR.matcher(line);
        if (bits == 64 && gate.find()) {
            int error = Integer.parseInt(gate.group(2), 16);
            if ((error & 2) != 0) {
                String changed = Integer.toHexString(error >> 3 << 4 | 2);
                return withoutResume(
                        line.substring(0, gate.start(2)) + changed + line.substring(gate.end(2)));
            }
        }
        return withoutResume(line);
    }

    /** A line of QEMU's without what it always does wrong. */
    static String correct(String line) {
        // An access that faults uses no page, so it sets no accessed bit (SDM Vol. 3, 4.8); QEMU
        // sets it in entries of 1 GiB.
        String result = line.startsWith("1G ") ? line.replaceAll(" (1?[0-7])a", " $1") : line;
        return withoutResume(result);
    }

    /**
     * A line without the RF bit of the flags that a fault has pushed (SDM Vol. 3, 17.3.1.1): QEMU
     * pushes them without it.
     */
    private static String withoutResume(String line) {
        return line.replace(" RF", "");
    }
}
