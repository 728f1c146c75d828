package org.linuxemu.core.cpu;

import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.memory.AddressSpace;
import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.core.mmu.Mmu;
import org.linuxemu.core.state.CpuState;

/**
 * Guest memory for a debugger, through the page tables of one processor and without side effects.
 */
final class CpuMemory implements MemoryAccess {
    private static final int PAGE = PhysicalMemory.PAGE_SIZE;

    private final CpuState state;
    private final Mmu mmu;
    private final AddressSpace memory;
    private final PhysicalMemory ram;

    CpuMemory(CpuState state, Mmu mmu) {
        this.state = state;
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
            int frame = ram.frameIndex(page);
            ram.markWritten(frame);
            memory.codePages().written(frame, in, n);
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
        new WalkDescription(state, mmu).print(linear, output);
    }
}
