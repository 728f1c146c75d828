package org.linuxemu.cli.snapshot;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.linuxemu.cli.machine.CpuChoice;
import org.linuxemu.cli.machine.MachineConfig;
import org.linuxemu.devices.board.snapshot.SnapshotWriter;

/**
 * Booted machines in the user's cache directory, one file for each combination of images and
 * options. A file's name is a hash of its key; the whole key is in the file and is compared.
 */
final class FastBootCache {
    /** More files than this are not kept: those not used for the longest time go. */
    private static final int MOST_FILES = 16;

    /** Nor more bytes than this, beside the newest file. */
    private static final long MOST_BYTES = 1L << 30;

    /** After so long nobody goes on with writing a file. */
    private static final long ABANDONED_MILLIS = 3_600_000;

    private static final String SUFFIX = ".snapshot";

    private final File directory;

    FastBootCache(File directory) {
        this.directory = directory;
    }

    /**
     * The emulator's directory among the user's caches: {@code $EMU_CACHE}, or what the system has
     * for caches.
     */
    static FastBootCache ofUser() {
        String own = System.getenv("EMU_CACHE");
        File base;
        if (own != null && !own.isEmpty()) {
            base = new File(own);
        } else {
            base = new File(systemCaches(), "linuxemu");
        }
        return new FastBootCache(new File(base, "fast-boot"));
    }

    private static File systemCaches() {
        String home = System.getProperty("user.home", ".");
        String system = System.getProperty("os.name", "");
        String xdg = System.getenv("XDG_CACHE_HOME");
        if (xdg != null && !xdg.isEmpty()) {
            return new File(xdg);
        }
        String local = System.getenv("LOCALAPPDATA");
        if (system.startsWith("Windows") && local != null && !local.isEmpty()) {
            return new File(local);
        }
        return system.startsWith("Mac")
                ? new File(new File(home, "Library"), "Caches")
                : new File(home, ".cache");
    }

    /**
     * All that the booted machine depends on.
     *
     * @param build of the emulator
     * @throws IOException when an image cannot be read
     */
    static String key(MachineConfig config, String build) throws IOException {
        StringBuilder key = new StringBuilder("emulator ").append(build);
        key.append("\nkernel ").append(contents(config.kernel()));
        String initrd = config.initrd();
        if (initrd != null) {
            key.append("\ninitrd");
            if (new File(initrd).exists()) {
                key.append(' ').append(contents(new File(initrd)));
            } else {
                modules(initrd, key);
            }
        }
        key.append("\nappend ").append(config.commandLine());
        key.append("\ndecompressor ").append(config.bootDecompressor());
        key.append("\nmemory ").append(config.memory());
        CpuChoice cpu = config.cpu();
        key.append("\ncpu ").append(cpu.model()).append(" +").append(cpu.added());
        key.append(" -").append(cpu.removed());
        key.append("\nacpi ").append(config.acpi());
        if (config.exitDevice() != null) {
            key.append("\nexit ").append(config.exitDevice().ioBase());
            key.append(' ').append(config.exitDevice().ioSize());
        }
        key.append("\nrtc ").append(config.rtcSeconds());
        return key.append("\nseed ").append(config.seed()).toString();
    }

    /** Multiboot modules: FILE [TEXT],FILE [TEXT],... with doubled commas in names. */
    private static void modules(String list, StringBuilder key) throws IOException {
        key.append(' ').append(list);
        for (String module : list.replace(",,", "\0").split(",")) {
            String name = module.replace('\0', ',');
            int space = name.indexOf(' ');
            key.append(' ').append(contents(new File(space < 0 ? name : name.substring(0, space))));
        }
    }

    /** Length and two checksums: enough to notice that a file has changed. */
    private static String contents(File file) throws IOException {
        CRC32 one = new CRC32();
        CRC32C other = new CRC32C();
        try (FileInputStream in = new FileInputStream(file)) {
            FileChannel channel = in.getChannel();
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
            while (channel.read(buffer) >= 0) {
                buffer.flip();
                one.update(buffer);
                buffer.rewind();
                other.update(buffer);
                buffer.clear();
            }
            return channel.size()
                    + ":"
                    + Long.toHexString(one.getValue())
                    + ":"
                    + Long.toHexString(other.getValue());
        }
    }

    /** The file for a key, whether it is there or not. */
    File file(String key) {
        long hash = 0xCBF29CE484222325L; // FNV-1a
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * 0x100000001B3L;
        }
        StringBuilder name = new StringBuilder(Long.toHexString(hash));
        while (name.length() < 16) {
            name.insert(0, '0');
        }
        return new File(directory, name + SUFFIX);
    }

    /** Makes the directory, readable for the user alone, and room for one more file in it. */
    void prepare() throws IOException {
        if (!directory.isDirectory()) {
            if (!directory.mkdirs() && !directory.isDirectory()) {
                throw new IOException("cannot make the directory " + directory);
            }
            directory.setReadable(false, false);
            directory.setReadable(true, true);
            directory.setExecutable(false, false);
            directory.setExecutable(true, true);
        }
        delete(SUFFIX, MOST_FILES - 1, MOST_BYTES, Long.MAX_VALUE);
        delete(SnapshotWriter.SUFFIX, 0, 0, System.currentTimeMillis() - ABANDONED_MILLIS);
    }

    /** Deletes files with this end of the name, all but the newest, if from before a time. */
    private void delete(String end, int mostFiles, long mostBytes, long before) {
        File[] files = directory.listFiles((d, name) -> name.endsWith(end));
        if (files == null) {
            return;
        }
        Arrays.sort(files, (a, b) -> Long.compare(b.lastModified(), a.lastModified()));
        long bytes = 0;
        for (int i = 0; i < files.length; i++) {
            bytes += files[i].length();
            if ((i >= mostFiles || bytes > mostBytes) && files[i].lastModified() < before) {
                files[i].delete();
            }
        }
    }
}
