package org.linuxemu.devices.boot;

import org.linuxemu.devices.board.PcMemoryLayout;

/**
 * What a PC's BIOS leaves in the first megabyte for kernels that look: interrupt vectors, the BIOS
 * data area (IBM PS/2 and PC BIOS Interface Technical Reference, section 3), the extended area, and
 * a ROM that answers every interrupt with IRET and resets the machine when it is entered at the
 * reset vector.
 */
final class BiosArea {
    private static final int IRET_OFFSET = 0xFF53;
    private static final int RESET_OFFSET = 0xFFF0;
    private static final int RESET_CODE_OFFSET = 0xE05B;

    private BiosArea() {}

    static void store(GuestMemory memory) {
        storeVectors(memory);
        storeDataArea(memory);
        storeRom(memory);
        memory.put(PcMemoryLayout.EBDA, 1, 1); // its size in KiB
    }

    private static void storeVectors(GuestMemory memory) {
        long handler = (PcMemoryLayout.BIOS >>> 4) << 16 | IRET_OFFSET;
        for (int vector = 0; vector < 256; vector++) {
            memory.put(PcMemoryLayout.IVT + 4 * vector, 4, handler);
        }
    }

    private static void storeDataArea(GuestMemory memory) {
        int bda = PcMemoryLayout.BDA;
        memory.put(bda, 2, 0x3F8); // COM1 to COM4
        memory.put(bda + 0x02, 2, 0x2F8);
        memory.put(bda + 0x04, 2, 0x3E8);
        memory.put(bda + 0x06, 2, 0x2E8);
        memory.put(bda + 0x0E, 2, PcMemoryLayout.EBDA >>> 4);
        // Equipment: coprocessor, colour text 80x25, four serial ports.
        memory.put(bda + 0x10, 2, 0x0002 | 0x0020 | 4 << 9);
        memory.put(bda + 0x13, 2, PcMemoryLayout.EBDA >>> 10); // base memory in KiB
        memory.put(bda + 0x1A, 2, 0x1E); // keyboard buffer: head, tail
        memory.put(bda + 0x1C, 2, 0x1E);
        memory.put(bda + 0x49, 1, 3); // video mode
        memory.put(bda + 0x4A, 2, 80); // columns
        memory.put(bda + 0x4C, 2, 0x1000); // bytes of a page
        memory.put(bda + 0x60, 2, 0x0607); // cursor shape
        memory.put(bda + 0x63, 2, 0x3D4); // CRT controller
        memory.put(bda + 0x65, 1, 0x29); // mode control and palette registers
        memory.put(bda + 0x66, 1, 0x30);
        memory.put(bda + 0x7C, 4, 0x01010101); // serial time-outs
        memory.put(bda + 0x80, 2, 0x1E); // keyboard buffer: start, end
        memory.put(bda + 0x82, 2, 0x3E);
        memory.put(bda + 0x84, 1, 24); // rows less one
        memory.put(bda + 0x85, 2, 16); // lines of a character
        memory.put(bda + 0x87, 1, 0x60); // EGA and VGA flags, display combination
        memory.put(bda + 0x88, 1, 0xF9);
        memory.put(bda + 0x89, 1, 0x51);
        memory.put(bda + 0x8A, 1, 0x08);
        memory.put(bda + 0x96, 1, 0x10); // keyboard with 101 keys
    }

    private static void storeRom(GuestMemory memory) {
        byte[] resetCode = {
            (byte) 0xBA,
            (byte) 0xF9,
            0x0C, // mov dx, 0CF9h
            (byte) 0xB0,
            0x06, // mov al, 6
            (byte) 0xEE, // out dx, al
            (byte) 0xF4, // hlt
            (byte) 0xEB,
            (byte) 0xFD // jmp to the hlt
        };
        memory.write(PcMemoryLayout.BIOS + RESET_CODE_OFFSET, resetCode, 0, resetCode.length);
        memory.put(PcMemoryLayout.BIOS + IRET_OFFSET, 1, 0xCF);
        byte[] vector = {
            (byte) 0xEA,
            RESET_CODE_OFFSET & 0xFF,
            (byte) (RESET_CODE_OFFSET >>> 8),
            0x00,
            (byte) 0xF0,
            '0',
            '1',
            '/',
            '0',
            '1',
            '/',
            '2',
            '6', // date
            0,
            (byte) 0xFC // model: PC AT
        };
        memory.write(PcMemoryLayout.BIOS + RESET_OFFSET, vector, 0, vector.length);
    }
}
