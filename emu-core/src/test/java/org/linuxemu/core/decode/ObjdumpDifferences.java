package org.linuxemu.core.decode;

import java.util.Locale;
import java.util.Set;

/**
 * Where objdump prints an instruction although the modelled processor raises #UD, or divides bytes
 * differently: each with its reason. Nothing else may differ.
 */
final class ObjdumpDifferences {
    /** Beginnings of objdump's names of instructions that no model has, by extension. */
    private static final String[][] OTHER_EXTENSIONS = {
        {"GETSEC (SMX)", "getsec"},
        {
            "virtual machines",
            "vmread",
            "vmwrite",
            "vmptr",
            "vmclear",
            "vmxon",
            "vmxoff",
            "vmlaunch"
        },
        {"virtual machines", "vmresume", "vmfunc", "invept", "invvpid", "seamcall", "seamops"},
        {"virtual machines", "tdcall", "seamret", "skinit", "vmrun", "vmload", "vmsave", "invlpga"},
        {"virtual machines", "vmgexit", "vmmcall", "vmcall", "stgi", "clgi", "hreset"},
        {
            "AMD's system instructions",
            "monitorx",
            "mwaitx",
            "clzero",
            "rdpru",
            "invlpgb",
            "tlbsync"
        },
        {"AMD's system instructions", "rmp", "psmash", "pvalidate", "mcommit"},
        {"CET", "wrss", "wruss", "incssp", "saveprevssp", "rstorssp", "setssbsy", "clrssbsy"},
        {"direct stores, enclaves, keys", "movdir", "enqcmd", "encl", "pconfig", "ptwrite"},
        {"direct stores, enclaves, keys", "rdpkru", "wrpkru", "wbnoinvd", "cldemote", "serialize"},
        {"key locker", "aesenc128kl", "aesenc256kl", "aesdec128kl", "aesdec256kl"},
        {"key locker", "aesencwide", "aesdecwide", "encodekey", "loadiwkey"},
        {"remote atomics", "aadd", "aand", "aor", "axor"},
        {"CMPccXADD", "cmp"},
        {"WAITPKG, UINTR", "umonitor", "umwait", "tpause", "senduipi", "uiret", "testui", "clui"},
        {"WAITPKG, UINTR", "stui"},
        {"MSRLIST, WRMSRNS, FRED", "rdmsrlist", "wrmsrlist", "wrmsrns", "xsusldtrk", "xresldtrk"},
        {"TSX", "xbegin", "xabort", "xend", "xtest"},
        {"3DNow!", "femms", "pf", "pi2f", "pavgusb", "pmulhrw", "pswapd"},
        {"SSE4a", "movnts", "extrq", "insertq"},
        {"FMA4, XOP", "vfmadd", "vfmsub", "vfnmadd", "vfnmsub", "vpermil2"},
        {"GFNI", "gf2p8", "vgf2p8"},
        {"AVX-VNNI, AVX-IFMA, AVX-NE-CONVERT", "vpdp", "vpmadd52", "vcvtne", "vbcstne"},
        {"AMX", "tile", "ldtilecfg", "sttilecfg", "tdp", "tcmm"},
        {"AVX-512", "k"},
        {"PadLock", "xstore", "xcrypt", "xsha", "montmul"},
    };

    private static final Set<String> ONLY_64 =
            Set.of("swapgs", "rdfsbase", "rdgsbase", "wrfsbase", "wrgsbase");

    private static final InstructionDecoder DECODER = new InstructionDecoder();

    private ObjdumpDifferences() {}

    /** Why the decoder finds no instruction where objdump prints one, or null. */
    static String undefined(ObjdumpLine line, int codeSize) {
        String text = line.text;
        String name = line.mnemonic();
        if (text.contains("(bad)") || text.startsWith(".byte") || text.contains("%?")) {
            return "undefined there, too";
        }
        if (isCut(line, codeSize)) {
            return "objdump ends a line behind 14 prefixes";
        }
        if (line.isOnlyPrefixes()) {
            return "a REX prefix before another prefix has a line of its own";
        }
        if (line.prefixBeforeVex(codeSize)) {
            return "VEX behind 66, F2, F3, LOCK or REX: #UD (SDM Vol. 2, 2.3.2 to 2.3.4)";
        }
        if (line.hasPrefix(0xF0, codeSize)) {
            return "LOCK where it is not allowed: #UD (SDM Vol. 2, LOCK)";
        }
        if (text.contains("%cr") || text.contains("%db") || text.contains("%tr")) {
            return "CR1, CR5 to CR7, CR9 to CR15, DR8 to DR15, TR: #UD (SDM Vol. 2, MOV)";
        }
        if (name.equals("mov") && text.contains(",%cs")) {
            return "MOV to CS: #UD (SDM Vol. 2, MOV)";
        }
        if (name.startsWith("frstpm")) {
            return "FRSTPM, of the 287 only";
        }
        if (line.isNotModelled()) {
            return "not modelled: EVEX, XOP";
        }
        for (String[] names : OTHER_EXTENSIONS) {
            for (int k = 1; k < names.length; k++) {
                if (name.startsWith(names[k])) {
                    return "not modelled: " + names[0];
                }
            }
        }
        if (codeSize != 8 && ONLY_64.contains(name)) {
            return "in 64-bit mode only";
        }
        if (isOtherwise(line, codeSize, name)) {
            return "66, F2, F3 or VEX.pp, VEX.W other than the SDM demands (NP, W0): #UD";
        }
        return null;
    }

    /** Whether a line is nothing but prefixes, of which objdump takes no more than 14. */
    private static boolean isCut(ObjdumpLine line, int codeSize) {
        return line.length >= 14 && line.opcodeAt(codeSize) == line.length;
    }

    /**
     * Whether it would be the instruction that objdump names without its mandatory prefixes or with
     * the other VEX.W: objdump does not look at all of them.
     */
    private static boolean isOtherwise(ObjdumpLine line, int codeSize, String name) {
        int at = line.opcodeAt(codeSize);
        byte[] other = new byte[15];
        int n = 0;
        for (int k = 0; k < line.length && n < 15; k++) {
            int b = line.bytes[k] & 0xFF;
            if (k >= at || (b != 0x66 && b != 0xF2 && b != 0xF3)) {
                other[n++] = (byte) b;
            }
        }
        if (isNamed(other, codeSize, name)) {
            return true;
        }
        int vex = at - (line.length - n);
        boolean shortVex = (other[vex] & 0xFF) == 0xC5;
        if (!shortVex && (other[vex] & 0xFF) != 0xC4) {
            return false;
        }
        int last = shortVex ? vex + 1 : vex + 2;
        byte before = other[last];
        other[last] = (byte) (before & ~3);
        boolean pp = isNamed(other, codeSize, name);
        other[last] = (byte) (before ^ 0x80);
        return pp || (!shortVex && isNamed(other, codeSize, name));
    }

    private static boolean isNamed(byte[] code, int codeSize, String name) {
        Instruction i = new Instruction();
        DECODER.decode(code, 0, code.length, codeSize, i);
        String own = i.entry == null ? "" : i.mnemonic.name().toLowerCase(Locale.ROOT);
        return i.entry != null && (name.startsWith(own) || name.startsWith("v" + own));
    }

    /** Why lengths differ where the decoder finds an instruction, or null. */
    static String length(ObjdumpLine line, Instruction i, int codeSize) {
        if (isCut(line, codeSize)) {
            return "objdump ends a line behind 14 prefixes";
        }
        if (line.isOnlyPrefixes() && i.length > line.length) {
            return "a REX prefix before another prefix has a line of its own";
        }
        if (i.mnemonic == Mnemonic.FWAIT && i.length <= line.length) {
            return "FWAIT and the instruction behind it in one line";
        }
        boolean bad = line.text.contains("(bad)");
        if (bad && i.mnemonic == Mnemonic.NOP && (i.opcode & ~1) == 0x1A) {
            return "MPX is a hint without MPX, also with registers that it does not have";
        }
        switch (i.mnemonic) {
            case MFENCE:
            case LFENCE:
            case SFENCE:
                return bad ? "fences with any r/m (SDM Vol. 2, table A-6; as the host does)" : null;
            case BSF:
            case BSR:
                return bad ? "F2 before BSF and BSR is ignored (as the host does)" : null;
            default:
                return null;
        }
    }

    /** Why only the text differs, or null. */
    static String text(ObjdumpLine line, Instruction i) {
        String name = line.mnemonic();
        if (name.equals("cldemote") || name.equals("wbnoinvd")) {
            return "CLDEMOTE is a hint without its feature, WBNOINVD is WBINVD";
        }
        if (i.mnemonic == Mnemonic.MOVSS || i.mnemonic == Mnemonic.MOVSD) {
            return i.vectorSize == 32 && line.text.contains("%ymm")
                    ? "VEX.L is ignored: the destination of VMOVSS is an XMM register"
                    : null;
        }
        if (i.mnemonic == Mnemonic.NOP && i.opcode == 0x18) {
            return "F2 and F3 before reserved hints are not shown";
        }
        if (line.text.contains("(bad)")) {
            if (i.mnemonic == Mnemonic.SALC) {
                return "SALC, which Intel leaves out of the manual";
            }
            if (i.mnemonic == Mnemonic.WBINVD) {
                return "66 and F2 before WBINVD are ignored (as the host does)";
            }
        }
        if (i.codeSize != 8 && Operand.kind(i.operand0) == Operand.RELATIVE) {
            boolean cut = i.operandSize == 2 && line.text.contains("0xffff");
            if (cut) {
                return "16-bit branches cut EIP to 16 bits (SDM Vol. 2, Jcc)";
            }
        }
        return line.isOddText() ? "several segment prefixes, MPX, CET, aliases of the x87" : null;
    }
}
