package org.linuxemu.core.oracle;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.linuxemu.core.state.CpuState;

/** Vector and x87 registers as FXSAVE and the oracle lay them out. */
final class FpState {
    static final int BYTES = 672;

    int mxcsr = 0x1F80;
    int control = 0x37F;
    int status;

    /** Abridged tag word: bit i set if physical register i is not empty. */
    int tags;

    int opcode;
    long instructionPointer;
    long dataPointer;

    /** ST(0) to ST(7): significand, then sign and exponent. */
    final long[] stack = new long[16];

    /** YMM0 to YMM15, four longs each. */
    final long[] vectors = new long[64];

    void put(ByteBuffer b) {
        b.putInt(mxcsr);
        b.putShort((short) control).putShort((short) status);
        b.putShort((short) tags).putShort((short) opcode).putInt(0);
        b.putLong(instructionPointer).putLong(dataPointer);
        for (long v : stack) {
            b.putLong(v);
        }
        for (long v : vectors) {
            b.putLong(v);
        }
    }

    void get(ByteBuffer b) {
        mxcsr = b.getInt();
        control = b.getShort() & 0xFFFF;
        status = b.getShort() & 0xFFFF;
        tags = b.getShort() & 0xFF;
        opcode = b.getShort() & 0x7FF;
        b.getInt();
        instructionPointer = b.getLong();
        dataPointer = b.getLong();
        for (int i = 0; i < 16; i++) {
            stack[i] = b.getLong();
            if ((i & 1) != 0) {
                stack[i] &= 0xFFFF;
            }
        }
        for (int i = 0; i < 64; i++) {
            vectors[i] = b.getLong();
        }
    }

    void load(CpuState s) {
        s.mxcsr = mxcsr;
        s.fpControl = control;
        s.fpStatus = status & ~0x3800;
        s.fpTop = status >> 11 & 7;
        s.fpEmpty = ~tags & 0xFF;
        s.fpOpcode = opcode;
        s.fpInstructionPointer = instructionPointer;
        s.fpDataPointer = dataPointer;
        for (int i = 0; i < 8; i++) {
            int r = s.fpTop + i & 7;
            s.fpSignificand[r] = stack[2 * i];
            s.fpSignExponent[r] = (int) stack[2 * i + 1];
        }
        System.arraycopy(vectors, 0, s.vectors, 0, 64);
    }

    void store(CpuState s) {
        mxcsr = s.mxcsr;
        control = s.fpControl;
        status = s.fpStatus & ~0x3800 | s.fpTop << 11;
        tags = ~s.fpEmpty & 0xFF;
        opcode = s.fpOpcode;
        instructionPointer = s.fpInstructionPointer;
        dataPointer = s.fpDataPointer;
        for (int i = 0; i < 8; i++) {
            int r = s.fpTop + i & 7;
            stack[2 * i] = s.fpSignificand[r];
            stack[2 * i + 1] = s.fpSignExponent[r] & 0xFFFF;
        }
        System.arraycopy(s.vectors, 0, vectors, 0, 64);
    }

    FpState copy() {
        FpState f = new FpState();
        f.mxcsr = mxcsr;
        f.control = control;
        f.status = status;
        f.tags = tags;
        f.opcode = opcode;
        f.instructionPointer = instructionPointer;
        f.dataPointer = dataPointer;
        System.arraycopy(stack, 0, f.stack, 0, 16);
        System.arraycopy(vectors, 0, f.vectors, 0, 64);
        return f;
    }

    boolean same(FpState o) {
        return mxcsr == o.mxcsr
                && control == o.control
                && status == o.status
                && tags == o.tags
                && opcode == o.opcode
                && instructionPointer == o.instructionPointer
                && dataPointer == o.dataPointer
                && Arrays.equals(stack, o.stack)
                && Arrays.equals(vectors, o.vectors);
    }
}
