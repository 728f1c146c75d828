package org.linuxemu.core.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.linuxemu.core.oracle.Draw;
import org.linuxemu.core.oracle.RandomBytes;

/**
 * Bytes in 16-bit, 32-bit and 64-bit code, read as objdump reads them. This reaches what the
 * hardware oracle cannot execute: privileged and system instructions, far branches, 16-bit code.
 * {@link ObjdumpDifferences} says where objdump is not the measure. System properties:
 *
 * <ul>
 *   <li>{@code decode.bytes}: how many strings, of all three modes together (default 150,000)
 *   <li>{@code decode.seed}: which
 *   <li>{@code decode.raw}: files to read as 16-bit and 32-bit code, separated by colons
 * </ul>
 */
class ObjdumpBytesTest {
    private static final int BATCH = 50_000;
    private static final int[] CODE_SIZES = {8, 4, 2};
    private static final int[] PREFIXES = {0, 0x66, 0xF2, 0xF3, 0x67, 0x64, 0x48};
    private static final int[][] MAPS = {{}, {0x0F}, {0x0F, 0x38}, {0x0F, 0x3A}};

    /** All addresses have 16 bits: objdump does not cut branches with 66 as the processor does. */
    private static final int MAX_PIECE = 40_000;

    /** Behind bytes without an instruction, so that objdump does not take the next for its rest. */
    private static final int NOPS = 11;

    /** So many bytes of a program of the host. */
    private static final int USUAL_LENGTH = 400_000;

    private final long seed = Long.getLong("decode.seed", 1);
    private final InstructionDecoder decoder = new InstructionDecoder();
    private final ObjdumpComparison comparison = new ObjdumpComparison();

    private byte[] bytes = new byte[1 << 20];
    private int end;
    private BitSet starts = new BitSet();

    @BeforeAll
    static void objdumpIsInstalled() throws Exception {
        Assumptions.assumeTrue(Objdump.isInstalled(), "objdump is not installed");
    }

    /** The same length, or undefined for both. */
    @Test
    void randomBytesHaveTheLengthThatObjdumpSees() throws Exception {
        long total = Long.getLong("decode.bytes", 150_000);
        for (long first = 0; first < total; first += BATCH) {
            int codeSize = CODE_SIZES[(int) (first / BATCH % 3)];
            int n = (int) Math.min(BATCH, total - first);
            for (long k = first; k < first + n; k++) {
                put(RandomBytes.draw(Draw.of(seed, k)), 15, codeSize);
            }
            comparison.compare(take(), codeSize, false);
        }
        System.out.println(
                "decode: "
                        + total
                        + " random byte strings, seed "
                        + seed
                        + ": "
                        + comparison.summary());
        assertThat(comparison.failures()).isEmpty();
        assertThat(comparison.instructions()).isGreaterThan(total / 2);
    }

    /** Length and text of each opcode without and with a prefix, for each ModRM.reg. */
    @Test
    void everyOpcodeReadsAsObjdumpReadsIt() throws Exception {
        for (int codeSize : CODE_SIZES) {
            for (int prefix : PREFIXES) {
                for (int map = 0; map < MAPS.length; map++) {
                    putOpcodes(prefix, map, codeSize);
                }
            }
            comparison.compare(take(), codeSize, true);
        }
        System.out.println("decode: every opcode: " + comparison.summary());
        assertThat(comparison.failures()).isEmpty();
        // Behind what objdump takes for shorter or longer.
        assertThat(comparison.missed()).as("strings that objdump did not begin").isLessThan(300);
        assertThat(comparison.instructions()).isGreaterThan(100_000);
    }

    /** Length and text of each VEX opcode with each prefix, length and W. */
    @Test
    void everyVexOpcodeReadsAsObjdumpReadsIt() throws Exception {
        for (int codeSize = 8; codeSize >= 4; codeSize -= 4) {
            for (int k = 0; k < 3 * 16 * 256 * 8; k++) {
                int reg = k & 7;
                int opcode = k >> 3 & 0xFF;
                int last = k >> 11 & 15; // pp, L, W
                int vvvv = reg < 4 ? 0x78 : 0x68;
                byte[] one = new byte[15];
                Arrays.fill(one, (byte) 0x21);
                one[0] = (byte) 0xC4;
                one[1] = (byte) (0xE1 + (k >> 15));
                one[2] = (byte) (vvvv | last & 7 | (last & 8) << 4);
                one[3] = (byte) opcode;
                one[4] = (byte) (((k & 1) == 0 ? 0x43 : 0xC1) | reg << 3);
                put(one, 5, codeSize);
                if (end > MAX_PIECE) {
                    comparison.compare(take(), codeSize, true);
                }
            }
            comparison.compare(take(), codeSize, true);
        }
        System.out.println("decode: every VEX opcode: " + comparison.summary());
        assertThat(comparison.failures()).isEmpty();
        assertThat(comparison.missed()).as("strings that objdump did not begin").isLessThan(300);
    }

    /**
     * Programs of the host, or files that {@code -Ddecode.raw=A:B} names, read from their first
     * byte to the last as 32-bit and as 16-bit code: length and text.
     */
    @Test
    void codeOf32And16BitsReadsAsObjdumpReadsIt() throws Exception {
        String names = System.getProperty("decode.raw");
        for (String name : (names == null ? "/bin/bash" : names).split(":")) {
            byte[] all = Files.readAllBytes(Path.of(name));
            int length = names == null ? Math.min(all.length, USUAL_LENGTH) : all.length;
            for (int at = 0; at < length; at += MAX_PIECE) {
                int to = Math.min(length, at + MAX_PIECE) + InstructionDecoder.MAX_LENGTH;
                byte[] piece = Arrays.copyOfRange(all, at, to);
                comparison.compare(piece, 4, true);
                comparison.compare(piece, 2, true);
            }
            System.out.println("decode: " + name + ": " + comparison.summary());
        }
        assertThat(comparison.failures()).isEmpty();
        assertThat(comparison.instructions()).isPositive();
    }

    private void putOpcodes(int prefix, int map, int codeSize) throws Exception {
        for (int opcode = 0; opcode < 256; opcode++) {
            if (end > MAX_PIECE) {
                comparison.compare(take(), codeSize, true);
            }
            boolean modrm = OpcodeMap.instance().hasModrm(map, opcode);
            for (int reg = 0; reg < (modrm ? 8 : 1); reg++) {
                for (int form = 0; form < (modrm ? 2 : 1); form++) {
                    byte[] one = new byte[15];
                    int n = 0;
                    if (prefix != 0) {
                        one[n++] = (byte) prefix;
                    }
                    for (int b : MAPS[map]) {
                        one[n++] = (byte) b;
                    }
                    one[n++] = (byte) opcode;
                    one[n++] = (byte) ((form == 0 ? 0x43 : 0xC1) | reg << 3);
                    for (int k = 1; n < one.length; k++) {
                        one[n++] = (byte) (k * 0x11);
                    }
                    put(one, 5, codeSize);
                }
            }
        }
    }

    /**
     * Appends a string, cut where its first instruction ends.
     *
     * @param keep bytes of one that has none
     */
    private void put(byte[] one, int keep, int codeSize) {
        Instruction i = new Instruction();
        int length = decoder.decode(one, 0, one.length, codeSize, i);
        boolean known = length > 0 && i.entry != null;
        int used = known ? length : keep;
        if (end + 4 * InstructionDecoder.MAX_LENGTH > bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        System.arraycopy(one, 0, bytes, end, used);
        starts.set(end);
        end += used;
        for (int k = 0; k < NOPS && !known; k++) {
            bytes[end++] = (byte) 0x90;
        }
    }

    private byte[] take() {
        byte[] code = Arrays.copyOf(bytes, end + InstructionDecoder.MAX_LENGTH);
        Arrays.fill(code, end, code.length, (byte) 0);
        end = 0;
        comparison.expect(starts);
        starts = new BitSet();
        return code;
    }
}
