package org.linuxemu.core.exec;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;

/**
 * FXSAVE, FXRSTOR, LDMXCSR, STMXCSR (SDM Vol. 1, 10.5), and the parts of their image that XSAVE
 * shares.
 */
public final class FpStateOps {
    /** Bits of MXCSR that exist; setting another is #GP. */
    static final int MXCSR_MASK = 0xFFFF;

    private static final int IMAGE_SIZE = 512;

    private FpStateOps() {}

    /** Executes one instruction of the family by the contract of {@link ExecContext}. */
    public static void execute(ExecContext c, Instruction i) {
        CpuState s = c.state;
        switch (i.mnemonic) {
            case LDMXCSR:
            case STMXCSR:
                controlWord(c, i);
                break;
            case FXSAVE:
                {
                    requireFpu(c);
                    long at = aligned(c, i, IMAGE_SIZE, 16, true);
                    c.mmu.checkWrite(at, IMAGE_SIZE);
                    saveX87(c, at, i.has(Instruction.REX_W));
                    saveMxcsr(c, at);
                    saveXmm(c, at);
                    break;
                }
            case FXRSTOR:
                {
                    requireFpu(c);
                    long at = aligned(c, i, IMAGE_SIZE, 16, false);
                    c.mmu.checkRead(at, IMAGE_SIZE);
                    int mxcsr = readMxcsr(c, at);
                    restoreX87(c, at, i.has(Instruction.REX_W));
                    s.mxcsr = mxcsr;
                    restoreXmm(c, at);
                    break;
                }
            default:
                XsaveOps.execute(c, i);
                break;
        }
    }

    private static void controlWord(ExecContext c, Instruction i) {
        VectorOperands.require(c, i);
        CpuState s = c.state;
        if (i.mnemonic == Mnemonic.STMXCSR) {
            c.mmu.writeInt(Operands.address(c, i, 4, true), s.mxcsr);
            return;
        }
        int value = c.mmu.readInt(Operands.address(c, i, 4, false));
        if ((value & ~MXCSR_MASK) != 0) {
            throw c.generalProtection(0);
        }
        s.mxcsr = value;
    }

    private static void requireFpu(ExecContext c) {
        if ((c.state.cr0 & (ControlRegisters.CR0_EM | ControlRegisters.CR0_TS)) != 0) {
            throw c.fault.raise(CpuException.NM, 0);
        }
    }

    /** Linear address of an image of {@code size} bytes; #GP(0) if it is not aligned. */
    static long aligned(ExecContext c, Instruction i, int size, int alignment, boolean write) {
        long at = Operands.address(c, i, size, write);
        if ((at & (alignment - 1)) != 0) {
            throw c.generalProtection(0);
        }
        return at;
    }

    // ---- parts of the image; the caller has checked that the memory is accessible ----

    /**
     * Bytes 0-23 and 32-159; {@code wide}: 64-bit instruction and data pointers without selectors.
     */
    static void saveX87(ExecContext c, long at, boolean wide) {
        CpuState s = c.state;
        c.mmu.writeShort(at, s.fpControl);
        c.mmu.writeShort(at + 2, s.fpStatus | s.fpTop << 11);
        c.mmu.writeShort(at + 4, ~s.fpEmpty & 0xFF);
        c.mmu.writeShort(at + 6, s.fpOpcode);
        if (wide) {
            c.mmu.writeLong(at + 8, s.fpInstructionPointer);
            c.mmu.writeLong(at + 16, s.fpDataPointer);
        } else {
            c.mmu.writeLong(
                    at + 8,
                    (s.fpInstructionPointer & 0xFFFFFFFFL)
                            | (s.fpInstructionSelector & 0xFFFFL) << 32);
            c.mmu.writeLong(
                    at + 16, (s.fpDataPointer & 0xFFFFFFFFL) | (s.fpDataSelector & 0xFFFFL) << 32);
        }
        for (int n = 0; n < 8; n++) {
            int r = s.fpTop + n & 7;
            c.mmu.writeLong(at + 32 + 16 * n, s.fpSignificand[r]);
            c.mmu.writeLong(at + 40 + 16 * n, s.fpSignExponent[r] & 0xFFFF);
        }
    }

    static void restoreX87(ExecContext c, long at, boolean wide) {
        CpuState s = c.state;
        int control = c.mmu.readShort(at);
        int status = c.mmu.readShort(at + 2);
        s.fpControl = control & 0x1F3F | 0x40;
        s.fpTop = status >> 11 & 7;
        setStatus(s, status);
        s.fpEmpty = ~c.mmu.readByte(at + 4) & 0xFF;
        s.fpOpcode = c.mmu.readShort(at + 6) & 0x7FF;
        if (wide) {
            s.fpInstructionPointer = c.mmu.readLong(at + 8);
            s.fpDataPointer = c.mmu.readLong(at + 16);
            s.fpInstructionSelector = 0;
            s.fpDataSelector = 0;
        } else {
            s.fpInstructionPointer = c.mmu.readInt(at + 8) & 0xFFFFFFFFL;
            s.fpInstructionSelector = c.mmu.readShort(at + 12);
            s.fpDataPointer = c.mmu.readInt(at + 16) & 0xFFFFFFFFL;
            s.fpDataSelector = c.mmu.readShort(at + 20);
        }
        for (int n = 0; n < 8; n++) {
            int r = s.fpTop + n & 7;
            s.fpSignificand[r] = c.mmu.readLong(at + 32 + 16 * n);
            s.fpSignExponent[r] = c.mmu.readShort(at + 40 + 16 * n);
        }
    }

    /** Error summary and busy follow from the flags and the masks, whatever the image says. */
    private static void setStatus(CpuState s, int status) {
        boolean pending = (status & ~s.fpControl & 0x3F) != 0;
        s.fpStatus = status & 0x477F | (pending ? 0x8080 : 0);
    }

    /** Initial configuration of the x87 state (SDM Vol. 1, 13.6). */
    static void initializeX87(CpuState s) {
        s.fpControl = 0x37F;
        s.fpStatus = 0;
        s.fpTop = 0;
        s.fpEmpty = 0xFF;
        s.fpOpcode = 0;
        s.fpInstructionPointer = 0;
        s.fpInstructionSelector = 0;
        s.fpDataPointer = 0;
        s.fpDataSelector = 0;
        for (int n = 0; n < 8; n++) {
            s.fpSignificand[n] = 0;
            s.fpSignExponent[n] = 0;
        }
    }

    static void saveMxcsr(ExecContext c, long at) {
        c.mmu.writeInt(at + 24, c.state.mxcsr);
        c.mmu.writeInt(at + 28, MXCSR_MASK);
    }

    /** MXCSR of an image; #GP(0) if it sets bits that do not exist. */
    static int readMxcsr(ExecContext c, long at) {
        int value = c.mmu.readInt(at + 24);
        if ((value & ~MXCSR_MASK) != 0) {
            throw c.generalProtection(0);
        }
        return value;
    }

    /** XMM registers that the mode can reach. */
    static int xmmCount(CpuState s) {
        return s.is64Bit() ? 16 : 8;
    }

    static void saveXmm(ExecContext c, long at) {
        CpuState s = c.state;
        for (int n = 0; n < xmmCount(s); n++) {
            c.mmu.writeLong(at + 160 + 16 * n, s.vectors[4 * n]);
            c.mmu.writeLong(at + 168 + 16 * n, s.vectors[4 * n + 1]);
        }
    }

    static void restoreXmm(ExecContext c, long at) {
        CpuState s = c.state;
        for (int n = 0; n < xmmCount(s); n++) {
            s.vectors[4 * n] = c.mmu.readLong(at + 160 + 16 * n);
            s.vectors[4 * n + 1] = c.mmu.readLong(at + 168 + 16 * n);
        }
    }
}
