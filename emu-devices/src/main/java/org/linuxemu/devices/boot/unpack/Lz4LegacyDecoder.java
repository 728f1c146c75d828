package org.linuxemu.devices.boot.unpack;

/**
 * The legacy frame of LZ4 that {@code lz4 -l} writes: a magic number, then blocks of up to 8 MiB,
 * each behind its compressed size and independent of the others ("LZ4 Frame Format Description",
 * legacy frame; "LZ4 Block Format").
 */
final class Lz4LegacyDecoder {
    static final int MAGIC = 0x184C2102;

    private static final int BLOCK_SIZE = 8 << 20;
    private static final int MIN_MATCH = 4;

    private final byte[] src;
    private final int end;
    private final byte[] block;

    private Lz4LegacyDecoder(byte[] src, int end, int blockSize) {
        this.src = src;
        this.end = end;
        this.block = new byte[blockSize];
    }

    /**
     * Unpacks a frame.
     *
     * @param src the frame, with {@link Bytes#SLACK} spare bytes behind its end
     * @param start where its magic number is
     * @param end its end; fewer than 8 bytes that are no block may precede it
     */
    static void decode(byte[] src, int start, int end, UnpackSink sink) throws UnpackException {
        // One byte of input makes at most 255 of output.
        int blockSize = (int) Math.min(BLOCK_SIZE, 255L * (end - start));
        new Lz4LegacyDecoder(src, end, blockSize).decodeFrame(start + 4, sink);
    }

    private void decodeFrame(int at, UnpackSink sink) throws UnpackException {
        boolean any = false;
        while (end - at >= 8) { // the four bytes of a kernel's size are not a block
            int size = Bytes.i32(src, at);
            at += 4;
            if (size == MAGIC) {
                continue;
            }
            if (size <= 0 || size > end - at) {
                throw new UnpackException(any ? "a damaged lz4 block" : "truncated lz4 data");
            }
            int length = decodeBlock(at, at + size);
            sink.accept(block, 0, length);
            any = true;
            at += size;
        }
        if (!any) {
            throw new UnpackException("truncated lz4 data");
        }
    }

    private int decodeBlock(int from, int blockEnd) throws UnpackException {
        byte[] in = src;
        byte[] out = block;
        int limit = out.length;
        int at = from;
        int to = 0;
        while (at < blockEnd) {
            int token = in[at++] & 0xFF;
            int literals = token >>> 4;
            if (literals == 15) {
                int more;
                do {
                    more = at < blockEnd ? in[at++] & 0xFF : 0;
                    literals += more;
                } while (more == 255 && literals <= limit);
            }
            if (literals > blockEnd - at || literals > limit - to) {
                throw damaged();
            }
            System.arraycopy(in, at, out, to, literals);
            at += literals;
            to += literals;
            if (at == blockEnd) {
                return to; // the last sequence has no match
            }
            int distance = Bytes.u16(in, at);
            at += 2;
            int length = token & 15;
            if (length == 15) {
                int more;
                do {
                    more = at < blockEnd ? in[at++] & 0xFF : 0;
                    length += more;
                } while (more == 255 && length <= limit);
            }
            length += MIN_MATCH;
            if (distance == 0 || distance > to || length > limit - to || at > blockEnd) {
                throw damaged();
            }
            Bytes.copyMatch(out, to, distance, length);
            to += length;
        }
        throw damaged();
    }

    private static UnpackException damaged() {
        return new UnpackException("damaged lz4 data");
    }
}
