package org.linuxemu.core.state;

/** Bits of IA32_EFER (SDM Vol. 3, 2.2.1). */
public final class Efer {
    public static final long SCE = 1;
    public static final long LME = 0x100;
    public static final long LMA = 0x400;
    public static final long NXE = 0x800;

    private Efer() {}
}
