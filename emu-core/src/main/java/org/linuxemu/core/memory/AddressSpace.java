package org.linuxemu.core.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.linuxemu.core.bus.MmioDevice;

/**
 * The physical address space: RAM, device windows, and all ones where there is neither. Accesses
 * here never cross a page; the MMU splits them.
 */
public final class AddressSpace {
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final PhysicalMemory ram;
    private final CodePageTracker codePages;
    private MmioDevice[] devices = new MmioDevice[0];
    private long[] starts = new long[0];
    private long[] ends = new long[0];

    public AddressSpace(PhysicalMemory ram) {
        this.ram = ram;
        this.codePages = new CodePageTracker(ram.frameCount());
    }

    public PhysicalMemory ram() {
        return ram;
    }

    public CodePageTracker codePages() {
        return codePages;
    }

    /**
     * Gives physical addresses to a device. A window in the first MiB replaces the RAM there.
     *
     * @throws IllegalArgumentException if it overlaps another window or RAM above the first MiB
     */
    public void register(long start, long length, MmioDevice device) {
        long end = start + length;
        for (int i = 0; i < devices.length; i++) {
            if (start < ends[i] && starts[i] < end) {
                throw new IllegalArgumentException(
                        "MMIO window " + Long.toHexString(start) + " overlaps another");
            }
        }
        if (end <= 0x100000) {
            ram.punchHole((int) (start >>> 12), (int) (length >>> 12));
        } else if (ram.frameIndex(start >>> 12) >= 0 || ram.frameIndex((end - 1) >>> 12) >= 0) {
            throw new IllegalArgumentException(
                    "MMIO window " + Long.toHexString(start) + " overlaps RAM");
        }
        int n = devices.length;
        devices = Arrays.copyOf(devices, n + 1);
        starts = Arrays.copyOf(starts, n + 1);
        ends = Arrays.copyOf(ends, n + 1);
        devices[n] = device;
        starts[n] = start;
        ends[n] = end;
    }

    private int window(long address) {
        for (int i = 0; i < devices.length; i++) {
            if (address >= starts[i] && address < ends[i]) {
                return i;
            }
        }
        return -1;
    }

    /** Number of device windows, and their bounds: for displays such as {@code info mtree}. */
    public int windowCount() {
        return devices.length;
    }

    public long windowStart(int i) {
        return starts[i];
    }

    public long windowEnd(int i) {
        return ends[i];
    }

    public MmioDevice windowDevice(int i) {
        return devices[i];
    }

    /**
     * Reads 1, 2, 4 or 8 bytes that lie in one page, zero-extended. Device reads have their side
     * effects.
     */
    public long read(long address, int size) {
        byte[] frame = ram.frame(address >>> PhysicalMemory.PAGE_SHIFT);
        if (frame != null) {
            return get(frame, (int) address & (PhysicalMemory.PAGE_SIZE - 1), size);
        }
        int w = window(address);
        long ones = size == 8 ? -1L : (1L << (8 * size)) - 1;
        return w < 0 ? ones : devices[w].read(address - starts[w], size) & ones;
    }

    /** Writes the low 1, 2, 4 or 8 bytes of a value, all in one page. */
    public void write(long address, int size, long value) {
        long page = address >>> PhysicalMemory.PAGE_SHIFT;
        byte[] frame = ram.frame(page);
        if (frame != null) {
            int offset = (int) address & (PhysicalMemory.PAGE_SIZE - 1);
            int index = ram.frameIndex(page);
            put(frame, offset, size, value);
            ram.markWritten(index);
            codePages.written(index, offset, size);
            return;
        }
        int w = window(address);
        if (w >= 0) {
            devices[w].write(address - starts[w], size, value);
        }
    }

    /** Brings saved contents of RAM back; code that was cached from changed frames is dropped. */
    public void restoreRam(MemoryImage image) {
        ram.restore(
                image,
                new PhysicalMemory.RestoreListener() {
                    @Override
                    public void frameReplaced(int index) {
                        codePages.written(index, 0, PhysicalMemory.PAGE_SIZE);
                    }
                });
    }

    /**
     * As {@link #restoreRam}, for a machine that has not run: the image's pages become its RAM, and
     * the image must not be used any more.
     */
    public void adoptRam(MemoryImage image) {
        ram.adopt(image);
    }

    /**
     * Reads RAM without any side effect, not even making a frame; -1 if the address is not RAM,
     * else 0-255.
     */
    public int peekByte(long address) {
        int i = ram.frameIndex(address >>> PhysicalMemory.PAGE_SHIFT);
        if (i < 0) {
            return -1;
        }
        byte[] frame = ram.frameIfTouched(i);
        return frame == null ? 0 : frame[(int) address & (PhysicalMemory.PAGE_SIZE - 1)] & 0xFF;
    }

    /**
     * Eight bytes of RAM without side effects, for page walks on behalf of a debugger; 0 outside
     * RAM.
     */
    public long peekLong(long address) {
        int i = ram.frameIndex(address >>> PhysicalMemory.PAGE_SHIFT);
        byte[] frame = i < 0 ? null : ram.frameIfTouched(i);
        return frame == null ? 0 : (long) LONG.get(frame, (int) address & 0xFF8);
    }

    /** Bytes of a frame as a zero-extended little-endian number. */
    public static long get(byte[] frame, int offset, int size) {
        switch (size) {
            case 1:
                return frame[offset] & 0xFF;
            case 2:
                return (short) SHORT.get(frame, offset) & 0xFFFF;
            case 4:
                return (int) INT.get(frame, offset) & 0xFFFFFFFFL;
            default:
                return (long) LONG.get(frame, offset);
        }
    }

    /** Stores the low bytes of a number into a frame, little-endian. */
    public static void put(byte[] frame, int offset, int size, long value) {
        switch (size) {
            case 1:
                frame[offset] = (byte) value;
                break;
            case 2:
                SHORT.set(frame, offset, (short) value);
                break;
            case 4:
                INT.set(frame, offset, (int) value);
                break;
            default:
                LONG.set(frame, offset, value);
                break;
        }
    }
}
