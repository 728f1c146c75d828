package org.linuxemu.devices.board.snapshot;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.memory.MemoryImage;
import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.devices.board.MachineState;

/** Writes a saved machine to a file, which appears under its name only when it is whole. */
public final class SnapshotWriter {
    /** Names of files that are being written begin and end with these. */
    public static final String PREFIX = "emu-snapshot-";

    public static final String SUFFIX = ".part";

    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final StateWriter index = new StateWriter();
    private final byte[][] chunks;
    private final boolean pack;
    private int chunkCount;

    private SnapshotWriter(int chunks, boolean pack) {
        this.chunks = new byte[chunks][];
        this.pack = pack;
    }

    /**
     * Writes a state. Any thread.
     *
     * @param pack deflate the pages: a fifth of the size, but it takes longer to load
     */
    public static void write(File file, SnapshotInfo info, MachineState state, boolean pack)
            throws IOException {
        MemoryImage memory = state.memory();
        int[] frames = new int[memory.pageCount()];
        int pages = 0;
        for (int i = 0; i < frames.length; i++) {
            if (memory.page(i) != null) {
                frames[pages++] = i;
            }
        }
        SnapshotWriter writer = new SnapshotWriter(SnapshotFormat.chunks(pages), pack);
        try {
            writer.describe(info, state, frames, pages);
        } finally {
            writer.deflater.end();
        }
        File directory = file.getAbsoluteFile().getParentFile();
        // Readable for the user alone: it is all that the guest knows.
        File temporary = Files.createTempFile(directory.toPath(), PREFIX, SUFFIX).toFile();
        try {
            writer.store(temporary);
            move(temporary, file);
        } finally {
            temporary.delete(); // if it is still there
        }
    }

    private static void move(File from, File to) throws IOException {
        try {
            Files.move(from.toPath(), to.toPath(), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from.toPath(), to.toPath(), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void describe(SnapshotInfo info, MachineState state, int[] frames, int pages) {
        byte[] parts = state.parts();
        index.beginSection(SnapshotFormat.SECTION, 1);
        index.writeString(info.version());
        index.writeString(info.key());
        index.writeLong(info.memory());
        index.writeString(info.cpu());
        index.writeBoolean(info.acpi());
        index.writeInt(info.exitPort());
        index.writeInt(info.exitPorts());
        index.writeLong(info.cycle());
        index.writeInt(info.openLines().length);
        for (byte[] line : info.openLines()) {
            index.writeBytes(line);
        }
        index.writeInt(parts.length);
        byte[] numbers = new byte[4 * pages];
        for (int i = 0; i < pages; i++) {
            numbers[4 * i] = (byte) (frames[i] >>> 24);
            numbers[4 * i + 1] = (byte) (frames[i] >>> 16);
            numbers[4 * i + 2] = (byte) (frames[i] >>> 8);
            numbers[4 * i + 3] = (byte) frames[i];
        }
        index.writeBytes(numbers);
        add(parts, parts.length);
        byte[] unpacked = new byte[SnapshotFormat.CHUNK_PAGES * PhysicalMemory.PAGE_SIZE];
        for (int first = 0; first < pages; first += SnapshotFormat.CHUNK_PAGES) {
            int n = Math.min(SnapshotFormat.CHUNK_PAGES, pages - first);
            for (int i = 0; i < n; i++) {
                byte[] page = state.memory().page(frames[first + i]);
                int at = i * PhysicalMemory.PAGE_SIZE;
                System.arraycopy(page, 0, unpacked, at, PhysicalMemory.PAGE_SIZE);
            }
            add(unpacked, n * PhysicalMemory.PAGE_SIZE);
        }
        index.endSection();
    }

    private void add(byte[] unpacked, int length) {
        byte[] chunk = pack ? packed(unpacked, length) : null;
        if (chunk == null) {
            chunk = Arrays.copyOf(unpacked, length);
        }
        CRC32 crc = new CRC32();
        crc.update(chunk);
        index.writeInt(chunk.length);
        index.writeInt((int) crc.getValue());
        chunks[chunkCount++] = chunk;
    }

    /** Deflated, or null if that saves nothing. */
    private byte[] packed(byte[] unpacked, int length) {
        byte[] stored = new byte[length];
        deflater.reset();
        deflater.setInput(unpacked, 0, length);
        deflater.finish();
        int n = deflater.deflate(stored);
        return deflater.finished() && n < length ? Arrays.copyOf(stored, n) : null;
    }

    private void store(File file) throws IOException {
        byte[] description = index.toByteArray();
        try (FileOutputStream out = new FileOutputStream(file);
                DataOutputStream data = new DataOutputStream(new BufferedOutputStream(out))) {
            data.writeLong(SnapshotFormat.MAGIC);
            data.writeInt(SnapshotFormat.FORMAT);
            data.writeInt(description.length);
            data.write(description);
            for (int i = 0; i < chunkCount; i++) {
                data.write(chunks[i]);
            }
        }
    }
}
