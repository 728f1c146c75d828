package org.linuxemu.core.cpu;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.linuxemu.core.memory.MemoryImage;
import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.MsrState;
import org.linuxemu.core.state.SegmentRegister;

/** A checksum over registers and RAM, for finding where two runs part. */
final class StateHash {
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer buffer = ByteBuffer.allocate(8);

    private StateHash() {}

    static long of(CpuState s, PhysicalMemory ram, long cycles) {
        StateHash h = new StateHash();
        h.add(cycles);
        h.registers(s);
        h.memory(ram);
        return h.crc.getValue();
    }

    private void add(long value) {
        buffer.putLong(0, value);
        crc.update(buffer.array());
    }

    private void add(long[] values, int count) {
        for (int i = 0; i < count; i++) {
            add(values[i]);
        }
    }

    private void add(SegmentRegister r) {
        add(r.selector);
        add(r.base);
        add(r.limit);
        add(r.attributes);
    }

    private void registers(CpuState s) {
        add(s.regs, 16);
        add(s.rip);
        add(s.rflags());
        add(s.cpl);
        for (SegmentRegister r : s.segments) {
            add(r);
        }
        add(s.ldtr);
        add(s.tr);
        add(s.gdtrBase);
        add(s.gdtrLimit);
        add(s.idtrBase);
        add(s.idtrLimit);
        add(s.cr0);
        add(s.cr2);
        add(s.cr3);
        add(s.cr4);
        add(s.cr8);
        add(s.efer);
        add(s.xcr0);
        add(s.dr, 8);
        add(s.vectors, s.vectors.length);
        add(s.mxcsr);
        add(s.fpSignificand, 8);
        for (int e : s.fpSignExponent) {
            add(e);
        }
        add(s.fpTop);
        add(s.fpControl);
        add(s.fpStatus);
        add(s.fpEmpty);
        add(s.halted ? 1 : 0);
        add(s.interruptShadow ? 1 : 0);
        MsrState m = s.msr;
        add(m.star);
        add(m.lstar);
        add(m.cstar);
        add(m.fmask);
        add(m.kernelGsBase);
        add(m.tscAux);
        add(m.sysenterCs);
        add(m.sysenterEsp);
        add(m.sysenterEip);
        add(m.pat);
        add(m.tscOffset);
    }

    private void memory(PhysicalMemory ram) {
        for (int i = 0; i < ram.frameCount(); i++) {
            byte[] frame = ram.frameIfTouched(i);
            if (frame != null && !MemoryImage.isZero(frame)) {
                add(i);
                crc.update(frame);
            }
        }
    }
}
