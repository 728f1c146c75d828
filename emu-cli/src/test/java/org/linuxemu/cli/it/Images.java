package org.linuxemu.cli.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The guest images of the cache that images/ describes; the build has made them before these tests
 * run.
 */
final class Images {
    private Images() {}

    static Path cloud61() throws IOException {
        return made("cloud-6.1/bzImage");
    }

    static Path cloud612() throws IOException {
        return made("cloud-6.12/bzImage");
    }

    static Path slim() throws IOException {
        return made("slim-6.12/bzImage");
    }

    static Path busybox() throws IOException {
        return made("busybox/initramfs.cpio.gz");
    }

    static Path bash() throws IOException {
        return made("bash/init.cpio");
    }

    static Path exercises() throws IOException {
        return made("exercises/initramfs.cpio.gz");
    }

    static Path debianPrograms() throws IOException {
        return made("debian-programs/initramfs.cpio");
    }

    /** Where the programs of the busybox initramfs lie. */
    static Path programs() throws IOException {
        return made("busybox/demo").getParent();
    }

    /** Root of the checkout. */
    static Path project() {
        return Path.of("").toAbsolutePath().getParent();
    }

    private static Path made(String name) throws IOException {
        Path path = cache().resolve(name);
        if (!Files.isRegularFile(path)) {
            throw new IOException(
                    "no image " + path + "; images/fetch-all.sh --slim --programs makes it");
        }
        return path;
    }

    static Path cache() {
        String own = System.getenv("EMU_CACHE");
        if (own != null && !own.isEmpty()) {
            return Path.of(own);
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        return xdg != null && !xdg.isEmpty()
                ? Path.of(xdg, "linuxemu")
                : Path.of(System.getProperty("user.home"), ".cache", "linuxemu");
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
