package org.linuxemu.devices.board.snapshot;

import java.io.EOFException;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.memory.MemoryImage;
import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.devices.board.MachineState;

/**
 * Reads a saved machine from a file. Whatever is in the file, the only exception is {@link
 * SnapshotException}, and a state is only made of bytes whose checksums were right.
 */
public final class SnapshotReader {
    private static final int WORKERS = 2;
    private static final String NO_ROOM = "does not fit into this Java's memory; use java -Xmx...";

    private final File file;
    private SnapshotInfo info;
    private byte[] parts;
    private int[] frames;
    private byte[][] pages;
    private long[] offsets;
    private int[] lengths;
    private int[] checksums;

    /** The next chunk that no thread has taken. */
    private final AtomicInteger next = new AtomicInteger();

    private volatile SnapshotException failure;

    private SnapshotReader(File file) {
        this.file = file;
    }

    /** Reads what the file says about itself. */
    public static SnapshotReader open(File file) throws SnapshotException {
        SnapshotReader reader = new SnapshotReader(file);
        try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
            reader.readIndex(in);
        } catch (FileNotFoundException e) {
            throw new SnapshotException(
                    file.exists() ? "cannot be opened" : "there is no such file");
        } catch (EOFException e) {
            throw new SnapshotException("is truncated");
        } catch (StateFormatException e) {
            throw new SnapshotException("is damaged: " + e.getMessage());
        } catch (IOException e) {
            throw new SnapshotException("cannot be read: " + e.getMessage());
        }
        return reader;
    }

    private void readIndex(RandomAccessFile in)
            throws IOException, SnapshotException, StateFormatException {
        if (in.length() < SnapshotFormat.HEADER_SIZE || in.readLong() != SnapshotFormat.MAGIC) {
            throw new SnapshotException("is no snapshot of this emulator");
        }
        int format = in.readInt();
        if (format != SnapshotFormat.FORMAT) {
            throw new SnapshotException(
                    "has format "
                            + format
                            + ", made by another version; this one reads format "
                            + SnapshotFormat.FORMAT);
        }
        int length = in.readInt();
        if (length < 0
                || length > SnapshotFormat.MAX_INDEX
                || length > in.length() - SnapshotFormat.HEADER_SIZE) {
            throw new SnapshotException("is truncated or damaged");
        }
        byte[] index = new byte[length];
        in.readFully(index);
        StateReader r = new StateReader(index);
        r.beginSection(SnapshotFormat.SECTION, 1);
        info =
                new SnapshotInfo(
                        r.readString(),
                        r.readString(),
                        r.readLong(PhysicalMemory.PAGE_SIZE, SnapshotFormat.MAX_MEMORY),
                        r.readString(),
                        r.readBoolean(),
                        r.readInt(-1, 0xFFFF),
                        r.readInt(0, 4),
                        r.readLong(0, Long.MAX_VALUE),
                        readLines(r));
        parts = new byte[r.readInt(0, SnapshotFormat.MAX_PARTS)];
        readFrames(r.readBytes(SnapshotFormat.MAX_INDEX));
        int chunks = SnapshotFormat.chunks(frames.length);
        offsets = new long[chunks];
        lengths = new int[chunks];
        checksums = new int[chunks];
        long at = SnapshotFormat.HEADER_SIZE + length;
        for (int i = 0; i < chunks; i++) {
            offsets[i] = at;
            lengths[i] = r.readInt(0, unpacked(i));
            checksums[i] = r.readInt();
            at += lengths[i];
        }
        r.endSection();
        if (at != in.length()) {
            throw new SnapshotException(at > in.length() ? "is truncated" : "is too long");
        }
    }

    private static byte[][] readLines(StateReader r) throws StateFormatException {
        byte[][] lines = new byte[r.readInt(0, SnapshotFormat.MAX_PORTS)][];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = r.readBytes(SnapshotFormat.MAX_LINE);
        }
        return lines;
    }

    private void readFrames(byte[] numbers) throws StateFormatException {
        frames = new int[numbers.length / 4];
        int before = -1;
        for (int i = 0; i < frames.length; i++) {
            int n =
                    (numbers[4 * i] & 0xFF) << 24
                            | (numbers[4 * i + 1] & 0xFF) << 16
                            | (numbers[4 * i + 2] & 0xFF) << 8
                            | (numbers[4 * i + 3] & 0xFF);
            if (n <= before || n >= info.memory() >>> PhysicalMemory.PAGE_SHIFT) {
                throw new StateFormatException("bad frame number " + n);
            }
            frames[i] = n;
            before = n;
        }
    }

    /** Bytes of a chunk before it was packed. */
    private int unpacked(int chunk) {
        if (chunk == 0) {
            return parts.length;
        }
        int first = (chunk - 1) * SnapshotFormat.CHUNK_PAGES;
        return Math.min(SnapshotFormat.CHUNK_PAGES, frames.length - first)
                * PhysicalMemory.PAGE_SIZE;
    }

    /** What the snapshot says about itself. */
    public SnapshotInfo info() {
        return info;
    }

    /**
     * Reads the whole machine, on several threads. Once.
     *
     * @throws SnapshotException when a byte is not as it was written
     */
    public MachineState load() throws SnapshotException {
        try {
            pages = new byte[(int) (info.memory() >>> PhysicalMemory.PAGE_SHIFT)][];
        } catch (OutOfMemoryError e) {
            throw new SnapshotException(NO_ROOM);
        }
        Thread[] helpers = new Thread[WORKERS - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] =
                    new Thread("snapshot-reader") {
                        @Override
                        public void run() {
                            work();
                        }
                    };
            helpers[i].setDaemon(true);
            helpers[i].start();
        }
        work();
        for (Thread helper : helpers) {
            try {
                helper.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SnapshotException("was not read: interrupted");
            }
        }
        if (failure != null) {
            throw failure;
        }
        return new MachineState(parts, new MemoryImage(info.memory(), pages));
    }

    private void work() {
        Inflater inflater = new Inflater(true);
        try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
            int chunk;
            while (failure == null && (chunk = next.getAndIncrement()) < offsets.length) {
                byte[] stored = new byte[lengths[chunk]];
                in.seek(offsets[chunk]);
                in.readFully(stored);
                unpack(chunk, stored, inflater);
            }
        } catch (EOFException e) {
            failure = new SnapshotException("is truncated");
        } catch (IOException e) {
            failure = new SnapshotException("cannot be read: " + e.getMessage());
        } catch (SnapshotException e) {
            failure = e;
        } catch (OutOfMemoryError e) {
            failure = new SnapshotException(NO_ROOM);
        } finally {
            inflater.end();
        }
    }

    private void unpack(int chunk, byte[] stored, Inflater inflater) throws SnapshotException {
        CRC32 crc = new CRC32();
        crc.update(stored);
        if ((int) crc.getValue() != checksums[chunk]) {
            throw new SnapshotException("is damaged (checksum of part " + chunk + ")");
        }
        boolean packed = stored.length < unpacked(chunk);
        inflater.reset();
        inflater.setInput(stored);
        if (chunk == 0) {
            fill(parts, packed ? inflater : null, stored, 0);
            return;
        }
        int first = (chunk - 1) * SnapshotFormat.CHUNK_PAGES;
        int end = Math.min(first + SnapshotFormat.CHUNK_PAGES, frames.length);
        for (int i = first; i < end; i++) {
            byte[] page = new byte[PhysicalMemory.PAGE_SIZE];
            fill(page, packed ? inflater : null, stored, (i - first) * PhysicalMemory.PAGE_SIZE);
            pages[frames[i]] = page;
        }
    }

    /** Takes the next bytes from the inflater, or without one from an offset of a chunk. */
    private static void fill(byte[] to, Inflater inflater, byte[] stored, int offset)
            throws SnapshotException {
        if (inflater == null) {
            System.arraycopy(stored, offset, to, 0, to.length);
            return;
        }
        try {
            int n = 0;
            while (n < to.length) {
                int got = inflater.inflate(to, n, to.length - n);
                if (got == 0) {
                    throw new SnapshotException("is damaged (packed data end early)");
                }
                n += got;
            }
        } catch (DataFormatException e) {
            throw new SnapshotException("is damaged (packed data)");
        }
    }
}
