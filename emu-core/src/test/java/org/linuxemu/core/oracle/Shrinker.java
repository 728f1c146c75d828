package org.linuxemu.core.oracle;

import java.io.IOException;
import java.util.Arrays;
import org.linuxemu.core.decode.InstructionDecoder;

/** Makes a vector that fails as plain as it can be while it still fails. */
final class Shrinker {
    private final HardwareOracle oracle;
    private final EmulatedProcessor generic;
    private final EmulatedProcessor specialised;
    private final EmulatedProcessor translated;
    private final InstructionDecoder decoder = new InstructionDecoder();

    private Vector best;
    private String difference;

    Shrinker(
            HardwareOracle oracle,
            EmulatedProcessor generic,
            EmulatedProcessor specialised,
            EmulatedProcessor translated) {
        this.oracle = oracle;
        this.generic = generic;
        this.specialised = specialised;
        this.translated = translated;
    }

    /** One line: bytes, form, input, expected and got. */
    String describe(Vector failing) throws IOException {
        best = failing;
        difference = difference(failing);
        if (difference == null) {
            return Report.bytes(failing) + ": failed once but not again | " + Report.input(failing);
        }
        for (int round = 0; round < 2; round++) {
            prefixes();
            registers();
            state();
        }
        return Report.bytes(best)
                + " "
                + Report.form(best.decoded)
                + ": "
                + difference
                + " | "
                + Report.input(best);
    }

    private String difference(Vector v) throws IOException {
        Outcome expected = oracle.run(v);
        Outcome got = new Outcome();
        generic.run(v, got);
        String d = Report.difference(v, expected, got);
        if (d != null) {
            return d;
        }
        specialised.run(v, got);
        d = Report.difference(v, expected, got);
        if (d != null) {
            return "as micro-operation: " + d;
        }
        translated.run(v, got);
        d = Report.difference(v, expected, got);
        return d == null ? null : "translated: " + d;
    }

    private void attempt(Vector v) throws IOException {
        v.decode(decoder);
        if (!CoveredRows.comparable(v)) {
            return;
        }
        String d = difference(v);
        if (d != null) {
            best = v;
            difference = d;
        }
    }

    private void prefixes() throws IOException {
        for (int i = 0; i < best.code.length - 1; i++) {
            int b = best.code[i] & 0xFF;
            boolean prefix =
                    b == 0x66
                            || b == 0x67
                            || (b & 0xE7) == 0x26
                            || b == 0x64
                            || b == 0x65
                            || b == 0xF2
                            || b == 0xF3
                            || (b & 0xF0) == 0x40;
            if (!prefix) {
                return;
            }
            Vector v = best.copy();
            byte[] code = new byte[best.code.length - 1];
            System.arraycopy(best.code, 0, code, 0, i);
            System.arraycopy(best.code, i + 1, code, i, code.length - i);
            v.code = code;
            if (v.fp != null || !CoveredRows.usesFp(best.decoded)) {
                attempt(v);
            }
        }
    }

    private void registers() throws IOException {
        for (int i = 0; i < 16; i++) {
            for (long simple : new long[] {0, 1, best.gpr[i] & 0xFF, best.gpr[i] & 0xFFFFFFFFL}) {
                if (best.gpr[i] != simple && Long.compareUnsigned(simple, best.gpr[i]) < 0) {
                    Vector v = best.copy();
                    v.gpr[i] = simple;
                    attempt(v);
                }
            }
        }
    }

    private void state() throws IOException {
        Vector v = best.copy();
        v.fsBase = 0;
        v.gsBase = 0;
        attempt(v);
        v = best.copy();
        v.rflags = 0x202;
        attempt(v);
        v = best.copy();
        v.rip = Layout.CODE + 0x100;
        attempt(v);
        for (int i = best.patches.length - 1; i >= 0; i--) {
            v = best.copy();
            v.patches = Arrays.copyOf(best.patches, best.patches.length - 1);
            System.arraycopy(best.patches, i + 1, v.patches, i, v.patches.length - i);
            attempt(v);
        }
        if (best.fp != null) {
            fp();
        }
    }

    private void fp() throws IOException {
        Vector v = best.copy();
        v.fp.mxcsr = 0x1F80;
        attempt(v);
        v = best.copy();
        v.fp.control = 0x37F;
        v.fp.status = 0;
        attempt(v);
        for (int i = 0; i < 16; i++) {
            v = best.copy();
            Arrays.fill(v.fp.vectors, 4 * i, 4 * i + 4, 0);
            attempt(v);
        }
        for (int i = 0; i < 8; i++) {
            v = best.copy();
            v.fp.stack[2 * i] = v.fp.stack[2 * i + 1] = 0;
            attempt(v);
        }
    }
}
