package org.linuxemu.core.oracle;

import java.util.Arrays;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.Operand;
import org.linuxemu.core.state.Rflags;

/** Compares two outcomes of a vector and words the difference. */
final class Report {
    private static final String[] GPR = {
        "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
        "r13", "r14", "r15"
    };
    private static final String[] SEGMENTS = {"es", "cs", "ss", "ds", "fs", "gs"};
    private static final int SYSTEM_FLAGS =
            Rflags.DF | Rflags.AC | Rflags.TF | Rflags.NT | Rflags.ID;

    /** Of the singles that may have been approximated below the smallest normal, the largest. */
    private static final int SMALLEST_NEARLY = 0x00800000 + (0x00800000 >> 10);

    private static final byte[] INITIAL = VectorGenerator.window();

    private Report() {}

    /** Null if the emulator did what the processor did, else one phrase on what differs. */
    static String difference(Vector v, Outcome expected, Outcome got) {
        StringBuilder b = null;
        if (expected.exception != got.exception
                || expected.errorCode != got.errorCode
                || expected.address != got.address) {
            if (HostDifferences.eitherFault(v, expected, got)) {
                return null;
            }
            return "expected " + event(expected) + ", got " + event(got);
        }
        long width = v.compatibility ? 0xFFFFFFFFL : -1L;
        if (((expected.rip ^ got.rip) & width) != 0) {
            b = append(b, "rip", expected.rip, got.rip);
        }
        int undefined = expected.exception == Outcome.COMPLETED ? UndefinedResults.flags(v) : 0;
        long flags = (Rflags.ARITHMETIC | SYSTEM_FLAGS) & ~undefined;
        if (((expected.rflags ^ got.rflags) & flags) != 0) {
            b = append(b, "flags", expected.rflags & flags, got.rflags & flags);
        }
        boolean freeDestination =
                expected.exception == Outcome.COMPLETED && UndefinedResults.destination(v);
        if (freeDestination) {
            return b == null ? null : b.toString();
        }
        int registers = v.compatibility ? 8 : 16;
        boolean open = HostDifferences.registersOpen(v, expected);
        for (int i = 0; i < registers && !open; i++) {
            if (((expected.gpr[i] ^ got.gpr[i]) & width) != 0) {
                b = append(b, GPR[i], expected.gpr[i], got.gpr[i]);
            }
        }
        if (expected.fsBase != got.fsBase) {
            b = append(b, "fs_base", expected.fsBase, got.fsBase);
        }
        if (expected.gsBase != got.gsBase) {
            b = append(b, "gs_base", expected.gsBase, got.gsBase);
        }
        for (int i = 0; i < 6; i++) {
            if (expected.selectors[i] != got.selectors[i]) {
                b = append(b, SEGMENTS[i], expected.selectors[i], got.selectors[i]);
            }
        }
        b = memory(b, v, expected, got);
        if (expected.fp != null && HostDifferences.pointersOpen(v, expected.fp)) {
            got.fp.opcode = expected.fp.opcode;
            got.fp.instructionPointer = expected.fp.instructionPointer;
            got.fp.dataPointer = expected.fp.dataPointer;
        }
        if (expected.fp != null && UndefinedResults.lastPlace(v.decoded)) {
            lastPlace(expected.fp, got.fp);
        }
        if (expected.fp != null && UndefinedResults.approximate(v.decoded)) {
            approximate(expected.fp, got.fp);
        }
        if (expected.fp != null && !expected.fp.same(got.fp)) {
            b = fp(b, expected.fp, got.fp);
        }
        return b == null ? null : b.toString();
    }

    private static StringBuilder append(StringBuilder b, String name, long expected, long got) {
        StringBuilder s = b == null ? new StringBuilder() : b.append("; ");
        return s.append(name)
                .append(" expected ")
                .append(Long.toHexString(expected))
                .append(" got ")
                .append(Long.toHexString(got));
    }

    private static StringBuilder memory(StringBuilder b, Vector v, Outcome expected, Outcome got) {
        int n = expected.differences;
        if (n == got.differences
                && Arrays.equals(expected.offsets, 0, n, got.offsets, 0, n)
                && Arrays.equals(expected.values, 0, n, got.values, 0, n)) {
            return b;
        }
        int e = 0;
        int g = 0;
        int shown = 0;
        int image = imageOffset(v);
        StringBuilder s = b;
        while ((e < n || g < got.differences) && shown < 4) {
            int eo = e < n ? expected.offsets[e] : Integer.MAX_VALUE;
            int go = g < got.differences ? got.offsets[g] : Integer.MAX_VALUE;
            int at = Math.min(eo, go);
            long ev = eo == at ? expected.values[e++] : initial(at);
            long gv = go == at ? got.values[g++] : initial(at);
            if (((ev ^ gv) & ~HostDifferences.openBits(v, image, at)) != 0) {
                s = append(s, "mem[" + Long.toHexString(Layout.WINDOW + at) + "]", ev, gv);
                shown++;
            }
        }
        return s;
    }

    private static long initial(int offset) {
        long value = 0;
        for (int k = 0; k < 8; k++) {
            value |= (INITIAL[offset + k] & 0xFFL) << (8 * k);
        }
        return value;
    }

    private static int imageOffset(Vector v) {
        if (!v.decoded.hasMemory()) {
            return 0;
        }
        long linear = VectorGenerator.linear(v, v.decoded);
        return (int) (linear - (linear < Layout.WINDOW_HIGH ? Layout.WINDOW : Layout.WINDOW_HIGH));
    }

    /** Takes over what differs by no more than a unit in the last place, and C1. */
    private static void lastPlace(FpState e, FpState g) {
        g.status = g.status & ~0x200 | e.status & 0x200;
        for (int i = 0; i < 16; i += 2) {
            long distance = e.stack[i] - g.stack[i];
            boolean near = e.stack[i + 1] == g.stack[i + 1] && distance >= -1 && distance <= 1;
            if (near || isBelowPower(e, g, i) || isBelowPower(g, e, i)) {
                g.stack[i] = e.stack[i];
                g.stack[i + 1] = e.stack[i + 1];
            }
        }
    }

    /** Whether a register of one is a power of two, and that of the other the last number below. */
    private static boolean isBelowPower(FpState below, FpState power, int i) {
        return below.stack[i] == -1
                && power.stack[i] == Long.MIN_VALUE
                && below.stack[i + 1] + 1 == power.stack[i + 1];
    }

    /** Takes over singles that differ by no more than both approximations may be off. */
    private static void approximate(FpState e, FpState g) {
        for (int i = 0; i < 64; i++) {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 32) {
                int want = (int) (e.vectors[i] >>> shift);
                int have = (int) (g.vectors[i] >>> shift);
                float a = Float.intBitsToFloat(want);
                float b = Float.intBitsToFloat(have);
                boolean near = Math.abs(a - b) <= Math.abs(a) * (3.0f / 4096);
                // What is approximated below the smallest normal number is 0 (SDM Vol. 2, RCPPS).
                int apart = have ^ want;
                near |= (want & 0x7FFFFFFF) == 0 && apart >= 0 && apart <= SMALLEST_NEARLY;
                value |= ((near ? want : have) & 0xFFFFFFFFL) << shift;
            }
            g.vectors[i] = value;
        }
    }

    private static StringBuilder fp(StringBuilder b, FpState e, FpState g) {
        StringBuilder s = b;
        s = field(s, "mxcsr", e.mxcsr, g.mxcsr);
        s = field(s, "fcw", e.control, g.control);
        s = field(s, "fsw", e.status, g.status);
        s = field(s, "ftw", e.tags, g.tags);
        s = field(s, "fop", e.opcode, g.opcode);
        s = field(s, "fip", e.instructionPointer, g.instructionPointer);
        s = field(s, "fdp", e.dataPointer, g.dataPointer);
        for (int i = 0; i < 8; i++) {
            if (e.stack[2 * i] != g.stack[2 * i] || e.stack[2 * i + 1] != g.stack[2 * i + 1]) {
                s = s == null ? new StringBuilder() : s.append("; ");
                s.append("st").append(i).append(" expected ").append(extended(e, i));
                s.append(" got ").append(extended(g, i));
            }
        }
        for (int i = 0; i < 16; i++) {
            if (!Arrays.equals(e.vectors, 4 * i, 4 * i + 4, g.vectors, 4 * i, 4 * i + 4)) {
                s = s == null ? new StringBuilder() : s.append("; ");
                s.append("ymm").append(i).append(" expected ").append(ymm(e, i));
                s.append(" got ").append(ymm(g, i));
            }
        }
        return s;
    }

    private static StringBuilder field(StringBuilder b, String name, long expected, long got) {
        return expected == got ? b : append(b, name, expected, got);
    }

    private static String extended(FpState f, int i) {
        return Long.toHexString(f.stack[2 * i + 1]) + ":" + Long.toHexString(f.stack[2 * i]);
    }

    private static String ymm(FpState f, int i) {
        StringBuilder s = new StringBuilder();
        for (int k = 3; k >= 0; k--) {
            s.append(Long.toHexString(f.vectors[4 * i + k])).append(k == 0 ? "" : ":");
        }
        return s.toString();
    }

    private static String event(Outcome o) {
        switch (o.exception) {
            case Outcome.COMPLETED:
                return "completion";
            case Outcome.ENDLESS:
                return "an endless loop";
            default:
                return "exception "
                        + o.exception
                        + " (error code "
                        + Long.toHexString(o.errorCode)
                        + ", address "
                        + Long.toHexString(o.address)
                        + ")";
        }
    }

    static String bytes(Vector v) {
        StringBuilder s = new StringBuilder();
        for (byte c : v.code) {
            s.append(Character.forDigit(c >> 4 & 15, 16)).append(Character.forDigit(c & 15, 16));
        }
        return s.toString();
    }

    /** The input in words: registers that are not 0, flags, patches. */
    static String input(Vector v) {
        StringBuilder s = new StringBuilder();
        if (v.compatibility) {
            s.append("32-bit ");
        }
        s.append("rip=").append(Long.toHexString(v.rip));
        s.append(" flags=").append(Long.toHexString(v.rflags));
        for (int i = 0; i < 16; i++) {
            if (v.gpr[i] != 0) {
                s.append(' ').append(GPR[i]).append('=').append(Long.toHexString(v.gpr[i]));
            }
        }
        if (v.fsBase != 0) {
            s.append(" fs_base=").append(Long.toHexString(v.fsBase));
        }
        if (v.gsBase != 0) {
            s.append(" gs_base=").append(Long.toHexString(v.gsBase));
        }
        for (Vector.Patch p : v.patches) {
            s.append(" mem[").append(Long.toHexString(Layout.WINDOW + p.offset)).append("]=");
            for (int i = 0; i < p.values.length; i++) {
                s.append(i == 0 ? "" : ",").append(Long.toHexString(p.values[i]));
            }
        }
        if (v.fp != null) {
            FpState none = new FpState();
            StringBuilder f = fp(null, v.fp, none);
            if (f != null) {
                s.append(" fp{");
                s.append(f.toString().replace(" expected ", "=").replaceAll(" got [0-9a-f:]+", ""));
                s.append('}');
            }
        }
        return s.toString();
    }

    /** Mnemonic and operand specifications of the opcode table. */
    static String form(Instruction i) {
        return i.entry == null
                ? "(undefined)"
                : i.mnemonic + " " + String.join(",", i.entry.operands);
    }

    static boolean hasMemory(Instruction i) {
        return Operand.kind(i.operand0) == Operand.MEMORY
                || Operand.kind(i.operand1) == Operand.MEMORY
                || Operand.kind(i.operand2) == Operand.MEMORY;
    }
}
