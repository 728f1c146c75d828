package org.linuxemu.core.cpu;

import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.memory.AddressSpace;
import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.core.mmu.Mmu;
import org.linuxemu.core.mmu.PageWalker;

/**
 * Guest memory for a debugger, through the page tables of one processor and without side effects.
 */
final class CpuMemory implements MemoryAccess {
    private static final int PAGE = PhysicalMemory.PAGE_SIZE;

    private final Mmu mmu;
    private final AddressSpace memory;
    private final PhysicalMemory ram;

    CpuMemory(Mmu mmu) {
        this.mmu = mmu;
        this.memory = mmu.memory();
        this.ram = memory.ram();
    }

    @Override
    public int read(long linear, byte[] destination, int offset, int length) {
        int done = 0;
        while (done < length) {
            int n = Math.min(length - done, PAGE - ((int) (linear + done) & (PAGE - 1)));
            long physical = mmu.translateForDebugger(linear + done);
            if (physical < 0 || readPhysical(physical, destination, offset + done, n) != n) {
                break;
            }
            done += n;
        }
        return done;
    }

    @Override
    public int write(long linear, byte[] source, int offset, int length) {
        int done = 0;
        while (done < length) {
            int n = Math.min(length - done, PAGE - ((int) (linear + done) & (PAGE - 1)));
            long physical = mmu.translateForDebugger(linear + done);
            if (physical < 0 || writePhysical(physical, source, offset + done, n) != n) {
                break;
            }
            done += n;
        }
        return done;
    }

    @Override
    public int readPhysical(long physical, byte[] destination, int offset, int length) {
        int done = 0;
        while (done < length) {
            int in = (int) (physical + done) & (PAGE - 1);
            int n = Math.min(length - done, PAGE - in);
            int frame = ram.frameIndex((physical + done) >>> PhysicalMemory.PAGE_SHIFT);
            if (frame < 0) {
                break;
            }
            byte[] bytes = ram.frameIfTouched(frame);
            if (bytes == null) {
                java.util.Arrays.fill(destination, offset + done, offset + done + n, (byte) 0);
            } else {
                System.arraycopy(bytes, in, destination, offset + done, n);
            }
            done += n;
        }
        return done;
    }

    @Override
    public int writePhysical(long physical, byte[] source, int offset, int length) {
        int done = 0;
        while (done < length) {
            int in = (int) (physical + done) & (PAGE - 1);
            int n = Math.min(length - done, PAGE - in);
            long page = (physical + done) >>> PhysicalMemory.PAGE_SHIFT;
            byte[] bytes = ram.frame(page);
            if (bytes == null) {
                break;
            }
            System.arraycopy(source, offset + done, bytes, in, n);
            memory.codePages().written(ram.frameIndex(page), in, n);
            done += n;
        }
        return done;
    }

    @Override
    public long translate(long linear) {
        return mmu.translateForDebugger(linear);
    }

    @Override
    public void describeWalk(long linear, DebugOutput output) {
        long physical = mmu.translateForDebugger(linear);
        PageWalker walker = mmu.walker();
        for (int level = 0; level < walker.depth(); level++) {
            output.print(
                    line(walker.depth() - level, walker.entryAddress(level), walker.entry(level)));
        }
        output.print(
                physical < 0
                        ? "not mapped: an access raises #PF\n"
                        : "physical "
                                + hex(physical)
                                + (ram.frameIndex(physical >>> 12) < 0 ? " (not RAM)\n" : "\n"));
    }

    private static String line(int level, long address, long entry) {
        StringBuilder s = new StringBuilder(64);
        s.append("level ")
                .append(level)
                .append(" entry at ")
                .append(address < 0 ? "PDPTE" : hex(address));
        s.append(" = ").append(hex(entry)).append(' ');
        flag(s, entry, 0, 'P');
        flag(s, entry, 1, 'W');
        flag(s, entry, 2, 'U');
        flag(s, entry, 5, 'A');
        flag(s, entry, 6, 'D');
        flag(s, entry, 7, 'L');
        flag(s, entry, 8, 'G');
        s.append(entry < 0 ? 'N' : '-');
        return s.append('\n').toString();
    }

    private static void flag(StringBuilder s, long entry, int bit, char name) {
        s.append((entry >>> bit & 1) != 0 ? name : '-');
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
