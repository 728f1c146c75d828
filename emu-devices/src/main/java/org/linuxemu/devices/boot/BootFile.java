package org.linuxemu.devices.boot;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;

/**
 * A kernel, initrd or module file, opened for reading; everything that goes wrong is one line
 * naming the file.
 */
final class BootFile implements Closeable {
    private static final int BUFFER_SIZE = 128 << 10;

    private final String role;
    private final String name;
    private final RandomAccessFile file;
    private final long length;
    private byte[] buffer;

    private BootFile(String role, String name, RandomAccessFile file, long length) {
        this.role = role;
        this.name = name;
        this.file = file;
        this.length = length;
    }

    /**
     * Opens a regular file.
     *
     * @param role what the file is to the user: kernel, initrd or module
     */
    static BootFile open(String role, String name) throws BootImageException {
        File path = new File(name);
        if (!path.exists()) {
            throw error(role, name, "no such file");
        }
        if (path.isDirectory()) {
            throw error(role, name, "is a directory");
        }
        // Pipes and devices may never end.
        if (!path.isFile()) {
            throw error(role, name, "is not a regular file");
        }
        try {
            RandomAccessFile file = new RandomAccessFile(path, "r");
            try {
                long length = file.length();
                if (length == 0) {
                    throw error(role, name, "is empty");
                }
                return new BootFile(role, name, file, length);
            } catch (IOException | BootImageException e) {
                file.close();
                throw e;
            }
        } catch (IOException e) {
            throw error(role, name, path.canRead() ? "cannot be opened" : "permission denied");
        }
    }

    static BootImageException error(String role, String name, String reason) {
        return new BootImageException("cannot load the " + role + " '" + name + "': " + reason);
    }

    BootImageException error(String reason) {
        return error(role, name, reason);
    }

    long length() {
        return length;
    }

    /** Reads exactly {@code count} bytes at a position. */
    void read(long position, byte[] target, int offset, int count) throws BootImageException {
        try {
            file.seek(position);
            // The JDK copies through a native buffer as large as the request.
            while (count > 0) {
                int n = file.read(target, offset, Math.min(count, BUFFER_SIZE));
                if (n <= 0) {
                    throw error("is truncated");
                }
                offset += n;
                count -= n;
            }
        } catch (IOException e) {
            throw error("cannot be read");
        }
    }

    /** The first bytes of the file: at most {@code count}, fewer if the file is shorter. */
    byte[] head(int count) throws BootImageException {
        byte[] bytes = new byte[(int) Math.min(count, length)];
        read(0, bytes, 0, bytes.length);
        return bytes;
    }

    /** Copies {@code count} bytes at a position of the file to guest memory. */
    void readInto(GuestMemory memory, long position, long address, long count)
            throws BootImageException {
        if (buffer == null) {
            buffer = new byte[BUFFER_SIZE];
        }
        while (count > 0) {
            int n = (int) Math.min(count, BUFFER_SIZE - (address & GuestMemory.PAGE_MASK));
            read(position, buffer, 0, n);
            memory.write(address, buffer, 0, n);
            position += n;
            address += n;
            count -= n;
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            // Nothing was written, so nothing is lost.
            return;
        }
    }
}
