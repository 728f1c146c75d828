package org.linuxemu.devices.boot.unpack;

import java.util.Arrays;

/**
 * One Zstandard frame without a dictionary (RFC 8878). The whole output stays in one array, which
 * is the window: kernels are packed with windows of up to 128 MiB, more than the kernel itself.
 */
final class ZstdDecoder {
    static final int MAGIC = 0xFD2FB528;

    private static final int MAX_BLOCK_SIZE = 128 << 10;
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 16;
    private static final int MAX_OUTPUT = MAX_ARRAY - MAX_BLOCK_SIZE;

    private static final int LL_MAX_LOG = 9;
    private static final int OF_MAX_LOG = 8;
    private static final int ML_MAX_LOG = 9;
    private static final int LL_SYMBOLS = 36;
    private static final int OF_SYMBOLS = 32;
    private static final int ML_SYMBOLS = 53;

    private final byte[] src;
    private final int end;
    private final LimitedSink sink;

    private byte[] out;
    private int size;
    private int hashed;
    private final XxHash64 hash = new XxHash64();
    private boolean checksum;
    private int blockLimit;

    private final HuffmanTable huffman = new HuffmanTable();
    private final byte[] literals = new byte[MAX_BLOCK_SIZE];
    private int literalCount;

    private final FseTable ll = new FseTable(LL_MAX_LOG);
    private final FseTable of = new FseTable(OF_MAX_LOG);
    private final FseTable ml = new FseTable(ML_MAX_LOG);
    private boolean haveTables;
    private int repeat1 = 1;
    private int repeat2 = 4;
    private int repeat3 = 8;

    private ZstdDecoder(byte[] src, int end, int sizeHint, LimitedSink sink) {
        this.src = src;
        this.end = end;
        this.sink = sink;
        this.out = new byte[sizeHint + MAX_BLOCK_SIZE];
    }

    /**
     * Unpacks a frame; what follows it is ignored.
     *
     * @param src the frame, with {@link Bytes#SLACK} spare bytes behind its end
     * @param sizeHint the likely size of the output
     */
    static void decode(byte[] src, int start, int end, int sizeHint, LimitedSink sink)
            throws UnpackException {
        new ZstdDecoder(src, end, sizeHint, sink).decodeFrame(start + 4);
    }

    private void decodeFrame(int at) throws UnpackException {
        int descriptor = src[at++];
        boolean singleSegment = (descriptor & 0x20) != 0;
        checksum = (descriptor & 4) != 0;
        if ((descriptor & 8) != 0) {
            throw damaged();
        }
        long window = Long.MAX_VALUE;
        if (!singleSegment) {
            int w = src[at++] & 0xFF;
            window = (8L + (w & 7)) << (7 + (w >>> 3));
        }
        int dictionaryBytes = (1 << (descriptor & 3)) >> 1;
        for (int i = 0; i < dictionaryBytes; i++) {
            if (src[at++] != 0) {
                throw new UnpackException("packed with a zstd dictionary");
            }
        }
        int sizeCode = (descriptor >>> 6) & 3;
        int sizeBytes = sizeCode == 0 ? (singleSegment ? 1 : 0) : 1 << sizeCode;
        long contentSize = -1;
        if (sizeBytes != 0) {
            contentSize = (long) Bytes.LONG.get(src, at);
            if (sizeBytes < 8) {
                contentSize &= (1L << (8 * sizeBytes)) - 1;
            }
            contentSize += sizeBytes == 2 ? 256 : 0;
            at += sizeBytes;
        }
        if (singleSegment) {
            window = contentSize;
        }
        blockLimit = (int) Math.min(MAX_BLOCK_SIZE, window < 0 ? Long.MAX_VALUE : window);

        boolean last = false;
        while (!last) {
            if (at > end - 3) {
                throw truncated();
            }
            int header = Bytes.u16(src, at) | (src[at + 2] & 0xFF) << 16;
            at += 3;
            last = (header & 1) != 0;
            at = decodeBlock((header >>> 1) & 3, header >>> 3, at);
        }
        if (contentSize >= 0 && contentSize != size) {
            throw damaged();
        }
        if (checksum) {
            if (at > end - 4) {
                throw truncated();
            }
            if ((int) hash.finish(out, hashed, size, size) != Bytes.i32(src, at)) {
                throw new UnpackException("a wrong zstd checksum");
            }
        }
    }

    /** Decodes one block and passes it on; returns the first byte behind it. */
    private int decodeBlock(int type, int length, int at) throws UnpackException {
        int packed = type == 1 ? 1 : length;
        if (packed > end - at) {
            throw truncated();
        }
        if (type == 3 || length > blockLimit) {
            throw damaged();
        }
        int before = size;
        reserve();
        if (type == 0) {
            System.arraycopy(src, at, out, size, length);
            size += length;
        } else if (type == 1) {
            Arrays.fill(out, size, size + length, src[at]);
            size += length;
        } else {
            int sequences = decodeLiterals(at, at + length);
            decodeSequences(sequences, at + length);
        }
        sink.accept(out, before, size - before);
        if (checksum) {
            hashed = hash.update(out, hashed, size);
        }
        return at + packed;
    }

    /** Makes room for one more block. */
    private void reserve() throws UnpackException {
        int needed = size + MAX_BLOCK_SIZE;
        if (needed > out.length) {
            if (size >= MAX_OUTPUT) {
                throw new UnpackException("unpacks to 2 GiB or more");
            }
            long wanted =
                    Math.min(Math.max(2L * size, needed), size + sink.remaining() + MAX_BLOCK_SIZE);
            out = Arrays.copyOf(out, (int) Math.min(Math.max(wanted, needed), MAX_ARRAY));
        }
    }

    /** Decodes the literals section (RFC 8878, 3.1.1.3.1); returns the first byte behind it. */
    private int decodeLiterals(int at, int blockEnd) throws UnpackException {
        if (at >= blockEnd) {
            throw damaged();
        }
        long head = (long) Bytes.LONG.get(src, at);
        int type = (int) head & 3;
        int format = ((int) head >>> 2) & 3;
        if (type < 2) {
            int headBytes = (format & 1) == 0 ? 1 : format == 1 ? 2 : 3;
            literalCount =
                    (int)
                            (headBytes == 1
                                    ? (head >>> 3) & 0x1F
                                    : (head >>> 4) & (headBytes == 2 ? 0xFFF : 0xFFFFF));
            at += headBytes;
            int packed = type == 0 ? literalCount : 1;
            if (literalCount > blockLimit || packed > blockEnd - at) {
                throw damaged();
            }
            if (type == 0) {
                System.arraycopy(src, at, literals, 0, literalCount);
            } else {
                Arrays.fill(literals, 0, literalCount, src[at]);
            }
            return at + packed;
        }
        int bits = format < 2 ? 10 : format == 2 ? 14 : 18;
        int mask = (1 << bits) - 1;
        literalCount = (int) (head >>> 4) & mask;
        int packed = (int) (head >>> (4 + bits)) & mask;
        at += format < 2 ? 3 : format + 2;
        int sectionEnd = at + packed;
        if (literalCount > blockLimit || packed > blockEnd - at || packed == 0) {
            throw damaged();
        }
        if (type == 2) {
            at = huffman.read(src, at, sectionEnd);
        } else if (!huffman.isSet()) {
            throw damaged();
        }
        if (format == 0) {
            huffman.decode(src, at, sectionEnd, literals, 0, literalCount);
        } else {
            huffman.decode4(src, at, sectionEnd, literals, literalCount);
        }
        return sectionEnd;
    }

    /** Decodes the sequences section (RFC 8878, 3.1.1.3.2) and executes it. */
    private void decodeSequences(int at, int blockEnd) throws UnpackException {
        if (at >= blockEnd) {
            throw damaged();
        }
        int count = src[at++] & 0xFF;
        if (count >= 128) {
            if (count < 255) {
                count = ((count - 128) << 8) + (src[at++] & 0xFF);
            } else {
                count = Bytes.u16(src, at) + 0x7F00;
                at += 2;
            }
        }
        if (count == 0) {
            if (at != blockEnd) {
                throw damaged();
            }
            appendLastLiterals(0, blockLimit);
            return;
        }
        int modes = src[at++] & 0xFF;
        if (at >= blockEnd || (modes & 3) != 0) {
            throw damaged();
        }
        at =
                readTable(
                        ll,
                        modes >>> 6,
                        at,
                        blockEnd,
                        ZstdTables.LL_DEFAULT,
                        6,
                        LL_MAX_LOG,
                        LL_SYMBOLS,
                        ZstdTables.LL_BASELINES,
                        ZstdTables.LL_EXTRA_BITS);
        at =
                readTable(
                        of,
                        (modes >>> 4) & 3,
                        at,
                        blockEnd,
                        ZstdTables.OF_DEFAULT,
                        5,
                        OF_MAX_LOG,
                        OF_SYMBOLS,
                        ZstdTables.OF_BASELINES,
                        ZstdTables.OF_EXTRA_BITS);
        at =
                readTable(
                        ml,
                        (modes >>> 2) & 3,
                        at,
                        blockEnd,
                        ZstdTables.ML_DEFAULT,
                        6,
                        ML_MAX_LOG,
                        ML_SYMBOLS,
                        ZstdTables.ML_BASELINES,
                        ZstdTables.ML_EXTRA_BITS);
        haveTables = true;
        execute(count, at, blockEnd);
    }

    private int readTable(
            FseTable table,
            int mode,
            int at,
            int blockEnd,
            short[] defaults,
            int defaultLog,
            int maxLog,
            int symbols,
            int[] baselines,
            byte[] extraBits)
            throws UnpackException {
        switch (mode) {
            case 0:
                table.build(defaults, defaults.length, defaultLog, baselines, extraBits);
                return at;
            case 1:
                int symbol = src[at] & 0xFF;
                if (symbol >= symbols || at >= blockEnd) {
                    throw damaged();
                }
                table.setSingle(baselines[symbol] & 0xFFFFFFFFL, extraBits[symbol]);
                return at + 1;
            case 2:
                return table.read(src, at, blockEnd, maxLog, symbols, baselines, extraBits);
            default:
                if (!haveTables) {
                    throw damaged();
                }
                return at;
        }
    }

    /** Copies what literals the sequences left over. */
    private void appendLastLiterals(int used, int room) throws UnpackException {
        int rest = literalCount - used;
        if (rest > room) {
            throw damaged();
        }
        System.arraycopy(literals, used, out, size, rest);
        size += rest;
    }

    /**
     * Decodes and executes sequences from the backward bit stream in {@code start} to {@code
     * blockEnd}.
     */
    private void execute(int count, int start, int blockEnd) throws UnpackException {
        byte[] in = src;
        byte[] o = out;
        if (blockEnd <= start || in[blockEnd - 1] == 0) {
            throw damaged();
        }
        long[] llTable = ll.entries;
        long[] ofTable = of.entries;
        long[] mlTable = ml.entries;
        long floor = start * 8L;
        long bit = blockEnd * 8L - 1 - (Integer.numberOfLeadingZeros(in[blockEnd - 1] & 0xFF) - 24);
        int to = size;
        int limit = size + blockLimit;
        int used = 0;

        bit -= ll.log + of.log + ml.log;
        if (bit < floor) {
            throw damaged();
        }
        long initial = (long) Bytes.LONG.get(in, (int) (bit >>> 3)) >>> (bit & 7);
        long mlEntry = mlTable[(int) initial & ((1 << ml.log) - 1)];
        initial >>>= ml.log;
        long ofEntry = ofTable[(int) initial & ((1 << of.log) - 1)];
        initial >>>= of.log;
        long llEntry = llTable[(int) initial & ((1 << ll.log) - 1)];

        while (true) {
            int ofBits = (int) (ofEntry >>> 24) & 0xFF;
            bit -= ofBits;
            long bits = (long) Bytes.LONG.get(in, (int) (bit >>> 3)) >>> (bit & 7);
            long offsetValue = (ofEntry >>> 32) + (bits & ((1L << ofBits) - 1));

            int llBits = (int) (llEntry >>> 24) & 0xFF;
            int mlBits = (int) (mlEntry >>> 24) & 0xFF;
            bit -= llBits + mlBits;
            bits = (long) Bytes.LONG.get(in, (int) (bit >>> 3)) >>> (bit & 7);
            int literalLength = (int) (llEntry >>> 32) + ((int) bits & ((1 << llBits) - 1));
            int matchLength =
                    (int) (mlEntry >>> 32) + ((int) (bits >>> llBits) & ((1 << mlBits) - 1));

            int distance;
            if (offsetValue > 3) {
                long d = offsetValue - 3;
                if (d > Integer.MAX_VALUE) {
                    throw damaged();
                }
                distance = (int) d;
                repeat3 = repeat2;
                repeat2 = repeat1;
                repeat1 = distance;
            } else {
                distance = repeatedOffset((int) offsetValue - (literalLength == 0 ? 0 : 1));
            }

            if (literalLength > literalCount - used
                    || literalLength > limit - to
                    || matchLength > limit - to - literalLength
                    || distance > to + literalLength
                    || distance <= 0
                    || bit < floor) {
                throw damaged();
            }
            System.arraycopy(literals, used, o, to, literalLength);
            used += literalLength;
            to += literalLength;
            Bytes.copyMatch(o, to, distance, matchLength);
            to += matchLength;

            if (--count == 0) {
                break;
            }
            int llNew = (int) (llEntry >>> 16) & 0xFF;
            int mlNew = (int) (mlEntry >>> 16) & 0xFF;
            int ofNew = (int) (ofEntry >>> 16) & 0xFF;
            bit -= llNew + mlNew + ofNew;
            bits = (long) Bytes.LONG.get(in, (int) (bit >>> 3)) >>> (bit & 7);
            ofEntry = ofTable[((int) ofEntry & 0xFFFF) + ((int) bits & ((1 << ofNew) - 1))];
            bits >>>= ofNew;
            mlEntry = mlTable[((int) mlEntry & 0xFFFF) + ((int) bits & ((1 << mlNew) - 1))];
            bits >>>= mlNew;
            llEntry = llTable[((int) llEntry & 0xFFFF) + ((int) bits & ((1 << llNew) - 1))];
        }
        if (bit != floor) {
            throw damaged();
        }
        size = to;
        appendLastLiterals(used, limit - to);
    }

    /**
     * Uses and moves to the front one of the last distances (RFC 8878, 3.1.1.5).
     *
     * @param index 0 to 2 for the last, the one before and the one before that; 3 for the last
     *     minus 1
     */
    private int repeatedOffset(int index) {
        int distance;
        switch (index) {
            case 0:
                return repeat1;
            case 1:
                distance = repeat2;
                break;
            case 2:
                distance = repeat3;
                repeat3 = repeat2;
                break;
            default:
                distance = repeat1 - 1;
                repeat3 = repeat2;
                break;
        }
        repeat2 = repeat1;
        repeat1 = distance;
        return distance;
    }

    private static UnpackException damaged() {
        return new UnpackException("damaged zstd data");
    }

    private static UnpackException truncated() {
        return new UnpackException("truncated zstd data");
    }
}
