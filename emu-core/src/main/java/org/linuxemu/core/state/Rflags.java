package org.linuxemu.core.state;

/** Bits of RFLAGS (SDM Vol. 1, 3.4.3). */
public final class Rflags {
    public static final int CF = 1;
    public static final int FIXED = 2;
    public static final int PF = 4;
    public static final int AF = 0x10;
    public static final int ZF = 0x40;
    public static final int SF = 0x80;
    public static final int TF = 0x100;
    public static final int IF = 0x200;
    public static final int DF = 0x400;
    public static final int OF = 0x800;
    public static final int IOPL = 0x3000;
    public static final int NT = 0x4000;
    public static final int RF = 0x10000;
    public static final int VM = 0x20000;
    public static final int AC = 0x40000;
    public static final int VIF = 0x80000;
    public static final int VIP = 0x100000;
    public static final int ID = 0x200000;

    /** The six arithmetic flags, which {@link CpuState} keeps lazily. */
    public static final int ARITHMETIC = CF | PF | AF | ZF | SF | OF;

    private Rflags() {}
}
