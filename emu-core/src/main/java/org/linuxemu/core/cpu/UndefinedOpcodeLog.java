package org.linuxemu.core.cpu;

import java.util.Arrays;
import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.slf4j.LoggerFactory;

/**
 * One log line for each encoding that this processor does not know, where the guest first executes
 * it: the guest sees #UD, and the user sees why. UD0, UD1 and UD2 are meant to raise #UD and are
 * not reported.
 */
final class UndefinedOpcodeLog {
    /** So many different encodings are told apart; a guest that executes garbage says no more. */
    private static final int LIMIT = 32;

    private static final int SHOWN = 15;
    private static final int COMPARED = 4;

    private final byte[] bytes = new byte[SHOWN];
    private final byte[][] seen = new byte[LIMIT][];
    private int count;

    /** Tells of an instruction that raised #UD at a linear address; {@code i} may be null. */
    void report(Instruction i, MemoryAccess memory, long linear) {
        if (i == null || i.mnemonic != Mnemonic.INVALID || count == LIMIT) {
            return;
        }
        int length = memory.read(linear, bytes, 0, SHOWN);
        byte[] start = Arrays.copyOf(bytes, Math.min(length, COMPARED));
        for (int k = 0; k < count; k++) {
            if (Arrays.equals(seen[k], start)) {
                return;
            }
        }
        seen[count++] = start;
        StringBuilder text = new StringBuilder();
        for (int k = 0; k < length; k++) {
            text.append(k == 0 ? "" : " ");
            text.append(Character.forDigit(bytes[k] >> 4 & 15, 16))
                    .append(Character.forDigit(bytes[k] & 15, 16));
        }
        LoggerFactory.getLogger("guest.unimp")
                .warn(
                        "no such instruction here, raises #UD in the guest: {} at rip=0x{}",
                        text,
                        Long.toHexString(linear));
    }
}
