package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;

/**
 * The XSAVE family (SDM Vol. 1, chapter 13) for the components x87, SSE and AVX. AVX stands at
 * offset 576 in both the standard and the compacted format. What is in use is decided by content: a
 * component that equals its initial configuration is not in use.
 */
final class XsaveOps {
    static final int X87 = 1;
    static final int SSE = 2;
    static final int AVX = 4;

    private static final int HEADER = 512;
    private static final int EXTENDED = 576;
    private static final int AVX_SIZE = 256;
    private static final long COMPACTED = 1L << 63;

    private XsaveOps() {}

    static void execute(ExecContext c, Instruction i) {
        CpuState s = c.state;
        if ((s.cr4 & ControlRegisters.CR4_OSXSAVE) == 0) {
            throw c.invalidOpcode();
        }
        if ((s.cr0 & ControlRegisters.CR0_TS) != 0) {
            throw c.fault.raise(CpuException.NM, 0);
        }
        boolean supervisor = i.mnemonic == Mnemonic.XSAVES || i.mnemonic == Mnemonic.XRSTORS;
        if (supervisor) {
            c.requireCpl0();
        }
        long enabled = supervisor ? s.xcr0 | s.msr.xss : s.xcr0;
        long asked = (s.regs[CpuState.RAX] & 0xFFFFFFFFL) | s.regs[CpuState.RDX] << 32;
        int rfbm = (int) (enabled & asked) & (X87 | SSE | AVX);
        boolean restore = i.mnemonic == Mnemonic.XRSTOR || i.mnemonic == Mnemonic.XRSTORS;
        int size = (rfbm & AVX) != 0 ? EXTENDED + AVX_SIZE : EXTENDED;
        long at = FpStateOps.aligned(c, i, size, 64, !restore);
        boolean wide = i.has(Instruction.REX_W);
        // The whole area that the mask asks for must be writable, saved or not.
        if (restore) {
            c.mmu.checkRead(at, EXTENDED);
        } else {
            c.mmu.checkWrite(at, size);
        }
        switch (i.mnemonic) {
            case XSAVE:
                save(c, at, rfbm, wide);
                break;
            case XSAVEOPT:
                saveOptimized(c, at, rfbm, wide);
                break;
            case XSAVEC:
            case XSAVES:
                saveCompacted(c, at, rfbm, wide);
                break;
            default:
                restore(c, i, at, rfbm, wide, enabled);
                break;
        }
    }

    /** XINUSE of the components in a mask. */
    static int inUse(CpuState s, int mask) {
        int used = 0;
        if ((mask & X87) != 0 && x87InUse(s)) {
            used |= X87;
        }
        int registers = FpStateOps.xmmCount(s);
        for (int n = 0; n < registers; n++) {
            if ((s.vectors[4 * n] | s.vectors[4 * n + 1]) != 0) {
                used |= SSE;
            }
            if ((s.vectors[4 * n + 2] | s.vectors[4 * n + 3]) != 0) {
                used |= AVX;
            }
        }
        return used & mask;
    }

    private static boolean x87InUse(CpuState s) {
        if (s.fpControl != 0x37F
                || s.fpStatus != 0
                || s.fpTop != 0
                || s.fpEmpty != 0xFF
                || s.fpOpcode != 0) {
            return true;
        }
        if ((s.fpInstructionPointer | s.fpDataPointer | s.fpInstructionSelector | s.fpDataSelector)
                != 0) {
            return true;
        }
        for (int n = 0; n < 8; n++) {
            if ((s.fpSignificand[n] | s.fpSignExponent[n]) != 0) {
                return true;
            }
        }
        return false;
    }

    private static void save(ExecContext c, long at, int rfbm, boolean wide) {
        long old = c.mmu.readLong(at + HEADER);
        int used = inUse(c.state, rfbm);
        store(c, at, rfbm, wide);
        if ((rfbm & (SSE | AVX)) != 0) {
            FpStateOps.saveMxcsr(c, at);
        }
        c.mmu.writeLong(at + HEADER, (old & ~(long) rfbm) | used);
    }

    private static void saveOptimized(ExecContext c, long at, int rfbm, boolean wide) {
        long old = c.mmu.readLong(at + HEADER);
        int used = inUse(c.state, rfbm);
        boolean mxcsr = (rfbm & (SSE | AVX)) != 0;
        store(c, at, used, wide);
        if (mxcsr) {
            FpStateOps.saveMxcsr(c, at);
        }
        c.mmu.writeLong(at + HEADER, (old & ~(long) rfbm) | used);
    }

    private static void saveCompacted(ExecContext c, long at, int rfbm, boolean wide) {
        int saved = inUse(c.state, rfbm);
        if ((rfbm & SSE) != 0 && c.state.mxcsr != 0x1F80) {
            saved |= SSE;
        }
        store(c, at, saved, wide);
        if ((saved & SSE) != 0) {
            FpStateOps.saveMxcsr(c, at);
        }
        c.mmu.writeLong(at + HEADER, saved);
        c.mmu.writeLong(at + HEADER + 8, rfbm | COMPACTED);
    }

    private static void store(ExecContext c, long at, int components, boolean wide) {
        CpuState s = c.state;
        if ((components & X87) != 0) {
            FpStateOps.saveX87(c, at, wide);
        }
        if ((components & SSE) != 0) {
            FpStateOps.saveXmm(c, at);
        }
        if ((components & AVX) != 0) {
            for (int n = 0; n < FpStateOps.xmmCount(s); n++) {
                c.mmu.writeLong(at + EXTENDED + 16 * n, s.vectors[4 * n + 2]);
                c.mmu.writeLong(at + EXTENDED + 8 + 16 * n, s.vectors[4 * n + 3]);
            }
        }
    }

    private static void restore(
            ExecContext c, Instruction i, long at, int rfbm, boolean wide, long enabled) {
        CpuState s = c.state;
        long present = c.mmu.readLong(at + HEADER);
        long format = c.mmu.readLong(at + HEADER + 8);
        boolean compacted = format < 0;
        boolean bad;
        if (compacted) {
            bad = !c.model.has("XSAVEC") && !c.model.has("XSAVES");
            bad |= (format & ~COMPACTED & ~enabled) != 0 || (present & ~format) != 0;
            for (int n = 16; n < 64; n += 8) {
                bad |= c.mmu.readLong(at + HEADER + n) != 0;
            }
        } else {
            bad = i.mnemonic == Mnemonic.XRSTORS || (present & ~s.xcr0) != 0;
            bad |= (format | c.mmu.readLong(at + HEADER + 16)) != 0;
        }
        if (bad) {
            throw c.generalProtection(0);
        }
        int load = rfbm & (int) present;
        boolean mxcsrLoaded = compacted ? (load & SSE) != 0 : (rfbm & (SSE | AVX)) != 0;
        // Every check comes before the first change; the standard format is touched whether it
        // holds a
        // component or not.
        if (((compacted ? load : rfbm) & AVX) != 0) {
            c.mmu.checkRead(at + EXTENDED, AVX_SIZE);
        }
        int mxcsr = mxcsrLoaded ? FpStateOps.readMxcsr(c, at) : s.mxcsr;
        if (compacted && (rfbm & SSE) != 0 && (load & SSE) == 0) {
            mxcsr = 0x1F80;
        }
        if ((load & X87) != 0) {
            FpStateOps.restoreX87(c, at, wide);
        } else if ((rfbm & X87) != 0) {
            FpStateOps.initializeX87(s);
        }
        if ((load & SSE) != 0) {
            FpStateOps.restoreXmm(c, at);
        }
        int registers = FpStateOps.xmmCount(s);
        for (int n = 0; n < registers; n++) {
            if ((rfbm & ~load & SSE) != 0) {
                s.vectors[4 * n] = 0;
                s.vectors[4 * n + 1] = 0;
            }
            if ((rfbm & AVX) != 0) {
                boolean fromImage = (load & AVX) != 0;
                s.vectors[4 * n + 2] = fromImage ? c.mmu.readLong(at + EXTENDED + 16 * n) : 0;
                s.vectors[4 * n + 3] = fromImage ? c.mmu.readLong(at + EXTENDED + 8 + 16 * n) : 0;
            }
        }
        s.mxcsr = mxcsr;
    }
}
