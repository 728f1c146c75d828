package org.linuxemu.core.exec;

import java.nio.charset.StandardCharsets;
import org.linuxemu.core.mmu.PageWalker;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;

/**
 * CPUID (SDM Vol. 2): an Intel processor of family 6 that reports the features of the {@link
 * CpuModel} and nothing else.
 */
public final class CpuidOps {
    /**
     * Family 6, model F0h, stepping 1: a model number that stands in no list of processors with
     * errata or vulnerabilities. CpuState.reset leaves it in EDX.
     */
    public static final int SIGNATURE = 0x000F0601;

    private static final int MAX_BASIC = 0x16;
    private static final int MAX_EXTENDED = 0x80000008;
    private static final int MAX_HYPERVISOR = 0x40000000;

    private static final String BRAND = "JVM x86-64 emulated processor @ 1.00GHz";
    private static final String HYPERVISOR = "linuxemu jvm";

    private CpuidOps() {}

    static void cpuid(ExecContext c) {
        CpuState s = c.state;
        int leaf = (int) s.regs[CpuState.RAX];
        int subleaf = (int) s.regs[CpuState.RCX];
        long[] r = s.regs;
        for (int register = 0; register < 4; register++) {
            int value = value(c, leaf, subleaf, register);
            // Results go to RAX, RBX, RCX, RDX in this order; their numbers are 0, 3, 1, 2.
            r[register == 0 ? CpuState.RAX : register == 1 ? CpuState.RBX : register - 1] =
                    value & 0xFFFFFFFFL;
        }
        c.charge(InstructionCosts.CPUID);
    }

    /**
     * One register of a leaf.
     *
     * @param register 0 EAX, 1 EBX, 2 ECX, 3 EDX
     */
    public static int value(ExecContext c, int leaf, int subleaf, int register) {
        int group = leaf >>> 28;
        if (group == 4 && c.model.has("HYPERVISOR")) {
            return leaf == MAX_HYPERVISOR ? hypervisor(register) : 0;
        }
        if (group == 8 && Integer.compareUnsigned(leaf, MAX_EXTENDED) <= 0) {
            return extended(c, leaf, register);
        }
        // Leaves beyond the last give the data of the last basic one.
        int basic = Integer.compareUnsigned(leaf, MAX_BASIC) <= 0 ? leaf : MAX_BASIC;
        return basic(c, basic, subleaf, register);
    }

    private static int basic(ExecContext c, int leaf, int subleaf, int register) {
        CpuModel m = c.model;
        switch (leaf) {
            case 0:
                return pick(
                        register, MAX_BASIC, 0x756E6547, 0x6C65746E, 0x49656E69); // GenuineIntel
            case 1:
                return leaf1(c, register);
            case 2:
                // TLB entries: data 64 of 4 KiB and 32 large, code 64 of 4 KiB; caches in leaf 4.
                return pick(register, 0xB55A0301, 0xFF, 0, 0);
            case 4:
                return cache(subleaf, register);
            case 6:
                return register == 0 ? m.word(CpuFeatures.LEAF6_EAX) : 0;
            case 7:
                return leaf7(m, subleaf, register);
            case 0xB:
                return topology(subleaf, register);
            case 0xD:
                return extendedState(c, subleaf, register);
            case 0x15:
                // The time-stamp counter runs at the crystal's 1 GHz.
                return pick(register, 1, 1, 1_000_000_000, 0);
            case 0x16:
                return pick(register, 1000, 1000, 100, 0);
            default:
                return 0;
        }
    }

    private static int pick(int register, int eax, int ebx, int ecx, int edx) {
        return register == 0 ? eax : register == 1 ? ebx : register == 2 ? ecx : edx;
    }

    private static int leaf1(ExecContext c, int register) {
        CpuModel m = c.model;
        switch (register) {
            case 0:
                return SIGNATURE;
            case 1:
                return 1 << 16 | 8 << 8; // APIC ID 0, one processor, CLFLUSH of 64 bytes
            case 2:
                {
                    boolean osxsave = (c.state.cr4 & ControlRegisters.CR4_OSXSAVE) != 0;
                    return m.word(CpuFeatures.LEAF1_ECX) | (osxsave ? 1 << 27 : 0);
                }
            default:
                {
                    boolean apicOff = (c.state.msr.apicBase & 0x800) == 0;
                    return m.word(CpuFeatures.LEAF1_EDX) & (apicOff ? ~(1 << 9) : -1);
                }
        }
    }

    private static int leaf7(CpuModel m, int subleaf, int register) {
        if (subleaf == 0) {
            return pick(
                    register,
                    2,
                    m.word(CpuFeatures.LEAF7_EBX),
                    m.word(CpuFeatures.LEAF7_ECX),
                    m.word(CpuFeatures.LEAF7_EDX));
        }
        if (subleaf == 2) {
            return register == 3 ? m.word(CpuFeatures.LEAF7_2_EDX) : 0;
        }
        return subleaf == 1 && register == 0 ? m.word(CpuFeatures.LEAF7_1_EAX) : 0;
    }

    /**
     * Deterministic cache parameters: 32 KiB data and code, 1 MiB second level, 8 MiB third level.
     */
    private static int cache(int subleaf, int register) {
        switch (subleaf) {
            case 0:
                return cache(register, 1, 1, 8, 64);
            case 1:
                return cache(register, 2, 1, 8, 64);
            case 2:
                return cache(register, 3, 2, 16, 1024);
            case 3:
                return cache(register, 3, 3, 16, 8192);
            default:
                return 0;
        }
    }

    private static int cache(int register, int type, int level, int ways, int sets) {
        return pick(register, type | level << 5 | 1 << 8, (ways - 1) << 22 | 63, sets - 1, 0);
    }

    /** One thread in one core: levels thread (1) and core (2). */
    private static int topology(int subleaf, int register) {
        boolean level = subleaf == 0 || subleaf == 1;
        return pick(
                register, 0, level ? 1 : 0, (subleaf & 0xFF) | (level ? (subleaf + 1) << 8 : 0), 0);
    }

    /**
     * Bytes of the XSAVE area for a set of state components: legacy and header 576, AVX 256 behind
     * them.
     */
    static int extendedStateSize(long xcr0) {
        return (xcr0 & 4) != 0 ? 576 + 256 : 576;
    }

    private static int extendedState(ExecContext c, int subleaf, int register) {
        CpuModel m = c.model;
        if (!m.has("XSAVE")) {
            return 0;
        }
        long supported = ControlRegisterOps.supportedXcr0(m);
        switch (subleaf) {
            case 0:
                return pick(
                        register,
                        (int) supported,
                        extendedStateSize(c.state.xcr0),
                        extendedStateSize(supported),
                        0);
            case 1:
                {
                    boolean compact = m.has("XSAVEC") || m.has("XSAVES");
                    int size = compact ? extendedStateSize(c.state.xcr0 | c.state.msr.xss) : 0;
                    return pick(register, m.word(CpuFeatures.LEAF13_1_EAX), size, 0, 0);
                }
            case 2:
                return (supported & 4) != 0 ? pick(register, 256, 576, 0, 0) : 0;
            default:
                return 0;
        }
    }

    private static int hypervisor(int register) {
        return register == 0 ? MAX_HYPERVISOR : text(HYPERVISOR, register - 1);
    }

    private static int extended(ExecContext c, int leaf, int register) {
        CpuModel m = c.model;
        switch (leaf) {
            case 0x80000000:
                return register == 0 ? MAX_EXTENDED : 0;
            case 0x80000001:
                {
                    // Intel's processors show SYSCALL only in 64-bit mode.
                    int hidden = c.state.is64Bit() ? 0 : 1 << 11;
                    return pick(
                            register,
                            0,
                            0,
                            m.word(CpuFeatures.EXTENDED1_ECX),
                            m.word(CpuFeatures.EXTENDED1_EDX) & ~hidden);
                }
            case 0x80000002:
            case 0x80000003:
            case 0x80000004:
                return text(BRAND, (leaf - 0x80000002) * 4 + register);
            case 0x80000006:
                return register == 2
                        ? 1024 << 16 | 8 << 12 | 64
                        : 0; // 1 MiB, 16 ways, 64-byte lines
            case 0x80000007:
                return register == 3 ? m.word(CpuFeatures.EXTENDED7_EDX) : 0;
            case 0x80000008:
                return register == 0 ? PageWalker.PHYSICAL_BITS | 48 << 8 : 0;
            default:
                return 0;
        }
    }

    /** The {@code index}th four bytes of a text, padded with zeros. */
    private static int text(String text, int index) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int at = index * 4 + i;
            value |= (at < bytes.length ? bytes[at] & 0xFF : 0) << (8 * i);
        }
        return value;
    }
}
