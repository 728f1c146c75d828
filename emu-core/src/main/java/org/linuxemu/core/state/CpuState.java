package org.linuxemu.core.state;

/**
 * The registers of one processor, and nothing else. At every instruction boundary it is the exact
 * architectural state.
 *
 * <p>The arithmetic flags are lazy: operand A, operand B and result of the last flag-setting
 * operation, sign-extended from the operand size to 64 bits, and its kind. Sign extension keeps
 * both signed and unsigned order, so the four kinds serve every size. Kinds ADD and SUB also serve
 * ADC and SBB: carry and overflow follow from the three values.
 */
public final class CpuState {
    public static final int RAX = 0;
    public static final int RCX = 1;
    public static final int RDX = 2;
    public static final int RBX = 3;
    public static final int RSP = 4;
    public static final int RBP = 5;
    public static final int RSI = 6;
    public static final int RDI = 7;

    /**
     * Slots of {@link #regs} behind R15: always zero; base for RIP-relative operands; FS and GS
     * base.
     */
    public static final int ZERO = 16;

    public static final int RIP_BASE = 17;
    public static final int FS_BASE = 18;
    public static final int GS_BASE = 19;

    public static final int FLAGS_ADD = 0;
    public static final int FLAGS_SUB = 1;
    public static final int FLAGS_LOGIC = 2;
    public static final int FLAGS_EXPLICIT = 3;

    /**
     * General registers 0-15, then the fixed slots named above. Length 32 so that five-bit numbers
     * are in range.
     */
    public final long[] regs = new long[32];

    /** Instruction pointer: 64-bit RIP, or the zero-extended EIP or IP relative to the CS base. */
    public long rip;

    public int flagsKind = FLAGS_EXPLICIT;
    public long flagsA;
    public long flagsB;
    public long flagsResult;

    /** The arithmetic flags when the kind is EXPLICIT. */
    public int flagsExplicit;

    /** RFLAGS without the arithmetic flags; bit 1 always set. */
    public int systemFlags = Rflags.FIXED;

    public int cpl;

    /**
     * ES CS SS DS FS GS. For FS and GS the base is also in {@link #regs}; use {@link
     * #setSegmentBase}.
     */
    public final SegmentRegister[] segments = new SegmentRegister[6];

    public final SegmentRegister ldtr = new SegmentRegister();
    public final SegmentRegister tr = new SegmentRegister();
    public long gdtrBase;
    public int gdtrLimit;
    public long idtrBase;
    public int idtrLimit;

    public long cr0;
    public long cr2;
    public long cr3;
    public long cr4;

    /** CR8 of a processor without local APIC; with one, the APIC keeps it. */
    public long cr8;

    public long efer;
    public long xcr0 = 1;

    /** PAE page-directory-pointer registers, loaded by MOV CR3 (SDM Vol. 3, 4.4.1). */
    public final long[] pdpte = new long[4];

    /** DR0-DR3, 4 and 5 unused, DR6, DR7. */
    public final long[] dr = new long[8];

    public final MsrState msr = new MsrState();

    /** XMM and YMM registers, four longs each, least significant first. */
    public final long[] vectors = new long[16 * 4];

    public int mxcsr = 0x1F80;

    /** x87 registers in physical order: significand, and sign and exponent in bits 15:0. */
    public final long[] fpSignificand = new long[8];

    public final int[] fpSignExponent = new int[8];

    /** Number of the physical register that is ST(0). */
    public int fpTop;

    public int fpControl = 0x37F;

    /** Status word with TOP (bits 13:11) always zero here; see {@link #fpTop}. */
    public int fpStatus;

    /** Bit i set: physical register i is empty. */
    public int fpEmpty = 0xFF;

    public int fpOpcode;
    public long fpInstructionPointer;
    public int fpInstructionSelector;
    public long fpDataPointer;
    public int fpDataSelector;

    /** Waiting in HLT (or MWAIT) for an interrupt. */
    public boolean halted;

    /** Interrupts are held back for the instruction that follows STI or a load of SS. */
    public boolean interruptShadow;

    /** As the shadow, but by MOV SS or POP SS: debug traps are held back too. */
    public boolean movSsShadow;

    public boolean nmiPending;
    public boolean nmiBlocked;

    public CpuState() {
        for (int i = 0; i < segments.length; i++) {
            segments[i] = new SegmentRegister();
        }
        reset();
    }

    /** Power-up state (SDM Vol. 3, table 9-1). */
    public void reset() {
        java.util.Arrays.fill(regs, 0);
        regs[RDX] = 0x000F0601; // family, model, stepping as CPUID leaf 1 says
        rip = 0xFFF0;
        flagsKind = FLAGS_EXPLICIT;
        flagsExplicit = 0;
        flagsA = flagsB = flagsResult = 0;
        systemFlags = Rflags.FIXED;
        cpl = 0;
        for (int i = 0; i < 6; i++) {
            segments[i].set(0, 0, 0xFFFF, 0x93);
        }
        segments[1].set(0xF000, 0xFFFF0000L, 0xFFFF, 0x9B);
        ldtr.set(0, 0, 0xFFFF, 0x82);
        tr.set(0, 0, 0xFFFF, 0x8B);
        gdtrBase = idtrBase = 0;
        gdtrLimit = idtrLimit = 0xFFFF;
        cr0 = 0x60000010;
        cr2 = cr3 = cr4 = cr8 = efer = 0;
        xcr0 = 1;
        java.util.Arrays.fill(dr, 0);
        dr[6] = 0xFFFF0FF0L;
        dr[7] = 0x400;
        msr.reset();
        java.util.Arrays.fill(vectors, 0);
        mxcsr = 0x1F80;
        java.util.Arrays.fill(fpSignificand, 0);
        java.util.Arrays.fill(fpSignExponent, 0);
        fpTop = 0;
        fpControl = 0x40;
        fpStatus = 0;
        fpEmpty = 0;
        fpOpcode = 0;
        fpInstructionPointer = fpDataPointer = 0;
        fpInstructionSelector = fpDataSelector = 0;
        halted = interruptShadow = movSsShadow = nmiPending = nmiBlocked = false;
    }

    public boolean carry() {
        switch (flagsKind) {
            case FLAGS_ADD:
                return ((flagsA & flagsB) | ((flagsA | flagsB) & ~flagsResult)) < 0;
            case FLAGS_SUB:
                return ((~flagsA & flagsB) | ((~flagsA | flagsB) & flagsResult)) < 0;
            case FLAGS_LOGIC:
                return false;
            default:
                return (flagsExplicit & Rflags.CF) != 0;
        }
    }

    public boolean zero() {
        return flagsKind == FLAGS_EXPLICIT ? (flagsExplicit & Rflags.ZF) != 0 : flagsResult == 0;
    }

    public boolean sign() {
        return flagsKind == FLAGS_EXPLICIT ? (flagsExplicit & Rflags.SF) != 0 : flagsResult < 0;
    }

    public boolean overflow() {
        switch (flagsKind) {
            case FLAGS_ADD:
                return ((flagsA ^ flagsResult) & (flagsB ^ flagsResult)) < 0;
            case FLAGS_SUB:
                return ((flagsA ^ flagsB) & (flagsA ^ flagsResult)) < 0;
            case FLAGS_LOGIC:
                return false;
            default:
                return (flagsExplicit & Rflags.OF) != 0;
        }
    }

    public boolean parity() {
        return flagsKind == FLAGS_EXPLICIT
                ? (flagsExplicit & Rflags.PF) != 0
                : evenParity(flagsResult);
    }

    public boolean adjust() {
        switch (flagsKind) {
            case FLAGS_ADD:
            case FLAGS_SUB:
                return ((flagsA ^ flagsB ^ flagsResult) & 0x10) != 0;
            case FLAGS_LOGIC:
                return false;
            default:
                return (flagsExplicit & Rflags.AF) != 0;
        }
    }

    /** PF of a result: its low byte has an even number of ones. */
    public static boolean evenParity(long result) {
        int x = (int) result & 0xFF;
        x ^= x >> 4;
        return ((0x9669 >> (x & 15)) & 1) != 0;
    }

    /** The condition of Jcc, SETcc and CMOVcc by its four-bit code (SDM Vol. 1, appendix B). */
    public boolean condition(int code) {
        boolean value;
        switch (code >> 1) {
            case 0:
                value = overflow();
                break;
            case 1:
                value = carry();
                break;
            case 2:
                value = zero();
                break;
            case 3:
                value = carry() || zero();
                break;
            case 4:
                value = sign();
                break;
            case 5:
                value = parity();
                break;
            case 6:
                value = sign() != overflow();
                break;
            default:
                value = zero() || sign() != overflow();
                break;
        }
        return value != ((code & 1) != 0);
    }

    /** CF PF AF ZF SF OF in their RFLAGS places. */
    public int arithmeticFlags() {
        if (flagsKind == FLAGS_EXPLICIT) {
            return flagsExplicit;
        }
        int f = 0;
        if (carry()) {
            f |= Rflags.CF;
        }
        if (parity()) {
            f |= Rflags.PF;
        }
        if (adjust()) {
            f |= Rflags.AF;
        }
        if (zero()) {
            f |= Rflags.ZF;
        }
        if (sign()) {
            f |= Rflags.SF;
        }
        if (overflow()) {
            f |= Rflags.OF;
        }
        return f;
    }

    /** Sets the arithmetic flags; other bits of the argument are ignored. */
    public void setArithmeticFlags(int flags) {
        flagsKind = FLAGS_EXPLICIT;
        flagsExplicit = flags & Rflags.ARITHMETIC;
    }

    public long rflags() {
        return systemFlags | arithmeticFlags();
    }

    /**
     * Sets all of RFLAGS as given; the caller has applied privilege rules. Bits that do not exist
     * are dropped.
     */
    public void setRflags(long value) {
        setArithmeticFlags((int) value);
        systemFlags = (int) value & 0x3F7700 | Rflags.FIXED;
    }

    public boolean flag(int systemFlag) {
        return (systemFlags & systemFlag) != 0;
    }

    public SegmentRegister cs() {
        return segments[1];
    }

    public SegmentRegister ss() {
        return segments[2];
    }

    /** Sets the base of a segment register and its copy in {@link #regs}. */
    public void setSegmentBase(int segment, long base) {
        segments[segment].base = base;
        if (segment >= 4) {
            regs[FS_BASE + segment - 4] = base;
        }
    }

    public boolean longMode() {
        return (efer & Efer.LMA) != 0;
    }

    /** 64-bit mode: long mode with a 64-bit code segment. */
    public boolean is64Bit() {
        return (efer & Efer.LMA) != 0 && (segments[1].attributes & SegmentRegister.LONG) != 0;
    }

    public boolean protectedMode() {
        return (cr0 & ControlRegisters.CR0_PE) != 0;
    }

    public boolean virtual8086() {
        return (systemFlags & Rflags.VM) != 0;
    }

    /** Real-address or virtual-8086 mode: segments are selector times 16. */
    public boolean realOrV86() {
        return (cr0 & ControlRegisters.CR0_PE) == 0 || (systemFlags & Rflags.VM) != 0;
    }

    /** Size of code segment in bytes: 2, 4, or 8 in 64-bit mode. */
    public int codeSize() {
        int attributes = segments[1].attributes;
        if ((efer & Efer.LMA) != 0 && (attributes & SegmentRegister.LONG) != 0) {
            return 8;
        }
        return (attributes & SegmentRegister.DEFAULT_BIG) != 0 ? 4 : 2;
    }

    /** Size of the stack pointer in bytes: 2, 4 or 8. */
    public int stackSize() {
        if (is64Bit()) {
            return 8;
        }
        return (segments[2].attributes & SegmentRegister.DEFAULT_BIG) != 0 ? 4 : 2;
    }
}
