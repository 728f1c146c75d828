package org.linuxemu.devices.boot.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.FilterOptions;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.X86Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

/** Every format of a kernel's payload, good and damaged. */
class UnpackerTest {
    private static final long LIMIT = 1 << 20;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "xz",
                "lzma",
                "bzip2",
                "sample-1.zst",
                "sample-19.zst",
                "sample.lz4",
                "sample.lzo",
                "sample-1-crc.lzo"
            })
    void unpacksWhatTheCompressorPacked(String name) throws Exception {
        assertThat(unpack(packed(name))).isEqualTo(SampleData.bytes());
    }

    @Test
    void unpacksZstdBlocksTooSmallToCompressOrWithOneStreamOfLiterals() throws Exception {
        assertThat(unpack(packed("short.zst"))).isEqualTo(Arrays.copyOf(SampleData.bytes(), 50));
        assertThat(unpack(packed("single.zst"))).isEqualTo(Arrays.copyOf(SampleData.bytes(), 4000));
    }

    @Test
    void unpacksZstdFramesOfRawAndRunLengthBlocks() throws Exception {
        byte[] frame = {
            0x28,
            (byte) 0xB5,
            0x2F,
            (byte) 0xFD,
            0x00,
            0x58, // no size, no checksum, window of 2 MiB
            3 << 3,
            0,
            0,
            'a',
            'b',
            'c', // raw block of 3
            (byte) (1 | 1 << 1 | 5 << 3),
            0,
            0,
            'x' // last block, a run of 5
        };
        assertThat(unpack(frame)).isEqualTo("abcxxxxx".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void passesAnElfFileOnAsItIs() throws Exception {
        byte[] elf = Arrays.copyOf(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1}, 100);
        byte[] out = collect(elf, LIMIT);
        assertThat(out).isEqualTo(elf);
    }

    @Test
    void unpacksSeveralLz4Blocks() throws Exception {
        byte[] frame = {
            0x02,
            0x21,
            0x4C,
            0x18,
            4,
            0,
            0,
            0,
            0x30,
            'a',
            'b',
            'c', // three literals
            6,
            0,
            0,
            0,
            0x12,
            'z',
            1,
            0,
            0x10,
            'e' // a literal, repeated six times, and a literal
        };
        assertThat(unpack(frame)).isEqualTo("abczzzzzzze".getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "xz",
                "lzma",
                "bzip2",
                "sample-1.zst",
                "sample-19.zst",
                "sample.lz4",
                "sample.lzo",
                "sample-1-crc.lzo"
            })
    void refusesToUnpackMoreThanTheLimit(String name) throws Exception {
        byte[] packed = withSize(packed(name));
        assertThatThrownBy(() -> collect(packed, SampleData.SIZE - 1))
                .isInstanceOf(UnpackException.class)
                .hasMessageContaining("more than RAM holds");
        assertThat(collect(packed, SampleData.SIZE)).hasSize(SampleData.SIZE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"gzip", "xz", "bzip2", "sample-19.zst", "sample.lzo", "sample-1-crc.lzo"})
    void noticesThatContentsWereChanged(String name) throws Exception {
        // These formats carry checksums: a changed bit may not go unnoticed.
        byte[] packed = packed(name);
        byte[] damaged = withSize(packed);
        damaged[packed.length / 2] ^= 0x10;
        assertThatThrownBy(() -> collect(damaged, LIMIT))
                .isInstanceOf(UnpackException.class)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "xz",
                "lzma",
                "bzip2",
                "sample-1.zst",
                "sample-19.zst",
                "sample.lz4",
                "sample.lzo",
                "sample-1-crc.lzo"
            })
    void noticesTruncation(String name) throws Exception {
        byte[] packed = packed(name);
        for (int length = 16; length < packed.length - 8; length += packed.length / 20) {
            byte[] truncated = Arrays.copyOf(packed, length);
            assertThatThrownBy(() -> collect(truncated, LIMIT)).isInstanceOf(UnpackException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "xz",
                "lzma",
                "bzip2",
                "sample-1.zst",
                "sample-19.zst",
                "single.zst",
                "sample.lz4",
                "sample.lzo",
                "sample-1-crc.lzo"
            })
    void damagedDataEndsInAnOutputOrAMessage(String name) throws Exception {
        Random random = new Random(7);
        byte[] packed = withSize(packed(name));
        int rounds =
                name.indexOf('.') >= 0
                        ? 400
                        : 50; // our own decoders need it more than the libraries
        int refused = 0;
        for (int i = 0; i < rounds; i++) {
            byte[] damaged = packed.clone();
            // The headers at the beginning are the most delicate part.
            int range = i % 2 == 0 ? 64 : damaged.length;
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                damaged[4 + random.nextInt(range - 4)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                assertThat(collect(damaged, LIMIT).length).isLessThanOrEqualTo((int) LIMIT);
            } catch (UnpackException e) {
                assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(rounds / 20);
    }

    @Test
    void refusesUnknownFormats() {
        assertThat(Unpacker.format(new byte[100], 0, 100)).isNull();
        assertThat(Unpacker.format(new byte[] {0x1F, (byte) 0x8B, 8}, 0, 3)).isNull();
        assertThatThrownBy(() -> collect(new byte[100], LIMIT))
                .isInstanceOf(UnpackException.class)
                .hasMessageContaining("unknown format");
    }

    /** A payload in the named format: packed here, or a fixture. */
    static byte[] packed(String name) throws IOException {
        if (name.indexOf('.') >= 0) {
            try (InputStream in = UnpackerTest.class.getResourceAsStream(name)) {
                return in.readAllBytes();
            }
        }
        return pack(name, SampleData.bytes());
    }

    /** Packs data with a compressor that is a Java library: gzip, xz, lzma or bzip2. */
    static byte[] pack(String format, byte[] data) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = compressor(format, packed)) {
            out.write(data);
        }
        return packed.toByteArray();
    }

    private static OutputStream compressor(String format, OutputStream packed) throws IOException {
        switch (format) {
            case "gzip":
                return new GZIPOutputStream(packed);
            case "xz":
                // As the kernel's build: x86 filter, a dictionary larger than the kernel, CRC32.
                LZMA2Options lzma2 = new LZMA2Options();
                lzma2.setDictSize(1 << 20);
                return new XZOutputStream(
                        packed, new FilterOptions[] {new X86Options(), lzma2}, XZ.CHECK_CRC32);
            case "lzma":
                LZMA2Options lzma = new LZMA2Options();
                lzma.setDictSize(1 << 20);
                return new LZMAOutputStream(packed, lzma, -1);
            default:
                return new BZip2CompressorOutputStream(packed);
        }
    }

    private static byte[] unpack(byte[] packed) throws UnpackException {
        return collect(withSize(packed), LIMIT);
    }

    /**
     * Appends what the kernel's build appends: four bytes, here of a size that is wrong, as it is
     * only a hint.
     */
    private static byte[] withSize(byte[] packed) {
        byte[] all = Arrays.copyOf(packed, packed.length + 4);
        all[packed.length + 1] = 0x40;
        return all;
    }

    private static byte[] collect(byte[] packed, long limit) throws UnpackException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] padded = Arrays.copyOf(packed, packed.length + Unpacker.SLACK);
        Unpacker.unpack(
                padded,
                0,
                packed.length,
                limit,
                (b, offset, length) -> out.write(b, offset, length));
        return out.toByteArray();
    }
}
