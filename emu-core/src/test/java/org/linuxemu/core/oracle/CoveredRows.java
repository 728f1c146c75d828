package org.linuxemu.core.oracle;

import java.util.EnumSet;
import java.util.Set;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.Mnemonic.Family;
import org.linuxemu.core.decode.OpcodeEntry;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.exec.CpuModel;

/**
 * Which rows of the opcode table, and which of their encodings, are compared with the processor.
 */
final class CoveredRows {
    private static final Set<Family> FP_FAMILIES =
            EnumSet.of(
                    Family.FPSTATE,
                    Family.X87,
                    Family.MMX,
                    Family.SSE_MOVE,
                    Family.SSE_INTEGER,
                    Family.SSE_SHUFFLE,
                    Family.SSE_FLOAT,
                    Family.SSE_CONVERT,
                    Family.SSE_STRING,
                    Family.CRYPTO,
                    Family.AVX,
                    Family.AVX_MASKED,
                    Family.FMA);

    private final CpuModel model = CpuModel.max();
    private final Set<Family> families;

    CoveredRows(Set<Family> families) {
        this.families = families;
    }

    static CoveredRows all() {
        return new CoveredRows(EnumSet.allOf(Family.class));
    }

    /** The same for families named by the user, null for all. */
    static CoveredRows named(String names) {
        if (names == null) {
            return all();
        }
        Set<Family> set = EnumSet.noneOf(Family.class);
        for (String name : names.split(",")) {
            set.add(Family.valueOf(name));
        }
        return new CoveredRows(set);
    }

    boolean includes(OpcodeEntry e) {
        return families.contains(e.mnemonic.family)
                && exclusion(e.mnemonic) == null
                && model.has(e.feature)
                && HostFeatures.hasFeature(e.feature);
    }

    static boolean usesFp(Instruction i) {
        return i.entry != null && FP_FAMILIES.contains(i.mnemonic.family);
    }

    /** Why an instruction is not compared, or null if it is. */
    static String exclusion(Mnemonic m) {
        switch (m) {
            case SYSCALL:
            case SYSENTER:
            case INT:
            case INT1:
            case INT3:
            case INTO:
                return "enters the kernel of the host";
            case CPUID:
            case RDTSC:
            case RDTSCP:
            case RDPMC:
            case RDPID:
            case XGETBV:
                return "tells about the host";
            case RDRAND:
            case RDSEED:
                return "random";
            case SGDT:
            case SIDT:
            case SLDT:
            case STR:
            case SMSW:
                return "the kernel of the host emulates it (UMIP)";
            case LAR:
            case LSL:
            case VERR:
            case VERW:
            case LES:
            case LDS:
            case LSS:
            case LFS:
            case LGS:
            case CALLF:
            case JMPF:
            case RETF:
            case IRET:
                return "depends on the descriptor tables of the host";
            case XSAVE:
            case XRSTOR:
            case XSAVEOPT:
            case XSAVEC:
                return "the image depends on the host's state components";
            default:
                return null;
        }
    }

    /**
     * Whether an encoding that was drawn may be executed on the host and must then do the same
     * there.
     */
    static boolean comparable(Vector v) {
        Instruction i = v.decoded;
        if (HostDifferences.excluded(v) != null) {
            return false;
        }
        if (i.entry == null) {
            return true;
        }
        if (exclusion(i.mnemonic) != null) {
            return false;
        }
        if (Operand.kind(i.operand0) == Operand.SEGMENT
                || Operand.kind(i.operand1) == Operand.SEGMENT) {
            return i.mnemonic == Mnemonic.PUSH || Operand.kind(i.operand1) == Operand.SEGMENT;
        }
        // A branch to itself would not end.
        if (Operand.kind(i.operand0) == Operand.RELATIVE) {
            long target = v.code.length + i.immediate;
            return target < 0 || target >= v.code.length;
        }
        return true;
    }
}
