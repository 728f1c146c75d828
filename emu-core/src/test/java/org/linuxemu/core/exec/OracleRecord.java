package org.linuxemu.core.exec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A register and memory state in the layout of {@code instruction-oracle.c}. */
final class OracleRecord {
    static final long CODE = 0x180000;
    static final long WINDOW_END = 0x200000;
    static final int HEAD = 832;

    final byte[] code = new byte[16];
    final long[] gpr = new long[16];
    long rip;
    long rflags;
    int mxcsr = 0x1F80;
    int fcw = 0x37F;
    int fsw;
    int ftw;
    final long[] ymm = new long[64];
    final long[] significand = new long[8];
    final int[] signExponent = new int[8];
    final byte[] window;

    /** Of an answer: vector of the trap (3: the instruction ran), CR2. */
    long trap;

    long address;

    OracleRecord(int windowSize) {
        window = new byte[windowSize];
    }

    static int size(int windowSize) {
        return HEAD + windowSize;
    }

    /** Lowest address of the memory window. */
    long windowStart() {
        return WINDOW_END - window.length;
    }

    void put(ByteBuffer out) {
        out.put(code);
        for (long r : gpr) {
            out.putLong(r);
        }
        out.putLong(rip).putLong(rflags).putInt(mxcsr).putShort((short) fcw).putShort((short) fsw);
        out.putLong(ftw);
        for (long lane : ymm) {
            out.putLong(lane);
        }
        for (int i = 0; i < 8; i++) {
            out.putLong(significand[i]).putLong(signExponent[i]);
        }
        out.putLong(0).putLong(0).put(window);
    }

    static OracleRecord answer(ByteBuffer in, int windowSize) {
        OracleRecord r = new OracleRecord(windowSize);
        in.order(ByteOrder.LITTLE_ENDIAN);
        r.trap = in.getLong();
        r.address = in.getLong();
        for (int i = 0; i < 16; i++) {
            r.gpr[i] = in.getLong();
        }
        r.rip = in.getLong();
        r.rflags = in.getLong();
        r.mxcsr = in.getInt();
        r.fcw = in.getShort() & 0xFFFF;
        r.fsw = in.getShort() & 0xFFFF;
        r.ftw = (int) in.getLong() & 0xFF;
        for (int i = 0; i < 64; i++) {
            r.ymm[i] = in.getLong();
        }
        for (int i = 0; i < 8; i++) {
            r.significand[i] = in.getLong();
            r.signExponent[i] = (int) in.getLong() & 0xFFFF;
        }
        in.getLong();
        in.getLong();
        in.get(r.window);
        return r;
    }
}
