package org.linuxemu.devices.boot.unpack;

import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.Checksum;

/**
 * The file format of lzop with LZO1X blocks. The instructions of LZO1X are described in the
 * kernel's Documentation/staging/lzo.rst.
 */
final class LzopDecoder {
    /** The first four of the nine magic bytes, little-endian. */
    static final int MAGIC = 0x4F5A4C89;

    private static final int MAX_BLOCK_SIZE = 64 << 20;

    private static final int FLAG_ADLER_UNPACKED = 0x1;
    private static final int FLAG_ADLER_PACKED = 0x2;
    private static final int FLAG_EXTRA_FIELD = 0x40;
    private static final int FLAG_CRC_UNPACKED = 0x100;
    private static final int FLAG_CRC_PACKED = 0x200;
    private static final int FLAG_MULTIPART = 0x400;
    private static final int FLAG_FILTER = 0x800;

    private static final byte[] REST_OF_MAGIC = {0x00, 0x0D, 0x0A, 0x1A, 0x0A};

    private final byte[] src;
    private final int end;
    private byte[] block = new byte[0];

    private LzopDecoder(byte[] src, int end) {
        this.src = src;
        this.end = end;
    }

    /**
     * Unpacks a file.
     *
     * @param src the file, with {@link Bytes#SLACK} spare bytes behind its end
     */
    static void decode(byte[] src, int start, int end, UnpackSink sink) throws UnpackException {
        LzopDecoder decoder = new LzopDecoder(src, end);
        int flags = Bytes.i32BigEndian(src, decoder.flagsOffset(start));
        decoder.decodeBlocks(decoder.skipHeader(start, flags), flags, sink);
    }

    private boolean hasVersion940(int start) {
        return Bytes.u16BigEndian(src, start + 9) >= 0x0940;
    }

    private int flagsOffset(int start) throws UnpackException {
        if (end - start < 48) {
            throw truncated();
        }
        for (int i = 0; i < REST_OF_MAGIC.length; i++) {
            if (src[start + 4 + i] != REST_OF_MAGIC[i]) {
                throw damaged();
            }
        }
        // version 2, library version 2, then since 0.94 version needed 2; method 1, and since 0.94
        // level 1
        int method = start + (hasVersion940(start) ? 15 : 13);
        if (src[method] < 1 || src[method] > 3) {
            throw new UnpackException("lzop method " + src[method] + " is not LZO1X");
        }
        return method + (hasVersion940(start) ? 2 : 1);
    }

    private int skipHeader(int start, int flags) throws UnpackException {
        if ((flags & (FLAG_FILTER | FLAG_MULTIPART)) != 0) {
            throw new UnpackException("an lzop file with a filter or in parts");
        }
        int at =
                flagsOffset(start)
                        + 4
                        + 4
                        + 4
                        + (hasVersion940(start) ? 4 : 0); // flags, mode, time
        at += 1 + (src[at] & 0xFF) + 4; // name, checksum
        if (at <= end - 4 && (flags & FLAG_EXTRA_FIELD) != 0) {
            int length = Bytes.i32BigEndian(src, at);
            if (length < 0 || length > end - at - 8) {
                throw truncated();
            }
            at += 4 + length + 4;
        }
        return at;
    }

    private void decodeBlocks(int at, int flags, UnpackSink sink) throws UnpackException {
        while (true) {
            if (at > end - 4) {
                throw truncated();
            }
            int length = Bytes.i32BigEndian(src, at);
            if (length == 0) {
                return;
            }
            if (at > end - 8) {
                throw truncated();
            }
            int packed = Bytes.i32BigEndian(src, at + 4);
            at += 8;
            int sums = at;
            at += 4 * Integer.bitCount(flags & (FLAG_ADLER_UNPACKED | FLAG_CRC_UNPACKED));
            if (packed != length) {
                at += 4 * Integer.bitCount(flags & (FLAG_ADLER_PACKED | FLAG_CRC_PACKED));
            }
            if (length < 0 || length > MAX_BLOCK_SIZE || packed <= 0 || packed > length) {
                throw damaged();
            }
            if (packed > end - at) {
                throw truncated();
            }
            if (packed == length) {
                verify(src, at, length, sums, flags);
                sink.accept(src, at, length);
            } else {
                if (length > 256L * packed) { // more than LZO1X can expand to
                    throw damaged();
                }
                if (block.length < length) {
                    block = new byte[length];
                }
                decodeBlock(at, at + packed, length);
                verify(block, 0, length, sums, flags);
                sink.accept(block, 0, length);
            }
            at += packed;
        }
    }

    private void verify(byte[] data, int from, int length, int sums, int flags)
            throws UnpackException {
        if ((flags & FLAG_ADLER_UNPACKED) != 0) {
            verify(new Adler32(), data, from, length, sums);
            sums += 4;
        }
        if ((flags & FLAG_CRC_UNPACKED) != 0) {
            verify(new CRC32(), data, from, length, sums);
        }
    }

    private void verify(Checksum sum, byte[] data, int from, int length, int at)
            throws UnpackException {
        sum.update(data, from, length);
        if ((int) sum.getValue() != Bytes.i32BigEndian(src, at)) {
            throw new UnpackException("an lzo block with a wrong checksum");
        }
    }

    /** Unpacks one LZO1X block that makes exactly {@code length} bytes. */
    private void decodeBlock(int from, int blockEnd, int length) throws UnpackException {
        byte[] in = src;
        byte[] out = block;
        int at = from;
        int to = 0;
        // How many literals the last instruction copied: 0 to 3, or 4 for more.
        int state = 0;
        int first = in[at] & 0xFF;
        if (first > 17) {
            int literals = first - 17;
            at++;
            if (literals > blockEnd - at || literals > length) {
                throw damaged();
            }
            System.arraycopy(in, at, out, 0, literals);
            at += literals;
            to = literals;
            state = Math.min(literals, 4);
        }
        while (at < blockEnd) {
            int code = in[at++] & 0xFF;
            int distance;
            int count;
            int next; // holds the number of literals behind the match in its low two bits
            if (code < 16 && state == 0) {
                count = code;
                if (count == 0) {
                    int zeros = zeros(at, blockEnd);
                    at += zeros + 1;
                    count = 15 + 255 * zeros + (in[at - 1] & 0xFF);
                }
                count += 3;
                if (count > blockEnd - at || count > length - to) {
                    throw damaged();
                }
                System.arraycopy(in, at, out, to, count);
                at += count;
                to += count;
                state = 4;
                continue;
            } else if (code < 16) {
                next = code;
                count = state == 4 ? 3 : 2;
                distance = ((in[at++] & 0xFF) << 2) + (code >>> 2) + (state == 4 ? 2049 : 1);
            } else if (code >= 64) {
                next = code;
                count = (code >>> 5) + 1;
                distance = ((in[at++] & 0xFF) << 3) + ((code >>> 2) & 7) + 1;
            } else {
                int mask = code >= 32 ? 31 : 7;
                count = code & mask;
                if (count == 0) {
                    int zeros = zeros(at, blockEnd);
                    at += zeros + 1;
                    count = mask + 255 * zeros + (in[at - 1] & 0xFF);
                }
                count += 2;
                next = Bytes.u16(in, at);
                at += 2;
                if (code >= 32) {
                    distance = (next >>> 2) + 1;
                } else {
                    distance = 0x4000 + ((code & 8) << 11) + (next >>> 2);
                    if (distance == 0x4000) {
                        if (to != length || at != blockEnd) {
                            throw damaged();
                        }
                        return;
                    }
                }
            }
            state = next & 3;
            if (distance > to || count > length - to - state || state > blockEnd - at) {
                throw damaged();
            }
            Bytes.copyMatch(out, to, distance, count);
            to += count;
            for (int i = 0; i < state; i++) {
                out[to++] = in[at++];
            }
        }
        throw damaged();
    }

    /** Counts the zero bytes that prolong a length; their weight stays far below 2^31. */
    private int zeros(int at, int blockEnd) throws UnpackException {
        int zeros = 0;
        while (at + zeros < blockEnd && src[at + zeros] == 0) {
            zeros++;
        }
        if (zeros > MAX_BLOCK_SIZE / 255) {
            throw damaged();
        }
        return zeros;
    }

    private static UnpackException damaged() {
        return new UnpackException("damaged lzo data");
    }

    private static UnpackException truncated() {
        return new UnpackException("truncated lzo data");
    }
}
