package org.linuxemu.core.exec;

import java.util.Arrays;
import org.linuxemu.core.decode.Instruction;

/** Compares the emulator's answer with the real processor's and puts differences into words. */
final class OracleComparison {
    private static final long FLAGS = 0x8D5;

    private OracleComparison() {}

    /** Empty if the answers agree. */
    static String differences(Instruction i, OracleRecord in, OracleRecord want, OracleRecord got) {
        StringBuilder d = new StringBuilder();
        compare(d, "trap", want.trap, got.trap);
        if (want.trap == got.trap) {
            compare(d, "rip", want.rip, got.rip);
        }
        if (want.trap == 14) {
            compare(d, "cr2", want.address, got.address);
        }
        for (int n = 0; n < 16; n++) {
            compare(d, "gpr" + n, want.gpr[n], got.gpr[n]);
        }
        compare(d, "flags", want.rflags & FLAGS, got.rflags & FLAGS);
        compare(d, "mxcsr", want.mxcsr, got.mxcsr);
        compare(d, "fcw", want.fcw, got.fcw);
        compare(d, "fsw", want.fsw, got.fsw);
        compare(d, "ftw", want.ftw, got.ftw);
        boolean approximate =
                i.mnemonic.name().startsWith("RCP") || i.mnemonic.name().startsWith("RSQRT");
        for (int n = 0; n < 64; n++) {
            if (approximate && near(want.ymm[n], got.ymm[n])) {
                continue;
            }
            compare(d, "ymm" + (n >> 2) + "[" + (n & 3) + "]", want.ymm[n], got.ymm[n]);
        }
        for (int n = 0; n < 8; n++) {
            compare(d, "st" + n, want.significand[n], got.significand[n]);
            compare(d, "st" + n + ".exp", want.signExponent[n], got.signExponent[n]);
        }
        if (!Arrays.equals(want.window, got.window)) {
            int from = Arrays.mismatch(want.window, got.window);
            d.append(" memory from +")
                    .append(from)
                    .append(": want ")
                    .append(hex(want.window, from))
                    .append(" got ")
                    .append(hex(got.window, from));
        }
        return d.length() == 0 ? "" : describe(i, in) + "\n   " + d;
    }

    /**
     * Both halves within the relative error that RCPPS and RSQRTPS may have (each of the two
     * sides).
     */
    private static boolean near(long want, long got) {
        return near((int) want, (int) got) && near((int) (want >>> 32), (int) (got >>> 32));
    }

    private static boolean near(int want, int got) {
        if (want == got) {
            return true;
        }
        float w = Float.intBitsToFloat(want);
        float g = Float.intBitsToFloat(got);
        return Math.abs(w - g) <= Math.abs(w) * 3 * 0x1p-12f
                || Math.abs(w) < 0x1p-126f && Math.abs(g) < 0x1p-125f;
    }

    private static void compare(StringBuilder d, String what, long want, long got) {
        if (want != got) {
            d.append(' ')
                    .append(what)
                    .append(" want ")
                    .append(Long.toHexString(want))
                    .append(" got ")
                    .append(Long.toHexString(got))
                    .append(';');
        }
    }

    private static String describe(Instruction i, OracleRecord in) {
        StringBuilder s = new StringBuilder();
        s.append(hex(Arrays.copyOf(in.code, Math.max(1, i.length)), 0))
                .append("  ")
                .append(i.mnemonic);
        int[] operands = {i.operand0, i.operand1, i.operand2, i.operand3};
        for (int operand : operands) {
            s.append(' ').append(operand(i, in, operand));
        }
        return s.append(" mxcsr ")
                .append(Integer.toHexString(in.mxcsr))
                .append(" fsw ")
                .append(Integer.toHexString(in.fsw))
                .toString();
    }

    private static String operand(Instruction i, OracleRecord in, int operand) {
        int n = operand & 0xFF;
        switch (operand >>> 16) {
            case 0:
                return "";
            case org.linuxemu.core.decode.Operand.VECTOR:
                {
                    StringBuilder s = new StringBuilder("v" + n + "=");
                    for (int k = 3; k >= 0; k--) {
                        s.append(String.format("%016x", in.ymm[4 * n + k]))
                                .append(k > 0 ? "_" : "");
                    }
                    return s.toString();
                }
            case org.linuxemu.core.decode.Operand.MMX:
                return "mm" + n + "=" + Long.toHexString(in.significand[n - (in.fsw >> 11) & 7]);
            case org.linuxemu.core.decode.Operand.GPR:
                return "r" + n + "=" + Long.toHexString(in.gpr[n]);
            case org.linuxemu.core.decode.Operand.IMMEDIATE:
                return "imm=" + Long.toHexString(i.immediate);
            case org.linuxemu.core.decode.Operand.MEMORY:
                {
                    long[] r = Arrays.copyOf(in.gpr, 18);
                    long at = i.displacement;
                    at +=
                            i.base == Instruction.RIP
                                    ? OracleRecord.CODE + i.length
                                    : r[i.base] + (r[i.index] << i.scale);
                    at = i.addressSize == 4 ? at & 0xFFFFFFFFL : at;
                    long offset = at - in.windowStart();
                    return "["
                            + Long.toHexString(at)
                            + "]="
                            + (offset >= 0 && offset < in.window.length
                                    ? hex(in.window, (int) offset)
                                    : "?");
                }
            default:
                return "?";
        }
    }

    private static String hex(byte[] b, int from) {
        StringBuilder s = new StringBuilder();
        for (int n = from; n < Math.min(b.length, from + 32); n++) {
            s.append(Character.forDigit(b[n] >> 4 & 15, 16))
                    .append(Character.forDigit(b[n] & 15, 16));
        }
        return s.toString();
    }
}
