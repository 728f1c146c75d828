package org.linuxemu.core.exec;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * A processor model: which features exist. CPUID reports exactly these, and opcodes of others raise
 * #UD.
 */
public final class CpuModel {
    /** What every x86-64 processor has, and what the emulated one always has beyond it. */
    private static final String BASE =
            "FPU DE PSE TSC MSR PAE MCE CX8 SEP MTRR PGE MCA CMOV PAT PSE36 CLFSH MMX FXSR"
                    + " SSE SSE2 LM NX SYSCALL HYPERVISOR INVTSC APIC ARAT";

    private static final String LEVEL2 = " CX16 LAHF64 POPCNT SSE3 SSE4.1 SSE4.2 SSSE3";
    private static final String LEVEL3 = " AVX AVX2 BMI1 BMI2 F16C FMA LZCNT MOVBE XSAVE";

    /** Everything that is implemented. */
    private static final String ALL =
            BASE
                    + LEVEL2
                    + " AVX AVX2 F16C FMA VAES VPCLMULQDQ"
                    + " PCLMULQDQ AES MOVBE XSAVE XSAVEOPT XSAVEC XGETBV1 XSAVES RDRAND RDSEED FSGSBASE SMEP SMAP ERMS FSRM INVPCID PCID BMI1 BMI2"
                    + " ADX LZCNT CLFLUSHOPT CLWB PDPE1GB RDTSCP RDPID UMIP SHA PREFETCHW TSC_ADJUST SPEC_CTRL STIBP"
                    + " ARCH_CAPABILITIES FZRM FSRS FSRC BHI_CTRL TSC_DEADLINE";

    /** Features of the local APIC: gone without one. */
    private static final List<String> APIC_PARTS = List.of("ARAT", "TSC_DEADLINE", "X2APIC");

    /** Feature and what it needs (SDM Vol. 1, 13.3, 14.3, 14.7; Vol. 2, the instructions). */
    private static final String[][] BASES = {
        {"XSAVEOPT", "XSAVE"},
        {"XSAVEC", "XSAVE"},
        {"XGETBV1", "XSAVE"},
        {"XSAVES", "XSAVEC"},
        {"AVX", "XSAVE"},
        {"AVX2", "AVX"},
        {"FMA", "AVX"},
        {"F16C", "AVX"},
        {"VAES", "AVX"},
        {"VAES", "AES"},
        {"VPCLMULQDQ", "AVX"},
        {"VPCLMULQDQ", "PCLMULQDQ"},
    };

    private final String name;
    private final Set<String> features;
    private final int[] words = new int[CpuFeatures.WORDS];

    /** Takes over the set, and removes from it what lacks its base. */
    private CpuModel(String name, Set<String> features) {
        this.name = name;
        this.features = features;
        if (!features.contains("APIC")) {
            features.removeAll(APIC_PARTS);
        }
        for (String[] pair : BASES) {
            if (!features.contains(pair[1])) {
                features.remove(pair[0]);
            }
        }
        for (String feature : features) {
            CpuFeatures.set(feature, words);
        }
    }

    public String name() {
        return name;
    }

    /** Whether a feature (named as in the opcode table) is there; null is the base set. */
    public boolean has(String feature) {
        return feature == null || features.contains(feature);
    }

    /** Names of all features, in alphabetical order. */
    public Set<String> features() {
        return Collections.unmodifiableSet(features);
    }

    /** A register of CPUID feature bits, by the numbers of {@link CpuFeatures}. */
    int word(int index) {
        return words[index];
    }

    /** The same model with features added or removed, as {@code -cpu name,+x,-y} asks. */
    public CpuModel with(List<String> added, List<String> removed) {
        Set<String> set = new TreeSet<>(features);
        set.addAll(added);
        set.removeAll(removed);
        return new CpuModel(name, set);
    }

    /** Everything that is implemented. */
    public static CpuModel max() {
        return new CpuModel("max", set(ALL));
    }

    private static Set<String> set(String names) {
        return new TreeSet<>(Arrays.asList(names.split(" ")));
    }

    /** Names that {@link #parse} knows, for help texts. */
    public static List<String> names() {
        return List.of("max", "host", "qemu64", "x86-64-v1", "x86-64-v2", "x86-64-v3");
    }

    /**
     * A model from {@code name,+feature,-feature} (also {@code feature=on} and {@code
     * feature=off}). {@code host} is {@code max}, {@code qemu64} is {@code x86-64-v1}.
     *
     * @throws IllegalArgumentException with one clear line about what is unknown or not implemented
     */
    public static CpuModel parse(String text) {
        String[] parts = text.split(",", -1);
        Set<String> implemented = set(ALL);
        Set<String> result = new TreeSet<>(named(parts[0]));
        for (String feature : result) {
            if (!implemented.contains(feature)) {
                throw new IllegalArgumentException(
                        "CPU model "
                                + parts[0]
                                + " needs "
                                + feature
                                + ", which is not implemented");
            }
        }
        for (int i = 1; i < parts.length; i++) {
            apply(parts[i], implemented, result);
        }
        return new CpuModel(parts[0], result);
    }

    private static Set<String> named(String model) {
        switch (model.toLowerCase(Locale.ROOT)) {
            case "max":
            case "host":
                return set(ALL);
            case "qemu64":
            case "x86-64-v1":
                return set(BASE);
            case "x86-64-v2":
                return set(BASE + LEVEL2);
            case "x86-64-v3":
                return set(BASE + LEVEL2 + LEVEL3);
            default:
                throw new IllegalArgumentException(
                        "unknown CPU model '"
                                + model
                                + "'; known are "
                                + String.join(", ", names()));
        }
    }

    private static void apply(String change, Set<String> implemented, Set<String> result) {
        boolean on = true;
        String spelling = change;
        int equals = change.indexOf('=');
        if (equals >= 0) {
            spelling = change.substring(0, equals);
            String value = change.substring(equals + 1);
            on = value.equals("on");
            if (!on && !value.equals("off")) {
                throw new IllegalArgumentException(
                        "CPU feature '" + change + "': expected on or off");
            }
        } else if (change.startsWith("+") || change.startsWith("-")) {
            on = change.charAt(0) == '+';
            spelling = change.substring(1);
        }
        String feature = CpuFeatures.canonicalName(spelling);
        if (feature == null) {
            throw new IllegalArgumentException("unknown CPU feature '" + spelling + "'");
        }
        if (!on) {
            result.remove(feature);
        } else if (implemented.contains(feature)) {
            add(feature, result);
        } else {
            throw new IllegalArgumentException("CPU feature '" + spelling + "' is not implemented");
        }
    }

    /** Adds a feature with all that it needs. */
    private static void add(String feature, Set<String> to) {
        to.add(feature);
        for (String[] pair : BASES) {
            if (pair[0].equals(feature)) {
                add(pair[1], to);
            }
        }
    }
}
