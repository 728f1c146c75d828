package org.linuxemu.gdbstub.toy;

import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.debug.MemoryAccess;

/** Memory of the toy. */
public final class ToyMemory implements MemoryAccess {
    private final ToyMachine machine;

    /** Bytes that debuggers have read. */
    public volatile long bytesRead;

    ToyMemory(ToyMachine machine) {
        this.machine = machine;
    }

    @Override
    public long translate(long linear) {
        if (linear >= 0 && linear < ToyMachine.RAM_SIZE) {
            return (linear & ~0xfff) == ToyMachine.HOLE ? -1 : linear;
        }
        long offset = linear - machine.kernelAt;
        return machine.kernelAt != 0 && offset >= 0 && offset < ToyMachine.RAM_SIZE ? offset : -1;
    }

    @Override
    public int read(long linear, byte[] destination, int offset, int length) {
        int n = 0;
        while (n < length && isMemory(translate(linear + n))) {
            destination[offset + n] = machine.ram[(int) translate(linear + n)];
            n++;
        }
        bytesRead += n;
        return n;
    }

    @Override
    public int write(long linear, byte[] source, int offset, int length) {
        int n = 0;
        while (n < length && isMemory(translate(linear + n))) {
            machine.ram[(int) translate(linear + n)] = source[offset + n];
            n++;
        }
        return n;
    }

    @Override
    public int readPhysical(long physical, byte[] destination, int offset, int length) {
        int n = 0;
        while (n < length && isMemory(physical + n)) {
            destination[offset + n] = machine.ram[(int) physical + n];
            n++;
        }
        return n;
    }

    @Override
    public int writePhysical(long physical, byte[] source, int offset, int length) {
        int n = 0;
        while (n < length && isMemory(physical + n)) {
            machine.ram[(int) physical + n] = source[offset + n];
            n++;
        }
        return n;
    }

    private static boolean isMemory(long physical) {
        return physical >= 0
                && physical < ToyMachine.RAM_SIZE
                && (physical < ToyMachine.DEVICE || physical >= ToyMachine.DEVICE_END);
    }

    @Override
    public void describeWalk(long linear, DebugOutput output) {
        long physical = translate(linear);
        output.println(
                physical < 0 ? "not present" : "present, at 0x" + Long.toHexString(physical));
    }
}
