package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.exec.fp.FpEnvironment;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;

/**
 * Operand access that MMX, SSE and AVX operations share: registers and memory both appear as runs
 * of 64-bit lanes, least significant first. One per processor; its fields are scratch, valid during
 * one instruction.
 */
public final class VectorOperands {
    private static final int FP_ERROR_SUMMARY = 0x80;

    private static final int IN_VECTORS = 0;
    private static final int IN_MMX = 1;
    private static final int IN_MEMORY = 2;

    private final long[] vectors;
    private final long[] mmx;

    /**
     * Index of lane 0 of destination, first and second source in {@link #dst}, {@link #a} and
     * {@link #b}. Where they lie is kept as numbers, not references: a collector's write barrier
     * would cost more than most of the operations.
     */
    int d;

    int ai;
    int bi;
    private boolean mmxDestination;
    private int place;

    /** 64-bit lanes of the operation: 1 (MMX), 2 (XMM) or 4 (YMM). */
    int lanes;

    /** Memory operand, or a result that is not committed yet. */
    public final long[] memory = new long[4];

    final long[] result = new long[4];

    /** Elements of DPPS between its stages. */
    final int[] products = new int[8];

    /** Modes and flags of the SSE operation at work; modes are those of {@link #loadedMxcsr}. */
    final FpEnvironment fp = new FpEnvironment();

    private int loadedMxcsr = -1;

    VectorOperands(CpuState state) {
        vectors = state.vectors;
        mmx = state.fpSignificand;
    }

    /** Registers that hold the destination. */
    long[] dst() {
        return mmxDestination ? mmx : vectors;
    }

    /** Registers that hold the first source. */
    long[] a() {
        return mmxDestination ? mmx : vectors;
    }

    /** Registers or memory that hold the second source. */
    long[] b() {
        return place == IN_VECTORS ? vectors : place == IN_MEMORY ? memory : mmx;
    }

    // ---- availability (SDM Vol. 2, 2.4 and Vol. 3, 13.1) ----

    /** Faults unless SSE, or AVX for a VEX instruction, can be used now. */
    static void require(ExecContext c, Instruction i) {
        if (i.has(Instruction.VEX)) {
            requireAvx(c);
        } else {
            requireSse(c);
        }
    }

    /** Faults unless SSE can be used now. */
    public static void requireSse(ExecContext c) {
        CpuState s = c.state;
        if ((s.cr0 & (ControlRegisters.CR0_EM | ControlRegisters.CR0_TS)) != 0
                || (s.cr4 & ControlRegisters.CR4_OSFXSR) == 0) {
            throw unavailable(c);
        }
    }

    private static CpuException unavailable(ExecContext c) {
        CpuState s = c.state;
        if ((s.cr0 & ControlRegisters.CR0_EM) != 0 || (s.cr4 & ControlRegisters.CR4_OSFXSR) == 0) {
            return c.invalidOpcode();
        }
        return c.fault.raise(CpuException.NM, 0);
    }

    /** Faults unless AVX can be used now. */
    public static void requireAvx(ExecContext c) {
        CpuState s = c.state;
        if ((s.xcr0 & 6) != 6 || (s.cr4 & ControlRegisters.CR4_OSXSAVE) == 0 || s.realOrV86()) {
            throw c.invalidOpcode();
        }
        if ((s.cr0 & ControlRegisters.CR0_TS) != 0) {
            throw c.fault.raise(CpuException.NM, 0);
        }
    }

    /** Faults unless MMX can be used now and no x87 exception is pending. */
    static void requireMmx(ExecContext c) {
        CpuState s = c.state;
        if ((s.cr0 & ControlRegisters.CR0_EM) != 0) {
            throw c.invalidOpcode();
        }
        if ((s.cr0 & ControlRegisters.CR0_TS) != 0) {
            throw c.fault.raise(CpuException.NM, 0);
        }
        // Without CR0.NE the error is signalled outside the processor (SDM Vol. 1, 8.7).
        if ((s.fpStatus & FP_ERROR_SUMMARY) != 0 && (s.cr0 & ControlRegisters.CR0_NE) != 0) {
            throw c.fault.raise(CpuException.MF, 0);
        }
    }

    /** What every MMX instruction but EMMS does to the x87 state (SDM Vol. 1, 9.5.1). */
    static void enterMmx(CpuState s) {
        s.fpTop = 0;
        s.fpEmpty = 0;
    }

    static void writeMmx(CpuState s, int register, long value) {
        s.fpSignificand[register] = value;
        s.fpSignExponent[register] = 0xFFFF;
    }

    // ---- operand set-up: checks, source, then everything that a fault must not have done ----

    /**
     * Destination and two sources of (V,W), (V,H,W) or (P,Q). Upper lanes are already zeroed where
     * VEX wants that, so nothing may fault afterwards.
     */
    void binary(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int op0 = i.operand0;
        if (Operand.kind(op0) == Operand.MMX) {
            requireMmx(c);
            source(c, i, i.operand1);
            toMmx(s, op0);
            return;
        }
        require(c, i);
        boolean vex = i.has(Instruction.VEX);
        source(c, i, vex ? i.operand2 : i.operand1);
        destination(op0);
        ai = vex ? Operand.number(i.operand1) << 2 : d;
        if (vex && lanes == 2) {
            s.vectors[d + 2] = 0;
            s.vectors[d + 3] = 0;
        }
    }

    /**
     * Destination and one source of (V,W) or (P,Q), with or without VEX; as {@link #binary}
     * otherwise.
     */
    void unary(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int op0 = i.operand0;
        if (Operand.kind(op0) == Operand.MMX) {
            requireMmx(c);
            source(c, i, i.operand1);
            toMmx(s, op0);
            return;
        }
        require(c, i);
        source(c, i, i.operand1);
        destination(op0);
        if (i.has(Instruction.VEX) && lanes == 2) {
            s.vectors[d + 2] = 0;
            s.vectors[d + 3] = 0;
        }
    }

    /**
     * Destination and source of the shifts by an immediate: (U,I) and (N,I), where {@link #a} is
     * the destination too, or with VEX (H,U,I).
     */
    void unaryOrSelf(ExecContext c, Instruction i) {
        CpuState s = c.state;
        int op0 = i.operand0;
        if (Operand.kind(op0) == Operand.MMX) {
            requireMmx(c);
            toMmx(s, op0);
            return;
        }
        require(c, i);
        destination(op0);
        boolean vex = i.has(Instruction.VEX);
        ai = vex ? Operand.number(i.operand1) << 2 : d;
        if (vex && lanes == 2) {
            s.vectors[d + 2] = 0;
            s.vectors[d + 3] = 0;
        }
    }

    // ---- floating point: compute, then check, then commit ----

    /**
     * As {@link #binary} for XMM and YMM, but changes nothing yet: {@link #commit} zeroes upper
     * lanes.
     */
    FpEnvironment floatBinary(ExecContext c, Instruction i) {
        require(c, i);
        boolean vex = i.has(Instruction.VEX);
        source(c, i, vex ? i.operand2 : i.operand1);
        floatDestination(c, i);
        return begin(c);
    }

    /** As {@link #unary} for XMM and YMM, but changes nothing yet. */
    FpEnvironment floatUnary(ExecContext c, Instruction i) {
        require(c, i);
        source(c, i, i.operand1);
        destination(i.operand0);
        return begin(c);
    }

    /**
     * Destination of an operation that reads its source itself, and its first source as in {@link
     * #floatBinary}.
     */
    void floatDestination(ExecContext c, Instruction i) {
        destination(i.operand0);
        ai = i.has(Instruction.VEX) ? Operand.number(i.operand1) << 2 : d;
    }

    /** The environment with the modes of MXCSR and no flags. */
    FpEnvironment begin(ExecContext c) {
        int mxcsr = c.state.mxcsr;
        if (mxcsr != loadedMxcsr) {
            fp.loadMxcsr(mxcsr);
            loadedMxcsr = mxcsr;
        }
        fp.flags = 0;
        return fp;
    }

    /** Records the flags of the operation in MXCSR and faults if one of them is not masked. */
    void check(ExecContext c) {
        if (fp.flags != 0) {
            int flags = fp.reportedFlags();
            c.state.mxcsr |= flags;
            if ((flags & ~fp.masks) != 0) {
                boolean enabled = (c.state.cr4 & ControlRegisters.CR4_OSXMMEXCPT) != 0;
                throw enabled ? c.fault.raise(CpuException.XM, 0) : c.invalidOpcode();
            }
        }
    }

    /** Moves {@link #result} to the destination; a VEX destination loses what is above. */
    void commit(Instruction i) {
        vectors[d] = result[0];
        vectors[d + 1] = result[1];
        if (lanes == 4) {
            vectors[d + 2] = result[2];
            vectors[d + 3] = result[3];
        } else if (i.has(Instruction.VEX)) {
            vectors[d + 2] = 0;
            vectors[d + 3] = 0;
        }
    }

    /**
     * Puts the low {@code bits} (32 or 64) of a scalar result over the first source and commits
     * that.
     */
    void commitScalar(Instruction i, int bits, long value) {
        long low = bits == 64 ? value : (vectors[ai] & ~0xFFFFFFFFL) | (value & 0xFFFFFFFFL);
        long high = vectors[ai + 1];
        vectors[d] = low;
        vectors[d + 1] = high;
        if (i.has(Instruction.VEX)) {
            vectors[d + 2] = 0;
            vectors[d + 3] = 0;
        }
    }

    private void toMmx(CpuState s, int op0) {
        enterMmx(s);
        mmxDestination = true;
        d = Operand.number(op0);
        s.fpSignExponent[d] = 0xFFFF;
        ai = d;
        lanes = 1;
    }

    void destination(int op0) {
        mmxDestination = false;
        d = Operand.number(op0) << 2;
        lanes = Operand.size(op0) == 32 ? 4 : 2;
    }

    /**
     * Makes an operand the second source; memory is read, lanes beyond its size are zero up to 16
     * bytes.
     */
    void source(ExecContext c, Instruction i, int operand) {
        switch (Operand.kind(operand)) {
            case Operand.VECTOR:
                place = IN_VECTORS;
                bi = Operand.number(operand) << 2;
                break;
            case Operand.MMX:
                place = IN_MMX;
                bi = Operand.number(operand);
                break;
            default:
                load(c, i, Operand.size(operand), i.has(Instruction.VEX) || mayBeUnaligned(i));
                place = IN_MEMORY;
                bi = 0;
                break;
        }
    }

    /** Reads the memory operand into {@link #memory}. */
    void load(ExecContext c, Instruction i, int size, boolean unaligned) {
        long address = Operands.address(c, i, size, false);
        if (size <= 8) {
            memory[0] = c.mmu.read(address, size);
            memory[1] = 0;
            return;
        }
        load(c, address, size, unaligned, memory, 0);
    }

    /** Reads 16 or 32 bytes at a linear address; on a fault nothing has changed. */
    public void load(
            ExecContext c, long address, int size, boolean unaligned, long[] to, int index) {
        if (!unaligned && (address & (size - 1)) != 0) {
            throw c.generalProtection(0);
        }
        if (unaligned && (address & 0xFFF) > 4096 - size) {
            c.mmu.checkRead(address, size); // a non-canonical end counts before a missing page
        }
        memory[0] = c.mmu.readLong(address);
        for (int k = 1; k < size >> 3; k++) {
            memory[k] = c.mmu.readLong(lane(c, address, k));
        }
        System.arraycopy(memory, 0, to, index, size >> 3);
    }

    /** Writes lanes of an array to the memory operand: all of it or, on a fault, nothing. */
    static void store(
            ExecContext c, Instruction i, int size, long[] from, int index, boolean unaligned) {
        long address = Operands.address(c, i, size, true);
        if (size <= 8) {
            c.mmu.write(address, size, from[index]);
            return;
        }
        store(c, address, size, from, index, unaligned);
    }

    /** Writes 16 or 32 bytes at a linear address: all of it or, on a fault, nothing. */
    public static void store(
            ExecContext c, long address, int size, long[] from, int index, boolean unaligned) {
        if (!unaligned && (address & (size - 1)) != 0) {
            throw c.generalProtection(0);
        }
        c.mmu.checkWrite(address, size);
        for (int k = 0; k < size >> 3; k++) {
            c.mmu.writeLong(lane(c, address, k), from[index + k]);
        }
    }

    private static long lane(ExecContext c, long address, int k) {
        return wrap(c, address + 8 * k);
    }

    /** A linear address behind the start of the operand: outside 64-bit mode it wraps at 4 GiB. */
    static long wrap(ExecContext c, long linear) {
        return linear >>> 32 == 0 || c.state.is64Bit() ? linear : linear & 0xFFFFFFFFL;
    }

    /** Legacy SSE instructions whose 16-byte operand need not be aligned. */
    private static boolean mayBeUnaligned(Instruction i) {
        switch (i.mnemonic) {
            case MOVUPS:
            case MOVUPD:
            case MOVDQU:
            case LDDQU:
            case PCMPESTRM:
            case PCMPESTRI:
            case PCMPISTRM:
            case PCMPISTRI:
                return true;
            default:
                return false;
        }
    }
}
