package org.linuxemu.devices.boot.unpack;

/**
 * A decoding table of Finite State Entropy (RFC 8878, 4.1). An entry holds everything that decoding
 * one symbol needs: bits 0-15 the base of the next state, 16-23 the number of bits to add to it,
 * 24-31 the number of extra bits of the symbol's value, 32-63 the value's baseline (or the symbol
 * itself when the table was made without baselines).
 */
final class FseTable {
    final long[] entries;
    int log;

    FseTable(int maxLog) {
        entries = new long[1 << maxLog];
    }

    /** The table of a mode without FSE: every state is the same symbol. */
    void setSingle(long value, int extraBits) {
        log = 0;
        entries[0] = value << 32 | (long) extraBits << 24;
    }

    /**
     * Builds the table (RFC 8878, 4.1.1 "from normalized distribution to decoding tables").
     *
     * @param counts normalized counts, summing up to 2^log with -1 counted as 1
     * @param baselines value of each symbol, or null for the symbol itself
     * @param extraBits number of extra bits of each symbol, or null for none
     */
    void build(short[] counts, int symbols, int tableLog, int[] baselines, byte[] extraBits)
            throws UnpackException {
        log = tableLog;
        int size = 1 << tableLog;
        int high = size - 1;
        int[] next = new int[symbols];
        byte[] symbolAt = new byte[size];
        for (int s = 0; s < symbols; s++) {
            if (counts[s] == -1) {
                symbolAt[high--] = (byte) s;
                next[s] = 1;
            } else {
                next[s] = counts[s];
            }
        }
        int step = (size >> 1) + (size >> 3) + 3;
        int position = 0;
        for (int s = 0; s < symbols; s++) {
            for (int i = 0; i < counts[s]; i++) {
                symbolAt[position] = (byte) s;
                do {
                    position = (position + step) & (size - 1);
                } while (position > high);
            }
        }
        if (position != 0) {
            throw new UnpackException("damaged zstd data");
        }
        for (int i = 0; i < size; i++) {
            int s = symbolAt[i] & 0xFF;
            int n = next[s]++;
            int bits = tableLog - (31 - Integer.numberOfLeadingZeros(n));
            long value = baselines == null ? s : baselines[s] & 0xFFFFFFFFL;
            long extra = extraBits == null ? 0 : extraBits[s];
            entries[i] = value << 32 | extra << 24 | (long) bits << 16 | ((n << bits) - size);
        }
    }

    /**
     * Reads a table description (RFC 8878, 4.1.1) into counts and builds the table.
     *
     * @return the first byte behind the description
     */
    int read(
            byte[] in,
            int start,
            int end,
            int maxLog,
            int maxSymbols,
            int[] baselines,
            byte[] extraBits)
            throws UnpackException {
        int tableLog = (in[start] & 15) + 5;
        if (tableLog > maxLog) {
            throw new UnpackException("damaged zstd data");
        }
        short[] counts = new short[maxSymbols];
        long bit = start * 8L + 4;
        int remaining = 1 << tableLog;
        int symbol = 0;
        while (remaining > 0) {
            if (symbol >= maxSymbols || bit >= end * 8L) {
                throw new UnpackException("damaged zstd data");
            }
            // A count from -1 to remaining; the low values take one bit less.
            int bits = 32 - Integer.numberOfLeadingZeros(remaining + 1);
            int value = peek(in, bit, bits);
            int shortMask = (1 << (bits - 1)) - 1;
            int threshold = (1 << bits) - 1 - (remaining + 1);
            if ((value & shortMask) < threshold) {
                value &= shortMask;
                bit += bits - 1;
            } else {
                if (value > shortMask) {
                    value -= threshold;
                }
                bit += bits;
            }
            int count = value - 1;
            remaining -= Math.abs(count);
            counts[symbol++] = (short) count;
            if (count == 0) {
                int repeat;
                do {
                    repeat = peek(in, bit, 2);
                    bit += 2;
                    symbol += repeat;
                    if (symbol > maxSymbols) {
                        throw new UnpackException("damaged zstd data");
                    }
                } while (repeat == 3);
            }
        }
        if (remaining < 0 || bit > end * 8L) {
            throw new UnpackException("damaged zstd data");
        }
        build(counts, symbol, tableLog, baselines, extraBits);
        return (int) ((bit + 7) >>> 3);
    }

    private static int peek(byte[] in, long bit, int bits) {
        return (int) ((long) Bytes.LONG.get(in, (int) (bit >>> 3)) >>> (bit & 7))
                & ((1 << bits) - 1);
    }
}
