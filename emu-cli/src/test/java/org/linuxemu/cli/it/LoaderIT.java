package org.linuxemu.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

/** Forms of kernels and initial RAM file systems other than the usual ones. */
class LoaderIT {
    @TempDir Path directory;

    @Test
    void anElfKernelBoots() throws Exception {
        try (GuestSession guest =
                GuestSession.start(
                        "-kernel",
                        Images.slim().resolveSibling("vmlinux").toString(),
                        "-initrd",
                        Images.busybox().toString(),
                        "-append",
                        "console=ttyS0",
                        "-nographic")) {
            guest.expect("/ # ");
            assertThat(guest.run("/bin/hello")).isEqualTo("Hello from the custom kernel!");
            guest.type("poweroff -f");
            assertThat(guest.exitStatus()).isZero();
        }
    }

    /**
     * One initrd of eight archives, each packed another way: the kernel sees it as it is in the
     * file.
     */
    @Test
    void theInitrdReachesTheKernelUntouchedWhateverItsFormat() throws Exception {
        Path initrd = directory.resolve("initrd");
        try (OutputStream out = Files.newOutputStream(initrd)) {
            out.write(archive("raw"));
            out.write(Files.readAllBytes(Images.busybox()));
            pad(out, initrd);
            out.write(gzip(archive("gzip")));
            pad(out, initrd);
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            LZMA2Options options = new LZMA2Options();
            options.setDictSize(1 << 20);
            try (OutputStream xz = new XZOutputStream(packed, options, XZ.CHECK_CRC32)) {
                xz.write(archive("xz"));
            }
            out.write(packed.toByteArray());
            pad(out, initrd);
            packed.reset();
            try (OutputStream bzip2 = new BZip2CompressorOutputStream(packed)) {
                bzip2.write(archive("bzip2"));
            }
            out.write(packed.toByteArray());
            pad(out, initrd);
            out.write(zstd(archive("zstd")));
            pad(out, initrd);
            packed.reset();
            byte[] last = archive("lzma");
            try (OutputStream lzma = new LZMAOutputStream(packed, options, last.length)) {
                lzma.write(last);
            }
            out.write(packed.toByteArray());
            pad(out, initrd);
            out.write(lz4(archive("lz4"))); // Linux takes what follows one for more of it
        }
        try (GuestSession guest =
                GuestSession.start(
                        "-kernel",
                        Images.slim().toString(),
                        "-initrd",
                        initrd.toString(),
                        "-append",
                        "console=ttyS0",
                        "-nographic")) {
            guest.expect("/ # ");
            assertThat(guest.run("cd /; cat in-*"))
                    .isEqualTo("bzip2\ngzip\nlz4\nlzma\nraw\nxz\nzstd");
            assertThat(guest.console()).doesNotContain("Initramfs unpacking failed");
        }
    }

    /** An archive in newc format with one file, {@code /in-NAME}. */
    private static byte[] archive(String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CpioArchiveOutputStream cpio = new CpioArchiveOutputStream(bytes)) {
            byte[] content = (name + "\n").getBytes(StandardCharsets.US_ASCII);
            CpioArchiveEntry entry = new CpioArchiveEntry("in-" + name, content.length);
            entry.setMode(CpioArchiveEntry.C_ISREG | 0644);
            cpio.putArchiveEntry(entry);
            cpio.write(content);
            cpio.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    /**
     * Archives start at multiples of four bytes (Linux,
     * Documentation/driver-api/early-userspace/buffer-format.rst).
     */
    private static void pad(OutputStream out, Path file) throws IOException {
        out.flush();
        out.write(new byte[(int) (-Files.size(file) & 3)]);
    }

    private static byte[] gzip(byte[] data) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(data);
        }
        return bytes.toByteArray();
    }

    /** A frame of one raw block (RFC 8878, sections 3.1.1 and 3.1.1.2). */
    private static byte[] zstd(byte[] data) {
        ByteBuffer frame = ByteBuffer.allocate(data.length + 12).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(0xFD2FB528)
                .put((byte) 0xA0)
                .putInt(data.length); // single segment, size in four bytes
        int header = data.length << 3 | 1; // last block, raw
        frame.put((byte) header).put((byte) (header >> 8)).put((byte) (header >> 16));
        return frame.put(data).array();
    }

    /** The legacy frame, the only one that Linux unpacks, with one sequence of literals. */
    private static byte[] lz4(byte[] data) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0xF0);
        int rest = data.length - 15;
        for (; rest >= 255; rest -= 255) {
            block.write(255);
        }
        block.write(rest);
        block.writeBytes(data);
        ByteBuffer frame = ByteBuffer.allocate(block.size() + 8).order(ByteOrder.LITTLE_ENDIAN);
        return frame.putInt(0x184C2102).putInt(block.size()).put(block.toByteArray()).array();
    }
}
