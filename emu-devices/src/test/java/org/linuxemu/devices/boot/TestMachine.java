package org.linuxemu.devices.boot;

import org.linuxemu.core.memory.AddressSpace;
import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.devices.board.PcMemoryLayout;

/** RAM and registers, and a look at them. */
final class TestMachine {
    final PhysicalMemory ram;
    final CpuState state = new CpuState();
    private final AddressSpace memory;

    TestMachine(long mebibytes) {
        ram = new PhysicalMemory(mebibytes << 20, PcMemoryLayout.PCI_HOLE);
        memory = new AddressSpace(ram);
    }

    BootResult load(BootRequest request) throws BootImageException {
        return BootLoader.load(request, ram, state);
    }

    byte[] bytes(long address, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) memory.peekByte(address + i);
        }
        return bytes;
    }

    int u8(long address) {
        return memory.peekByte(address);
    }

    int u16(long address) {
        return LittleEndian.u16(bytes(address, 2), 0);
    }

    int i32(long address) {
        return LittleEndian.i32(bytes(address, 4), 0);
    }

    long i64(long address) {
        return LittleEndian.i64(bytes(address, 8), 0);
    }

    /** The zero-terminated string at an address. */
    String string(long address) {
        StringBuilder text = new StringBuilder();
        for (int c = u8(address); c != 0; c = u8(++address)) {
            text.append((char) c);
        }
        return text.toString();
    }

    /** Follows the page tables from CR3 to a page of 2 MiB; -1 if an entry is not present. */
    long translate(long linear) {
        long table = state.cr3;
        for (int shift = 39; shift >= 21; shift -= 9) {
            long entry = i64(table + 8 * ((linear >>> shift) & 0x1FF));
            if ((entry & 1) == 0) {
                return -1;
            }
            if ((entry & 0x80) != 0) {
                return (entry & 0xF_FFFF_FFE0_0000L) + (linear & 0x1F_FFFF);
            }
            table = entry & 0xF_FFFF_FFFF_F000L;
        }
        return -1;
    }
}
