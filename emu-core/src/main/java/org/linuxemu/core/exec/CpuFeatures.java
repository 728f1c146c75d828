package org.linuxemu.core.exec;

import java.util.Locale;

/**
 * Where CPUID reports each feature (SDM Vol. 2, CPUID). Names are those of the opcode table; the
 * command line may spell them as QEMU and Linux do ({@code sse4_1}, {@code lahf_lm}). The constants
 * number the words.
 */
final class CpuFeatures {
    static final int LEAF1_EDX = 0;
    static final int LEAF1_ECX = 1;
    static final int LEAF7_EBX = 2;
    static final int LEAF7_ECX = 3;
    static final int LEAF7_EDX = 4;
    static final int LEAF7_1_EAX = 5;
    static final int EXTENDED1_EDX = 6;
    static final int EXTENDED1_ECX = 7;
    static final int LEAF13_1_EAX = 8;
    static final int LEAF6_EAX = 9;
    static final int EXTENDED7_EDX = 10;
    static final int LEAF7_2_EDX = 11;
    static final int WORDS = 12;

    private static final String[] NAMES = {
        // leaf 1, EDX
        "FPU,0,0",
        "VME,0,1",
        "DE,0,2",
        "PSE,0,3",
        "TSC,0,4",
        "MSR,0,5",
        "PAE,0,6",
        "MCE,0,7",
        "CX8,0,8",
        "APIC,0,9",
        "SEP,0,11",
        "MTRR,0,12",
        "PGE,0,13",
        "MCA,0,14",
        "CMOV,0,15",
        "PAT,0,16",
        "PSE36,0,17",
        "CLFSH,0,19",
        "MMX,0,23",
        "FXSR,0,24",
        "SSE,0,25",
        "SSE2,0,26",
        "SS,0,27",
        "HTT,0,28",
        // leaf 1, ECX
        "SSE3,1,0",
        "PCLMULQDQ,1,1",
        "MONITOR,1,3",
        "SSSE3,1,9",
        "FMA,1,12",
        "CX16,1,13",
        "PCID,1,17",
        "SSE4.1,1,19",
        "SSE4.2,1,20",
        "X2APIC,1,21",
        "MOVBE,1,22",
        "POPCNT,1,23",
        "TSC_DEADLINE,1,24",
        "AES,1,25",
        "XSAVE,1,26",
        "AVX,1,28",
        "F16C,1,29",
        "RDRAND,1,30",
        "HYPERVISOR,1,31",
        // leaf 7, EBX
        "FSGSBASE,2,0",
        "TSC_ADJUST,2,1",
        "BMI1,2,3",
        "AVX2,2,5",
        "SMEP,2,7",
        "BMI2,2,8",
        "ERMS,2,9",
        "INVPCID,2,10",
        "RDSEED,2,18",
        "ADX,2,19",
        "SMAP,2,20",
        "CLFLUSHOPT,2,23",
        "CLWB,2,24",
        "SHA,2,29",
        // leaf 7, ECX and EDX; leaf 7.1, EAX
        "UMIP,3,2",
        "VAES,3,9",
        "VPCLMULQDQ,3,10",
        "RDPID,3,22",
        "FSRM,4,4",
        "SPEC_CTRL,4,26",
        "STIBP,4,27",
        "ARCH_CAPABILITIES,4,29",
        "FZRM,5,10",
        "FSRS,5,11",
        "FSRC,5,12",
        // leaf 7.2, EDX
        "BHI_CTRL,11,4",
        // leaf 80000001h, EDX and ECX
        "SYSCALL,6,11",
        "NX,6,20",
        "PDPE1GB,6,26",
        "RDTSCP,6,27",
        "LM,6,29",
        "LAHF64,7,0",
        "LZCNT,7,5",
        "PREFETCHW,7,8",
        // leaf 0Dh.1, EAX; leaf 6, EAX; leaf 80000007h, EDX
        "XSAVEOPT,8,0",
        "XSAVEC,8,1",
        "XGETBV1,8,2",
        "XSAVES,8,3",
        "ARAT,9,2",
        "INVTSC,10,8",
    };

    /** Other spellings, in pairs: as given, as in the table. */
    private static final String[] ALIASES = {
        "PNI",
        "SSE3",
        "SSE4-1",
        "SSE4.1",
        "SSE4-2",
        "SSE4.2",
        "SSE4_1",
        "SSE4.1",
        "SSE4_2",
        "SSE4.2",
        "LAHF_LM",
        "LAHF64",
        "LAHF-LM",
        "LAHF64",
        "ABM",
        "LZCNT",
        "CLFLUSH",
        "CLFSH",
        "CX8",
        "CX8",
        "PCLMUL",
        "PCLMULQDQ",
        "PCLMULDQ",
        "PCLMULQDQ",
        "SHA-NI",
        "SHA",
        "SHA_NI",
        "SHA",
        "CONSTANT_TSC",
        "INVTSC",
        "SYSENTER",
        "SEP",
        "3DNOWPREFETCH",
        "PREFETCHW",
        "SPEC-CTRL",
        "SPEC_CTRL",
        "ARCH-CAPABILITIES",
        "ARCH_CAPABILITIES",
        "TSC-DEADLINE",
        "TSC_DEADLINE",
        "TSC-ADJUST",
        "TSC_ADJUST",
        "PSE-36",
        "PSE36",
    };

    private CpuFeatures() {}

    /** The table's name of a feature in any spelling, or null if there is no such feature. */
    static String canonicalName(String spelling) {
        String name = spelling.toUpperCase(Locale.ROOT);
        for (int i = 0; i < ALIASES.length; i += 2) {
            if (ALIASES[i].equals(name)) {
                name = ALIASES[i + 1];
                break;
            }
        }
        return find(name) < 0 ? null : name;
    }

    /**
     * Sets the feature's bit in the words of CPUID; features that CPUID does not show have none.
     */
    static void set(String name, int[] words) {
        int i = find(name);
        if (i >= 0) {
            String row = NAMES[i];
            int second = row.lastIndexOf(',');
            int word = Integer.parseInt(row.substring(name.length() + 1, second));
            words[word] |= 1 << Integer.parseInt(row.substring(second + 1));
        }
    }

    private static int find(String name) {
        for (int i = 0; i < NAMES.length; i++) {
            if (NAMES[i].startsWith(name) && NAMES[i].charAt(name.length()) == ',') {
                return i;
            }
        }
        return -1;
    }
}
