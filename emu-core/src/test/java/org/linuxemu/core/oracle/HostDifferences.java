package org.linuxemu.core.oracle;

import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.InstructionDecoder;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.OpcodeEntry;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.exec.CpuModel;

/**
 * Where processors differ from each other, or an encoding is reserved, so that the processor below
 * the test may not be the measure. Each with its reason; none of them hides a defined result.
 */
final class HostDifferences {
    private HostDifferences() {}

    /** Why an encoding is not executed on the host, or null. */
    static String excluded(Vector v) {
        Instruction i = v.decoded;
        if (i.has(Instruction.LOCK) && (i.opcode & ~3) == 0x20 && v.hasByte(0x0F)) {
            return "LOCK MOV CR0 is CR8 at AMD";
        }
        if (i.entry == null) {
            return ignoresVexW(v) ? "VEX.W is ignored at AMD" : hostOnly(i);
        }
        if (i.codeSize == 8
                && i.entry.is(OpcodeEntry.FORCE_64)
                && i.has(Instruction.OPERAND_SIZE)) {
            return "66 before a near branch: AMD cuts RIP to 16 bits, Intel ignores it";
        }
        switch (i.mnemonic) {
            case SYSRET:
                return i.codeSize == 8
                        ? null
                        : "SYSRET outside 64-bit mode: #UD at Intel, legal at AMD";
            case MOVSXD:
                return i.operandSize == 2
                        ? "MOVSXD to 16 bits: its source has 16 bits at Intel, 32 at AMD"
                        : null;
            case LOOPE:
            case LOOPNE:
                return i.has(Instruction.REP | Instruction.REPNE)
                        ? "REP before LOOPcc is reserved; AMD takes its condition from it"
                        : null;
            default:
                return null;
        }
    }

    /** Whether the encoding is undefined for its VEX.W only. */
    private static boolean ignoresVexW(Vector v) {
        int at = 0;
        while (at < v.code.length && (v.code[at] == 0x67 || isSegmentPrefix(v.code[at]))) {
            at++;
        }
        if (at + 2 >= v.code.length || (v.code[at] & 0xFF) != 0xC4) {
            return false;
        }
        byte[] other = v.code.clone();
        other[at + 2] ^= (byte) 0x80;
        Instruction i = new Instruction();
        new InstructionDecoder().decode(other, 0, other.length, v.compatibility ? 4 : 8, i);
        return i.entry != null;
    }

    private static boolean isSegmentPrefix(byte b) {
        return (b & 0xE7) == 0x26 || b == 0x64 || b == 0x65;
    }

    /** Instructions of some processors that the modelled one does not have. */
    private static String hostOnly(Instruction i) {
        if (i.has(Instruction.VEX)) {
            return CpuModel.max().has("AVX") ? null : "AVX is not modelled";
        }
        switch (i.opcode) {
            case 0x00:
                return i.has(Instruction.LOCK) ? "LOCK VERW reads its operand first at AMD" : null;
            case 0x01:
                return i.modrm >= 0xC0
                        ? "virtual machines, MONITORX, CLZERO, RDPRU and others"
                        : null;
            case 0x78:
            case 0x79:
            case 0x2B:
                return "SSE4a";
            default:
                return null;
        }
    }

    /**
     * AMD checks that the offset is canonical, Intel that the linear address is. Only FS and GS
     * with far bases tell them apart.
     */
    static boolean offsetNotCanonical(Vector v, long offset) {
        return !v.compatibility && v.decoded.addressSize == 8 && offset << 16 >> 16 != offset;
    }

    /**
     * Whether an instruction that has two reasons to fault may report the other: CALL to an address
     * that is not canonical, with a stack that cannot be written (Intel checks the target first);
     * and images in memory of which two pages fault, in the order in which a processor reads or
     * writes them; the same for 80 bits at the end of the canonical addresses. AMD lets the
     * operands of SHA be misaligned.
     */
    static boolean eitherFault(Vector v, Outcome expected, Outcome got) {
        if (isTooLong(v, expected, got)
                || hasMisalignedMask(v, expected, got)
                || endsBeyondOffsets(v, expected)) {
            return true;
        }
        if (imageInMemory(v.decoded) && isMemoryFault(expected) && isMemoryFault(got)) {
            return true;
        }
        if (v.decoded.mnemonic.name().startsWith("SHA") && got.exception == CpuException.GP) {
            return true;
        }
        if (Operand.size(v.decoded.operand0) == 10
                && isMemoryFault(expected)
                && isMemoryFault(got)) {
            return Long.compareUnsigned(expected.address, Layout.TASK_SIZE) >= 0;
        }
        return v.decoded.mnemonic == Mnemonic.CALL
                && isMemoryFault(expected)
                && got.exception == CpuException.GP;
    }

    /**
     * Undefined here, but decoded by the host (SSE4a, XOP) until it finds the instruction to be
     * longer than 15 bytes.
     */
    private static boolean isTooLong(Vector v, Outcome expected, Outcome got) {
        return v.decoded.entry == null
                && v.code.length == InstructionDecoder.MAX_LENGTH
                && expected.exception == CpuException.GP
                && got.exception == CpuException.UD;
    }

    /** LDMXCSR of a value with the one bit more that AMD's MXCSR has. */
    private static boolean hasMisalignedMask(Vector v, Outcome expected, Outcome got) {
        return v.decoded.mnemonic == Mnemonic.LDMXCSR
                && got.exception == CpuException.GP
                && expected.exception == Outcome.COMPLETED
                && (expected.fp.mxcsr & MISALIGNED_EXCEPTION_MASK) != 0;
    }

    /**
     * An operand behind FS or GS whose offset is canonical but whose end is not: AMD checks the
     * offsets, see {@link #offsetNotCanonical}.
     */
    private static boolean endsBeyondOffsets(Vector v, Outcome expected) {
        if (v.compatibility
                || expected.exception != CpuException.GP
                || !v.decoded.hasMemory()
                || v.decoded.segment < Instruction.FS) {
            return false;
        }
        long offset = VectorGenerator.effectiveAddress(v, v.decoded);
        return !offsetNotCanonical(v, offset) && offsetNotCanonical(v, offset + 31);
    }

    private static boolean isMemoryFault(Outcome o) {
        return o.exception == CpuException.PF
                || o.exception == CpuException.GP
                || o.exception == CpuException.SS
                || o.exception == CpuException.AC;
    }

    private static boolean imageInMemory(Instruction i) {
        switch (i.mnemonic) {
            case FXSAVE:
            case FXRSTOR:
            case FNSAVE:
            case FRSTOR:
            case FNSTENV:
            case FLDENV:
                return true;
            default:
                return false;
        }
    }

    /**
     * Whether opcode, instruction and data pointers of the x87 can be compared: AMD reports them
     * only while an unmasked exception is pending, and FXRSTOR there does not load one that is not
     * canonical.
     */
    static boolean pointersOpen(Vector v, FpState expected) {
        return (expected.status & 0x80) == 0 || v.decoded.mnemonic == Mnemonic.FXRSTOR;
    }

    /**
     * Bits of the quadword at a window offset that need not agree: those pointers in an image, and
     * the mask of MXCSR, of which AMD has one bit more.
     *
     * @param image offset of the image in the window, see {@link #image}
     */
    static long openBits(Vector v, int image, int offset) {
        int from;
        int to;
        switch (v.decoded.mnemonic) {
            case FXSAVE:
                from = 6;
                to = 24;
                break;
            case FNSTENV:
            case FNSAVE:
                from = v.decoded.operandSize == 2 ? 6 : 12;
                to = v.decoded.operandSize == 2 ? 14 : 28;
                break;
            default:
                return 0;
        }
        long bits = 0;
        for (int k = 0; k < 8; k++) {
            int at = offset + k - image;
            boolean mxcsrMask = v.decoded.mnemonic == Mnemonic.FXSAVE && at >= 28 && at < 32;
            if ((at >= from && at < to) || mxcsrMask) {
                bits |= 0xFFL << (8 * k);
            }
        }
        return bits;
    }

    /** AMD's bit 17 of MXCSR, which LDMXCSR and FXRSTOR must not meet. */
    static final int MISALIGNED_EXCEPTION_MASK = 0x20000;

    /**
     * Whether alignment checks are defined: for the 16-byte operands of SSE they are not (SDM Vol.
     * 2, MOVUPS), and images of the x87 are read and written in parts of any size.
     */
    static boolean alignmentChecks(Instruction i) {
        return !CoveredRows.usesFp(i)
                || (i.mnemonic.family == Mnemonic.Family.X87 && !imageInMemory(i));
    }

    /**
     * Whether an operand reaches over the end of a 4 GiB segment, which processors may check or
     * not, for all of the operand or part by part (SDM Vol. 3, 5.3).
     */
    static boolean wrapsSegment(Vector v) {
        if (!v.compatibility) {
            return false;
        }
        if (v.decoded.mnemonic == Mnemonic.MASKMOVDQU || v.decoded.mnemonic == Mnemonic.MASKMOVQ) {
            return (int) v.gpr[7] < 0 && (int) v.gpr[7] > -16;
        }
        if (!v.decoded.hasMemory()) {
            return false;
        }
        long offset = VectorGenerator.effectiveAddress(v, v.decoded);
        return offset > 0xFFFFFFFFL - (imageInMemory(v.decoded) ? 512 : 16);
    }

    /**
     * Whether general registers may differ after a fault: POPA on AMD has loaded some of them,
     * which an instruction that is run again does once more.
     */
    static boolean registersOpen(Vector v, Outcome expected) {
        return v.decoded.mnemonic == Mnemonic.POPA && expected.exception == CpuException.PF;
    }
}
