package org.linuxemu.core.state;

/**
 * Model-specific registers that hold state (SDM Vol. 4); EFER and the FS and GS bases live in
 * {@link CpuState}.
 */
public final class MsrState {
    public long star;
    public long lstar;
    public long cstar;
    public long fmask;
    public long kernelGsBase;
    public long tscAux;
    public long sysenterCs;
    public long sysenterEsp;
    public long sysenterEip;
    public long pat;
    public long apicBase;
    public long miscEnable;
    public long specCtrl;
    public long mtrrDefType;
    public final long[] mtrrFixed = new long[11];

    /** Base and mask, alternating, of eight variable ranges. */
    public final long[] mtrrVariable = new long[16];

    /** TSC minus cycles of the virtual clock. */
    public long tscOffset;

    /**
     * What was last written to IA32_TSC_DEADLINE, a value of the time-stamp counter. Whether it is
     * still armed is known to the local APIC.
     */
    public long tscDeadline;

    public long xss;

    void reset() {
        star = lstar = cstar = fmask = kernelGsBase = tscAux = 0;
        sysenterCs = sysenterEsp = sysenterEip = 0;
        pat = 0x0007040600070406L;
        apicBase = 0xFEE00900L;
        miscEnable = 1;
        specCtrl = 0;
        mtrrDefType = 0;
        java.util.Arrays.fill(mtrrFixed, 0);
        java.util.Arrays.fill(mtrrVariable, 0);
        tscOffset = 0;
        tscDeadline = 0;
        xss = 0;
    }
}
