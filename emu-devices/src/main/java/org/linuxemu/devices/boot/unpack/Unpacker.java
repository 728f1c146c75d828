package org.linuxemu.devices.boot.unpack;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.SingleXZInputStream;

/**
 * Unpacks the compressed kernel of a bzImage. The format shows in its first bytes; the kernel's
 * build appends the unpacked size, four bytes little-endian, to every format but gzip, which ends
 * with them by itself. Those four bytes are only trusted as a hint.
 */
public final class Unpacker {
    /** Spare bytes that {@link #unpack} wants behind the payload in its array. */
    public static final int SLACK = Bytes.SLACK;

    private static final int BUFFER_SIZE = 64 << 10;

    /**
     * Memory that a decoder of the LZMA family may ask for: the kernel's xz uses a dictionary of
     * 128 MiB.
     */
    private static final int MEMORY_LIMIT_KIB = 200 << 10;

    private Unpacker() {}

    /**
     * The name of the format that the bytes begin with, or null if it is none that this class
     * knows.
     */
    public static String format(byte[] src, int offset, int length) {
        if (length < 16) {
            return null;
        }
        int first = Bytes.i32(src, offset);
        if ((first & 0xFFFFFF) == 0x088B1F) {
            return "gzip";
        } else if (first == ZstdDecoder.MAGIC) {
            return "zstd";
        } else if (first == Lz4LegacyDecoder.MAGIC) {
            return "lz4";
        } else if (first == 0x587A37FD && Bytes.u16(src, offset + 4) == 0x005A) {
            return "xz";
        } else if ((first & 0xFFFFFF) == 0x685A42) {
            return "bzip2";
        } else if (first == LzopDecoder.MAGIC) {
            return "lzo";
        } else if (first == 0x464C457F) {
            return "uncompressed";
        } else if ((first & 0xFFFF) == 0x005D) {
            return "lzma"; // the usual lc, lp and pb, and a dictionary of whole KiB
        }
        return null;
    }

    /**
     * Unpacks one compressed stream into a sink. Bytes behind the stream are ignored.
     *
     * @param src holds the stream, and {@link #SLACK} spare bytes behind its end
     * @param limit the most bytes to unpack
     * @throws UnpackException if the data is damaged, too long or in no known format, or the sink
     *     says so
     */
    public static void unpack(byte[] src, int offset, int length, long limit, UnpackSink sink)
            throws UnpackException {
        if (src.length - offset - SLACK < length) {
            throw new IllegalArgumentException("no slack behind the payload");
        }
        String format = format(src, offset, length);
        if (format == null) {
            throw new UnpackException("compressed in an unknown format");
        }
        LimitedSink limited = new LimitedSink(sink, limit);
        int end = offset + length;
        try {
            switch (format) {
                case "uncompressed":
                    limited.accept(src, offset, length);
                    break;
                case "zstd":
                    ZstdDecoder.decode(
                            src, offset, end, sizeHint(src, length, end, limit), limited);
                    break;
                case "lz4":
                    Lz4LegacyDecoder.decode(src, offset, end, limited);
                    break;
                case "lzo":
                    LzopDecoder.decode(src, offset, end, limited);
                    break;
                default:
                    pump(format, new ByteArrayInputStream(src, offset, length), limited);
                    break;
            }
        } catch (IOException e) {
            throw new UnpackException("damaged " + format + " data");
        } catch (RuntimeException e) {
            // The decoders leave part of their bounds checks to Java's arrays, the libraries all
            // kinds of checks.
            throw new UnpackException("damaged " + format + " data");
        }
    }

    /**
     * The appended size if it is believable, else a guess that the decoder enlarges when it must.
     */
    private static int sizeHint(byte[] src, int length, int end, long limit) {
        long appended = Bytes.i32(src, end - 4) & 0xFFFFFFFFL;
        long believable = Math.min(limit, 16L * length);
        return (int)
                Math.min(appended <= believable ? appended : 4L * length, Integer.MAX_VALUE / 2);
    }

    private static void pump(String format, InputStream packed, UnpackSink sink)
            throws IOException, UnpackException {
        byte[] buffer = new byte[BUFFER_SIZE];
        try (InputStream in = open(format, packed)) {
            int n;
            while ((n = in.read(buffer)) > 0) {
                sink.accept(buffer, 0, n);
            }
        }
    }

    private static InputStream open(String format, InputStream packed) throws IOException {
        switch (format) {
            case "gzip":
                return new GZIPInputStream(packed, BUFFER_SIZE);
            case "xz":
                return new SingleXZInputStream(packed, MEMORY_LIMIT_KIB);
            case "bzip2":
                return new BZip2CompressorInputStream(packed, false);
            default:
                return new LZMAInputStream(packed, MEMORY_LIMIT_KIB);
        }
    }
}
