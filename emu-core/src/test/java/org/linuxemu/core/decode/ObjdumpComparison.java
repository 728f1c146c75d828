package org.linuxemu.core.decode;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Compares lines of objdump with the decoder or the disassembler, and counts. */
final class ObjdumpComparison {
    private static final int SHOWN = 60;
    private static final int SHOWN_PER_NAME = 3;

    private final InstructionDecoder decoder = new InstructionDecoder();
    private final Disassembler disassembler = new Disassembler();
    private final Map<String, Integer> byName = new TreeMap<>();
    private final Map<String, Long> reasons = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();
    private long instructions;
    private long differences;
    private long missed;
    private BitSet starts = new BitSet();

    /** What differs without a reason, a few of each instruction. */
    List<String> failures() {
        return failures;
    }

    long instructions() {
        return instructions;
    }

    /** Where instructions of the next bytes begin. */
    void expect(BitSet at) {
        starts = at;
    }

    /** How many of them objdump did not see, because it was behind in bytes before. */
    long missed() {
        return missed;
    }

    String summary() {
        return instructions
                + " instructions, "
                + missed
                + " missed, "
                + differences
                + " differences "
                + byName
                + "; with reasons "
                + reasons;
    }

    /**
     * Disassembles a byte string.
     *
     * @param codeSize 2, 4 or 8
     * @param text whether the text must be the same, too
     */
    void compare(byte[] code, int codeSize, boolean text) throws Exception {
        Objdump.bytes(
                code,
                codeSize,
                line -> {
                    // The last instruction might be cut.
                    starts.clear((int) line.address);
                    if (line.address < code.length - InstructionDecoder.MAX_LENGTH) {
                        compare(line, code, codeSize, text);
                    }
                });
        missed += starts.cardinality();
        starts.clear();
    }

    private void compare(ObjdumpLine line, byte[] code, int codeSize, boolean text) {
        instructions++;
        if (line.isWaitAndMore()) {
            line.length = 1;
            line.text = "fwait";
        }
        Instruction i = new Instruction();
        int at = (int) line.address;
        int length = decoder.decode(code, at, code.length, codeSize, i);
        boolean bad = length < 0 || i.entry == null;
        StringBuilder own = new StringBuilder();
        String reason;
        if (bad) {
            reason = ObjdumpDifferences.undefined(line, codeSize);
        } else if (length != line.length) {
            reason = ObjdumpDifferences.length(line, i, codeSize);
        } else if (text) {
            disassembler.disassemble(code, at, code.length, at, codeSize, own);
            if (line.text.contentEquals(own)) {
                return;
            }
            reason = ObjdumpDifferences.text(line, i);
        } else {
            return;
        }
        if (reason != null) {
            reasons.merge(reason, 1L, Long::sum);
            return;
        }
        differences++;
        String name = codeSize * 8 + " " + (bad ? "only objdump: " : "") + line.mnemonic();
        int already = byName.merge(name, 1, Integer::sum);
        if (already <= SHOWN_PER_NAME && failures.size() < SHOWN) {
            failures.add(
                    codeSize * 8
                            + "-bit "
                            + line.hex()
                            + ": objdump "
                            + line.length
                            + " "
                            + line.text
                            + ", got "
                            + length
                            + " "
                            + (bad ? "(bad)" : own.length() > 0 ? own : i.mnemonic));
        }
    }
}
