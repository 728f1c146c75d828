package org.linuxemu.cli.fake;

import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.debug.MemoryAccess;

/** Memory in an array; linear and physical addresses are the same. */
public final class FakeMemory implements MemoryAccess {
    private final byte[] memory;

    public FakeMemory(byte[] memory) {
        this.memory = memory;
    }

    @Override
    public int read(long linear, byte[] destination, int offset, int length) {
        if (linear < 0 || linear >= memory.length) {
            return 0;
        }
        int n = (int) Math.min(length, memory.length - linear);
        System.arraycopy(memory, (int) linear, destination, offset, n);
        return n;
    }

    @Override
    public int write(long linear, byte[] source, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int readPhysical(long physical, byte[] destination, int offset, int length) {
        return read(physical, destination, offset, length);
    }

    @Override
    public int writePhysical(long physical, byte[] source, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long translate(long linear) {
        return linear >= 0 && linear < memory.length ? linear : -1;
    }

    @Override
    public void describeWalk(long linear, DebugOutput output) {
        throw new UnsupportedOperationException();
    }
}
