package org.linuxemu.core.debug;

/**
 * The registers a debugger can name, in a stable order that does not depend on the processor's
 * mode. The first 18 are numbered as gdb numbers them on x86-64.
 *
 * <p>Values are those of the 64-bit register file in every mode; the upper halves read as zero when
 * the mode has none.
 */
public enum DebugRegister {
    RAX(8),
    RBX(8),
    RCX(8),
    RDX(8),
    RSI(8),
    RDI(8),
    RBP(8),
    RSP(8),
    R8(8),
    R9(8),
    R10(8),
    R11(8),
    R12(8),
    R13(8),
    R14(8),
    R15(8),
    RIP(8),
    EFLAGS(4),
    /** Segment selectors (16 bits used). */
    CS(4),
    SS(4),
    DS(4),
    ES(4),
    FS(4),
    GS(4),
    /** x87 stack in stack order: ST0 is the top. 80-bit extended, little endian. */
    ST0(10),
    ST1(10),
    ST2(10),
    ST3(10),
    ST4(10),
    ST5(10),
    ST6(10),
    ST7(10),
    FCTRL(4),
    FSTAT(4),
    /** Full 16-bit tag word (two bits per physical register), not the abridged FXSAVE form. */
    FTAG(4),
    FISEG(4),
    FIOFF(4),
    FOSEG(4),
    FOOFF(4),
    FOP(4),
    XMM0(16),
    XMM1(16),
    XMM2(16),
    XMM3(16),
    XMM4(16),
    XMM5(16),
    XMM6(16),
    XMM7(16),
    XMM8(16),
    XMM9(16),
    XMM10(16),
    XMM11(16),
    XMM12(16),
    XMM13(16),
    XMM14(16),
    XMM15(16),
    MXCSR(4),
    FS_BASE(8),
    GS_BASE(8),
    /** IA32_KERNEL_GS_BASE, the value SWAPGS would load. */
    K_GS_BASE(8),
    CR0(8),
    CR2(8),
    CR3(8),
    CR4(8),
    CR8(8),
    EFER(8),
    /** Upper halves of YMM0-15; present only when {@link RegisterAccess#hasAvx()}. */
    YMM0H(16),
    YMM1H(16),
    YMM2H(16),
    YMM3H(16),
    YMM4H(16),
    YMM5H(16),
    YMM6H(16),
    YMM7H(16),
    YMM8H(16),
    YMM9H(16),
    YMM10H(16),
    YMM11H(16),
    YMM12H(16),
    YMM13H(16),
    YMM14H(16),
    YMM15H(16);

    private static final DebugRegister[] ALL = values();

    private final int bytes;

    DebugRegister(int bytes) {
        this.bytes = bytes;
    }

    /** Size in bytes: 4, 8, 10 or 16. */
    public int bytes() {
        return bytes;
    }

    /** Register number {@code index} places after this one, such as {@code XMM0.plus(3)}. */
    public DebugRegister plus(int index) {
        return ALL[ordinal() + index];
    }

    /** True when the value fits a {@code long}. */
    public boolean isScalar() {
        return bytes <= 8;
    }
}
