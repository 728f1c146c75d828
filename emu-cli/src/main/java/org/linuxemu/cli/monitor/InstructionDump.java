package org.linuxemu.cli.monitor;

import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.decode.Disassembler;
import org.linuxemu.core.decode.InstructionDecoder;

/** The {@code x /i} command: instructions, one on a line, in AT&amp;T syntax. */
final class InstructionDump {
    private InstructionDump() {}

    /**
     * Prints. Machine thread only.
     *
     * @param codeSize 2, 4 or 8: how the bytes are to be read
     */
    static void print(
            long address,
            int count,
            boolean physical,
            int codeSize,
            MemoryAccess memory,
            DebugOutput output)
            throws MonitorException {
        Disassembler disassembler = new Disassembler();
        byte[] bytes = new byte[InstructionDecoder.MAX_LENGTH];
        long at = address;
        for (int i = 0; i < count && !output.cancelled(); i++) {
            int n =
                    physical
                            ? memory.readPhysical(at, bytes, 0, bytes.length)
                            : memory.read(at, bytes, 0, bytes.length);
            if (n == 0) {
                throw new MonitorException("cannot read memory at 0x" + Long.toHexString(at));
            }
            StringBuilder line = new StringBuilder();
            Hex.append(line, at, 16).append(": ");
            at += disassembler.disassemble(bytes, 0, n, at, codeSize, line);
            output.println(line.toString());
        }
    }
}
