package org.linuxemu.devices.boot.unpack;

/**
 * The prefix code of zstd's literals (RFC 8878, 4.2). The table is indexed by the next {@link #log}
 * bits; an entry is the symbol in bits 15:8 and the length of its code in bits 7:0.
 */
final class HuffmanTable {
    private static final int MAX_LOG = 11;
    private static final int MAX_WEIGHT_LOG = 6;

    private final short[] entries = new short[1 << MAX_LOG];
    private final byte[] weights = new byte[256];
    private final FseTable weightTable = new FseTable(MAX_WEIGHT_LOG);
    private int log;

    /** Whether a table has been read. */
    boolean isSet() {
        return log != 0;
    }

    /**
     * Reads a tree description.
     *
     * @return the first byte behind it
     */
    int read(byte[] in, int start, int end) throws UnpackException {
        log = 0;
        int header = in[start] & 0xFF;
        int next;
        int count;
        if (header >= 128) {
            count = header - 127;
            next = start + 1 + (count + 1) / 2;
            if (next > end) {
                throw damaged();
            }
            for (int i = 0; i < count; i++) {
                int pair = in[start + 1 + i / 2];
                weights[i] = (byte) (((i & 1) == 0 ? pair >>> 4 : pair) & 15);
            }
        } else {
            next = start + 1 + header;
            if (header == 0 || next > end) {
                throw damaged();
            }
            count = readCompressedWeights(in, start + 1, next);
        }
        build(count);
        return next;
    }

    private int readCompressedWeights(byte[] in, int start, int end) throws UnpackException {
        int stream = weightTable.read(in, start, end, MAX_WEIGHT_LOG, MAX_LOG + 2, null, null);
        if (stream >= end || in[end - 1] == 0) {
            throw damaged();
        }
        long floor = stream * 8L;
        long bit = lastBit(in, end);
        int tableLog = weightTable.log;
        long[] table = weightTable.entries;
        // Two states take turns until the stream runs dry (RFC 8878, 4.2.1.2).
        bit -= tableLog;
        long first = table[peek(in, bit, tableLog)];
        bit -= tableLog;
        if (bit < floor) {
            throw damaged();
        }
        long second = table[peek(in, bit, tableLog)];
        int count = 0;
        while (count < 254) {
            weights[count++] = (byte) (first >>> 32);
            int bits = (int) (first >>> 16) & 0xFF;
            bit -= bits;
            if (bit < floor) {
                weights[count++] = (byte) (second >>> 32);
                return count;
            }
            long updated = table[(int) (first & 0xFFFF) + peek(in, bit, bits)];
            first = second;
            second = updated;
        }
        throw damaged();
    }

    /** Derives the last weight and the table from the given ones (RFC 8878, 4.2.1 and 4.2.1.3). */
    private void build(int count) throws UnpackException {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            int weight = weights[i];
            if (weight > MAX_LOG) {
                throw damaged();
            }
            sum += 1 << weight >> 1;
        }
        int maxBits = 32 - Integer.numberOfLeadingZeros(sum);
        if (sum == 0 || maxBits > MAX_LOG) {
            throw damaged();
        }
        int rest = (1 << maxBits) - sum;
        if ((rest & (rest - 1)) != 0) {
            throw damaged();
        }
        weights[count] = (byte) (32 - Integer.numberOfLeadingZeros(rest));
        int at = 0;
        for (int weight = 1; weight <= maxBits; weight++) {
            int span = 1 << (weight - 1);
            for (int symbol = 0; symbol <= count; symbol++) {
                if (weights[symbol] == weight) {
                    short entry = (short) (symbol << 8 | (maxBits + 1 - weight));
                    java.util.Arrays.fill(entries, at, at + span, entry);
                    at += span;
                }
            }
        }
        log = maxBits;
    }

    /**
     * Decodes one stream of literals that ends at {@code end} and makes exactly {@code count}
     * bytes.
     */
    void decode(byte[] in, int start, int end, byte[] out, int to, int count)
            throws UnpackException {
        int limit = to + count;
        long floor = start * 8L;
        long bit = firstBit(in, start, end);
        int shift = 64 - log;
        short[] table = entries;
        // One load serves five codes: at least 57 bits are in the window, and a code has at most
        // 11.
        for (; to + 5 <= limit && bit >= floor; to += 5) {
            long window = window(in, bit);
            for (int i = 0; i < 5; i++) {
                // A shift takes the low six bits of its count, and the length is below 16.
                int entry = table[(int) (window >>> shift)];
                out[to + i] = (byte) (entry >>> 8);
                window <<= entry;
                bit -= entry & 0xFF;
            }
        }
        for (; to < limit && bit >= floor; to++) {
            int entry = table[(int) (window(in, bit) >>> shift)];
            out[to] = (byte) (entry >>> 8);
            bit -= entry & 0xFF;
        }
        if (bit != floor || to != limit) {
            throw damaged();
        }
    }

    /**
     * Decodes the four streams of a literals section side by side: each makes {@code quarter}
     * bytes, the last the rest of {@code count}.
     */
    void decode4(byte[] in, int start, int end, byte[] out, int count) throws UnpackException {
        if (end - start < 10) {
            throw damaged();
        }
        int end1 = start + 6 + Bytes.u16(in, start);
        int end2 = end1 + Bytes.u16(in, start + 2);
        int end3 = end2 + Bytes.u16(in, start + 4);
        int quarter = (count + 3) / 4;
        if (end3 >= end || 3 * quarter > count) {
            throw damaged();
        }
        long bit1 = firstBit(in, start + 6, end1);
        long bit2 = firstBit(in, end1, end2);
        long bit3 = firstBit(in, end2, end3);
        long bit4 = firstBit(in, end3, end);
        int shift = 64 - log;
        short[] table = entries;
        int to = 0;
        int common = count - 3 * quarter; // the last stream is the shortest
        long floor1 = (start + 6) * 8L;
        long floor2 = end1 * 8L;
        long floor3 = end2 * 8L;
        long floor4 = end3 * 8L;
        for (;
                to + 5 <= common
                        && bit1 >= floor1
                        && bit2 >= floor2
                        && bit3 >= floor3
                        && bit4 >= floor4;
                to += 5) {
            long window1 = window(in, bit1);
            long window2 = window(in, bit2);
            long window3 = window(in, bit3);
            long window4 = window(in, bit4);
            for (int i = to; i < to + 5; i++) {
                int entry1 = table[(int) (window1 >>> shift)];
                int entry2 = table[(int) (window2 >>> shift)];
                int entry3 = table[(int) (window3 >>> shift)];
                int entry4 = table[(int) (window4 >>> shift)];
                out[i] = (byte) (entry1 >>> 8);
                out[i + quarter] = (byte) (entry2 >>> 8);
                out[i + 2 * quarter] = (byte) (entry3 >>> 8);
                out[i + 3 * quarter] = (byte) (entry4 >>> 8);
                window1 <<= entry1;
                window2 <<= entry2;
                window3 <<= entry3;
                window4 <<= entry4;
                bit1 -= entry1 & 0xFF;
                bit2 -= entry2 & 0xFF;
                bit3 -= entry3 & 0xFF;
                bit4 -= entry4 & 0xFF;
            }
        }
        finish(in, floor1, bit1, out, to, quarter);
        finish(in, floor2, bit2, out, quarter + to, 2 * quarter);
        finish(in, floor3, bit3, out, 2 * quarter + to, 3 * quarter);
        finish(in, floor4, bit4, out, 3 * quarter + to, count);
    }

    private void finish(byte[] in, long floor, long bit, byte[] out, int to, int limit)
            throws UnpackException {
        int shift = 64 - log;
        for (; to < limit && bit >= floor; to++) {
            int entry = entries[(int) (window(in, bit) >>> shift)];
            out[to] = (byte) (entry >>> 8);
            bit -= entry & 0xFF;
        }
        if (bit != floor || to != limit) {
            throw damaged();
        }
    }

    /**
     * The bits below {@code bit}, the next one in bit 63; at least 57 of them are real. Bits below
     * the stream's start may be among them: a code that uses them is noticed when the position ends
     * up below the start.
     */
    private static long window(byte[] in, long bit) {
        int bytes = (int) ((bit + 7) >>> 3);
        return (long) Bytes.LONG.get(in, bytes - 8) << ((bytes << 3) - bit);
    }

    private static long firstBit(byte[] in, int start, int end) throws UnpackException {
        if (end <= start || in[end - 1] == 0) {
            throw damaged();
        }
        return lastBit(in, end);
    }

    /** Position of the marker bit that ends a backward stream: the highest one of its last byte. */
    private static long lastBit(byte[] in, int end) {
        return end * 8L - 1 - (Integer.numberOfLeadingZeros(in[end - 1] & 0xFF) - 24);
    }

    private static int peek(byte[] in, long bit, int bits) {
        return (int) ((long) Bytes.LONG.get(in, (int) (bit >>> 3)) >>> (bit & 7))
                & ((1 << bits) - 1);
    }

    private static UnpackException damaged() {
        return new UnpackException("damaged zstd data");
    }
}
