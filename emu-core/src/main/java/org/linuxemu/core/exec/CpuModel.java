package org.linuxemu.core.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A processor model: which features exist. CPUID reports exactly these, and opcodes of others raise #UD. */
public final class CpuModel {
    private final String name;
    private final Set<String> features;

    private CpuModel(String name, Set<String> features) {
        this.name = name;
        this.features = features;
    }

    public String name() {
        return name;
    }

    /** Whether a feature (named as in the opcode table) is there; null is the base set. */
    public boolean has(String feature) {
        return feature == null || features.contains(feature);
    }

    /** The same model with features added or removed, as {@code -cpu name,+x,-y} asks. */
    public CpuModel with(List<String> added, List<String> removed) {
        Set<String> set = new java.util.TreeSet<>(features);
        set.addAll(added);
        set.removeAll(removed);
        return new CpuModel(name, set);
    }

    public static CpuModel max() {
        List<String> f = new ArrayList<>();
        java.util.Collections.addAll(f,
                "FPU", "TSC", "MSR", "CX8", "SEP", "PGE", "CMOV", "PAT", "PSE36", "CLFSH", "MMX", "FXSR", "SSE", "SSE2",
                "SSE3", "SSSE3", "CX16", "SSE4.1", "SSE4.2", "POPCNT", "PCLMULQDQ", "AES", "MOVBE", "XSAVE", "XSAVEOPT",
                "RDRAND", "RDSEED", "FSGSBASE", "SMEP", "SMAP", "ERMS", "FSRM", "INVPCID", "PCID", "BMI1", "BMI2", "ADX",
                "LZCNT", "CLFLUSHOPT", "CLWB", "SYSCALL", "NX", "PDPE1GB", "RDTSCP", "LAHF64", "RDPID", "UMIP", "SHA");
        return new CpuModel("max", new java.util.TreeSet<>(f));
    }
}
