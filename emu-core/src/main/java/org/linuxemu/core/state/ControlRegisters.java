package org.linuxemu.core.state;

/** Bits of CR0 and CR4 (SDM Vol. 3, 2.5). */
public final class ControlRegisters {
    public static final long CR0_PE = 1;
    public static final long CR0_MP = 2;
    public static final long CR0_EM = 4;
    public static final long CR0_TS = 8;
    public static final long CR0_ET = 0x10;
    public static final long CR0_NE = 0x20;
    public static final long CR0_WP = 0x10000;
    public static final long CR0_AM = 0x40000;
    public static final long CR0_NW = 0x20000000;
    public static final long CR0_CD = 0x40000000;
    public static final long CR0_PG = 0x80000000L;

    public static final long CR4_VME = 1;
    public static final long CR4_PVI = 2;
    public static final long CR4_TSD = 4;
    public static final long CR4_DE = 8;
    public static final long CR4_PSE = 0x10;
    public static final long CR4_PAE = 0x20;
    public static final long CR4_MCE = 0x40;
    public static final long CR4_PGE = 0x80;
    public static final long CR4_PCE = 0x100;
    public static final long CR4_OSFXSR = 0x200;
    public static final long CR4_OSXMMEXCPT = 0x400;
    public static final long CR4_UMIP = 0x800;
    public static final long CR4_FSGSBASE = 0x10000;
    public static final long CR4_PCIDE = 0x20000;
    public static final long CR4_OSXSAVE = 0x40000;
    public static final long CR4_SMEP = 0x100000;
    public static final long CR4_SMAP = 0x200000;

    private ControlRegisters() {}
}
