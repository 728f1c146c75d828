package org.linuxemu.devices.boot;

import org.linuxemu.devices.boot.unpack.UnpackException;
import org.linuxemu.devices.boot.unpack.UnpackSink;

/**
 * Takes an ELF kernel as a stream and puts its segments into guest memory as they come, without
 * keeping the file. What follows the segments, such as the relocations that a bzImage appends, is
 * passed over.
 */
final class ElfSink implements UnpackSink {
    /**
     * The program header table must end within this many bytes; kernels have it right behind the
     * ELF header.
     */
    private static final int MAX_HEAD = 64 << 10;

    private final GuestMemory memory;
    private byte[] head = new byte[4096];
    private int headSize;
    private long position;
    private ElfHeader header;
    private ElfSegments segments;
    private ImageFormatException problem;

    ElfSink(GuestMemory memory) {
        this.memory = memory;
    }

    /** Null until the program headers have come. */
    ElfSegments segments() {
        return segments;
    }

    ElfHeader header() {
        return header;
    }

    /** Why the unpacked kernel cannot be loaded although unpacking went well; else null. */
    ImageFormatException problem() {
        return problem;
    }

    @Override
    public void accept(byte[] buffer, int offset, int length) throws UnpackException {
        if (segments == null) {
            int taken = Math.min(length, MAX_HEAD - headSize);
            if (headSize + taken > head.length) {
                head = java.util.Arrays.copyOf(head, Math.max(headSize + taken, 2 * head.length));
            }
            System.arraycopy(buffer, offset, head, headSize, taken);
            headSize += taken;
            parseHead();
            if (segments == null) {
                if (headSize == MAX_HEAD) {
                    throw new UnpackException("its program headers are not at its beginning");
                }
                return;
            }
            copy(head, 0, headSize);
            offset += taken;
            length -= taken;
        }
        copy(buffer, offset, length);
    }

    private void parseHead() throws UnpackException {
        try {
            if (header == null) {
                if (headSize < ElfHeader.SIZE) {
                    return;
                }
                if (!ElfHeader.isElf(head)) {
                    throw new UnpackException("it does not unpack to an ELF file");
                }
                header = ElfHeader.parse(java.util.Arrays.copyOf(head, ElfHeader.SIZE));
            }
            if (headSize >= header.tableOffset + header.tableSize()) {
                segments = new ElfSegments(header, head, (int) header.tableOffset, memory.lowEnd());
                LinuxPlacement.checkAboveFirstMegabyte(segments);
            }
        } catch (ImageFormatException e) {
            problem = e;
            throw new UnpackException("the kernel inside " + e.getMessage());
        }
    }

    private void copy(byte[] buffer, int offset, int length) {
        for (int i = 0; i < segments.count; i++) {
            long from = Math.max(position, segments.fileStart[i]);
            long to = Math.min(position + length, segments.fileStart[i] + segments.fileSize[i]);
            if (from < to) {
                long address = segments.start[i] + from - segments.fileStart[i];
                memory.write(address, buffer, offset + (int) (from - position), (int) (to - from));
            }
        }
        position += length;
    }

    /** Called after the last byte: everything must have come. */
    void finish() throws UnpackException {
        if (segments == null || position < segments.fileEnd) {
            throw new UnpackException("it unpacks to a truncated ELF file");
        }
    }
}
