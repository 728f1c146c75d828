package org.linuxemu.core.cpu;

import java.nio.ByteBuffer;
import org.linuxemu.core.bus.StateFormatException;
import org.linuxemu.core.bus.StateReader;
import org.linuxemu.core.bus.StateWriter;
import org.linuxemu.core.bus.Stateful;
import org.linuxemu.core.mmu.Mmu;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.MsrState;
import org.linuxemu.core.state.SegmentRegister;

/**
 * The saved form of a processor: registers, what goes on between instructions, and the translations
 * that it holds, which a guest that changes page tables without flushing can notice. Arithmetic
 * flags are saved as RFLAGS has them, so that equal processors have equal bytes whatever engine
 * ran. Decoded and translated code is not saved. RAM has to be loaded before.
 */
final class CpuSavedState implements Stateful {
    private static final String SECTION = "cpu";

    /** More than all entries of all tables. */
    private static final int MAX_TRANSLATION_BYTES = 1 << 20;

    private final CpuState s;
    private final Mmu mmu;
    private final DebugRegisters debugRegisters;

    CpuSavedState(CpuState state, Mmu mmu, DebugRegisters debugRegisters) {
        this.s = state;
        this.mmu = mmu;
        this.debugRegisters = debugRegisters;
    }

    @Override
    public void saveState(StateWriter w) {
        w.beginSection(SECTION, 1);
        for (int i = 0; i < 16; i++) {
            w.writeLong(s.regs[i]);
        }
        w.writeLong(s.rip);
        w.writeLong(s.rflags());
        w.writeInt(s.cpl);
        for (SegmentRegister r : s.segments) {
            save(w, r);
        }
        save(w, s.ldtr);
        save(w, s.tr);
        w.writeLong(s.gdtrBase);
        w.writeInt(s.gdtrLimit);
        w.writeLong(s.idtrBase);
        w.writeInt(s.idtrLimit);
        w.writeLong(s.cr0);
        w.writeLong(s.cr2);
        w.writeLong(s.cr3);
        w.writeLong(s.cr4);
        w.writeLong(s.cr8);
        w.writeLong(s.efer);
        w.writeLong(s.xcr0);
        save(w, s.pdpte);
        save(w, s.dr);
        w.writeLong(debugRegisters.hits());
        save(w, s.msr);
        save(w, s.vectors);
        w.writeInt(s.mxcsr);
        saveFloatingPoint(w);
        w.writeBoolean(s.halted);
        w.writeBoolean(s.interruptShadow);
        w.writeBoolean(s.movSsShadow);
        w.writeBoolean(s.nmiPending);
        w.writeBoolean(s.nmiBlocked);
        w.writeBytes(bytes(mmu.saveTranslations()));
        w.endSection();
    }

    @Override
    public void loadState(StateReader r) throws StateFormatException {
        r.beginSection(SECTION, 1);
        for (int i = 0; i < 16; i++) {
            s.regs[i] = r.readLong();
        }
        s.rip = r.readLong();
        s.setRflags(r.readLong());
        s.cpl = r.readInt(0, 3);
        for (int i = 0; i < s.segments.length; i++) {
            load(r, s.segments[i]);
            s.setSegmentBase(i, s.segments[i].base);
        }
        load(r, s.ldtr);
        load(r, s.tr);
        s.gdtrBase = r.readLong();
        s.gdtrLimit = r.readInt(0, 0xFFFF);
        s.idtrBase = r.readLong();
        s.idtrLimit = r.readInt(0, 0xFFFF);
        s.cr0 = r.readLong();
        s.cr2 = r.readLong();
        s.cr3 = r.readLong();
        s.cr4 = r.readLong();
        s.cr8 = r.readLong(0, 15);
        s.efer = r.readLong();
        s.xcr0 = r.readLong();
        load(r, s.pdpte);
        load(r, s.dr);
        debugRegisters.restore(r.readLong(0, 15));
        load(r, s.msr);
        load(r, s.vectors);
        s.mxcsr = r.readInt(0, 0xFFFF);
        loadFloatingPoint(r);
        s.halted = r.readBoolean();
        s.interruptShadow = r.readBoolean();
        s.movSsShadow = r.readBoolean();
        s.nmiPending = r.readBoolean();
        s.nmiBlocked = r.readBoolean();
        byte[] translations = r.readBytes(MAX_TRANSLATION_BYTES);
        r.endSection();
        mmu.updateContext();
        if (translations.length % 8 != 0 || !mmu.loadTranslations(longs(translations))) {
            throw new StateFormatException("saved state in cpu: bad translations");
        }
    }

    private void saveFloatingPoint(StateWriter w) {
        save(w, s.fpSignificand);
        for (int e : s.fpSignExponent) {
            w.writeInt(e);
        }
        w.writeInt(s.fpTop);
        w.writeInt(s.fpControl);
        w.writeInt(s.fpStatus);
        w.writeInt(s.fpEmpty);
        w.writeInt(s.fpOpcode);
        w.writeLong(s.fpInstructionPointer);
        w.writeInt(s.fpInstructionSelector);
        w.writeLong(s.fpDataPointer);
        w.writeInt(s.fpDataSelector);
    }

    private void loadFloatingPoint(StateReader r) throws StateFormatException {
        load(r, s.fpSignificand);
        for (int i = 0; i < s.fpSignExponent.length; i++) {
            s.fpSignExponent[i] = r.readInt(0, 0xFFFF);
        }
        s.fpTop = r.readInt(0, 7);
        s.fpControl = r.readInt(0, 0xFFFF);
        s.fpStatus = r.readInt(0, 0xFFFF);
        s.fpEmpty = r.readInt(0, 0xFF);
        s.fpOpcode = r.readInt(0, 0xFFFF);
        s.fpInstructionPointer = r.readLong();
        s.fpInstructionSelector = r.readInt(0, 0xFFFF);
        s.fpDataPointer = r.readLong();
        s.fpDataSelector = r.readInt(0, 0xFFFF);
    }

    private static void save(StateWriter w, SegmentRegister r) {
        w.writeInt(r.selector);
        w.writeLong(r.base);
        w.writeLong(r.limit);
        w.writeInt(r.attributes);
    }

    private static void load(StateReader r, SegmentRegister to) throws StateFormatException {
        to.selector = r.readInt(0, 0xFFFF);
        to.base = r.readLong();
        to.limit = r.readLong(0, 0xFFFFFFFFL);
        to.attributes = r.readInt(0, 0xFFFF);
    }

    private static void save(StateWriter w, MsrState m) {
        w.writeLong(m.star);
        w.writeLong(m.lstar);
        w.writeLong(m.cstar);
        w.writeLong(m.fmask);
        w.writeLong(m.kernelGsBase);
        w.writeLong(m.tscAux);
        w.writeLong(m.sysenterCs);
        w.writeLong(m.sysenterEsp);
        w.writeLong(m.sysenterEip);
        w.writeLong(m.pat);
        w.writeLong(m.apicBase);
        w.writeLong(m.miscEnable);
        w.writeLong(m.specCtrl);
        w.writeLong(m.mtrrDefType);
        save(w, m.mtrrFixed);
        save(w, m.mtrrVariable);
        w.writeLong(m.tscOffset);
        w.writeLong(m.tscDeadline);
        w.writeLong(m.xss);
    }

    private static void load(StateReader r, MsrState m) throws StateFormatException {
        m.star = r.readLong();
        m.lstar = r.readLong();
        m.cstar = r.readLong();
        m.fmask = r.readLong();
        m.kernelGsBase = r.readLong();
        m.tscAux = r.readLong();
        m.sysenterCs = r.readLong();
        m.sysenterEsp = r.readLong();
        m.sysenterEip = r.readLong();
        m.pat = r.readLong();
        m.apicBase = r.readLong();
        m.miscEnable = r.readLong();
        m.specCtrl = r.readLong();
        m.mtrrDefType = r.readLong();
        load(r, m.mtrrFixed);
        load(r, m.mtrrVariable);
        m.tscOffset = r.readLong();
        m.tscDeadline = r.readLong();
        m.xss = r.readLong();
    }

    private static void save(StateWriter w, long[] values) {
        for (long value : values) {
            w.writeLong(value);
        }
    }

    private static void load(StateReader r, long[] values) throws StateFormatException {
        for (int i = 0; i < values.length; i++) {
            values[i] = r.readLong();
        }
    }

    private static byte[] bytes(long[] values) {
        byte[] bytes = new byte[8 * values.length];
        ByteBuffer.wrap(bytes).asLongBuffer().put(values);
        return bytes;
    }

    private static long[] longs(byte[] bytes) {
        long[] values = new long[bytes.length / 8];
        ByteBuffer.wrap(bytes).asLongBuffer().get(values);
        return values;
    }
}
