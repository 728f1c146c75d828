package org.linuxemu.core.oracle;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.InstructionDecoder;

/** One instruction and the complete state in which it is executed. */
final class Vector {
    static final int HAS_FP = 1;
    static final int COMPATIBILITY = 2;
    private static final int FIXED_BYTES = 184;

    /** A change of the window's initial contents, in whole quadwords. */
    static final class Patch {
        final int offset;
        final long[] values;

        Patch(int offset, long... values) {
            this.offset = offset;
            this.values = values;
        }
    }

    /** Which element of the sequence this is. */
    long index;

    boolean compatibility;
    byte[] code = new byte[0];
    long rip = Layout.CODE;
    long rflags = 0x202;
    long fsBase;
    long gsBase;
    final long[] gpr = new long[16];
    Patch[] patches = new Patch[0];

    /** Null where the instruction has nothing to do with it. */
    FpState fp;

    /** How the emulator decodes the code. */
    Instruction decoded;

    void decode(InstructionDecoder decoder) {
        decoded = new Instruction();
        byte[] padded = Arrays.copyOf(code, 32);
        Arrays.fill(padded, code.length, 32, (byte) 0xCC);
        decoder.decode(padded, 0, padded.length, compatibility ? 4 : 8, decoded);
    }

    boolean hasByte(int value) {
        for (byte b : code) {
            if ((b & 0xFF) == value) {
                return true;
            }
        }
        return false;
    }

    void patch(Patch p) {
        patches = Arrays.copyOf(patches, patches.length + 1);
        patches[patches.length - 1] = p;
    }

    Vector copy() {
        Vector v = new Vector();
        v.index = index;
        v.compatibility = compatibility;
        v.code = code.clone();
        v.rip = rip;
        v.rflags = rflags;
        v.fsBase = fsBase;
        v.gsBase = gsBase;
        System.arraycopy(gpr, 0, v.gpr, 0, 16);
        v.patches = patches.clone();
        v.fp = fp == null ? null : fp.copy();
        v.decoded = decoded;
        return v;
    }

    /** Appends the record that {@code oracle.c} expects. */
    void put(ByteBuffer b) {
        int bytes = FIXED_BYTES;
        for (Patch p : patches) {
            bytes += 8 + 8 * p.values.length;
        }
        bytes += fp == null ? 0 : FpState.BYTES;
        b.putInt(bytes);
        b.put((byte) ((fp == null ? 0 : HAS_FP) | (compatibility ? COMPATIBILITY : 0)));
        b.put((byte) patches.length).put((byte) code.length).put((byte) 0);
        b.putLong(rip);
        b.put(code);
        for (int i = code.length; i < 16; i++) {
            b.put((byte) 0xCC);
        }
        b.putLong(rflags).putLong(fsBase).putLong(gsBase);
        for (long r : gpr) {
            b.putLong(r);
        }
        for (Patch p : patches) {
            b.putInt(p.offset).putInt(8 * p.values.length);
            for (long v : p.values) {
                b.putLong(v);
            }
        }
        if (fp != null) {
            fp.put(b);
        }
    }
}
